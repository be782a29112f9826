"""The page of levers, from its runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from experiments.levers_page.expectations import BUNDLE, EXPECTED, PARTS, SIDES, Expected, path_of
from experiments.levers_page.tables import (
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
from experiments.policies.effects import covers
from experiments.policies.levers import BASELINE, title_of
from experiments.showing.tables import markdown
from experiments.verdicts import SMALLEST
from sim.scenario import Scenario


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
