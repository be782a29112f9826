"""When a share of the army had gone: the day on which 10 % and 50 % were reached.

    gone on a day = regulars who escaped or were caught leaving up to its end, of the regulars of day 0
    time to a share = the first day at whose end gone / regulars of day 0 >= share

Counted for all regulars and for those of the sects whose role is `out`. Men killed have not gone;
reservists are in neither part of the fraction. A share that is not reached has no day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.codes import Ints
from sim.scenario import Scenario

SHARES = (0.1, 0.5)
WHO = ("regulars", "out_group")


def time_to(
    scenario: Scenario, exits: pd.DataFrame, roster: pd.DataFrame, shares: Sequence[float] = SHARES
) -> pd.DataFrame:
    """Find the day on which shares of the regulars had gone.

    Parameters
    ----------
    scenario : Scenario
    exits, roster : DataFrame
        Frames of one or several runs.
    shares : sequence of float
        Each above 0 and at most 1.

    Returns
    -------
    DataFrame
        A row for each run, body of men and share: run, who ("regulars", "out_group"), share, men (of
        day 0), day (from 0), date; day and date missing where the share was not reached.

    Raises
    ------
    ValueError
        If a share is not above 0 and at most 1.
    """
    wrong = [one for one in shares if not 0.0 < one <= 1.0]
    if wrong:
        raise ValueError(f"a share must be above 0 and at most 1, not {wrong[0]:g}")
    rows: list[dict[str, Any]] = []
    for run, men in roster.groupby("run"):
        left = exits[(exits["run"] == run) & ~exits["reservist"]]
        for who in WHO:
            gone = gone_by_day(scenario, left, who)
            whole = men_of(scenario, men, who)
            found = [_first_day(gone, whole, one) for one in shares]
            rows += [
                {"run": run, "who": who, "share": one, "men": whole, "day": day}
                for one, day in zip(shares, found, strict=True)
            ]
    frame = pd.DataFrame(rows)
    frame["who"] = pd.Categorical(frame["who"], WHO)
    frame["day"] = frame["day"].astype("Int64")
    frame["date"] = pd.Timestamp(scenario.start) + pd.to_timedelta(frame["day"], unit="D")
    return frame


def gone_by_day(scenario: Scenario, exits: pd.DataFrame, who: str) -> Ints:
    """Men of a body who had gone by the end of each day, shape (T,).

    Parameters
    ----------
    scenario : Scenario
    exits : DataFrame
        Regulars of one run who escaped or were caught leaving.
    who : {"regulars", "out_group"}
    """
    left = exits if who == "regulars" else exits[exits["sect"].isin(_out_group(scenario))]
    return np.cumsum(np.bincount(left["day"].to_numpy(), minlength=scenario.days))


def men_of(scenario: Scenario, roster: pd.DataFrame, who: str) -> int:
    """Regulars of day 0 in a body of men; arguments as in `gone_by_day`."""
    part = roster if who == "regulars" else roster[roster["sect"].isin(_out_group(scenario))]
    return int(part["regulars"].sum())


def _out_group(scenario: Scenario) -> list[str]:
    """Sects whose role is `out`."""
    return [name for name, sect in scenario.sects.items() if sect.role == "out"]


def _first_day(gone: Ints, men: int, share: float) -> int | None:
    """First day on which a share of some men had gone, if there is one."""
    # Dividing is exact where the share itself is reached: 32,500 / 325,000 is 0.1.
    reached = gone / men >= share if men else np.zeros(gone.size, dtype=bool)
    return int(np.argmax(reached)) if reached.any() else None
