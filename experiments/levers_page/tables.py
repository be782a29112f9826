"""Tables of the page of levers: differences by side, what was expected, what money bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.intervals import Interval, paired
from experiments.levers_page.expectations import Expected
from experiments.policies.effects import by_policy, cost_of, effects_of, values_of
from experiments.policies.levers import BASELINE
from experiments.showing.tables import number
from experiments.verdicts import SMALLEST, verdict

Line = dict[str, str]

COLUMNS: dict[str, dict[str, str]] = {
    "The regime": {
        "exits": "exits",
        "share_gone": "share gone",
        "senior_and_generals_left": "senior officers and generals left",
        "strength_nominal": "nominal strength",
        "strength_deployable": "deployable",
        "strength_loyal": "loyal",
        "killed": "soldiers killed",
    },
    "The opposition": {
        "joined": "soldiers who joined",
        "members_left": "members who left their faction",
        "members": "members at the end",
        "fighters": "armed opposition",
        "control_night": "control by night",
        "paid_usd": "dollars paid to defectors",
    },
    "The country": {
        "civilians_killed": "civilians killed",
        "destruction": "destroyed, share",
    },
}
"""Columns of the summary by table, with their headings."""

OUTCOMES = tuple(column for columns in COLUMNS.values() for column in columns)
CLASSES = "The country"
"""The table that also tells the classes of outcome."""


def differences(runs: pd.DataFrame, columns: dict[str, str], titles: dict[str, str]) -> list[Line]:
    """Lines of a table of differences: the baseline's means, then a line a policy.

    Parameters
    ----------
    runs : DataFrame
        As `experiments.policies.comparison.Comparison.runs`.
    columns : mapping
        Column of the summary to its heading.
    titles : mapping
        Policy to its title, in the order of the lines.
    """
    effects = by_policy(effects_of(runs, tuple(columns)))
    base = {column: float(values_of(runs, BASELINE, column).mean()) for column in columns}
    lines = [{"": "**as it is**", **{head: number(base[column]) for column, head in columns.items()}}]
    for policy, title in titles.items():
        cells = {head: _cell(effects[policy, column]) for column, head in columns.items()}
        lines.append({"": title, **cells})
    return lines


def with_classes(lines: list[Line], runs: pd.DataFrame, policies: Sequence[str]) -> list[Line]:
    """Add the classes of outcome to lines of these policies."""
    return [
        {**line, "class of outcome": classes(runs, policy)}
        for line, policy in zip(lines, policies, strict=True)
    ]


def classes(runs: pd.DataFrame, policy: str) -> str:
    """Classes of outcome of a policy, with the number of runs of each; the most frequent first."""
    counts = runs.loc[runs["policy"] == policy, "outcome"].value_counts()
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _cell(effect: Mapping[str, Any]) -> str:
    """Difference with its interval; 0 alone where nothing differs in any pair."""
    if effect["sd_paired"] == 0.0 and effect["difference"] == 0.0:
        return "0"
    return _with_ends(effect["difference"], effect["low"], effect["high"])


def _with_ends(middle: float, low: float, high: float) -> str:
    return f"{signed(middle)} ({signed(low)} to {signed(high)})"


def signed(value: float) -> str:
    """Write a number with its sign.

    Examples
    --------
    >>> signed(1234.5), signed(-0.0123), signed(0.0)
    ('+1,234', '−0.012', '0')
    """
    text = number(abs(value))
    return text if value == 0 else ("+" if value > 0 else "−") + text


def share_of(runs: pd.DataFrame, policy: str, outcome: str) -> Interval:
    """Paired change of an outcome over its mean in the baseline; of none where that is 0."""
    before, after = (values_of(runs, each, outcome) for each in (BASELINE, policy))
    mean = float(before.mean())
    return paired((after - before) / mean) if mean else paired(0.0 * before)


def expected_line(one: Expected, runs: pd.DataFrame, title: str) -> Line:
    """One line of the table of expectations."""
    change = share_of(runs, one.overlay, one.outcome)
    word = judged(change, one.sign)
    sign = {1: "more", -1: "less", 0: "no change"}[one.sign]
    return {
        "": title,
        "outcome": one.outcome,
        "expected": f"{sign}: {one.because}",
        "change, %": _of(Interval(100 * change.middle, 100 * change.low, 100 * change.high)),
        "verdict": word,
        "moves by 2 % or more": ", ".join(moved(one, runs)) or "nothing shown",
        "why not": "" if word == "as expected" else one.if_none,
    }


def judged(change: Interval, sign: int) -> str:
    """Word for a change of an outcome, as in the page of mechanisms; none may be what was expected."""
    word = verdict(change.middle, change.low, change.high, sign)
    return "as expected" if sign == 0 and word in ("immaterial here", "not told from 0") else word


def moved(one: Expected, runs: pd.DataFrame) -> list[str]:
    """Outcomes that a policy moves by the smallest meaningful effect or more, with the change in per cent."""
    found = []
    for outcome in OUTCOMES:
        change = share_of(runs, one.overlay, outcome)
        if abs(change.middle) >= SMALLEST and change.excludes_zero:
            found.append(f"{outcome} {signed(100 * change.middle)}")
    return found


def unexplained(one: Expected, runs: pd.DataFrame) -> bool:
    """Whether a lever moves nothing that is shown, was expected to, and nobody has said why."""
    return bool(one.sign) and not moved(one, runs) and not one.if_none


def bundle_lines(runs: pd.DataFrame, bundle: str, parts: Sequence[str]) -> list[Line]:
    """Lines of a table of a bundle of levers: its parts added up, it, and what it is beyond the sum."""
    lines = []
    for columns in COLUMNS.values():
        for outcome, head in columns.items():
            before, whole = (values_of(runs, policy, outcome) for policy in (BASELINE, bundle))
            added = np.sum([values_of(runs, part, outcome) - before for part in parts], axis=0)
            lines.append(
                {
                    "": head,
                    "parts, added up": _of(paired(added)),
                    "together": _of(paired(whole - before)),
                    "together, less the sum": _of(paired(whole - before - added)),
                }
            )
    return lines


def _of(change: Interval) -> str:
    return _with_ends(change.middle, change.low, change.high)


def cost_lines(runs: pd.DataFrame, titles: dict[str, str]) -> list[Line]:
    """Dollars for each additional exit and member, of the policies that pay."""
    cost = cost_of(runs[runs["policy"].isin([BASELINE, *titles])])
    paying = cost[cost["why_not"] != "the policy pays nothing more"]
    return [
        {
            "": titles[row["policy"]],
            "for each": row["gain"],
            "dollars": "none" if row["why_not"] else number(row["usd"]),
            "95 % interval": row["why_not"] or f"{number(row['low'])} to {number(row['high'])}",
        }
        for row in paying.to_dict("records")
    ]
