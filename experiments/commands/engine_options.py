"""Options of runs that are made by an engine and stored, shared by the commands that make many."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from experiments.ensembles.how import How

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
Shard = Annotated[
    str | None, typer.Option(metavar="I/N", help="Make only part I of N of the runs, for arrays of jobs.")
]
Retry = Annotated[bool, typer.Option("--retry", help="Make runs again that failed.")]


@dataclass(frozen=True)
class Stored:
    """Options of stored runs.

    Parameters
    ----------
    engine, workers, limit, shard, retry
        As on the command line.
    """

    engine: str | None
    workers: int | None
    limit: float | None
    shard: str | None
    retry: bool

    @property
    def asked(self) -> bool:
        """Whether any of them was given."""
        return self.retry or any(
            each is not None for each in (self.engine, self.workers, self.limit, self.shard)
        )

    @property
    def part(self) -> tuple[int, int] | None:
        """Part and number of parts.

        Raises
        ------
        BadParameter
            If it is not written so.
        """
        if self.shard is None:
            return None
        found = re.fullmatch(r"(\d+)/(\d+)", self.shard)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise typer.BadParameter(f"'{self.shard}' is no part: write 2/8 for the second of eight")
        return int(found[1]), int(found[2])

    @contextmanager
    def making(self, title: str, store: Path) -> Iterator[How]:
        """Give how runs are made while the block makes them; if it stops, say where those are that finished.

        Raises
        ------
        BadParameter
            If an option is not allowed.
        """
        from experiments.ensembles.faults import EngineError
        from experiments.ensembles.how import How
        from experiments.ensembles.standing import shown

        if self.part is not None:
            title += f", part {self.part[0]} of {self.part[1]}"
        try:
            with shown(title) as progress:
                yield How(self.engine or "processes", self.workers, self.limit, self.retry, progress)
        except (KeyboardInterrupt, OSError, EngineError):
            if (store / "experiment.json").exists():
                print(f"what is finished is in {store}: the same command goes on", file=sys.stderr)
            raise
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
