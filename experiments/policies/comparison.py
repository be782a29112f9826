"""Policies on the same army and the same luck: the difference is the policy's effect and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.armies import Armies
from experiments.policies.combinations import combined, interactions_of, members_of
from experiments.policies.effects import cost_of, covers, effects_of
from experiments.policies.levers import policies
from experiments.policies.only_because import moved, only_because_of

if TYPE_CHECKING:
    from sim.army import Army
    from sim.result import Result
    from sim.scenario import Scenario

Progress = Callable[[int, int], None]


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
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"<p><b>{escape(repr(self))}</b></p>{''.join(tables)}{notes}"


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
    progress : callable, optional
        Called with (days done, days in all).

    Returns
    -------
    Comparison

    Raises
    ------
    ScenarioError
        If a scenario or an overlay is not valid, or levers that are to be combined set one key differently.
    SimulationError
        If a run fails; a note on it names policy and seed.
    """
    from sim.scenario import Scenario
    from sim.scenario_file import load

    base = scenario if isinstance(scenario, Scenario) else load(scenario)
    if runs < 1 or combine < 1:
        raise ValueError(f"runs is {runs} and combine {combine}, at least 1 is needed")
    scenarios, members = policies(base, levers), members_of(list(levers), combine)
    overlays = {name: lever for name, lever in levers.items() if not isinstance(lever, Scenario)}
    if members and len(overlays) < len(levers):
        raise ValueError("levers that are to be combined must be names or paths of overlays, not scenarios")
    scenarios |= combined(base, scenarios, overlays, members)
    done = list(_runs(scenarios, range(seed, seed + runs), progress))
    table = pd.concat([row for row, _ in done], ignore_index=True)
    counts = pd.concat([changes for _, changes in done], ignore_index=True)
    return Comparison(
        scenarios,
        table,
        effects_of(table),
        cost_of(table),
        interactions_of(table, members),
        only_because_of(counts),
        notes_of(scenarios, runs),
    )


def runs_of(
    scenarios: Mapping[str, Scenario], seeds: range, progress: Progress | None = None
) -> pd.DataFrame:
    """Run every policy on every seed.

    Parameters
    ----------
    scenarios : mapping
        Scenario of each policy.
    seeds : range
        Army seed and luck seed of each pair.
    progress : callable, optional
        Called with (days done, days in all).

    Returns
    -------
    DataFrame
        As `Comparison.runs`.
    """
    return pd.concat([row for row, _ in _runs(scenarios, seeds, progress)], ignore_index=True)


def _runs(
    scenarios: Mapping[str, Scenario], seeds: range, progress: Progress | None
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Run every policy on every seed; the army is built once a seed where policies share it.

    Gives the summary of each run, and whose fate differs from that without the policy.
    """
    from sim.engine import run

    total = len(seeds) * sum(scenario.days for scenario in scenarios.values())
    armies, before = Armies(), 0
    for seed in seeds:
        as_it_is: tuple[Army, Result] | None = None
        for policy, scenario in scenarios.items():
            army = armies.of(scenario, seed)
            with _named(policy, seed):
                result = run(scenario, seed, army=army, progress=shifted(progress, before, total))
            before += scenario.days
            row = result.summary.drop(columns="run").astype({"outcome": str})
            changes = pd.DataFrame()
            if as_it_is is None:
                as_it_is = army, result
            elif as_it_is[0] is army:
                changes = _of(policy, seed, moved(as_it_is[1].exits, result.exits))
            yield _of(policy, seed, row), changes


def _of(policy: str, seed: int, table: pd.DataFrame) -> pd.DataFrame:
    """Put policy and seed before a table's columns."""
    table.insert(0, "policy", policy)
    table.insert(1, "seed", seed)
    return table


@contextmanager
def _named(policy: str, seed: int) -> Iterator[None]:
    """Let a failing run say which one it is."""
    try:
        yield
    except Exception as error:
        error.add_note(f"policy {policy}, seed {seed}")
        raise


def shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Progress of one run as a part of all."""
    if progress is None:
        return None
    return lambda day, days: progress(before + day, total)


def notes_of(scenarios: Mapping[str, Scenario], runs: int) -> tuple[str, ...]:
    """Say what the intervals cover, what is missing, and what cannot respond."""
    seeds = f"{runs} pair{'s' * (runs > 1)} of army and luck, each policy on all of them"
    notes = [f"Intervals: 95 %, paired, over {seeds}. They cover {covers(runs)}."]
    if runs < 2:
        notes = [f"One pair of army and luck: {covers(runs)}. Parameters are held at their values."]
    statements = [scenario.war.statement for scenario in scenarios.values()]
    notes += [statement for statement in dict.fromkeys(statements) if statement]
    notes.append("A simulation, not an observation or a forecast.")
    return tuple(notes)
