"""Running: the points of a study through an ensemble, in parts, so that few scenarios are held at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.ensembles.ensemble import Ensemble, ensemble
from experiments.ensembles.plan import Run
from experiments.ensembles.standing import Standing
from experiments.sensitivity.design import STRIDE, Design

if TYPE_CHECKING:
    from experiments.ensembles.engines import Engine
    from experiments.ensembles.simulation import Model
    from experiments.ensembles.standing import Progress
    from experiments.study import Study
    from sim.scenario import Scenario

PART = 512
"""Runs that are planned at a time: a resolved scenario takes some hundred kilobytes."""


@dataclass(frozen=True)
class How:
    """How runs are made; see `experiments.ensembles.ensemble.ensemble`."""

    engine: Engine = "processes"
    workers: int | None = None
    limit_seconds: float | None = None
    retry: bool = False
    progress: Progress | None = None


@dataclass
class _Whole:
    """Standing of all parts together, told as one."""

    total: int
    tell: Progress | None
    done: int = 0
    failed: int = 0
    before: int = 0
    last: Standing | None = None

    def __post_init__(self) -> None:
        self.began = time.monotonic()

    def __call__(self, part: Standing) -> None:
        self.last = part
        if self.tell is not None:
            self.tell(
                Standing(
                    self.done + part.done,
                    self.failed + part.failed,
                    self.total,
                    self.before + part.before,
                    time.monotonic() - self.began,
                )
            )

    def next_part(self) -> None:
        """Count the part that has ended."""
        if self.last is not None:
            self.done += self.last.done
            self.failed += self.last.failed
            self.before += self.last.before
            self.last = None


def make_runs(
    study: Study, scenario: Scenario, design: Design, folder: Path, model: Model, how: How
) -> Ensemble:
    """Make the runs of a study that its store lacks.

    Parameters
    ----------
    study : Study
    scenario : Scenario
        As it is, before any factor is varied.
    design : Design
    folder : Path
        Of the store.
    model : Model
    how : How

    Returns
    -------
    Ensemble
        Of the runs of this study, numbered block by block, and in a block replicate by replicate; labels
        point (from 1), block, replicate (from 1), and each factor's value.
    """
    whole = _Whole(len(design.shares) * study.replicates, how.progress)
    planned = []
    for runs in parts_of(study, scenario, design):
        made = ensemble(
            runs,
            folder,
            engine=how.engine,
            workers=how.workers,
            limit_seconds=how.limit_seconds,
            model=model,
            retry=how.retry,
            progress=whole,
        )
        whole.next_part()
        planned.append(made.planned)
    table = pd.concat(planned, ignore_index=True)
    table["run"] = range(1, len(table) + 1)
    return Ensemble(folder, table)


def parts_of(study: Study, scenario: Scenario, design: Design) -> Iterator[list[Run]]:
    """Plan the runs of a study, some at a time."""
    part: list[Run] = []
    for run in _runs(study, scenario, design):
        part.append(run)
        if len(part) == PART:
            yield part
            part = []
    if part:
        yield part


def _runs(study: Study, scenario: Scenario, design: Design) -> Iterator[Run]:
    for point, (shares, block, seed) in enumerate(
        zip(design.shares, design.block, design.seeds, strict=True), start=1
    ):
        values = study.values(shares)
        # A category may hold values of several types, which one column of a table cannot.
        labels = {k: str(v) if study.factors[k].values else v for k, v in values.items()}
        varied = scenario.with_(values)
        for replicate in range(study.replicates):
            names = {"point": point, "block": int(block) + 1, "replicate": replicate + 1, **labels}
            yield Run(varied, int(seed) + replicate * STRIDE, labels=names)
