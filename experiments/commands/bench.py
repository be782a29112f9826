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
) -> None:
    """Time a scenario: building the army, and the days; with attribution, the days with and without it."""
    import json

    from experiments.asking import Asked
    from experiments.bench.timing import Bench

    plan = Asked(scenario, settings=settings or (), scale=scale, days=days).load()
    print(json.dumps(Bench(plan, attribution=attribution).run(rounds), indent=2))
