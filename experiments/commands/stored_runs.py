"""`erosion run` with an engine: each run is stored as it finishes, and the same command goes on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from experiments.commands.options import console, new_table

if TYPE_CHECKING:
    from pathlib import Path

    from experiments.commands.engine_options import Stored
    from experiments.ensembles.ensemble import Ensemble
    from experiments.ensembles.plan import Run
    from sim.scenario import Scenario

FAILED = 3


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


def _run(runs: list[Run], where: Path, options: Stored) -> Ensemble:
    from experiments.ensembles.ensemble import ensemble

    title = f"{len(runs)} run{'s' * (len(runs) > 1)} of {runs[0].scenario.name}"
    with options.making(title, where) as how:
        return ensemble(
            runs,
            where,
            engine=how.engine,
            workers=how.workers,
            limit_seconds=how.limit_seconds,
            retry=how.retry,
            shard=options.part,
            progress=how.progress,
        )


def _print_scenario(plan: Scenario) -> None:
    """Print what was run, and what its war answers to."""
    name = " + ".join((plan.title or plan.name, *plan.overlays))
    size = "" if plan.army.scale == 1 else f" (army at {plan.army.scale:g} of its size)"
    to = console()
    to.print(f"{name}: {plan.start} to {plan.last_date}{size}")
    if plan.war.statement:
        to.print(plan.war.statement)


def _print(found: Ensemble) -> None:
    """Print outcomes and their spread, what they cover, and the runs that failed."""
    from experiments.commands.store import counts_line, print_failed
    from experiments.summary_tables import quantiles

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
    to.print("A simulation, not an observation or a forecast.")


def coverage(found: Ensemble) -> str:
    """Say what a spread over runs covers, and what is missing."""
    what = "luck; the army is one" if found.planned["army_seed"].nunique() == 1 else "army and luck"
    return f"The spread covers {what}. The parameters are held at their values."
