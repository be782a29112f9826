"""Options that several commands share, and how they print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sim.clock import LONGEST_RUN_DAYS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or path of a YAML file.")
]
StudyName = Annotated[
    str, typer.Argument(metavar="STUDY", help="Name of a shipped study, or path of a YAML file.")
]
Overlays = Annotated[
    list[str] | None,
    typer.Option("--overlay", metavar="FILE", help="Lever or contrast laid over it; repeatable."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change one key, such as salary_plan.usd_per_month=300; repeatable.",
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the first run: run r has seed + r - 1.")]
Scale = Annotated[float | None, typer.Option(help="Size of the army over its real size, such as 0.1.")]
Days = Annotated[
    int | None,
    typer.Option(
        min=1, max=LONGEST_RUN_DAYS, help="Length of the run in days; events after it are left out."
    ),
]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder to write to, instead of one in results/.")
]

Attribution = Annotated[
    Literal["daily", "weekly"] | None,
    typer.Option(help="Split the expected exits of each day or week among the mechanisms."),
]
Force = Annotated[bool, typer.Option("--force", help="Write even if the folder holds something else.")]

Engine = Annotated[
    str | None,
    typer.Option(
        metavar="ENGINE",
        help="Store each run as it finishes, and go on where it stopped: serial, processes or dask://HOST:PORT.",
    ),
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Processes of the engine; as many as there are processors.")
]
Limit = Annotated[
    float | None,
    typer.Option(
        "--limit", metavar="SECONDS", help="Most seconds a run may take; one that takes longer has failed."
    ),
]
Retry = Annotated[bool, typer.Option("--retry", help="Make runs again that failed.")]

_WIDTH_ELSEWHERE = 140


def console() -> Console:
    """Return a console that prints text as it is, at a fixed width where it is no terminal."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_ELSEWHERE
    return Console(markup=False, highlight=False, emoji=False, width=width)


def new_table(title: str, first: str, *others: str) -> Table:
    """Return a table whose first column is text and whose others are numbers."""
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right")
    return table
