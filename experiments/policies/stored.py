"""Policies through an ensemble: each run is kept as it finishes, on any engine, and read pair by pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from typing import TYPE_CHECKING

import pandas as pd

from experiments.ensembles.ensemble import Ensemble, ensemble
from experiments.ensembles.faults import RunsFailedError
from experiments.ensembles.plan import Run
from experiments.ensembles.simulation import Simulation
from experiments.ensembles.store import Store
from experiments.policies.levers import BASELINE
from experiments.policies.only_because import AXES, moved
from experiments.policies.policy_run import LEAVERS, PolicyRun
from sim.results.columns import dtypes
from sim.synthesis import built_from

if TYPE_CHECKING:
    from experiments.ensembles.how import How
    from sim.scenario import Scenario

_PLANNED = ["run", "run_id", "scenario_sha256"]
"""Columns of the store that say nothing of a policy."""


def make_runs(
    scenarios: Mapping[str, Scenario],
    seeds: range,
    folder: str | PathLike[str],
    how: How,
    *,
    leavers: bool,
    shard: tuple[int, int] | None = None,
) -> Ensemble:
    """Make the runs of policies that a store lacks.

    Parameters
    ----------
    scenarios : mapping
        Scenario of each policy.
    seeds : range
        Army seed and luck seed of each pair.
    folder : path
        Of the store.
    how : How
    leavers : bool
        Keep who left, too, for `changes_of`.
    shard : (int, int), optional
        Part i of n, from 1: only those runs are made.

    Returns
    -------
    Ensemble
        Seed after seed, each under all policies; labels policy and seed.
    """
    runs = [
        Run(scenario, seed, labels={"policy": policy, "seed": seed})
        for seed in seeds
        for policy, scenario in scenarios.items()
    ]
    return ensemble(
        runs,
        folder,
        engine=how.engine,
        workers=how.workers,
        limit_seconds=how.limit_seconds,
        retry=how.retry,
        progress=how.progress,
        model=PolicyRun() if leavers else Simulation(keep=()),
        shard=shard,
    )


def rows_of(made: Ensemble) -> pd.DataFrame:
    """Rows of the runs of policies, as `experiments.policies.comparison.Comparison.runs`.

    Raises
    ------
    RunsFailedError
        If one failed: without it the others are no pairs.
    """
    _refuse_failed(made)
    rows = made.summary.drop(columns=_PLANNED)
    return rows[["policy", "seed", *(name for name in rows if name not in ("policy", "seed"))]]


def _refuse_failed(made: Ensemble) -> None:
    failed = made.failed
    if failed.empty:
        return
    first = failed.iloc[0]
    raise RunsFailedError(
        f"not compared: {len(failed)} of {len(made.runs)} runs failed, the first is "
        f"policy {first['policy']}, seed {first['seed']}: {first['error']}: {first['message']} "
        f"('erosion status {made.folder} --failed' has the traceback)"
    )


def changes_of(made: Ensemble, scenarios: Mapping[str, Scenario]) -> pd.DataFrame:
    """Count whose fate each policy changed, pair by pair, so that the men of one seed are held at a time.

    Parameters
    ----------
    made : Ensemble
        As from `make_runs`, with leavers.
    scenarios : mapping
        Scenario of each policy. One that changes the army has no row: other men serve in it.

    Returns
    -------
    DataFrame
        policy, seed, and the columns of `experiments.policies.only_because.moved`.
    """
    same = [name for name in _with_the_army(scenarios) if name != BASELINE]
    if not same:
        return pd.DataFrame()
    store = Store(made.folder)
    finished, parts = store.runs(), list[pd.DataFrame]()
    for seed, planned in made.planned[made.planned["policy"].isin([BASELINE, *same])].groupby("seed"):
        left = store.frame(LEAVERS, finished[finished["run_id"].isin(planned["run_id"])])
        names = planned.set_index("policy")["run_id"]
        before = _own(left, names[BASELINE], scenarios[BASELINE])
        for policy in same:
            counts = moved(before, _own(left, names[policy], scenarios[policy]))
            parts.append(counts.assign(policy=policy, seed=seed))
    found = pd.concat(parts, ignore_index=True)
    return found[["policy", "seed", *(name for name in found if name not in ("policy", "seed"))]]


def _with_the_army(scenarios: Mapping[str, Scenario]) -> Iterator[str]:
    """Policies whose army is that of the scenario as it is."""
    army = built_from(scenarios[BASELINE])
    return (name for name, scenario in scenarios.items() if built_from(scenario) == army)


def _own(left: pd.DataFrame, run_id: str, scenario: Scenario) -> pd.DataFrame:
    """Those who left in one run; a group without a man is still a group."""
    kinds = dtypes(scenario)
    return left[left["run_id"] == run_id].astype({axis: kinds[axis] for axis in AXES})
