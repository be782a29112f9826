"""`erosion run` with an engine: each run is stored as it finishes, and the same command goes on."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.showing.closing import SIMULATION
from experiments.showing.naming import size_of, titled
from experiments.showing.printing import console, new_table

if TYPE_CHECKING:
    from experiments.ensembles.ensemble import Ensemble
    from experiments.ensembles.plan import Run
    from sim.scenario import Scenario

Shard = Annotated[
    str | None, typer.Option(metavar="I/N", help="Make only part I of N of the runs, for arrays of jobs.")
]
FAILED = 3
RUNS = "runs"
"""Folder of the store below that of a comparison or of doses."""


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
    shard: str | None = None
    retry: bool = False

    @property
    def asked(self) -> bool:
        """Whether any of them was given."""
        return self.retry or any(
            each is not None for each in (self.engine, self.workers, self.limit, self.shard)
        )

    def kept_in(self, folder: Path) -> dict[str, Any]:
        """Arguments of a comparison whose runs are stored in a folder; none where no option was given.

        Raises
        ------
        BadParameter
            If there is no such engine.
        """
        if not self.asked:
            return {}
        from experiments.ensembles.engines import refuse_unknown

        engine = self.engine or "processes"
        try:
            refuse_unknown(engine, self.workers)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        return {
            "folder": folder,
            "engine": engine,
            "workers": self.workers,
            "limit_seconds": self.limit,
            "retry": self.retry,
        }

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

    @property
    def of_part(self) -> str:
        """Words for a title."""
        return "" if self.part is None else f", part {self.part[0]} of {self.part[1]}"


def folder_of(scenario: Scenario) -> Path:
    """Folder of the runs of a scenario under this version of the model, whatever their number and seeds."""
    from experiments import folder
    from experiments.asking import short_hash
    from experiments.ensembles.simulation import Simulation
    from experiments.ensembles.version import version_of_model
    from sim.results.provenance import digest

    asked = short_hash("ensemble", digest(scenario), version_of_model(Simulation()))
    return folder.RESULTS / f"{scenario.name}-{asked}"


def run_stored(runs: list[Run], where: Path, options: Stored, *, figures: bool) -> None:
    """Make runs, print what they say, and draw them.

    Parameters
    ----------
    runs : list of Run
    where : Path
        Folder of the store.
    options : Stored
    figures : bool
        Draw the bands.
    """
    found = _run(runs, where, options)
    _print_scenario(runs[0].scenario)
    _print(found)
    if figures and found.counts()["done"]:
        from experiments.ensembles.figure import save_bands

        save_bands(found, where / "ensemble.png")
    print(f"Written to {where}")
    failures = found.counts()["failed"]
    if failures:
        print(
            f"{failures} of {len(found.planned)} runs failed: 'erosion status {where} --failed' says why",
            file=sys.stderr,
        )
        raise typer.Exit(FAILED)


def say_part(made: Ensemble, where: Path, options: Stored) -> None:
    """Say what was made of a comparison or of doses, and what is left to do.

    Parameters
    ----------
    made : Ensemble
        The part.
    where : Path
        Folder of the store.
    options : Stored
    """
    from experiments.commands.store import counts_line
    from experiments.ensembles.ensemble import Ensemble

    print(f"{counts_line(made)}{options.of_part}")
    print(f"In {where}: {counts_line(Ensemble.load(where))}")
    print("Nothing is compared yet: the same command without --shard makes what is missing, and compares.")


@contextmanager
def gone_on_with(where: Path) -> Iterator[None]:
    """Say, when stored runs are interrupted, that the same command goes on."""
    from experiments.ensembles.faults import EngineError

    try:
        yield
    except (KeyboardInterrupt, OSError, EngineError):
        if (where / "experiment.json").exists():
            print(f"what is finished is in {where}: the same command goes on", file=sys.stderr)
        raise


def _run(runs: list[Run], where: Path, options: Stored) -> Ensemble:
    from experiments.ensembles.ensemble import ensemble
    from experiments.ensembles.standing import shown

    part = options.part
    title = f"{len(runs)} run{'s' * (len(runs) > 1)} of {runs[0].scenario.name}{options.of_part}"
    try:
        with gone_on_with(where), shown(title) as progress:
            return ensemble(
                runs,
                where,
                engine=options.engine or "processes",
                workers=options.workers,
                limit_seconds=options.limit,
                retry=options.retry,
                shard=part,
                progress=progress,
            )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _print_scenario(plan: Scenario) -> None:
    """Print what was run, and what its war answers to."""
    to = console()
    to.print(f"{titled(plan)}: {plan.start} to {plan.last_date}{size_of(plan)}")
    if plan.war.statement:
        to.print(plan.war.statement)


def _print(found: Ensemble) -> None:
    """Print outcomes and their spread, what they cover, and the runs that failed."""
    from experiments.commands.store import counts_line, print_failed
    from experiments.showing.summary_tables import quantiles

    to = console()
    to.print(counts_line(found))
    if found.counts()["done"]:
        table = new_table("Class of outcome", "", "runs", "share", "95 % interval")
        for row in found.outcomes().to_dict("records"):
            interval = f"{100 * row['low']:.1f} to {100 * row['high']:.1f} %"
            table.add_row(row["outcome"], str(row["runs"]), f"{100 * row['share']:.1f} %", interval)
        to.print(table)
        to.print(quantiles(found.summary))
    print_failed(found)
    to.print(coverage(found))
    to.print(SIMULATION)


def coverage(found: Ensemble) -> str:
    """Say what a spread over runs covers, and what is missing."""
    what = "luck; the army is one" if found.planned["army_seed"].nunique() == 1 else "army and luck"
    return f"The spread covers {what}. The parameters are held at their values."
