"""Runs that cannot be analysed: refused by name before any analysis, which one of them would spoil."""

from __future__ import annotations

import numpy as np
import pandas as pd

_NAMED = 5


class SensitivityError(RuntimeError):
    """Runs that cannot be analysed; the message names them."""


def refuse_failed(runs: pd.DataFrame) -> None:
    """Stop where a run failed or is missing.

    Parameters
    ----------
    runs : DataFrame
        As in `Ensemble.runs`.

    Raises
    ------
    SensitivityError
    """
    bad = runs[runs["status"] != "done"]
    if bad.empty:
        return
    first = bad.iloc[0]
    why = f"the first with {first['error']}: {first['message'] or 'no message'}" if first["error"] else ""
    raise SensitivityError(f"not analysed: {names_of(bad)} failed, {why}")


def refuse_not_finite(runs: pd.DataFrame, columns: tuple[str, ...], when: str = "") -> None:
    """Stop where an output is not a finite number: SALib's Sobol would return zeros, in silence.

    Parameters
    ----------
    runs : DataFrame
        run, run_id, and the columns.
    columns : tuple of str
    when : str
        Said after the name of the output, such as " in week 3".

    Raises
    ------
    SensitivityError
    """
    problems = []
    for column in columns:
        odd = ~np.isfinite(runs[column].to_numpy(dtype=np.float64, na_value=np.nan))
        if odd.any():
            problems.append(f"{column}{when} is not a finite number in {names_of(runs[odd])}")
    if problems:
        raise SensitivityError(f"not analysed: {'; '.join(problems)}: look at another output")


def names_of(runs: pd.DataFrame) -> str:
    """Name some runs by their number and the name they have in the store."""
    names = [f"{run} ({name})" for run, name in zip(runs["run"], runs["run_id"], strict=True)]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"run{'s' * (len(names) > 1)} {', '.join(names[:_NAMED])}{more}"
