"""An engine that is ready: an executor, and what the driver must know of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass


@dataclass(frozen=True)
class Opened:
    """An engine that is ready.

    Parameters
    ----------
    executor : Executor
    workers : callable
        How many there are now; on a cluster they come and go.
    ahead : int
        Tasks that are given for each worker at a time.
    here : bool
        Whether runs are made in this process itself.
    check : callable
        Raises EngineError if the engine is gone.
    """

    executor: Executor
    workers: Callable[[], int]
    ahead: int = 1
    here: bool = False
    check: Callable[[], None] = lambda: None
