"""`erosion dose`: a lever over stated amounts and dates, on the same army and luck."""

from __future__ import annotations

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
)
from experiments.commands.stored_runs import RUNS, Shard, Stored, gone_on_with, say_part
from experiments.showing.naming import size_of, titled
from experiments.showing.printing import console, interval, new_table

if TYPE_CHECKING:
    from rich.table import Table

    from experiments.policies.dose_response import DoseResponse, Value


def dose(
    scenario: ScenarioName,
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary", metavar="PATH=VALUE,…", help="A key and its values; once or twice, across first."
        ),
    ],
    lever: Annotated[
        str | None, typer.Option("--lever", metavar="FILE", help="Lever laid over it before the key is set.")
    ] = None,
    overlay: Overlays = None,
    settings: Settings = None,
    runs: Annotated[int, typer.Option(min=1, max=100_000, help="Pairs of army and luck.")] = 5,
    seed: Seed = 1,
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
    """Show how the effect of a lever changes with its amount and its date."""
    from experiments import folder
    from experiments.asking import Asked, short_hash
    from experiments.policies.dose_figure import save_dose_response
    from experiments.policies.dose_response import dose_response, dosed
    from experiments.policies.levers import BASELINE, lay_over
    from experiments.policies.paired_runs import Kept, part_of_runs
    from experiments.showing.progress import shown
    from sim.results.provenance import digest

    base, doses = Asked(scenario, overlay or (), settings or (), scale, days).load(), _doses(vary)
    treated = base if lever is None else lay_over(base, lever)
    stored = Stored(engine, workers, limit, shard, retry)
    part = stored.part
    # What is kept grows: the same folder takes more pairs and other doses of the same scenario.
    whole = (digest(base), digest(treated), doses, runs, seed)
    asked = short_hash("dose", digest(base), "kept") if stored.asked else short_hash("dose", *whole)
    where = folder.chosen(out, f"{base.name}-doses", "dose", asked, force=force)
    about = folder.about(asked, {BASELINE: base, "lever": treated}, range(seed, seed + runs))
    kept = stored.kept_in(where / RUNS)
    if kept:  # so that what is interrupted is known again
        folder.write(where, "dose", about | {"doses": doses}, {})
    with gone_on_with(where / RUNS), shown(f"doses of {base.name}{stored.of_part}") as progress:
        if part is not None:
            cells, _ = dosed(base, doses, treated, runs)
            seeds = range(seed, seed + runs)
            made = part_of_runs(cells, seeds, Kept(**kept), part, moves=False, progress=progress)
            say_part(made, where / RUNS, stored)
            return
        found = dose_response(base, doses, lever=treated, runs=runs, seed=seed, progress=progress, **kept)
    _print(found)
    notes = {"doses": doses, "notes": list(found.notes)}
    folder.write(where, "dose", about | notes, {"doses": found.cells, "runs": found.runs})
    save_dose_response(found, where / "doses.png")
    print(f"Written to {where}")


def _doses(vary: list[str]) -> dict[str, list[Value]]:
    """Keys and their values, as the command line has them.

    Raises
    ------
    ScenarioError
        If one cannot be read, or there are too many.
    """
    from experiments.policies.dose_response import MOST_KEYS
    from sim.errors import Fault, ScenarioError

    found: dict[str, list[Value]] = {}
    for text in vary:
        path, _, values = text.partition("=")
        parts = [part.strip() for part in values.split(",")]
        if not path.strip() or not all(parts):
            raise ScenarioError([Fault("--vary", f"'{text}' is not PATH=VALUE,VALUE,…")])
        if path.strip() in found or len(set(parts)) < len(parts):
            raise ScenarioError([Fault("--vary", f"'{text}' has a key or a value twice")])
        found[path.strip()] = [_value(part) for part in parts]
    if len(found) > MOST_KEYS:
        raise ScenarioError([Fault("--vary", f"at most {MOST_KEYS} keys, not {len(found)}")])
    return found


def _value(text: str) -> Value:
    """Read a whole number, a number, or a text such as a date."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _print(found: DoseResponse) -> None:
    """Print the difference in exits and in members for each cell."""
    to = console()
    to.print(f"{titled(found.scenario)}{size_of(found.scenario)}: as it is, and at each dose")
    to.print(_table(found))
    for note in found.notes:
        to.print(note)


def _table(found: DoseResponse) -> Table:
    from experiments.showing.figures import OUTCOME_TITLES

    first, *second = found.doses
    heads = (*second, "outcome", "difference", "95 % interval")
    table = new_table("Difference to the scenario as it is, mean over pairs", first, *heads)
    for row in found.cells.to_dict("records"):
        if row["outcome"] in ("exits", "joined"):
            keys = (str(row[key]) for key in found.doses)
            ends = interval(row["low"], row["high"], "+,.0f")
            table.add_row(*keys, OUTCOME_TITLES[row["outcome"]], f"{row['difference']:+,.0f}", ends)
    return table
