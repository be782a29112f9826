"""NetCDF: an ensemble as one file of labelled arrays, by run and by run and day.

The classic format with 64-bit offsets is written by SciPy, which is there anyway, and is read by every
library for NetCDF (xarray, netCDF4, R's ncdf4). It has no 64-bit integers: whole numbers that need them are
written as doubles, which hold them exactly up to 2^53.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.results.result_folder import whole_file

if TYPE_CHECKING:
    from experiments.ensembles.ensemble import Ensemble

_EPOCH = np.datetime64("1970-01-01")
_SINCE = "days since 1970-01-01"
_MOST_INT = 2**31 - 1


def write_netcdf(found: Ensemble, path: Path) -> Path:
    """Write the runs, their outcomes and their daily series.

    Dimensions: `run`, the number of the run; `day`, from 0, where daily series were kept; and one a length of
    text. Outcomes have the names of the summary; series have `daily_` before theirs, and are NaN where a run
    failed, is missing, or has no such day.

    Parameters
    ----------
    found : Ensemble
    path : Path

    Returns
    -------
    Path
        That of the file.
    """
    from scipy.io import netcdf_file

    runs = found.runs.drop(columns=["traceback"])
    if "summary" in found.frames:
        own = [name for name in found.summary.columns if name not in runs.columns]
        runs = runs.merge(found.summary[["run", *own]], on="run", how="left")
    with whole_file(path) as temporary, netcdf_file(str(temporary), "w", version=2) as file:
        file.Conventions = "CF-1.8"
        file.title = f"Ensemble of {', '.join(found.planned['scenario'].unique())}"
        file.comment = "A simulation, not an observation or a forecast."
        file.createDimension("run", len(runs))
        for name in runs.columns:
            _put(file, str(name), ("run",), runs[name])
        if "daily" in found.frames:
            _put_daily(file, found.daily, runs["run"])
    return path


def _put_daily(file: Any, daily: pd.DataFrame, runs: pd.Series) -> None:
    """Add the daily columns as arrays of run by day."""
    days = np.sort(daily["day"].unique())
    file.createDimension("day", len(days))
    _put(file, "day", ("day",), pd.Series(days))
    whole = pd.MultiIndex.from_product([runs, days], names=["run", "day"])
    cube = daily.set_index(["run", "day"]).reindex(whole)
    for name in cube.columns:
        column = cube[name]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            column = column.astype(np.float64)
        _put(file, f"daily_{name}", ("run", "day"), column, (len(runs), len(days)))


def _put(
    file: Any,
    name: str,
    dimensions: tuple[str, ...],
    column: pd.Series,
    shape: tuple[int, ...] | None = None,
) -> None:
    """Add one variable."""
    values, attributes = _plain(column)
    if values.dtype.kind == "S":
        length = max(1, values.dtype.itemsize)
        text = f"text_{length}"
        if text not in file.dimensions:
            file.createDimension(text, length)
        dimensions = (*dimensions, text)
        values = values.astype(f"S{length}").view("S1").reshape(*(shape or (len(column),)), length)
    elif shape is not None:
        values = values.reshape(shape)
    variable = file.createVariable(name, values.dtype.char if values.dtype.kind != "S" else "c", dimensions)
    variable[:] = values
    for key, value in attributes.items():
        setattr(variable, key, value)


def _plain(column: pd.Series) -> tuple[np.ndarray[Any, Any], dict[str, Any]]:
    """Values in a type of the format, and what a reader must know of them."""
    if pd.api.types.is_datetime64_any_dtype(column):
        days = (column.to_numpy("datetime64[D]") - _EPOCH) / np.timedelta64(1, "D")
        return days.astype(np.float64), {"units": _SINCE, "calendar": "standard", "_FillValue": np.nan}
    if pd.api.types.is_bool_dtype(column):
        return column.to_numpy(np.int32), {}
    if pd.api.types.is_integer_dtype(column) and column.abs().max() <= _MOST_INT:
        return column.to_numpy(np.int32), {}
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(np.float64), {"_FillValue": np.nan}
    text = column.astype(object).where(column.notna(), "").astype(str)
    # As xarray and the netCDF library mark text.
    return np.array([each.encode("utf-8") for each in text], dtype=np.bytes_), {"_Encoding": "utf-8"}
