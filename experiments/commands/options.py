"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from sim.clock import LONGEST_RUN_DAYS

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
