"""Dask as an engine: the way beyond one machine. Needs ``pip install 'loyalty-erosion[dask]'``."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from experiments.ensembles.faults import EngineError
from experiments.ensembles.opened import Opened

_AHEAD = 2


@contextmanager
def dask_workers(address: str, answer_seconds: float) -> Iterator[Opened]:
    """Connect to a scheduler; its workers stay when this is over.

    Parameters
    ----------
    address : str
        Such as ``tcp://node-1:8786``.
    answer_seconds : float
        How long to wait for the scheduler, and for a first worker.

    Yields
    ------
    Opened

    Raises
    ------
    EngineError
        If Dask is not installed, or nobody answers in time.
    """
    client = _connected(address, answer_seconds)
    try:
        # Equal tasks must not be taken for one: they are tried again after a loss.
        executor = client.get_executor(pure=False)
        with _quiet():
            yield Opened(
                executor, lambda: _threads(client, address), _AHEAD, check=lambda: _check(client, address)
            )
            executor.shutdown(wait=False)
    finally:
        with _quiet():
            client.close(timeout=answer_seconds)


def _connected(address: str, seconds: float) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise EngineError("Dask is not installed: pip install 'loyalty-erosion[dask]'") from None
    part = seconds / 3
    try:
        _refuse_mute(address, part)
        client: Any = Client(address, timeout=part, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError):
        raise EngineError(f"no scheduler answers at {address}: start one with 'dask scheduler'") from None
    try:
        client.wait_for_workers(1, timeout=part)
    except TimeoutError:
        client.close(timeout=part)
        raise EngineError(f"{address} has no workers: start some with 'dask worker {address}'") from None
    return client


def _refuse_mute(address: str, seconds: float) -> None:
    """Wait for the first byte of a scheduler, which speaks first: Dask would wait for it without end.

    Raises
    ------
    OSError
        If nobody is there, or what is there says nothing.
    """
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), seconds) as connection:
        connection.settimeout(seconds)
        if not connection.recv(1):
            raise ConnectionError(f"{address} hangs up")


@contextmanager
def _quiet() -> Iterator[None]:
    """Leave it to us to tell what goes wrong, in one line instead of many tracebacks."""
    log = logging.getLogger("distributed")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


def _threads(client: Any, address: str) -> int:
    """Runs that the workers can make at a time; each thread of a worker has a process of its own."""
    try:
        threads: dict[str, int] = client.nthreads()
    except (OSError, TimeoutError):
        raise EngineError(f"the scheduler at {address} is gone") from None
    return max(1, sum(threads.values()))


def _check(client: Any, address: str) -> None:
    if client.status not in ("running", "connecting"):
        raise EngineError(f"the scheduler at {address} is gone")
