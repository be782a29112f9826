"""Which runs of a table are of interest: a condition on one of its columns."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.discovery.table_file import named_run
from sim.codes import Flags

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_CONDITION = re.compile(r"^\s*(?P<column>[^<>=!]+?)\s*(?P<sign>==|!=|<=|>=|<|>)\s*(?P<value>\S.*?)\s*$")
_SHOWN = 5


class Condition(NamedTuple):
    """Which runs are of interest: the value of a column."""

    column: str
    sign: str
    value: str

    @classmethod
    def read(cls, text: str) -> Condition:
        """Read column, sign (``==``, ``!=``, ``<``, ``<=``, ``>``, ``>=``) and value.

        Raises
        ------
        ValueError
            If it cannot be read.
        """
        found = _CONDITION.match(text)
        if found is None:
            raise ValueError(f"'{text}' is no condition: write column, sign and value, as in 'exits > 1000'")
        return cls(found["column"], found["sign"], found["value"].strip("'\""))


def interest_of(runs: pd.DataFrame, condition: str) -> Flags:
    """Tell which runs meet a condition, shape (runs,).

    Parameters
    ----------
    runs : DataFrame
    condition : str
        As `Condition.read` takes it.

    Raises
    ------
    ValueError
        If it cannot be read, names an unknown column or a value that no run has, or the column is missing or
        not finite for a run; naming that run.

    Examples
    --------
    >>> interest_of(pd.DataFrame({"outcome": ["hold", "collapse"]}), "outcome == collapse").tolist()
    [False, True]
    """
    asked = Condition.read(condition)
    if asked.column not in runs:
        raise ValueError(f"the table has no column {asked.column}")
    column = runs[asked.column]
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        return _of_texts(runs, asked)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if (odd := ~np.isfinite(values)).any():
        raise ValueError(f"{asked.column} is not a finite number in {named_run(runs, int(np.argmax(odd)))}")
    try:
        bound = float(asked.value)
    except ValueError:
        bound = math.nan
    if not math.isfinite(bound):
        raise ValueError(f"{asked.column} is a number, '{asked.value}' is none")
    return np.asarray(_COMPARE[asked.sign](values, bound), dtype=bool)


def _of_texts(runs: pd.DataFrame, asked: Condition) -> Flags:
    """Compare texts or truth values, of which none is missing."""
    column = runs[asked.column]
    if asked.sign not in ("==", "!="):
        raise ValueError(f"{asked.column} is no number: compare it with == or !=")
    if (odd := column.isna().to_numpy()).any():
        raise ValueError(f"{asked.column} is missing in {named_run(runs, int(np.argmax(odd)))}")
    texts = column.astype(str)
    known = sorted(texts.unique())
    if asked.value not in known:
        some = ", ".join(known[:_SHOWN]) + ", …" * (len(known) > _SHOWN)
        raise ValueError(f"no run has the {asked.column} '{asked.value}': there are {some}")
    return np.asarray(_COMPARE[asked.sign](texts, asked.value), dtype=bool)
