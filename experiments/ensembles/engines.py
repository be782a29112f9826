"""Engines: where runs are made. Each is an executor of `concurrent.futures`, and all go one way.

"serial"             one after another: in this process, or in one child if runs have a limit
"processes"          some child processes of this machine
"dask://HOST:PORT"   the workers of a Dask scheduler
an executor          any of `concurrent.futures`, yours to shut down
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from experiments.ensembles.dask_engine import dask_workers
from experiments.ensembles.opened import Opened
from experiments.ensembles.runner import Runner
from experiments.ensembles.task import take_runner

Engine = str | Executor
NAMES = "serial, processes or dask://HOST:PORT"
ANSWER_SECONDS = 10.0
_AHEAD = 2  # tasks at hand for each worker elsewhere, so that none waits for the next


class _Serial(Executor):
    """Does what it is given at once."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def refuse_unknown(engine: Engine, workers: int | None) -> None:
    """Refuse what is no engine, before anything is done.

    Raises
    ------
    ValueError
    """
    if workers is not None and workers < 1:
        raise ValueError(f"workers is {workers}, at least 1 is needed")
    if isinstance(engine, Executor) or engine in ("serial", "processes"):
        if engine == "serial" and workers not in (None, 1):
            raise ValueError("the engine 'serial' has one worker: choose 'processes' for more")
        return
    if not isinstance(engine, str) or not engine.startswith("dask://"):
        raise ValueError(f"there is no engine '{engine}': choose {NAMES}")
    _address(engine)
    if workers is not None:
        raise ValueError("the workers of a Dask scheduler are started with 'dask worker': give no number")


def _address(engine: str) -> str:
    """Address of a scheduler as Dask writes it."""
    parts = urlsplit(engine)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port is None or parts.path not in ("", "/"):
        raise ValueError(f"'{engine}' is no address of a scheduler: write dask://HOST:PORT")
    return f"tcp://{parts.netloc}"


@contextmanager
def opened(engine: Engine, workers: int | None, limit: float | None) -> Iterator[Opened]:
    """Make an engine ready, and close it unless it is the user's own.

    Parameters
    ----------
    engine : str or Executor
    workers : int, optional
        Processes; as many as there are processors unless stated.
    limit : float, optional
        Most seconds a run may take.

    Yields
    ------
    Opened

    Raises
    ------
    EngineError
        If it does not answer within 10 seconds, or something is missing.
    """
    refuse_unknown(engine, workers)
    if isinstance(engine, Executor):
        count = workers or getattr(engine, "_max_workers", None) or processors()
        yield Opened(engine, lambda: count, _AHEAD)
    elif engine == "serial":
        with _processes(1) if limit is not None else _in_this_process() as ready:
            yield ready
    elif engine == "processes":
        with _processes(workers or processors()) as ready:
            yield ready
    else:
        with dask_workers(_address(engine), ANSWER_SECONDS) as ready:
            yield ready


def processors() -> int:
    """Processors that this process may use, of which a cluster may give fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _in_this_process() -> Iterator[Opened]:
    yield Opened(_Serial(), lambda: 1, here=True)


@contextmanager
def _processes(workers: int) -> Iterator[Opened]:
    """Threads, each of which holds a child process and waits for it."""
    runners: list[Runner] = []
    executor = ThreadPoolExecutor(workers, "runs", initializer=take_runner, initargs=(runners,))
    try:
        yield Opened(executor, lambda: workers)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        for runner in runners:
            runner.end()
        executor.shutdown(wait=True)
