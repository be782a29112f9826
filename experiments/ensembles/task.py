"""Task: what an engine is given, some runs after one another; the same on every engine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experiments.ensembles.faults import EngineError
from experiments.ensembles.finished import Finished, run_here
from experiments.ensembles.job import Job
from experiments.ensembles.runner import Runner

MOST_SECONDS = 10.0
"""A task that has taken longer brings back what it has: it is stored, and the rest goes on."""

_OWN = threading.local()


@dataclass(frozen=True)
class Task:
    """Runs for one worker.

    Parameters
    ----------
    jobs : sequence of Job
    limit : float or None
        Most seconds that a run may take.
    version : str
        Of the model; see `experiments.ensembles.version`.
    here : bool
        Run in the process that takes the task, not in a child of it.
    """

    jobs: Sequence[Job]
    limit: float | None
    version: str
    here: bool = False


def work(task: Task) -> list[Finished]:
    """Run the jobs of a task, at least the first.

    Parameters
    ----------
    task : Task

    Returns
    -------
    list of Finished
        In the order of the jobs; fewer than there are jobs if they took long.

    Raises
    ------
    EngineError
        If this worker has another version of the model, or cannot run.
    """
    if not task.here:
        _refuse_another_version(task)
    run = run_here if task.here else _limited(runner_of_thread(), task.limit)
    begin, results = time.monotonic(), list[Finished]()
    for job in task.jobs:
        results.append(run(job))
        if time.monotonic() - begin > MOST_SECONDS:
            break
    return results


def _limited(runner: Runner, limit: float | None) -> Callable[[Job], Finished]:
    return lambda job: runner.run(job, limit)


def runner_of_thread() -> Runner:
    """Runner of this thread, kept from task to task so that its child keeps the army."""
    if not hasattr(_OWN, "runner"):
        _OWN.runner = Runner()
    runner: Runner = _OWN.runner
    return runner


def take_runner(runners: list[Runner]) -> None:
    """Make the runner of a new thread, and enter it into a list of those to end."""
    _OWN.runner = Runner()
    runners.append(_OWN.runner)


def _refuse_another_version(task: Task) -> None:
    """Refuse to mix runs of different code, as where a cluster has an older copy."""
    from experiments.ensembles.version import version_of_model

    if task.jobs and version_of_model(task.jobs[0].model) != task.version:
        raise EngineError("a worker has another version of the model: install the same one on all machines")
