"""How: on which engine the runs of an experiment are made, and under which limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.ensembles.engines import Engine
    from experiments.ensembles.standing import Standing


@dataclass(frozen=True)
class How:
    """How runs are made; see `experiments.ensembles.ensemble.ensemble`.

    Parameters
    ----------
    engine : str or Executor
    workers : int, optional
    limit_seconds : float, optional
    retry : bool
    progress : callable, optional
        Called with a `Standing`.
    """

    engine: Engine = "processes"
    workers: int | None = None
    limit_seconds: float | None = None
    retry: bool = False
    progress: Callable[[Standing], None] | None = None
