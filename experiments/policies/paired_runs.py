"""Runs of policies on the same armies and luck: here one after another, or kept in a store on any engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from experiments.armies import Armies
from experiments.policies.only_because import COLUMNS, moved
from experiments.showing.progress import Progress, shifted

if TYPE_CHECKING:
    from experiments.ensembles.engines import Engine
    from experiments.ensembles.ensemble import Ensemble
    from experiments.ensembles.simulation import Simulation
    from experiments.ensembles.standing import Standing
    from sim.mechanisms.order import Mechanism
    from sim.scenario import Scenario

EXITS = "exits"


@dataclass(frozen=True)
class Kept:
    """Where runs are kept and by which engine they are made; see `experiments.ensembles.ensemble.ensemble`.

    Parameters
    ----------
    folder : path
        Store of the runs: what is finished in it is not made again.
    engine : str or Executor
    workers : int, optional
    limit_seconds : float, optional
    retry : bool
    """

    folder: str | PathLike[str]
    engine: Engine = "processes"
    workers: int | None = None
    limit_seconds: float | None = None
    retry: bool = False


@dataclass(frozen=True)
class WhoLeft:
    """Model of an ensemble that keeps who left, when, and what became of him, beside the summary."""

    def prepare(self) -> None:
        """Load the libraries that a run needs."""
        from experiments.ensembles.simulation import Simulation

        Simulation().prepare()

    def __call__(self, scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
        """Run once."""
        from experiments.ensembles.simulation import Simulation

        frames = Simulation(keep=(EXITS,))(scenario, army_seed, luck_seed)
        return {**frames, EXITS: frames[EXITS][list(COLUMNS)]}


def runs_of(
    scenarios: Mapping[str, Scenario],
    seeds: range,
    progress: Progress | None = None,
    kept: Kept | None = None,
) -> pd.DataFrame:
    """Run every policy on every seed.

    Parameters
    ----------
    scenarios : mapping
        Scenario of each policy.
    seeds : range
        Army seed and luck seed of each pair.
    progress : callable, optional
        Called with what is done, and all there is to do: days, or runs where they are kept.
    kept : Kept, optional
        Where runs are kept; else they are made in this process and lost if it ends.

    Returns
    -------
    DataFrame
        A row a policy and seed: policy, seed, and the columns of the summary of a result; the same whatever
        the engine.

    Raises
    ------
    SimulationError, or what else a run raises
        If a run fails here; a note on it names policy and seed.
    FailedRunsError
        If runs fail in a store, in which the others stay.
    """
    if kept is None:
        return pd.concat([row for row, _ in _here(scenarios, seeds, progress)], ignore_index=True)
    from experiments.ensembles.simulation import Simulation

    return _summaries(_stored(scenarios, seeds, progress, kept, Simulation(keep=())))


def runs_and_moves(
    scenarios: Mapping[str, Scenario],
    seeds: range,
    progress: Progress | None = None,
    kept: Kept | None = None,
    mechanisms: Mapping[str, Sequence[Mechanism]] = MappingProxyType({}),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run every policy on every seed, and count whose fate differs from that under the first policy.

    Parameters
    ----------
    scenarios, seeds, progress, kept
        As in `runs_of`; the first policy is what the others are compared with.
    mechanisms : mapping
        Mechanisms of the user's, by policy; only for runs in this process.

    Returns
    -------
    runs : DataFrame
        As from `runs_of`.
    moves : DataFrame
        policy, seed and the columns of `experiments.policies.only_because.moved`; without policies in whose
        army other men serve.
    """
    if kept is None:
        done = list(_here(scenarios, seeds, progress, mechanisms))
        return (
            pd.concat([row for row, _ in done], ignore_index=True),
            pd.concat([moves for _, moves in done], ignore_index=True),
        )
    found = _stored(scenarios, seeds, progress, kept, WhoLeft())
    return _summaries(found), pd.concat(_moves(found, scenarios, seeds), ignore_index=True)


def part_of_runs(
    scenarios: Mapping[str, Scenario],
    seeds: range,
    kept: Kept,
    part: tuple[int, int],
    *,
    moves: bool,
    progress: Progress | None = None,
) -> Ensemble:
    """Make only a part of the runs, for arrays of jobs; the same folder then gives the tables of all.

    Parameters
    ----------
    scenarios, seeds, progress
        As in `runs_of`.
    kept : Kept
    part : (int, int)
        Part i of n, from 1; together the parts are all runs.
    moves : bool
        Whether who left is kept, as `runs_and_moves` needs.

    Returns
    -------
    Ensemble
        Of these runs.

    Raises
    ------
    FailedRunsError
        If runs of the part fail; the others stay.
    """
    from experiments.ensembles.simulation import Simulation

    return _stored(scenarios, seeds, progress, kept, WhoLeft() if moves else Simulation(keep=()), part)


def _here(
    scenarios: Mapping[str, Scenario],
    seeds: range,
    progress: Progress | None,
    mechanisms: Mapping[str, Sequence[Mechanism]] = MappingProxyType({}),
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Run every policy on every seed; the army is built once a seed where policies share it.

    Gives the summary of each run, and whose fate differs from that under the first policy.
    """
    from sim.engine import simulate

    total = len(seeds) * sum(scenario.days for scenario in scenarios.values())
    armies, before = Armies(), 0
    first, *_ = scenarios
    same_army = _on_the_same_army(scenarios)
    for seed in seeds:
        for policy, scenario in scenarios.items():
            army, own = armies.of(scenario, seed), mechanisms.get(policy, ())
            told = shifted(progress, before, total)
            with _named(policy, seed):
                made = simulate(scenario, seed, army, mechanisms=own, progress=told)
            before += scenario.days
            row = made.summary.drop(columns="run").astype({"outcome": str})
            moves = pd.DataFrame()
            if policy == first:
                as_it_is = made.exits
            elif policy in same_army:
                moves = _of(policy, seed, moved(as_it_is, made.exits))
            yield _of(policy, seed, row), moves


def _on_the_same_army(scenarios: Mapping[str, Scenario]) -> list[str]:
    """Policies under which the same men serve as under the first."""
    from sim.synthesis import built_from

    first, *others = scenarios
    return [name for name in others if built_from(scenarios[name]) == built_from(scenarios[first])]


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


def _stored(
    scenarios: Mapping[str, Scenario],
    seeds: range,
    progress: Progress | None,
    kept: Kept,
    model: WhoLeft | Simulation,
    part: tuple[int, int] | None = None,
) -> Ensemble:
    """Make what is missing in a store, of all runs or of a part."""
    from experiments.ensembles.ensemble import ensemble
    from experiments.ensembles.faults import refuse_failed
    from experiments.ensembles.plan import Run

    def told(standing: Standing) -> None:
        if progress is not None:
            progress(standing.finished, standing.total)

    runs = [
        Run(scenario, seed, labels={"policy": policy})
        for seed in seeds
        for policy, scenario in scenarios.items()
    ]
    found = ensemble(
        runs,
        Path(kept.folder),
        engine=kept.engine,
        workers=kept.workers,
        limit_seconds=kept.limit_seconds,
        retry=kept.retry,
        model=model,
        shard=part,
        progress=told,
    )
    refuse_failed(found.failed, "policy")
    return found


def _summaries(found: Ensemble) -> pd.DataFrame:
    """Summaries of a store, as runs in this process give them."""
    table = found.summary.drop(columns=["run", "run_id", "scenario_sha256"])
    front = {"policy": table.pop("policy"), "seed": table["luck_seed"]}
    return pd.concat([pd.DataFrame(front), table], axis=1)


def _moves(found: Ensemble, scenarios: Mapping[str, Scenario], seeds: range) -> Iterator[pd.DataFrame]:
    """Whose fate differs, a seed and policy at a time; read seed by seed, for a run has many exits."""
    from sim.results.columns import dtypes

    first, *_ = scenarios
    kinds = {name: kind for name, kind in dtypes(scenarios[first]).items() if name in COLUMNS}
    yield pd.DataFrame()
    for seed in seeds:
        rows = found.planned[found.planned["luck_seed"] == seed]
        exits = type(found)(found.folder, rows).frame(EXITS).astype(kinds)
        number = dict(zip(rows["policy"], rows["run"], strict=True))
        of_run = dict(tuple(exits.groupby("run")))
        nobody = exits.iloc[:0]
        for policy in _on_the_same_army(scenarios):
            before, after = (of_run.get(number[name], nobody) for name in (first, policy))
            yield _of(policy, seed, moved(before, after))
