"""A Dask scheduler and workers as processes of their own, started as a user starts them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
TO_START_SECONDS = 120.0


@dataclass(frozen=True)
class Cluster:
    """A scheduler with workers.

    Parameters
    ----------
    address : str
        HOST:PORT.
    scheduler : Popen
    workers : tuple of Popen
    """

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: tuple[subprocess.Popen[bytes], ...]

    @property
    def engine(self) -> str:
        return f"dask://{self.address}"


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """Start a scheduler and workers of one thread each; end them and their children afterwards."""
    started: list[subprocess.Popen[bytes]] = []
    file = folder / "scheduler.json"
    try:
        local = ["--host", "127.0.0.1", "--port", "0"]
        started.append(_dask(folder, "scheduler", *local, "--scheduler-file", str(file), "--no-dashboard"))
        _wait_for(file)
        address = _address(file)
        here = ["--nthreads", "1", "--no-dashboard", "--local-directory", str(folder)]
        started += [_dask(folder, "worker", address, *here) for _ in range(workers)]
        yield Cluster(address.removeprefix("tcp://"), started[0], tuple(started[1:]))
    finally:
        end(started)


def wait_for_workers(found: Cluster) -> None:
    """Wait until the workers have come, on a machine that may be busy."""
    from distributed import Client

    with Client(found.address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(len(found.workers), timeout=120)


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Kill processes and all that they started, which are ours by their id."""
    for process in processes:
        for each in (*children_of(process), process):
            each.kill()
        process.wait()


def children_of(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Processes that a process has started, and theirs."""
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _dask(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    with (folder / f"{words[0]}-{time.monotonic_ns()}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            env={**os.environ, "PYTHONPATH": path},
            stdout=log,
            stderr=log,
            cwd=folder,
        )


def _wait_for(file: Path) -> None:
    until = time.monotonic() + TO_START_SECONDS
    while not (file.exists() and file.stat().st_size):
        assert time.monotonic() < until, "the scheduler did not start"
        time.sleep(0.05)


def _address(file: Path) -> str:
    import json

    address: str = json.loads(file.read_text(encoding="utf-8"))["address"]
    return address
