"""`erosion compare`: levers against a scenario as it is, on the same army and luck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.comparison_tables import print_comparison
from experiments.commands.options import (
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
from experiments.commands.stored_runs import RUNS, Shard, Stored, gone_on_with, say_part

if TYPE_CHECKING:
    from pathlib import Path

    from experiments.policies.comparison import Comparison
    from sim.scenario import Scenario


def compare(
    scenario: ScenarioName,
    lever: Annotated[
        list[str], typer.Option("--lever", metavar="FILE", help="Name or path of a lever; repeatable.")
    ],
    overlay: Overlays = None,
    settings: Settings = None,
    runs: Annotated[int, typer.Option(min=1, max=100_000, help="Pairs of army and luck.")] = 10,
    seed: Seed = 1,
    combine: Annotated[
        int,
        typer.Option(min=1, max=4, help="Also lay up to so many levers over one another: 2 for all pairs."),
    ] = 1,
    scale: Scale = None,
    days: Days = None,
    engine: Engine = None,
    workers: Workers = None,
    limit: Limit = None,
    shard: Shard = None,
    retry: Retry = False,
    out: Out = None,
    force: Force = False,
) -> None:
    """Compare levers with a scenario as it is, on the same army and luck."""
    from experiments import folder
    from experiments.asking import Asked, short_hash
    from experiments.policies.combinations import members_of
    from experiments.policies.comparison import compare as compare_policies
    from experiments.policies.comparison import compared
    from experiments.policies.levers import BASELINE
    from experiments.policies.paired_runs import Kept, part_of_runs
    from experiments.showing.progress import shown
    from sim.results.provenance import digest

    base = Asked(scenario, overlay or (), settings or (), scale, days).load()
    levers = _levers(base, lever)
    digests = [digest(each) for each in (base, *(scenario for _, scenario in levers.values()))]
    stored = Stored(engine, workers, limit, shard, retry)
    part = stored.part
    # What is kept grows: the same folder takes more pairs and other levers of the same scenario.
    whole = (digests, list(levers), runs, seed, *([combine] if combine > 1 else []))
    asked = short_hash("compare", digests[0], "kept") if stored.asked else short_hash("compare", *whole)
    where = folder.chosen(out, f"{base.name}-compared", "comparison", asked, force=force)
    seeds = range(seed, seed + runs)
    kept = stored.kept_in(where / RUNS)
    scenarios = {BASELINE: base, **{name: loaded for name, (_, loaded) in levers.items()}}
    if kept:  # so that what is interrupted is known again
        folder.write(where, "comparison", folder.about(asked, scenarios, seeds), {})
    policies = 1 + len(levers) + len(members_of(list(levers), combine))
    # A single lever is handed over as it was loaded, which reads its file once.
    laid = {name: file if combine > 1 else loaded for name, (file, loaded) in levers.items()}
    title = f"{runs * policies} runs of {base.name}{stored.of_part}"
    with gone_on_with(where / RUNS), shown(title) as progress:
        if part is not None:
            every, _ = compared(base, laid, combine)
            made = part_of_runs(every, seeds, Kept(**kept), part, moves=True, progress=progress)
            say_part(made, where / RUNS, stored)
            return
        found = compare_policies(base, laid, runs=runs, seed=seed, combine=combine, progress=progress, **kept)
    print_comparison(found)
    _write(found, where, asked, seeds)
    print(f"Written to {where}")


def _levers(base: Scenario, files: list[str]) -> dict[str, tuple[str, Scenario]]:
    """File and scenario of each lever by the name that its overlay gives itself.

    Raises
    ------
    ScenarioError
        With the faults of all levers.
    """
    from experiments.policies.levers import BASELINE, lay_over
    from sim.errors import AllFaults, Fault

    found: dict[str, tuple[str, Scenario]] = {}
    faults = AllFaults()
    for file in files:
        with faults.kept():
            scenario = lay_over(base, file)
            name = scenario.overlays[-1]
            if name in found or name == BASELINE:
                faults.add(Fault("--lever", f"'{name}' ({file}) is the name of two policies"))
            found[name] = file, scenario
    faults.refuse()
    return found


def _write(found: Comparison, where: Path, asked: str, seeds: range) -> None:
    """Write tables, figure and description."""
    from experiments import folder
    from experiments.policies.only_because_figure import save_only_because
    from experiments.showing.figures import save_comparison

    about = folder.about(asked, found.scenarios, seeds) | {"notes": list(found.notes)}
    tables = {"comparison": found.effects, "cost": found.cost, "runs": found.runs}
    if not found.interactions.empty:
        tables["interactions"] = found.interactions
    if not found.only_because.empty:
        tables["only_because"] = found.only_because
    folder.write(where, "comparison", about, tables)
    save_comparison(found, where / "comparison.png")
    if not found.only_because.empty:
        save_only_because(found, where / "only_because.png")
