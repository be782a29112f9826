"""Many runs: what an ensemble costs beyond the runs themselves, both sides measured one after the other.

processes : runs of one army on some processes, beside (one synthesis + as many plain loops) / processes
Dask      : runs that only wait, on the workers of a real scheduler, beside the waiting

Seconds are those of the clock on the wall: waiting is what is looked for, so nothing else should be running.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.bench.plain import Seconds, at_once
from experiments.ensembles.ensemble import ensemble
from experiments.ensembles.plan import pairs

if TYPE_CHECKING:
    from experiments.ensembles.engines import Engine
    from experiments.ensembles.simulation import Model
    from sim.scenario import Scenario

LOOPS = 10
"""Plain loops that are timed before the ensemble and again after it; the rest is reckoned from them."""


@dataclass(frozen=True)
class Waits:
    """A model that does nothing but wait.

    Parameters
    ----------
    seconds : float
    """

    seconds: float

    def __call__(self, scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
        """Wait, and give a summary."""
        time.sleep(self.seconds)
        return {"summary": pd.DataFrame({"waited_s": [self.seconds]})}


def on_processes(scenario: Scenario, runs: int, workers: int, loops: int = LOOPS) -> dict[str, Any]:
    """Time an ensemble of one army beside plain loops.

    Parameters
    ----------
    scenario : Scenario
    runs : int
    workers : int
    loops : int
        Plain loops in a process, before the ensemble and after it.

    Returns
    -------
    dict
        runs, workers, ensemble_s (starting the processes and storing every run included); of plain loops
        measured one process at a time and `workers` at once: synthesis_s, loop_s, run_s; and how many times
        (synthesis + runs * loop) / workers the ensemble took, against each: `ratio` is that against loops one
        at a time, `ratio_at_once` that against loops on all cores at once, and both again against whole runs.
    """
    before = _plain(scenario, workers, loops)
    seconds = timed(scenario, runs, "processes", workers)
    after = _plain(scenario, workers, loops)
    alone, together = (_mean(before[n], after[n]) for n in range(2))
    return {
        "runs": runs,
        "workers": workers,
        "loops_timed": 2 * loops,
        "ensemble_s": round(seconds, 2),
        "plain": _rounded(alone),
        "plain_at_once": _rounded(together),
        "ratio": round(seconds / _least(alone, "loop_s", runs, workers), 3),
        "ratio_at_once": round(seconds / _least(together, "loop_s", runs, workers), 3),
        "ratio_to_whole_runs": round(seconds / _least(alone, "run_s", runs, workers), 3),
        "ratio_to_whole_runs_at_once": round(seconds / _least(together, "run_s", runs, workers), 3),
    }


def _plain(scenario: Scenario, workers: int, loops: int) -> tuple[Seconds, Seconds]:
    """Plain loops in one process alone, and in as many as there are workers at once."""
    return at_once(scenario, loops, 1), at_once(scenario, loops, workers)


def _mean(one: Seconds, other: Seconds) -> Seconds:
    return {name: (one[name] + other[name]) / 2 for name in one}


def _rounded(seconds: Seconds) -> Seconds:
    return {name: round(value, 4) for name, value in seconds.items()}


def _least(plain: Seconds, loop: str, runs: int, workers: int) -> float:
    """Seconds that the runs would take if nothing came on top."""
    return (plain["synthesis_s"] + runs * plain[loop]) / workers


def timed(
    scenario: Scenario, runs: int, engine: Engine, workers: int | None = None, model: Model | None = None
) -> float:
    """Seconds of an ensemble of one army in a new store."""
    with TemporaryDirectory() as folder:
        wanted = pairs(scenario, runs, army_seed=1)
        begin = perf_counter()
        found = ensemble(wanted, Path(folder) / "store", engine=engine, workers=workers, model=model)
        seconds = perf_counter() - begin
        if found.counts()["done"] != runs:
            raise RuntimeError(f"not all of {runs} runs were made: {found.failed['message'].tolist()[:1]}")
    return seconds


def on_dask(scenario: Scenario, tasks: int, workers: int, seconds: float = 1.0) -> dict[str, Any]:
    """Time runs that only wait, on a Dask scheduler and workers that are started for it.

    Parameters
    ----------
    scenario : Scenario
        Travels with every run.
    tasks : int
    workers : int
    seconds : float
        How long each waits.

    Returns
    -------
    dict
        tasks, workers, task_s; start_s (a first wait of nothing a worker, in which its process starts),
        ensemble_s, and how much more that is than tasks * seconds / workers, in per cent.
    """
    with _scheduler(workers) as engine:
        start = timed(scenario, 2 * workers, engine, model=Waits(0.0))
        taken = timed(scenario, tasks, engine, model=Waits(seconds))
    least = -(-tasks // workers) * seconds
    return {
        "tasks": tasks,
        "workers": workers,
        "task_s": seconds,
        "start_s": round(start, 2),
        "ensemble_s": round(taken, 2),
        "more_percent": round(100 * (taken / least - 1), 2),
    }


@contextmanager
def _scheduler(workers: int) -> Iterator[str]:
    """Start a scheduler and workers, each a process of its own; give the engine that finds them."""
    from distributed import LocalCluster

    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        address: str = cluster.scheduler_address
        yield address.replace("tcp://", "dask://")
