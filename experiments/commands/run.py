"""`erosion run`: run a scenario, say what happened, and write it down."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands import stored_runs
from experiments.commands.options import (
    Attribution,
    Days,
    Engine,
    Force,
    Limit,
    Out,
    Overlays,
    Retry,
    Scale,
    ScenarioName,
    Seed,
    Settings,
    Workers,
)
from experiments.showing.naming import size_of, titled
from experiments.showing.printing import console

if TYPE_CHECKING:
    from experiments.armies import Armies
    from sim.result import Result
    from sim.scenario import Scenario

_MANY = 50
"""Runs from which on it is told that they can be stored one by one."""

ArmySeed = Annotated[
    int | None,
    typer.Option(min=0, help="Seed of who is who: one army for all runs, so that only luck varies."),
]


def run(
    scenario: ScenarioName,
    overlay: Overlays = None,
    settings: Settings = None,
    seed: Seed = 1,
    army_seed: ArmySeed = None,
    runs: Annotated[int, typer.Option(min=1, max=100_000, help="Number of runs.")] = 1,
    scale: Scale = None,
    days: Days = None,
    attribution: Attribution = None,
    out: Out = None,
    force: Force = False,
    csv: Annotated[bool, typer.Option("--csv", help="Write every table as CSV, too.")] = False,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Draw no figures.")] = False,
    engine: Engine = None,
    workers: Workers = None,
    limit: Limit = None,
    shard: stored_runs.Shard = None,
    retry: Retry = False,
) -> None:
    """Run a scenario, print a summary and write tables and figures."""
    from experiments import folder
    from experiments.armies import Armies
    from experiments.asking import Asked, short_hash
    from sim.results.provenance import digest

    plan = Asked(scenario, overlay or (), settings or (), scale, days).load()
    options = stored_runs.Stored(engine, workers, limit, shard, retry)
    if options.asked:
        _refuse_with_engine(attribution, csv, force)
        from experiments.ensembles.plan import pairs

        wanted = pairs(plan, runs, seed=seed, army_seed=army_seed)
        stored_runs.run_stored(wanted, out or stored_runs.folder_of(plan), options, figures=not no_figures)
        return
    if runs >= _MANY:
        hint = "are kept in memory to their end: --engine processes stores each, and goes on where it stopped"
        print(f"{runs} runs {hint}", file=sys.stderr)
    seeds = [(seed + r if army_seed is None else army_seed, seed + r) for r in range(runs)]
    asked = short_hash("run", digest(plan), seeds, *([attribution] if attribution else []))
    where = out or folder.RESULTS / f"{plan.name}-{asked}"
    folder.refuse_unless_usable(where)
    if not force:
        folder.refuse_another_result(where, digest(plan), seeds)
    armies = Armies()  # the last army stays at hand until the figures are drawn
    result = _run(plan, seeds, armies, attribution)
    _print(result)
    result.save(where, force=force, csv=csv, figures=not no_figures)
    _say_where(where)


def _refuse_with_engine(attribution: Attribution, csv: bool, force: bool) -> None:
    """Refuse options of runs that are kept in memory."""
    if attribution is not None:
        raise typer.BadParameter("--attribution is for runs without --engine, which keep all their tables")
    if csv:
        raise typer.BadParameter("--csv is for runs without --engine: use 'erosion export' after")
    if force:
        raise typer.BadParameter("--force is for runs without --engine: stored runs are never written over")


def _run(plan: Scenario, seeds: list[tuple[int, int]], armies: Armies, attribution: Attribution) -> Result:
    """Run under each pair of army seed and luck seed; an army is built once if all runs share it."""
    import sim
    from experiments.showing.progress import shifted, shown

    results, total = [], plan.days * len(seeds)
    title = f"{len(seeds)} run{'s' * (len(seeds) > 1)} of {plan.name}"
    with shown(title) as progress:
        for number, (army_seed, luck_seed) in enumerate(seeds):
            part = shifted(progress, number * plan.days, total)
            army = armies.of(plan, army_seed)
            results.append(sim.run(plan, luck_seed, army=army, attribution=attribution, progress=part))
    return sim.Result.together(results)


def _print(result: Result) -> None:
    """Print what happened."""
    from experiments.showing.summary_tables import by_sect_and_rank, totals, varies

    plan, to = result.scenario, console()
    men = int(result.summary["regulars"].iloc[0])
    to.print(f"{titled(plan)}: {plan.start} to {plan.last_date}, {men:,} regulars{size_of(plan)}")
    to.print(f"{varies(result)} A simulation, not an observation.")
    if plan.war.statement:
        to.print(plan.war.statement)
    if plan.army.scale != 1 and plan.war.statement:
        to.print("Civilians, armed opposition and militia are in real numbers at any size of the army.")
    to.print(totals(result))
    to.print(by_sect_and_rank(result))


def _say_where(where: Path) -> None:
    """Print the folder, however long its name."""
    print(f"Written to {where}")
