"""Finished: what came of one run, good or bad, and how it is run in this process."""

from __future__ import annotations

import socket
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from experiments.ensembles.job import Job, scenario_of
from experiments.ensembles.simulation import SUMMARY

if TYPE_CHECKING:
    import pandas as pd

DONE, FAILED = "done", "failed"


@dataclass(frozen=True)
class Finished:
    """A run that came to an end.

    Parameters
    ----------
    run_id : str
    status : {"done", "failed"}
    error, message, traceback : str
        Type of the error, what it says, and where; empty where there was none.
    started : str
        ISO 8601, UTC.
    seconds : float
        Wall time.
    host : str
        Machine that ran it.
    frames : mapping
        Name to DataFrame; `summary` among them if the run is done, none if it failed.
    """

    run_id: str
    status: str
    error: str
    message: str
    traceback: str
    started: str
    seconds: float
    host: str
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def failed(job: Job, error: str, message: str, trace: str, started: float) -> Finished:
    """Describe a run that failed; `started` is seconds since 1970."""
    return Finished(job.run_id, FAILED, error, message, trace, *_when(started))


def run_here(job: Job) -> Finished:
    """Run a job in this process; an error is what came of it, not an end.

    Parameters
    ----------
    job : Job

    Returns
    -------
    Finished
    """
    started = time.time()
    try:
        frames = dict(job.model(scenario_of(job.scenario), job.army_seed, job.luck_seed))
        rows = len(frames[SUMMARY]) if SUMMARY in frames else 0
        if rows != 1:
            raise ValueError(f"the model gave {rows} rows of '{SUMMARY}', one is needed")
        return Finished(job.run_id, DONE, "", "", "", *_when(started), frames)
    except (Exception, SystemExit) as error:  # a model error is a result of the ensemble
        trace = "".join(traceback.format_exception(error))
        return failed(job, type(error).__name__, str(error), trace, started)


def _when(started: float) -> tuple[str, float, str]:
    """Start, duration and place of a run that ends now."""
    begin = datetime.fromtimestamp(started, UTC).isoformat(timespec="milliseconds")
    return begin, round(time.time() - started, 3), socket.gethostname()
