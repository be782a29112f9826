"""Tables of runs from files and stores."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

_SCREENING = ("screening.json", "runs.parquet")
_NAMED = 5


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
        A Parquet or CSV file, or the folder of a screening, of an ensemble, or of a study or comparison that
        keeps one in its folder `runs`.
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
        If it is not there, is no table, holds no run, has no such columns, or a run of it failed; naming the
        runs.
    """
    if not source.exists():
        raise ValueError(f"{source}: there is no such file or folder")
    is_store = source.is_dir() and not (source / _SCREENING[0]).exists()
    table = _stored(source) if is_store else _filed(source)
    if table.runs.empty:
        raise ValueError(f"{source} holds no run")
    names = tuple(factors or table.factors)
    if not names:
        raise ValueError(f"{source}: name the columns that were varied, with --factor")
    if missing := [name for name in names if name not in table.runs]:
        raise ValueError(f"{source} has no column {', '.join(missing)}")
    if "status" in table.runs and (failed := table.runs["status"] != "done").any():
        bad = np.flatnonzero(failed.to_numpy())
        named = ", ".join(named_run(table.runs, row) for row in bad[:_NAMED])
        more = f" and {bad.size - _NAMED} more" if bad.size > _NAMED else ""
        raise ValueError(f"{source} is not analysed, not done: {named}{more}")
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


def fresh_from(source: Path, table: RunTable, policy: str | None) -> RunTable:
    """Read runs to measure boxes on that were found on others; arguments as of `read_runs` and `of_policy`.

    Raises
    ------
    ValueError
        If the table holds one of them, where it names its runs, or is the same.
    """
    fresh = of_policy(read_runs(source, table.factors), policy)
    both = {*table.runs["run_id"]} & {*fresh.runs["run_id"]} if _name_runs(table, fresh) else set()
    if fresh.digest == table.digest or both:
        many = len(both) or len(fresh.runs)
        raise ValueError(f"{source} is not fresh: the boxes would be found on {many} of its runs")
    return fresh


def _name_runs(*tables: RunTable) -> bool:
    return all("run_id" in table.runs for table in tables)


def _filed(source: Path) -> RunTable:
    """Runs of a file, or of the folder of a screening."""
    path = source / _SCREENING[1] if source.is_dir() else source
    own = _factors_of(source) if source.is_dir() else ()
    content = path.read_bytes()
    try:
        runs = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    except (ValueError, pd.errors.ParserError) as error:
        raise ValueError(f"{path} is no table of runs: {str(error).strip()}") from None
    return RunTable(runs, own, hashlib.sha256(content).hexdigest())


def _stored(folder: Path) -> RunTable:
    """Runs of a store, and the labels that are keys of a scenario: dotted paths."""
    from experiments.ensembles.ensemble import Ensemble

    below = folder / "runs"
    kept = Ensemble.load(below if (below / "experiment.json").exists() else folder)
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


def named_run(runs: pd.DataFrame, row: int) -> str:
    """Name a run by what its table has: its row, from 1, its number and name, its future and policy.

    Examples
    --------
    >>> named_run(pd.DataFrame({"run": [7], "run_id": ["0a1b"], "exits": [3]}), 0)
    'row 1 (run 7, 0a1b)'
    """
    own = runs.iloc[row]
    words = [f"{name} {own[name]}" for name in ("run", "future", "policy") if name in runs]
    words += [str(own["run_id"])] if "run_id" in runs else []
    return f"row {row + 1}" + (f" ({', '.join(words)})" if words else "")


def shared_seeds(runs: pd.DataFrame) -> tuple[int, int] | None:
    """Distinct seeds of luck and runs, where runs share them; None where none do or it is not known.

    Runs of one luck go together, so that what takes runs as independent says too much of them.
    """
    name = next((name for name in ("luck_seed", "seed") if name in runs), None)
    if name is None or not runs[name].duplicated().any():
        return None
    return int(runs[name].nunique()), len(runs)
