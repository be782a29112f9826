"""Weekly: the model of a study, which keeps of each day's table what is looked at, a row a week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.ensembles.simulation import Simulation

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

WEEKLY = "weekly"
"""Name of the frame of weeks: day (the last of the week, from 0), and a column each."""
_DAYS = 7

FLOWS = frozenset(
    {
        "attempts",
        "exits",
        "joined",
        "fled",
        "hiding",
        "caught",
        "killed",
        "civilians_killed",
        "paid_usd",
    }
)
"""Columns that count a day: of a week their sum is taken, of the others the value of its last day."""


@dataclass(frozen=True)
class WeeklySimulation:
    """A run of `sim` of which the summary and some weekly series are kept.

    Parameters
    ----------
    columns : tuple of str
        Of the daily table.
    """

    columns: tuple[str, ...] = ()

    def prepare(self) -> None:
        """Load the libraries that a run needs."""
        Simulation(keep=()).prepare()

    def __call__(self, scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
        """Run once."""
        frames = dict(Simulation(keep=("daily",))(scenario, army_seed, luck_seed))
        daily = frames.pop("daily")
        return frames if not self.columns else frames | {WEEKLY: by_week(daily, self.columns)}


def by_week(daily: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Take whole weeks of the daily table of one run.

    Parameters
    ----------
    daily : DataFrame
        A row a day, in order.
    columns : tuple of str

    Returns
    -------
    DataFrame
        day, and the columns: sums of `FLOWS`, values at the end of the week of the others.
    """
    import pandas as pd

    weeks = len(daily) // _DAYS
    days = daily[list(columns)].to_numpy(dtype=np.float64)[: weeks * _DAYS].reshape(weeks, _DAYS, -1)
    flows = np.array([column in FLOWS for column in columns])
    values = np.where(flows, days.sum(axis=1), days[:, -1])
    found = pd.DataFrame(values, columns=list(columns))
    found.insert(0, "day", np.arange(1, weeks + 1) * _DAYS - 1)
    return found
