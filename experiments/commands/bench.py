"""`erosion bench`: how long a run takes, and how much memory, as JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import Attribution, Days, Scale, Settings


def bench(
    scenario: Annotated[
        str, typer.Option(metavar="SCENARIO", help="Name or path of the scenario that is timed.")
    ] = "syria-2012",
    rounds: Annotated[int, typer.Option(min=1, max=1000, help="Rounds; the fastest counts.")] = 3,
    settings: Settings = None,
    scale: Scale = None,
    days: Days = None,
    attribution: Attribution = None,
    ensemble: Annotated[
        int | None,
        typer.Option(
            "--ensemble", metavar="RUNS", min=1, help="Time so many stored runs beside plain loops, instead."
        ),
    ] = None,
    dask: Annotated[
        int | None,
        typer.Option(
            "--dask", metavar="RUNS", min=1, help="Time so many waits of a second on Dask workers, instead."
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes of --ensemble, workers of --dask.")] = 2,
) -> None:
    """Time a scenario: building the army, and the days; with attribution, the days with and without it."""
    import json

    from experiments.asking import Asked
    from experiments.bench.timing import Bench

    plan = Asked(scenario, settings=settings or (), scale=scale, days=days).load()
    if ensemble is None and dask is None:
        print(json.dumps(Bench(plan, attribution=attribution).run(rounds), indent=2))
        return
    from experiments.bench.many_runs import on_dask, on_processes

    figures = {} if ensemble is None else {"processes": on_processes(plan, ensemble, workers)}
    figures |= {} if dask is None else {"dask": on_dask(plan, dask, workers)}
    print(json.dumps(figures, indent=2))
