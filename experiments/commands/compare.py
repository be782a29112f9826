"""`erosion compare`: levers against a scenario as it is, on the same army and luck."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import typer

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
    console,
    new_table,
)
from experiments.commands.stored_runs import RUNS, Shard, Stored, gone_on_with, say_part
from experiments.naming import size_of, titled

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

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
    from experiments.progress import shown
    from sim.results.provenance import digest

    base = Asked(scenario, overlay or (), settings or (), scale, days).load()
    levers = _levers(base, lever)
    digests = [digest(each) for each in (base, *(scenario for _, scenario in levers.values()))]
    stored = Stored(engine, workers, limit, shard, retry)
    part = stored.part
    # What is kept grows: the same folder takes more pairs and other levers of the same scenario.
    whole = (digests, list(levers), runs, seed, *([combine] if combine > 1 else []))
    asked = short_hash("compare", digests[0], "kept") if stored.asked else short_hash("compare", *whole)
    where = out or folder.RESULTS / f"{base.name}-compared-{asked}"
    folder.refuse_unless_usable(where)
    if not force:
        folder.refuse_another_experiment(where, "comparison", asked)
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
    _print(found)
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


def _print(found: Comparison) -> None:
    """Print the effects and their cost, each with what its intervals cover."""
    to = console()
    base = next(iter(found.scenarios.values()))
    to.print(f"{titled(base)}{size_of(base)}: as it is, and with each lever")
    to.print(_effects(found))
    to.print(f"Intervals cover {found.effects['covers'].iloc[0]}.")
    if not found.interactions.empty:
        to.print(_interactions(found))
    if not found.only_because.empty:
        to.print(_only_because(found))
    to.print(_costs(found))
    to.print(f"Intervals cover {found.cost['covers'].iloc[0]}.")
    for note in found.notes:
        to.print(note)


def _effects(found: Comparison) -> Table:
    from experiments.figures import OUTCOME_TITLES
    from experiments.policies.effects import SHARES

    heads = (
        "outcome",
        "as it is",
        "difference",
        "95 % interval",
        "relative",
        "correlation",
        "variance ÷",
        "seeds",
    )
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
            _known(row["variance_ratio"], ",.1f"),
            _known(row["independent_seeds"], ",.0f"),
        )
        before = policy
    table.caption = (
        "variance ÷: what pairing divides the variance of the difference by. seeds: how many independent "
        f"ones a side would give intervals as narrow as these {found.effects['pairs'].iloc[0]} pairs. "
        "Both are rough where pairs are few."
    )
    table.caption_justify = "left"
    return table


def _interactions(found: Comparison) -> Table:
    """What levers do together beyond what they do apart."""
    from experiments.figures import OUTCOME_TITLES
    from experiments.policies.effects import SHARES

    heads = ("outcome", "together", "apart", "interaction", "95 % interval")
    table = new_table("Levers together, and what they do apart", "levers", *heads)
    for row in found.interactions.to_dict("records"):
        form = "+.3f" if row["outcome"] in SHARES else "+,.0f"
        numbers = (format(row[name], form) for name in ("together", "apart", "interaction"))
        interval = _interval(row["low"], row["high"], form)
        table.add_row(row["policy"], OUTCOME_TITLES[row["outcome"]], *numbers, interval)
    return table


def _only_because(found: Comparison) -> Table:
    """Whose fate the levers changed, of all men."""
    from experiments.policies.only_because import ALL, CHANGES

    table = new_table("The same men with the lever and without it", "lever", "they", "men", "95 % interval")
    whole = found.only_because[found.only_because["axis"] == ALL]
    for row in whole.to_dict("records"):
        interval = _interval(row["low"], row["high"], ",.0f")
        table.add_row(row["policy"], CHANGES[row["change"]], f"{row['men']:,.0f}", interval)
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
    from experiments.policies.only_because_figure import save_only_because

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
