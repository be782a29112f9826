"""Policies on the same army and the same luck: the difference is the policy's effect and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.policies.combinations import combined, interactions_of, members_of
from experiments.policies.effects import cost_of, covers, effects_of
from experiments.policies.levers import policies
from experiments.policies.only_because import only_because_of
from experiments.policies.paired_runs import Kept, runs_and_moves
from experiments.showing.closing import closing_notes
from experiments.showing.notebook_view import notebook_view
from experiments.showing.progress import Progress

if TYPE_CHECKING:
    from experiments.ensembles.engines import Engine
    from sim.mechanisms.order import Mechanism
    from sim.scenario import Scenario


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Policies compared with a scenario as it is.

    Parameters
    ----------
    scenarios : mapping
        Scenario of each policy, `baseline` first.
    runs : DataFrame
        A row a policy and seed: policy, seed, and the columns of the summary of a result.
    effects : DataFrame
        A row a policy and outcome; see `experiments.policies.effects.effects_of`.
    cost : DataFrame
        A row a policy and gain; see `experiments.policies.effects.cost_of`.
    interactions : DataFrame
        A row a combination of levers and outcome; see `experiments.policies.combinations.interactions_of`.
    only_because : DataFrame
        A row a policy, group of men and change: who left only because of it, and the like; see
        `experiments.policies.only_because.only_because_of`. A policy that changes the army has no row: other
        men serve in it.
    notes : tuple of str
        What the intervals cover, what is missing, and what cannot respond.
    """

    scenarios: Mapping[str, Scenario]
    runs: pd.DataFrame
    effects: pd.DataFrame
    cost: pd.DataFrame
    interactions: pd.DataFrame
    only_because: pd.DataFrame
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        names = ", ".join(list(self.scenarios)[1:])
        pairs = int(self.runs["seed"].nunique())
        base = next(iter(self.scenarios.values()))
        return f"Comparison({names} with {base.name} as it is, {pairs} pair{'s' * (pairs > 1)})"

    def _repr_html_(self) -> str:
        """Show effects, cost and what they cover in a notebook."""
        whole = self.only_because[self.only_because["axis"] == "all"].drop(columns=["axis", "group"])
        tables = (
            table.drop(columns="covers").to_html(index=False, border=0, float_format=_number)
            for table in (self.effects, self.interactions, whole, self.cost)
            if not table.empty
        )
        return notebook_view(self, tables, self.notes)


def _number(value: float) -> str:
    """Write a number for reading: whole where it is large."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def compare(
    scenario: Scenario | str | Path,
    levers: Mapping[str, Scenario | str | Path],
    *,
    runs: int = 10,
    seed: int = 1,
    combine: int = 1,
    mechanisms: Mapping[str, Sequence[Mechanism]] | None = None,
    folder: str | PathLike[str] | None = None,
    engine: Engine = "processes",
    workers: int | None = None,
    limit_seconds: float | None = None,
    retry: bool = False,
    progress: Progress | None = None,
) -> Comparison:
    """Compare policies with a scenario as it is, on the same armies and luck.

    Parameters
    ----------
    scenario : Scenario, or name or path of one
        The scenario as it is.
    levers : mapping
        Name of each policy to its scenario, or to the name or path of an overlay that makes it.
    runs : int
        Pairs of army and luck; each policy runs on all of them.
    seed : int
        Pair r, from 0, has army seed and luck seed ``seed + r``.
    combine : int
        Also lay up to so many levers over one another, all that can be chosen: with 2 all pairs. They must
        then be overlays.
    mechanisms : mapping, optional
        Name of a policy to mechanisms of your own: the scenario as it is, run with them. Not with a folder.
    folder : path, optional
        Store that keeps each run as it finishes, and that the same call continues; without one the runs are
        made in this process, one after another, and are lost with it. The comparison is the same.
    engine, workers, limit_seconds, retry
        Of the ensemble, where there is a folder; see `experiments.ensembles.ensemble.ensemble`.
    progress : callable, optional
        Called with (days done, days in all); with a folder, with (runs done, runs in all).

    Returns
    -------
    Comparison

    Raises
    ------
    ScenarioError
        If a scenario or an overlay is not valid, or levers that are to be combined set one key differently.
    SimulationError
        If a run fails; a note on it names policy and seed.
    FailedRunsError
        If runs fail in a folder, in which the others stay.
    """
    from sim.scenario import Scenario
    from sim.scenario_file import load

    base = scenario if isinstance(scenario, Scenario) else load(scenario)
    if runs < 1 or combine < 1:
        raise ValueError(f"runs is {runs} and combine {combine}, at least 1 is needed")
    own = mechanisms or {}
    if not levers and not own:
        raise ValueError("name at least one lever, or mechanism of your own")
    scenarios, members = compared(base, levers, combine)
    _refuse_own(own, scenarios, folder is not None)
    scenarios |= dict.fromkeys(own, base)
    kept = None if folder is None else Kept(folder, engine, workers, limit_seconds, retry)
    table, moves = runs_and_moves(scenarios, range(seed, seed + runs), progress, kept, own)
    return Comparison(
        scenarios,
        table,
        effects_of(table),
        cost_of(table),
        interactions_of(table, members),
        only_because_of(moves),
        notes_of(scenarios, runs),
    )


def compared(
    base: Scenario, levers: Mapping[str, Scenario | str | Path], combine: int
) -> tuple[dict[str, Scenario], dict[str, tuple[str, ...]]]:
    """Scenario of each policy of a comparison, and the levers of each combination; arguments as in `compare`.

    Returns
    -------
    scenarios : dict
        The scenario as it is first, then each lever, then levers together.
    members : dict
        Levers by the name of each combination.
    """
    from sim.scenario import Scenario

    scenarios, members = policies(base, levers), members_of(list(levers), combine)
    overlays = {name: lever for name, lever in levers.items() if not isinstance(lever, Scenario)}
    if members and len(overlays) < len(levers):
        raise ValueError("levers that are to be combined must be names or paths of overlays, not scenarios")
    return scenarios | combined(base, scenarios, overlays, members), members


def _refuse_own(
    mechanisms: Mapping[str, Sequence[Mechanism]], scenarios: Mapping[str, Scenario], stored: bool
) -> None:
    """Refuse mechanisms of the user's that would take another policy's name, or cannot be kept."""
    if taken := [name for name in mechanisms if name in scenarios]:
        raise ValueError(f"'{taken[0]}' is the name of two policies")
    if mechanisms and stored:
        raise ValueError("mechanisms of your own run in this process: name no folder")


def notes_of(scenarios: Mapping[str, Scenario], runs: int) -> tuple[str, ...]:
    """Say what the intervals cover, what is missing, and what cannot respond."""
    seeds = f"{runs} pair{'s' * (runs > 1)} of army and luck, each policy on all of them"
    notes = [f"Intervals: 95 %, paired, over {seeds}. They cover {covers(runs)}."]
    if runs < 2:
        notes = [f"One pair of army and luck: {covers(runs)}. Parameters are held at their values."]
    return (*notes, *closing_notes(scenarios.values()))
