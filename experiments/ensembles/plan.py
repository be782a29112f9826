"""Plan: which runs an ensemble consists of, and by which name each is known in a store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.results.provenance import digest
from sim.synthesis import built_from

if TYPE_CHECKING:
    from sim.scenario import Scenario

_OWN = ("run", "run_id", "scenario", "overlays", "scenario_sha256", "army_seed", "luck_seed")
_ID_LENGTH = 20


@dataclass(frozen=True)
class Run:
    """One run that is wanted.

    Parameters
    ----------
    scenario : Scenario
    luck_seed : int
    army_seed : int, optional
        The luck seed unless stated.
    labels : mapping
        What the run stands for, such as ``{"policy": "salary-200"}``: a column each in every table.
    """

    scenario: Scenario
    luck_seed: int
    army_seed: int | None = None
    labels: Mapping[str, Any] = field(default_factory=dict)

    @property
    def army(self) -> int:
        """Seed of the army."""
        return self.luck_seed if self.army_seed is None else self.army_seed


@dataclass(frozen=True)
class Planned:
    """A run with its name: the same for the same scenario, seeds and version of the model."""

    run_id: str
    run: Run
    scenario_sha256: str


@dataclass(frozen=True)
class Plan:
    """Runs in the order in which they were asked for.

    Parameters
    ----------
    planned : tuple of Planned
    """

    planned: tuple[Planned, ...]

    def __len__(self) -> int:
        return len(self.planned)

    @cached_property
    def by_id(self) -> dict[str, Planned]:
        """Runs by name; one that was asked for twice is run once."""
        return {each.run_id: each for each in self.planned}

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """Distinct scenarios by digest."""
        return {each.scenario_sha256: each.run.scenario for each in self.planned}

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a run: run (its number, from 1), run_id, scenario, overlays, seeds, and the labels."""
        rows = [
            {
                "run": number,
                "run_id": each.run_id,
                "scenario": each.run.scenario.name,
                "overlays": "+".join(each.run.scenario.overlays),
                "scenario_sha256": each.scenario_sha256,
                "army_seed": each.run.army,
                "luck_seed": each.run.luck_seed,
                **each.run.labels,
            }
            for number, each in enumerate(self.planned, start=1)
        ]
        return pd.DataFrame(rows)

    @cached_property
    def name(self) -> str:
        """Eight characters that name the plan: the same for the same runs under the same labels."""
        text = self.table.to_json(orient="split")
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]

    def by_army(self) -> list[Planned]:
        """Distinct runs, those with the same army one after another."""
        groups: dict[tuple[int, str], list[Planned]] = {}
        for each in self.by_id.values():
            key = (each.run.army, built_from(each.run.scenario))
            groups.setdefault(key, []).append(each)
        return [each for group in groups.values() for each in group]

    def part(self, number: int, of: int) -> list[Planned]:
        """Part `number` (from 1) of the distinct runs cut into `of` parts; a cut splits few armies."""
        runs = self.by_army()
        return runs[len(runs) * (number - 1) // of : len(runs) * number // of]


def plan_of(runs: Iterable[Run | tuple[Scenario, int]], version: str) -> Plan:
    """Make a plan.

    Parameters
    ----------
    runs : iterable of Run or (Scenario, seed)
        With one seed, it is that of army and luck.
    version : str
        Of the model; see `experiments.ensembles.version`.

    Returns
    -------
    Plan

    Raises
    ------
    ValueError
        If there is no run, a seed is negative, or a label bears the name of a column that is there.
    """
    wanted = [each if isinstance(each, Run) else Run(*each) for each in runs]
    _refuse(wanted)
    digests: dict[int, str] = {}
    for each in wanted:
        if id(each.scenario) not in digests:
            digests[id(each.scenario)] = digest(each.scenario)
    return Plan(tuple(_planned(each, digests[id(each.scenario)], version) for each in wanted))


def _refuse(runs: Sequence[Run]) -> None:
    if not runs:
        raise ValueError("no runs: at least one is needed")
    for each in runs:
        if min(each.luck_seed, each.army) < 0:
            raise ValueError(f"seed {min(each.luck_seed, each.army)} is below 0")
        taken = [name for name in each.labels if name in _OWN]
        if taken:
            raise ValueError(f"a label is called '{taken[0]}' like a column of its own: choose another name")


def _planned(run: Run, sha256: str, version: str) -> Planned:
    text = f"{sha256} {run.army} {run.luck_seed} {version}"
    return Planned(hashlib.sha256(text.encode("utf-8")).hexdigest()[:_ID_LENGTH], run, sha256)


def pairs(scenario: Scenario, runs: int, *, seed: int = 1, army_seed: int | None = None) -> list[Run]:
    """List runs of one scenario under consecutive seeds.

    Parameters
    ----------
    scenario : Scenario
    runs : int
    seed : int
        Run r, from 0, has luck seed ``seed + r``, and the same army seed unless that is stated.
    army_seed : int, optional
        One army for all runs, so that only luck varies.

    Returns
    -------
    list of Run
    """
    return [Run(scenario, seed + number, army_seed) for number in range(runs)]
