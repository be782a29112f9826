"""Scans: one or two parameters over stated values, every point on the same armies and luck.

Nothing is refined between the values and nothing is optimised, so that a coercive parameter may be scanned:
it is compared at the values that were stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.tipping.collapse import day_of_collapse

if TYPE_CHECKING:
    from sim.army import Army
    from sim.scenario import Scenario

Progress = Callable[[int, int], None]
Trial = Callable[["Scenario", int, "Army"], dict[str, Any]]
"""What is kept of a run: at least the columns of `collapse_trial`."""


@dataclass(frozen=True)
class Scanned:
    """A parameter that is scanned: its keys, which move together, and its values."""

    name: str
    keys: tuple[str, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.keys or len({*self.values}) != len(self.values) or len(self.values) < 2:
            raise ValueError(f"{self.name}: name its keys, and two or more different values")


def collapse_trial(scenario: Scenario, seed: int, army: Army) -> dict[str, Any]:
    """Run once and say what became of the army.

    Returns
    -------
    dict
        outcome (class), collapsed (whether of class collapse), collapse_day (None if never), days,
        share_gone.
    """
    from sim.engine import run

    result = run(scenario, seed, army=army)
    row = result.summary.iloc[0]
    return {
        "outcome": str(row["outcome"]),
        "collapsed": str(row["outcome"]) == "collapse",
        "collapse_day": day_of_collapse(result),
        "days": scenario.days,
        "share_gone": float(row["share_gone"]),
    }


def scan(
    scenario: Scenario,
    parameters: Sequence[Scanned],
    seeds: Sequence[int],
    *,
    trial: Trial = collapse_trial,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Run all combinations of values on the same armies and luck.

    Parameters
    ----------
    scenario : Scenario
    parameters : sequence of Scanned
        One or two.
    seeds : sequence of int
        Army seed and luck seed of each run at a point.
    trial : callable, optional
        What is done and kept at a point under a seed.
    progress : callable, optional
        Called with (runs done, runs in all).

    Returns
    -------
    DataFrame
        A row a seed and point: the parameters by name, seed, and what the trial keeps.

    Raises
    ------
    ScenarioError
        If a value is not allowed; before any run.
    ValueError
        If there are not one or two parameters, two move the same key, or there is no seed.
    """
    if len(parameters) not in (1, 2) or not seeds:
        raise ValueError("name one or two parameters, and at least one seed")
    keys = [key for each in parameters for key in each.keys]
    if len({*keys}) != len(keys) or len({each.name for each in parameters}) != len(parameters):
        raise ValueError("two parameters move one key, or have one name")
    points = list(product(*(each.values for each in parameters)))
    changed = [scenario.with_(_overrides(parameters, point)) for point in points]
    rows = []
    for row in _rows(parameters, points, changed, seeds, trial):
        rows.append(row)
        if progress is not None:
            progress(len(rows), len(points) * len(seeds))
    table = pd.DataFrame(rows)
    if "collapse_day" in table:
        table["collapse_day"] = table["collapse_day"].astype("Int64")
    return table


def _overrides(parameters: Sequence[Scanned], point: Sequence[float]) -> dict[str, float]:
    return {key: value for each, value in zip(parameters, point, strict=True) for key in each.keys}


def _rows(
    parameters: Sequence[Scanned],
    points: Sequence[tuple[float, ...]],
    changed: Sequence[Scenario],
    seeds: Sequence[int],
    trial: Trial,
) -> Iterator[dict[str, Any]]:
    """Seed after seed, so that an army is built once where no point changes it."""
    from experiments.armies import Armies

    armies = Armies()
    names = [each.name for each in parameters]
    for seed in seeds:
        for point, scenario in zip(points, changed, strict=True):
            kept = trial(scenario, seed, armies.of(scenario, seed))
            yield {**dict(zip(names, point, strict=True)), "seed": seed, **kept}
