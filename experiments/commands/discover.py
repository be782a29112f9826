"""`erosion discover`: under which values of the factors the runs of interest came about."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import Force, Out
from experiments.showing.closing import SIMULATION
from experiments.showing.printing import console, new_table

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from experiments.discovery.prim import Discovery
    from experiments.discovery.table_file import RunTable


def discover(
    runs: Annotated[
        Path,
        typer.Argument(
            metavar="RUNS", help="Table (.parquet, .csv), or folder of a screening or an ensemble."
        ),
    ],
    where: Annotated[
        str,
        typer.Option("--where", metavar="CONDITION", help="Runs of interest, such as 'share_gone > 0.35'."),
    ],
    factor: Annotated[
        list[str] | None,
        typer.Option(
            "--factor",
            metavar="COLUMN",
            help="Column that was varied; repeatable. A folder knows its own.",
        ),
    ] = None,
    density: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of interest that the box should have.")
    ] = 0.8,
    policy: Annotated[
        str | None, typer.Option(metavar="NAME", help="Look at the runs of one policy only.")
    ] = None,
    boxes: Annotated[int, typer.Option(min=1, max=20, help="Boxes at most, one after another.")] = 1,
    gain: Annotated[
        bool | None,
        typer.Option(
            "--gain/--mean",
            help="Peel by gain for each run lost, or by mean; unless stated gain if a factor has few values.",
        ),
    ] = None,
    fresh: Annotated[
        Path | None,
        typer.Option(metavar="RUNS", help="Other runs of the same ranges, to measure the boxes on."),
    ] = None,
    out: Out = None,
    force: Force = False,
) -> None:
    """Find boxes of factors in which most runs are of interest (PRIM), and score the factors."""
    from experiments import folder
    from experiments.asking import short_hash
    from experiments.discovery.condition import Condition, interest_of
    from experiments.discovery.measures import fresh_of_boxes
    from experiments.discovery.prim import prims
    from experiments.discovery.rules import Rules
    from experiments.discovery.scores import scores
    from experiments.discovery.table_file import fresh_from, of_policy, read_runs
    from sim.results.provenance import OutputError

    rules = None if gain is None else Rules(objective="gain" if gain else "mean")
    try:
        table = of_policy(read_runs(runs, factor), policy)
        interest, names = interest_of(table.runs, where), list(table.factors)
        if Condition.read(where).column in names:
            raise ValueError(f"{where}: this is a factor, name an outcome")
        others = None if fresh is None else fresh_from(fresh, table, policy)
        found = prims(table.runs, interest, most=boxes, factors=names, rules=rules, density=density)
        scored = scores(table.runs, interest, factors=names)
        again = None
        if others is not None:
            again = fresh_of_boxes([one.box for one in found], others.runs, interest_of(others.runs, where))
    except ValueError as error:
        raise OutputError(str(error)) from None
    whole = (table.digest, policy, where, names, density, boxes, gain)
    asked = short_hash("discover", *whole, *([others.digest] if others else []))
    target = folder.chosen(out, "discovery", "discovery", asked, force=force)
    notes = _notes(table, where, found, density, others)
    _print(found, scored, again, notes)
    about: dict[str, object] = {"asked": asked, "runs": str(runs), "runs_sha256": table.digest}
    about |= {"policy": policy, "where": where, "factors": names, "density": density}
    about |= {"objective": found[0].rules.objective} if found else {}
    if others is not None:
        about |= {"fresh": str(fresh), "fresh_sha256": others.digest}
    _write(found, scored, again, target, about, notes)
    print(f"Written to {target}")


def _notes(
    table: RunTable, where: str, found: list[Discovery], density: float, others: RunTable | None
) -> tuple[str, ...]:
    """Say what the figures cover."""
    from experiments.discovery.measures import FRESH
    from experiments.discovery.table_file import shared_seeds

    chosen = "Boxes were chosen on these runs and look better than they are"
    notes = [
        f"{len(table.runs)} runs, of interest where {where}. {chosen}"
        + (": --fresh measures them on others." if others is None else "."),
        "Quasi-p: chance that the box without the limit were as dense; not the error rate of a test. "
        "Intervals of the scores (95 %) cover luck, army and the choice of points; the rest is held.",
    ]
    if found:
        rise = {"mean": "share of interest", "gain": "rise of the share of interest for each run lost"}
        notes.append(f"Each step of peeling is that of the largest {rise[found[0].rules.objective]}.")
    if others is not None:
        notes.append(f"On {len(others.runs)} fresh runs the intervals (Wilson, 95 %) cover {FRESH}.")
    for each in (table, others):
        if each is not None and (shared := shared_seeds(each.runs)):
            design = f"{shared[1]} runs share {shared[0]} armies and lucks, as in a Morris or Sobol design"
            notes.append(
                f"{design}. Quasi-p and intervals take runs as independent: they are smaller and narrower "
                "than is right."
            )
    reached = [float(one.trajectory["density"].iloc[-1]) for one in found]
    if under := [str(number) for number, own in enumerate(reached, start=1) if own < density]:
        words = f"Box {under[0]} stays" if len(under) == 1 else f"Boxes {', '.join(under)} stay"
        notes.append(f"{words} under the density of {density:.0%} that was asked for.")
    if found and found[0].not_searched:
        names = ", ".join(found[0].not_searched)
        notes.append(f"{names}: coercive, so scored and not searched.")
    return (*notes, SIMULATION)


def _print(
    found: list[Discovery], scored: pd.DataFrame, again: list[pd.DataFrame] | None, notes: tuple[str, ...]
) -> None:
    """Print each box with its limits and what it is worth on fresh runs, and the scores."""
    to = console()
    for number, one in enumerate(found, start=1):
        last = one.trajectory.iloc[-1]
        words = ", ".join(f"{name} {last[name]:.1%}" for name in ("density", "coverage", "mass"))
        to.print(f"Box {number}: {words}")
        table = new_table("", "factor", "limit", "quasi-p")
        for row in one.limits().to_dict("records"):
            chances = [row[f"quasi_p_{side}"] for side in ("low", "high")]
            shown = ", ".join(f"{chance:.2g}" for chance in chances if not math.isnan(chance))
            table.add_row(row["factor"], str(one.box.limits[row["factor"]]), shown)
        to.print(table)
        if again is not None:
            to.print(_on_fresh(again[number - 1]))
    if not found:
        to.print("No box: no slice makes the rest denser.")
    table = new_table("Share of the variance explained alone", "factor", "explained", "95 %", "p")
    for row in scored.to_dict("records"):
        ends = f"{row['low']:.1%} to {row['high']:.1%}"
        table.add_row(row["factor"], f"{max(row['explained'], 0.0):.1%}", ends, f"{row['p']:.2g}")
    to.print(table)
    for note in notes:
        to.print(note)


def _on_fresh(measured: pd.DataFrame) -> Table:
    """What a box is worth on runs that it was not found on."""
    table = new_table("On fresh runs", "", "share", "95 %", "runs")
    for row in measured.to_dict("records"):
        known = row["of"] > 0
        shares = (f"{row['share']:.1%}", f"{row['low']:.1%} to {row['high']:.1%}") if known else ("–", "–")
        table.add_row(row["measure"], *shares, f"{row['hits']} of {row['of']}")
    return table


def _write(
    found: list[Discovery],
    scored: pd.DataFrame,
    again: list[pd.DataFrame] | None,
    target: Path,
    about: dict[str, object],
    notes: tuple[str, ...],
) -> None:
    """Write tables, figures and description."""
    import pandas as pd

    from experiments import folder
    from experiments.discovery.figures import save_discovery

    tables = {"scores": scored}
    for name, frames in (
        ("trajectory", [one.trajectory for one in found]),
        ("limits", [one.limits() for one in found]),
        ("fresh", again or []),
    ):
        numbered = [frame.assign(box=number) for number, frame in enumerate(frames, start=1)]
        if numbered:
            tables[name] = pd.concat(numbered, ignore_index=True)
    folder.write(target, "discovery", {**about, "notes": list(notes)}, tables)
    for number, one in enumerate(found, start=1):
        title = f"Box {number} of runs where {about['where']}"
        measured = None if again is None else again[number - 1]
        save_discovery(one, target / f"box-{number}.png", title, notes, measured)
