"""`erosion status` and `erosion export`: what a store of runs holds, and its tables in other forms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from experiments.commands.options import Out
from experiments.showing.printing import console, new_table

if TYPE_CHECKING:
    from experiments.ensembles.ensemble import Ensemble

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of an ensemble.")]
_SHOWN = 10


def status(
    folder: Folder,
    failed: Annotated[bool, typer.Option("--failed", help="Print the traceback of each failed run.")] = False,
) -> None:
    """Say how many runs of an ensemble are done, failed or missing, and why."""
    from experiments.ensembles.claims import at_work
    from experiments.ensembles.description import read_description
    from experiments.ensembles.ensemble import Ensemble

    found, about = Ensemble.load(folder), read_description(folder)
    print(f"{folder}: {about['scenario']}, started {about['started']}")
    print(f"Command: {about['command']}")
    print(counts_line(found))
    seconds = found.runs["seconds"].dropna()
    if len(seconds):
        print(f"Seconds a run: median {seconds.median():.3g}, longest {seconds.max():.3g}")
    drivers = at_work(folder)
    print(f"At work now: {len(drivers)} driver{'s' * (len(drivers) != 1)}")
    print_failed(found, whole=failed)


def counts_line(found: Ensemble) -> str:
    """Say how many runs are done, failed and missing."""
    counts = found.counts()
    said = ", ".join(f"{count} {name}" for name, count in counts.items() if count or name == "done")
    return f"{len(found.planned)} runs: {said}"


def print_failed(found: Ensemble, *, whole: bool = False) -> None:
    """Print why runs failed: a line each, or the whole traceback."""
    rows = found.failed
    to = console()
    if whole:
        for row in rows.to_dict("records"):
            to.print(f"\nRun {row['run']} (army seed {row['army_seed']}, luck seed {row['luck_seed']}):")
            to.print(row["traceback"].rstrip() or f"{row['error']}: {row['message']}")
        return
    if len(rows):
        table = new_table("Failed", "run", "luck seed")
        table.add_column("error")
        table.add_column("message", overflow="fold")
        for row in rows.head(_SHOWN).to_dict("records"):
            table.add_row(str(row["run"]), str(row["luck_seed"]), row["error"], row["message"])
        to.print(table)
        if len(rows) > _SHOWN:
            to.print(f"and {len(rows) - _SHOWN} more")


def export(
    folder: Folder,
    to: Annotated[Literal["csv", "netcdf"], typer.Option("--to", help="Form of the files.")] = "csv",
    out: Out = None,
) -> None:
    """Write the tables of an ensemble as CSV, or as one NetCDF file."""
    from experiments import folder as folders
    from experiments.ensembles.ensemble import Ensemble
    from experiments.ensembles.export import export as write

    found = Ensemble.load(folder)
    folders.refuse_unless_usable(out or folder)
    for path in write(found, to, out or folder):
        print(f"Written to {path}")
