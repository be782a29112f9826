"""Dose and response: one or two keys of a lever over stated values, on the same armies and luck.

Each cell of the grid is compared with the scenario as it is, pair by pair. A grid says how an effect changes
with its dose and its date; it looks for no best dose. Keys that are coercive (punishment, surveillance,
families, confinement) are refused: they can be compared as levers, one stated value at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.policies.comparison import notes_of
from experiments.policies.effects import OUTCOMES, effects_of
from experiments.policies.levers import BASELINE, lay_over
from experiments.policies.paired_runs import Kept, runs_of
from experiments.schema_keys import keys_of, standings
from experiments.showing.progress import Progress
from sim.errors import AllFaults, Fault, ScenarioError
from sim.scenario import Scenario

if TYPE_CHECKING:
    from experiments.ensembles.engines import Engine

Value = float | int | str
"""A value of a key: a number, or a date as text."""
Doses = Mapping[str, Sequence[Value]]
MOST_KEYS = 2


@dataclass(frozen=True, eq=False)
class DoseResponse:
    """Effects over a grid of doses.

    Parameters
    ----------
    scenario : Scenario
        As it is: what each cell is compared with.
    doses : mapping
        Values of each key, by dotted path, the one that is drawn across first.
    cells : DataFrame
        A row a cell and outcome: the keys with their values (as text), and the columns of
        `experiments.policies.effects.effects_of` without the policy.
    runs : DataFrame
        A row a cell and seed.
    notes : tuple of str
        What the intervals cover, and what is missing.
    """

    scenario: Scenario
    doses: Doses
    cells: pd.DataFrame
    runs: pd.DataFrame
    notes: tuple[str, ...]


def dose_response(
    scenario: Scenario,
    doses: Doses,
    *,
    lever: Scenario | str | Path | None = None,
    runs: int = 5,
    seed: int = 1,
    folder: str | PathLike[str] | None = None,
    engine: Engine = "processes",
    workers: int | None = None,
    limit_seconds: float | None = None,
    retry: bool = False,
    progress: Progress | None = None,
) -> DoseResponse:
    """Run a lever over a grid of doses.

    Parameters
    ----------
    scenario : Scenario
        As it is: what each cell is compared with.
    doses : mapping
        One or two dotted paths to the values that each takes: numbers, or dates as ``"2012-04-02"``.
    lever : Scenario, or name or path of an overlay, optional
        Laid over the scenario before the doses are set.
    runs : int
        Pairs of army and luck, the same for all cells.
    seed : int
        Pair r, from 0, has army seed and luck seed ``seed + r``.
    folder : path, optional
        Store that keeps each run as it finishes, and that the same call continues; without one the runs are
        made in this process, one after another, and are lost with it. The cells are the same.
    engine, workers, limit_seconds, retry
        Of the ensemble, where there is a folder; see `experiments.ensembles.ensemble.ensemble`.
    progress : callable, optional
        Called with (days done, days in all); with a folder, with (runs done, runs in all).

    Returns
    -------
    DoseResponse

    Raises
    ------
    ScenarioError
        If a value is not allowed at its key, or a key is coercive.
    ValueError
        If there are no keys or more than two, a key has no value or one twice, or `runs` is less than 1.
    """
    scenarios, grid = dosed(scenario, doses, lever, runs)
    kept = None if folder is None else Kept(folder, engine, workers, limit_seconds, retry)
    table = runs_of(scenarios, range(seed, seed + runs), progress, kept)
    effects = effects_of(table)
    # As text one by one: a column of 0.5 and 1 would be one of floats, and 1 be written 1.0.
    keys = pd.DataFrame([{key: str(dose) for key, dose in grid[name].items()} for name in effects["policy"]])
    cells = pd.concat([keys, effects.drop(columns="policy")], axis=1)
    return DoseResponse(scenario, doses, cells, table, notes_of({BASELINE: scenario}, runs))


def dosed(
    scenario: Scenario, doses: Doses, lever: Scenario | str | Path | None, runs: int
) -> tuple[dict[str, Scenario], dict[str, dict[str, Value]]]:
    """Scenario of each cell, after the scenario as it is, and its doses; arguments and errors as above."""
    _refuse(doses, runs)
    if lever is None:
        treated = scenario
    else:
        treated = lever if isinstance(lever, Scenario) else lay_over(scenario, lever)
    refuse_coercive(treated, doses)
    grid = {_name(doses, cell): dict(zip(doses, cell, strict=True)) for cell in product(*doses.values())}
    return {BASELINE: scenario, **_cells(treated, grid)}, grid


def _refuse(doses: Doses, runs: int) -> None:
    if not 1 <= len(doses) <= MOST_KEYS:
        raise ValueError(f"one or two keys are needed, not {len(doses)}")
    for path, values in doses.items():
        if not values or len(set(map(str, values))) < len(values):
            raise ValueError(f"{path} needs at least one value, and none twice")
    if runs < 1:
        raise ValueError(f"runs is {runs}, at least 1 is needed")


def refuse_coercive(scenario: Scenario, paths: Sequence[str] | Mapping[str, object]) -> None:
    """Refuse to go through the values of a coercive key.

    Raises
    ------
    ScenarioError
        Naming each of them.
    """
    tree = scenario.model_dump(mode="json", by_alias=True)
    coercive = {
        standing.path for key in keys_of(Scenario) if key.coercive for standing in standings(key, tree)
    }
    message = "is coercive: compare levers that state one value each; nothing here goes through its doses"
    faults = [Fault(path, message) for path in paths if path in coercive]
    if faults:
        raise ScenarioError(faults)


def _name(doses: Doses, cell: Sequence[Value]) -> str:
    """Policy of a cell."""
    return ", ".join(f"{path}={value}" for path, value in zip(doses, cell, strict=True))


def _cells(treated: Scenario, grid: Mapping[str, Mapping[str, Value]]) -> dict[str, Scenario]:
    """Scenario of each cell; the faults of all are told at once."""
    found, faults = dict[str, Scenario](), AllFaults()
    for name, values in grid.items():
        with faults.kept():
            found[name] = treated.with_(dict(values))
    faults.refuse()
    return found


def pivot(found: DoseResponse, outcome: str, column: str = "difference") -> pd.DataFrame:
    """One column of the cells as a grid: the first key across, the second down, in the order of the values.

    Parameters
    ----------
    found : DoseResponse
    outcome : str
        One of `experiments.policies.effects.OUTCOMES` that is known in all runs.
    column : str
        One of its columns, such as ``"difference"``.

    Returns
    -------
    DataFrame
        With one key, a single row.

    Raises
    ------
    ValueError
        If there is no such outcome.
    """
    own = found.cells[found.cells["outcome"] == outcome]
    if own.empty:
        known = ", ".join(each for each in OUTCOMES if each in set(found.cells["outcome"]))
        raise ValueError(f"no outcome '{outcome}' here: there are {known}")
    keys = [list(map(str, values)) for values in found.doses.values()]
    first, *second = found.doses
    if not second:
        return own.set_index(first)[[column]].T[keys[0]]
    return own.pivot(index=second[0], columns=first, values=column).loc[keys[1], keys[0]]
