"""`erosion compare`: levers against a scenario as it is, on the same army and luck."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import (
    Days,
    Force,
    Out,
    Overlays,
    Scale,
    ScenarioName,
    Seed,
    Settings,
    console,
    new_table,
)

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from experiments.comparison import Comparison
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
    scale: Scale = None,
    days: Days = None,
    out: Out = None,
    force: Force = False,
) -> None:
    """Compare levers with a scenario as it is, on the same army and luck."""
    from experiments import folder
    from experiments.asking import Asked, short_hash
    from experiments.comparison import compare as compare_policies
    from experiments.progress import shown
    from sim.results.provenance import digest

    base = Asked(scenario, overlay or (), settings or (), scale, days).load()
    levers = _levers(base, lever)
    digests = [digest(each) for each in (base, *levers.values())]
    asked = short_hash("compare", digests, list(levers), runs, seed)
    where = out or folder.RESULTS / f"{base.name}-compared-{asked}"
    folder.refuse_unless_usable(where)
    if not force:
        folder.refuse_another_experiment(where, "comparison", asked)
    with shown(f"{runs * (1 + len(levers))} runs of {base.name}") as progress:
        found = compare_policies(base, levers, runs=runs, seed=seed, progress=progress)
    _print(found)
    _write(found, where, asked, range(seed, seed + runs))
    print(f"Written to {where}")


def _levers(base: Scenario, files: list[str]) -> dict[str, Scenario]:
    """Scenario of each lever by the name that its overlay gives itself.

    Raises
    ------
    ScenarioError
        With the faults of all levers.
    """
    from experiments.levers import BASELINE, lay_over
    from sim.errors import Fault, ScenarioError

    found: dict[str, Scenario] = {}
    faults: list[Fault] = []
    for file in files:
        try:
            scenario = lay_over(base, file)
        except ScenarioError as error:
            faults += error.faults
            continue
        name = scenario.overlays[-1]
        if name in found or name == BASELINE:
            faults.append(Fault("--lever", f"'{name}' ({file}) is the name of two policies"))
        found[name] = scenario
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return found


def _print(found: Comparison) -> None:
    """Print the effects and their cost, each with what its intervals cover."""
    to = console()
    base = next(iter(found.scenarios.values()))
    to.print(f"{' + '.join((base.title or base.name, *base.overlays))}: as it is, and with each lever")
    to.print(_effects(found))
    to.print(f"Intervals cover {found.effects['covers'].iloc[0]}.")
    to.print(_costs(found))
    to.print(f"Intervals cover {found.cost['covers'].iloc[0]}.")
    for note in found.notes:
        to.print(note)


def _effects(found: Comparison) -> Table:
    from experiments.effects import SHARES
    from experiments.figures import OUTCOME_TITLES

    heads = ("outcome", "as it is", "difference", "95 % interval", "relative", "correlation", "pairing: sd ÷")
    table = new_table("Difference made by each lever, mean over pairs", "lever", *heads)
    before = ""
    for row in found.effects.to_dict("records"):
        policy, base = str(row["policy"]), float(row["baseline"])
        share = f"{100 * row['difference'] / base:+.1f} %" if base else "–"
        digits = ".3f" if row["outcome"] in SHARES else ",.0f"
        table.add_row(
            policy if policy != before else "",
            OUTCOME_TITLES[row["outcome"]],
            format(base, digits),
            format(row["difference"], f"+{digits}"),
            _interval(row["low"], row["high"], f"+{digits}"),
            share,
            _known(row["correlation"], ".3f"),
            _known(row["pairing_factor"], ".1f"),
        )
        before = policy
    return table


def _costs(found: Comparison) -> Table:
    table = new_table("Dollars paid for each, by lever", "lever", "for each", "dollars", "95 % interval")
    table.add_column("")
    for row in found.cost.to_dict("records"):
        usd, interval = _known(row["usd"], ",.0f"), _interval(row["low"], row["high"], ",.0f")
        table.add_row(row["policy"], row["gain"], usd, interval, row["why_not"] or row["method"])
    return table


def _known(value: float, form: str) -> str:
    """Write a number; a dash where there is none."""
    if math.isnan(value):
        return "–"
    return "∞" if math.isinf(value) else format(value, form)


def _interval(low: float, high: float, form: str) -> str:
    return "–" if math.isnan(low) else f"{low:{form}} to {high:{form}}"


def _write(found: Comparison, where: Path, asked: str, seeds: range) -> None:
    """Write tables, figure and description."""
    from experiments import folder
    from experiments.figures import save_comparison

    about = folder.about(asked, found.scenarios, seeds) | {"notes": list(found.notes)}
    tables = {"comparison": found.effects, "cost": found.cost, "runs": found.runs}
    folder.write(where, "comparison", about, tables)
    save_comparison(found, where / "comparison.png")
