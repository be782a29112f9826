"""Export: an ensemble as CSV for R and Stata, or as one NetCDF file for those who like labelled cubes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sim.results.result_folder import whole_file

if TYPE_CHECKING:
    import pandas as pd

    from experiments.ensembles.ensemble import Ensemble

Form = Literal["csv", "netcdf"]


def export(found: Ensemble, form: Form, folder: Path) -> list[Path]:
    """Write an ensemble in another form; runs that failed or are missing are in the table of runs.

    Parameters
    ----------
    found : Ensemble
    form : {"csv", "netcdf"}
    folder : Path
        Made if it is not there.

    Returns
    -------
    list of Path
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if form == "netcdf":
        from experiments.ensembles.netcdf import write_netcdf

        return [write_netcdf(found, folder / "ensemble.nc")]
    return [_csv(folder / f"{name}.csv", table) for name, table in tables_of(found).items()]


def tables_of(found: Ensemble) -> dict[str, pd.DataFrame]:
    """All tables of an ensemble by name: runs, and the frames that were kept."""
    tables = {"runs": found.runs}
    for name in found.frames:
        tables[name] = found.summary if name == "summary" else found.frame(name)
    return tables


def _csv(path: Path, table: pd.DataFrame) -> Path:
    with whole_file(path) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")
    return path
