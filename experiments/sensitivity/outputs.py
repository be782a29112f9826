"""Outputs: the numbers of a study that are analysed, a value a point of the design."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.sensitivity.faults import SensitivityError, refuse_failed, refuse_not_finite
from experiments.sensitivity.weekly import WEEKLY
from experiments.study import COLLAPSE
from sim.codes import Floats

if TYPE_CHECKING:
    import pandas as pd

    from experiments.ensembles.ensemble import Ensemble
    from experiments.study import Study

END = -1
"""Day of an output of the whole run."""


@dataclass(frozen=True, eq=False)
class Series:
    """One output.

    Parameters
    ----------
    name : str
        Column of the summary or of the daily table; of several replicates with ", mean" or ", spread"
        (standard deviation over replicates), of collapse ", chance".
    day : int
        Last day of the week, from 0; `END` for the whole run.
    values : (points,) array of float
    """

    name: str
    day: int
    values: Floats


def outputs_of(study: Study, made: Ensemble) -> list[Series]:
    """Take the outputs of a study from its runs.

    Parameters
    ----------
    study : Study
    made : Ensemble
        As from `experiments.sensitivity.running.make_runs`.

    Returns
    -------
    list of Series

    Raises
    ------
    SensitivityError
        If a run failed or gave a number that is not finite; naming the runs.
    """
    refuse_failed(made.runs)
    summary = made.summary.sort_values("run")
    if COLLAPSE in study.outputs:
        summary = summary.assign(collapse=(summary["outcome"].astype(str) == COLLAPSE).astype(float))
    refuse_not_finite(summary, study.outputs)
    found: list[Series] = []
    for output in study.outputs:
        found += _over_replicates(study, output, END, summary[output].to_numpy(dtype=np.float64))
    return found + (_weekly(study, made, summary) if study.weekly else [])


def _weekly(study: Study, made: Ensemble, summary: pd.DataFrame) -> list[Series]:
    """Take each week of each series; all runs must have the same days."""
    frame = made.frame(WEEKLY).merge(summary[["run", "run_id"]], on="run")
    days = np.sort(frame["day"].unique())
    if len(frame) != len(days) * len(summary):
        raise SensitivityError("not analysed: runs differ in length, so that their weeks do not match")
    frame = frame.sort_values(["day", "run"])
    refuse_not_finite(frame, study.weekly, " in some week")
    found: list[Series] = []
    for column in study.weekly:
        weeks = frame[column].to_numpy(dtype=np.float64).reshape(len(days), -1)
        for day, values in zip(days, weeks, strict=True):
            found += _over_replicates(study, column, int(day), values)
    return found


def _over_replicates(study: Study, name: str, day: int, values: Floats) -> Iterator[Series]:
    """Mean and spread over the replicates of each point; what there is where there is one."""
    if study.replicates == 1:
        yield Series(name, day, values)
        return
    points = values.reshape(-1, study.replicates)
    if name == COLLAPSE:
        yield Series(f"{name}, chance", day, points.mean(axis=1))
        return
    yield Series(f"{name}, mean", day, points.mean(axis=1))
    yield Series(f"{name}, spread", day, points.std(axis=1, ddof=1))
