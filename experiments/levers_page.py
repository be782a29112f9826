"""The paired effect of each lever and contrast, for the regime, the opposition and the country.

``python -m experiments.levers_page`` runs all of them on the same armies and luck and writes
``docs/levers.md`` and a figure. What each was expected to do stands in `experiments.lever_expectations`,
written down before its first run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

from experiments.comparison import runs_of
from experiments.effects import covers
from experiments.lever_expectations import BUNDLE, EXPECTED, PARTS, SIDES, Expected, path_of
from experiments.lever_figure import save_levers
from experiments.lever_tables import (
    CLASSES,
    COLUMNS,
    Line,
    bundle_lines,
    cost_lines,
    differences,
    expected_line,
    unexplained,
    with_classes,
)
from experiments.levers import BASELINE, title_of
from experiments.mechanisms_matter import SMALLEST
from experiments.progress import shown
from experiments.tables import markdown
from sim.scenario import Scenario
from sim.scenario_file import load

PAIRS = 20


@cache
def scenarios(overlays: tuple[str, ...], scale: float) -> dict[str, Scenario]:
    """Scenario of each policy at a scale, the baseline first; loaded once a process."""
    scaled = {"army.scale": scale}
    found = {BASELINE: load("syria-2012", overrides=scaled)}
    for overlay in overlays:
        found[overlay] = load("syria-2012", overlays=[path_of(overlay)], overrides=scaled)
    return found


def pair(overlays: tuple[str, ...], scale: float, seed: int) -> pd.DataFrame:
    """Run every policy on the army and the luck of one seed."""
    return runs_of(scenarios(overlays, scale), range(seed, seed + 1))


def all_runs(overlays: tuple[str, ...], pairs: int, scale: float, processes: int) -> pd.DataFrame:
    """Run every policy on all pairs; the same whatever the number of processes.

    Parameters
    ----------
    overlays : tuple of str
        Names of levers and contrasts.
    pairs : int
        Pair r, from 1, has army seed and luck seed r.
    scale : float
        Size of the army over its real size.
    processes : int
        How many run at a time.

    Returns
    -------
    DataFrame
        As `experiments.comparison.Comparison.runs`.
    """
    one = partial(pair, overlays, scale)
    tables = list[pd.DataFrame]()
    with shown(f"{pairs * (len(overlays) + 1)} runs") as progress:
        for table in _in_order(one, range(1, pairs + 1), processes):
            tables.append(table)
            progress(len(tables), pairs)
    return pd.concat(tables, ignore_index=True)


def _in_order(one: Callable[[int], pd.DataFrame], seeds: range, processes: int) -> Iterator[pd.DataFrame]:
    """Give the runs of each pair in the order of the seeds."""
    if processes == 1:
        yield from map(one, seeds)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(one, seeds)


def names() -> dict[str, str]:
    """Title of each lever and contrast, in the order of the expectations."""
    return {one.overlay: title_of(path_of(one.overlay)) for one in EXPECTED}


def page(runs: pd.DataFrame, base: Scenario, titles: dict[str, str], figure: Path) -> str:
    """Write the page from the runs."""
    pairs = int(runs["seed"].nunique())
    parts = ["# Levers and contrasts", _head(base, pairs), *_legend(figure)]
    for title, columns in COLUMNS.items():
        parts += [f"## {title}", *_by_side(runs, columns, titles, title == CLASSES)]
    parts += [f"## {titles[BUNDLE]}, and its parts", *_bundle(runs, titles)]
    parts += ["## What was expected", _said(), markdown(_expectations(runs, titles))]
    parts += ["## What money bought", *_money(runs, titles)]
    return "\n\n".join(parts) + "\n"


def _head(base: Scenario, pairs: int) -> str:
    """Say what was run, what the intervals cover, and on which war it rests."""
    size = "full size" if base.army.scale == 1 else f"{base.army.scale:g} of its size"
    return (
        "Made by `python -m experiments.levers_page`; do not edit. Scenario `syria-2012` as it is and with "
        f"each lever or contrast laid over it, on {pairs} pairs of army and luck, army at {size}: the same "
        "soldiers and the same luck, so the differences are the lever's within the rules. Numbers are "
        f"differences of totals or of the state on {base.last_date.day} {base.last_date:%B %Y}, means over "
        f"the pairs, with 95 % intervals. The intervals cover {covers(pairs)}. {base.war.statement} Levers "
        "were not chosen or sized by what they do; coercive ones are compared at one stated value and "
        "searched by nobody. What each file assumes stands in its first lines "
        "([scenarios](../scenarios/README.md))."
    )


def _legend(figure: Path) -> list[str]:
    """Show the figure."""
    return [
        f"![Effects of the levers on exits and on deployable strength](figures/{figure.name})",
        "*Paired differences with 95 % intervals, which are often narrower than the dot. Other armies are "
        "left out: they would need another scale. A simulation, not an observation.*",
    ]


def _of_side(side: str, titles: dict[str, str]) -> dict[str, str]:
    """Titles of the policies of one side."""
    return {one.overlay: titles[one.overlay] for one in EXPECTED if one.side == side}


def _by_side(
    runs: pd.DataFrame, columns: dict[str, str], titles: dict[str, str], classed: bool
) -> Iterator[str]:
    """Write one table, a heading line for each kind of lever."""
    lines = list[Line]()
    for side, title in SIDES.items():
        own = _of_side(side, titles)
        found = differences(runs, columns, own)
        if classed:
            found = with_classes(found, runs, [BASELINE, *own])
        heading = dict.fromkeys(found[0], "") | {"": f"*{title}*"}
        lines += [*found[: 0 if lines else 1], heading, *found[1:]]
    yield markdown(lines)


def _bundle(runs: pd.DataFrame, titles: dict[str, str]) -> Iterator[str]:
    """Write what the bundle does beside the sum of its parts."""
    named = "; ".join(titles[part] for part in PARTS)
    yield (
        f"Parts: {named}. Differences to the baseline on the same pairs, each part alone and added up, and "
        "all together. What is beyond the sum is what the parts do to one another, within the rules."
    )
    yield markdown(bundle_lines(runs, BUNDLE, PARTS))


def _said() -> str:
    """Say how expectations are judged."""
    return (
        "Outcome, sign and reason were written down before a lever's first run, and so was the smallest "
        f"meaningful effect, {100 * SMALLEST:g} % of the outcome. The last column but one lists all outcomes "
        "of the tables above that a lever moves by so much, in per cent; the last says why one does not do "
        "what was expected."
    )


def _expectations(runs: pd.DataFrame, titles: dict[str, str]) -> list[Line]:
    return [expected_line(one, runs, titles[one.overlay]) for one in EXPECTED]


def _money(runs: pd.DataFrame, titles: dict[str, str]) -> Iterator[str]:
    """Write what each additional exit and member cost."""
    yield (
        "Dollars paid, over exits or members more than without the plan (Fieller's interval); no ratio where "
        "the interval of the difference includes 0. Pay goes to all members, not only to the additional ones."
    )
    lines = cost_lines(runs, titles)
    yield markdown(lines) if lines else "No lever pays."


def without_reason(runs: pd.DataFrame) -> list[Expected]:
    """Levers that were expected to act, move nothing that is shown, and have no word why."""
    return [one for one in EXPECTED if unexplained(one, runs)]


def main() -> None:
    """Write the page and its figure; end with 1 if a lever without effect is not explained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/levers.md"))
    parser.add_argument("--runs", type=int, default=PAIRS, help="pairs of army and luck, at least 2")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the army, 1 for the real one")
    parser.add_argument("--processes", type=int, default=1, help="processes at a time")
    chosen = parser.parse_args()
    base = load("syria-2012", overrides={"army.scale": chosen.scale})
    runs = all_runs(tuple(names()), chosen.runs, chosen.scale, chosen.processes)
    figure = chosen.out.parent / "figures" / "levers.png"
    figure.parent.mkdir(parents=True, exist_ok=True)
    save_levers(runs, names(), figure)
    chosen.out.write_text(page(runs, base, names(), figure), encoding="utf-8")
    if found := without_reason(runs):
        sys.exit(f"without effect and without a reason: {', '.join(one.overlay for one in found)}")


if __name__ == "__main__":
    main()
