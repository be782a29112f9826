"""What can go wrong with an ensemble as a whole; a run that fails is a row instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class EngineError(RuntimeError):
    """An engine that cannot be used or does not answer: nothing stored is lost by it."""


class FailedRunsError(RuntimeError):
    """Runs failed that are needed together; in the store the others stay."""


def refuse_failed(failed: pd.DataFrame, *labels: str) -> None:
    """Name the first of the runs that failed.

    Parameters
    ----------
    failed : DataFrame
        As `experiments.ensembles.ensemble.Ensemble.failed`.
    *labels : str
        Columns that say what a run stands for.

    Raises
    ------
    FailedRunsError
        If there is one.
    """
    if failed.empty:
        return
    first = failed.iloc[0]
    named = ", ".join([f"{label} {first[label]}" for label in labels] + [f"seed {first['luck_seed']}"])
    many = f"{len(failed)} runs failed, the first is" if len(failed) > 1 else "a run failed:"
    raise FailedRunsError(f"{many} run {first['run']} ({named}): {first['error']}: {first['message']}")
