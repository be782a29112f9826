"""Scans: one or two parameters over stated values, every point on the same armies and luck.

Nothing is refined between the values and nothing is optimised, so that a coercive parameter may be scanned:
it is compared at the values that were stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from os import PathLike
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.tipping.trial import KEPT, collapse_model, collapse_trial

if TYPE_CHECKING:
    from experiments.ensembles.engines import Engine
    from experiments.ensembles.standing import Standing
    from sim.army import Army
    from sim.scenario import Scenario

Progress = Callable[[int, int], None]
Trial = Callable[["Scenario", int, "Army"], dict[str, Any]]
"""What is kept of a run: at least the columns of `collapse_trial`."""


@dataclass(frozen=True)
class Scanned:
    """A parameter that is scanned: its keys, which move together, its values, and its title in figures."""

    name: str
    keys: tuple[str, ...]
    values: tuple[float, ...]
    title: str = ""

    def __post_init__(self) -> None:
        if not self.keys or len({*self.values}) != len(self.values) or len(self.values) < 2:
            raise ValueError(f"{self.name}: name its keys, and two or more different values")


def scan(
    scenario: Scenario,
    parameters: Sequence[Scanned],
    seeds: Sequence[int],
    *,
    trial: Trial = collapse_trial,
    folder: str | PathLike[str] | None = None,
    engine: Engine = "processes",
    workers: int | None = None,
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
        What is done and kept at a point under a seed; not with a folder.
    folder : path, optional
        Store that keeps each run as it finishes, and that the same call continues; without one the runs are
        made in this process, one after another, and not kept.
    engine, workers
        Of the ensemble, where there is a folder; see `experiments.ensembles.ensemble.ensemble`.
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
        If there are not one or two parameters, two move the same key, there is no seed, or a trial of your
        own is given with a folder.
    SimulationError, or what else a run raises
        If a run fails. In a store the others are kept, and a FailedRunsError names the first that failed.
    """
    if len(parameters) not in (1, 2) or not seeds:
        raise ValueError("name one or two parameters, and at least one seed")
    keys = [key for each in parameters for key in each.keys]
    if len({*keys}) != len(keys) or len({each.name for each in parameters}) != len(parameters):
        raise ValueError("two parameters move one key, or have one name")
    points = list(product(*(each.values for each in parameters)))
    changed = [scenario.with_(_overrides(parameters, point)) for point in points]
    if folder is not None:
        if trial is not collapse_trial:
            raise ValueError("a trial of your own cannot be kept in a folder")
        return _stored(parameters, points, changed, seeds, folder, engine, workers, progress)
    rows = []
    for row in _rows(parameters, points, changed, seeds, trial):
        rows.append(row)
        if progress is not None:
            progress(len(rows), len(points) * len(seeds))
    table = pd.DataFrame(rows)
    return table.astype({"collapse_day": "Int64"}) if "collapse_day" in table else table


def _stored(
    parameters: Sequence[Scanned],
    points: Sequence[tuple[float, ...]],
    changed: Sequence[Scenario],
    seeds: Sequence[int],
    folder: str | PathLike[str],
    engine: Engine,
    workers: int | None,
    progress: Progress | None,
) -> pd.DataFrame:
    """Make the runs as an ensemble, and take its rows."""
    from experiments.ensembles.ensemble import ensemble
    from experiments.ensembles.faults import refuse_failed
    from experiments.ensembles.plan import Run

    names = [each.name for each in parameters]
    runs = [
        Run(scenario, seed, labels=dict(zip(names, point, strict=True)))
        for seed in seeds
        for point, scenario in zip(points, changed, strict=True)
    ]

    def told(standing: Standing) -> None:
        if progress is not None:
            progress(standing.finished, standing.total)

    kept = ensemble(runs, folder, engine=engine, workers=workers, model=collapse_model, progress=told)
    refuse_failed(kept.failed, *names)
    table = kept.summary.rename(columns={"luck_seed": "seed"})[[*names, "seed", *KEPT]]
    return table.astype({"collapse_day": "Int64"})


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
