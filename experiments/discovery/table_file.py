"""Tables of runs from files, and which of their runs are of interest."""

from __future__ import annotations

import hashlib
import json
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.codes import Flags

_SCREENING = ("screening.json", "runs.parquet")
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_CONDITION = re.compile(r"^\s*(?P<column>[^<>=!]+?)\s*(?P<sign>==|!=|<=|>=|<|>)\s*(?P<value>\S.*?)\s*$")


@dataclass(frozen=True, eq=False)
class RunTable:
    """Runs, which of their columns were varied, and the SHA-256 of the file."""

    runs: pd.DataFrame
    factors: tuple[str, ...]
    digest: str


def read_runs(source: Path, factors: Sequence[str] | None = None) -> RunTable:
    """Read a table of runs.

    Parameters
    ----------
    source : Path
        A Parquet or CSV file, or the folder of a screening or of an ensemble.
    factors : sequence of str, optional
        Columns that were varied; a screening knows its own, and of an ensemble they are the labels that are
        dotted paths.

    Returns
    -------
    RunTable

    Raises
    ------
    OSError
        If the file cannot be read.
    OutputError
        If a folder holds neither.
    ValueError
        If it is no table, has no such columns, or a run of it failed; naming the runs.
    """
    is_store = source.is_dir() and not (source / _SCREENING[0]).exists()
    table = _stored(source) if is_store else _filed(source)
    names = tuple(factors or table.factors)
    if not names:
        raise ValueError(f"{source}: name the columns that were varied, with --factor")
    if missing := [name for name in names if name not in table.runs]:
        raise ValueError(f"{source} has no column {', '.join(missing)}")
    if "status" in table.runs and (failed := table.runs["status"] != "done").any():
        numbers = ", ".join(str(row + 1) for row in np.flatnonzero(failed.to_numpy())[:10])
        raise ValueError(f"{source}: {int(failed.sum())} runs are not done, not analysed: rows {numbers}")
    return RunTable(table.runs, names, table.digest)


def of_policy(table: RunTable, policy: str | None) -> RunTable:
    """Take the runs of one policy; all where none is named.

    Raises
    ------
    ValueError
        If the table has none of them, or has several policies and none is named.
    """
    if "policy" not in table.runs:
        if policy is not None:
            raise ValueError("the table has no column policy")
        return table
    names = list(table.runs["policy"].astype(str).unique())
    if policy is None and len(names) > 1 and "policy" not in table.factors:
        raise ValueError(f"the table has several policies, name one with --policy: {', '.join(names)}")
    if policy is None:
        return table
    if policy not in names:
        raise ValueError(f"the table has no policy {policy}: it has {', '.join(names)}")
    kept = table.runs[table.runs["policy"].astype(str) == policy].reset_index(drop=True)
    return RunTable(kept, table.factors, table.digest)


def _filed(source: Path) -> RunTable:
    """Runs of a file, or of the folder of a screening."""
    path = source / _SCREENING[1] if source.is_dir() else source
    own = _factors_of(source) if source.is_dir() else ()
    content = path.read_bytes()
    try:
        runs = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    except (ValueError, pd.errors.ParserError) as error:
        raise ValueError(f"{path} is no table of runs: {error}") from None
    return RunTable(runs, own, hashlib.sha256(content).hexdigest())


def _stored(folder: Path) -> RunTable:
    """Runs of a store, and the labels that are keys of a scenario: dotted paths."""
    from experiments.ensembles.ensemble import Ensemble

    kept = Ensemble.load(folder)
    labels = tuple(name for name in map(str, kept.planned) if "." in name)
    standing = kept.runs[["run", "status"]]
    runs = (
        standing.merge(kept.summary, on="run", how="left")
        if (standing["status"] == "done").any()
        else standing
    )
    names = "".join(kept.planned["run_id"])
    return RunTable(runs, labels, hashlib.sha256(names.encode("utf-8")).hexdigest())


def _factors_of(folder: Path) -> tuple[str, ...]:
    """Factors of a screening, from its description."""
    try:
        about = json.loads((folder / _SCREENING[0]).read_text(encoding="utf-8"))
        return tuple(about["study"]["factors"])
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{folder / _SCREENING[0]} is no description of a screening") from None


def interest_of(runs: pd.DataFrame, condition: str) -> Flags:
    """Tell which runs meet a condition, shape (runs,).

    Parameters
    ----------
    runs : DataFrame
    condition : str
        Column, sign (``==``, ``!=``, ``<``, ``<=``, ``>``, ``>=``) and value.

    Raises
    ------
    ValueError
        If it cannot be read, names an unknown column, or the column is not finite.

    Examples
    --------
    >>> interest_of(pd.DataFrame({"outcome": ["hold", "collapse"]}), "outcome == collapse").tolist()
    [False, True]
    """
    found = _CONDITION.match(condition)
    if found is None:
        raise ValueError(f"'{condition}' is no condition: write column, sign and value, as in 'exits > 1000'")
    if found["column"] not in runs:
        raise ValueError(f"the table has no column {found['column']}")
    column = runs[found["column"]]
    text = found["value"].strip("'\"")
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        if found["sign"] not in ("==", "!="):
            raise ValueError(f"{found['column']} is no number: compare it with == or !=")
        return np.asarray(_COMPARE[found["sign"]](column.astype(str), text), dtype=bool)
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if (odd := ~np.isfinite(values)).any():
        raise ValueError(f"{found['column']} is not a finite number in row {int(np.argmax(odd)) + 1}")
    try:
        return np.asarray(_COMPARE[found["sign"]](values, float(text)), dtype=bool)
    except ValueError:
        raise ValueError(f"{found['column']} is a number, '{text}' is none") from None
