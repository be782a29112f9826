"""What `erosion compare` prints: effects, interactions, whom levers moved, and what they cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from experiments.showing.naming import size_of, titled
from experiments.showing.printing import console, interval, new_table

if TYPE_CHECKING:
    from rich.table import Table

    from experiments.policies.comparison import Comparison


def print_comparison(found: Comparison) -> None:
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
    from experiments.policies.effects import SHARES
    from experiments.showing.figures import OUTCOME_TITLES

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
            interval(row["low"], row["high"], f"+{digits}"),
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
    from experiments.policies.effects import SHARES
    from experiments.showing.figures import OUTCOME_TITLES

    heads = ("outcome", "together", "apart", "interaction", "95 % interval")
    table = new_table("Levers together, and what they do apart", "levers", *heads)
    for row in found.interactions.to_dict("records"):
        form = "+.3f" if row["outcome"] in SHARES else "+,.0f"
        numbers = (format(row[name], form) for name in ("together", "apart", "interaction"))
        ends = interval(row["low"], row["high"], form)
        table.add_row(row["policy"], OUTCOME_TITLES[row["outcome"]], *numbers, ends)
    return table


def _only_because(found: Comparison) -> Table:
    """Whose fate the levers changed, of all men."""
    from experiments.policies.only_because import ALL, CHANGES

    table = new_table("The same men with the lever and without it", "lever", "they", "men", "95 % interval")
    whole = found.only_because[found.only_because["axis"] == ALL]
    for row in whole.to_dict("records"):
        ends = interval(row["low"], row["high"], ",.0f")
        table.add_row(row["policy"], CHANGES[row["change"]], f"{row['men']:,.0f}", ends)
    return table


def _costs(found: Comparison) -> Table:
    table = new_table("Dollars paid for each, by lever", "lever", "for each", "dollars", "95 % interval")
    table.add_column("")
    for row in found.cost.to_dict("records"):
        usd, ends = _known(row["usd"], ",.0f"), interval(row["low"], row["high"], ",.0f")
        table.add_row(row["policy"], row["gain"], usd, ends, row["why_not"] or row["method"])
    return table


def _known(value: float, form: str) -> str:
    """Write a number; a dash where there is none."""
    if math.isnan(value):
        return "–"
    return "∞" if math.isinf(value) else format(value, form)
