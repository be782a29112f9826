"""Levers laid over one another, and whether together they do more than they do apart.

The interaction of a combination C is what is left of its effect when the effects of all smaller
combinations of the same levers have been taken off, on the same army and luck, pair by pair:

    interaction(C) = sum over all D within C of (-1)**(|C| - |D|) * outcome(D),   outcome(nothing) as it is

For two levers: together, less the sum of both. Above 0 they help one another, below 0 one takes the place
of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.intervals import paired
from experiments.policies.effects import OUTCOMES, covers, values_of
from experiments.policies.levers import BASELINE, lay_over
from sim.codes import Floats
from sim.errors import Fault, ScenarioError
from sim.scenario import Scenario

_PLUS = " + "

Members = tuple[str, ...]
"""Names of levers, in the order in which they are laid over one another."""


def members_of(names: Sequence[str], up_to: int) -> dict[str, Members]:
    """Name all combinations of two levers and more.

    Parameters
    ----------
    names : sequence of str
    up_to : int
        Most levers in one, 1 or more; with 1 there are no combinations.

    Returns
    -------
    dict
        Name of each combination to the levers in it, smaller ones first.

    Examples
    --------
    >>> list(members_of(["pay", "arms", "refuge"], 2))
    ['pay + arms', 'pay + refuge', 'arms + refuge']
    """
    sizes = range(2, min(up_to, len(names)) + 1)
    return {_PLUS.join(each): each for size in sizes for each in combinations(names, size)}


def combined(
    scenario: Scenario,
    policies: Mapping[str, Scenario],
    overlays: Mapping[str, str | Path],
    combinations: Mapping[str, Members],
) -> dict[str, Scenario]:
    """Lay the levers of each combination over a scenario, one after another.

    Parameters
    ----------
    scenario : Scenario
        As it is.
    policies : mapping
        Scenario of each lever alone.
    overlays : mapping
        Name or path of the overlay of each lever.
    combinations : mapping
        As from `members_of`.

    Returns
    -------
    dict
        Scenario of each combination.

    Raises
    ------
    ScenarioError
        If two levers set one key to different values: together they would be neither.
    """
    moved = {name: _moved(scenario, policies[name]) for name in overlays}
    found, lost = dict[str, Scenario](), dict[Fault, None]()
    for name, members in combinations.items():
        together = scenario
        for member in members:
            together = lay_over(together, overlays[member])
        found[name], now = together, _moved(scenario, together)
        lost |= dict.fromkeys(
            fault for member in members for fault in _lost(member, moved[member], name, now)
        )
    if lost:
        raise ScenarioError(lost)
    return found


def _moved(scenario: Scenario, lever: Scenario) -> dict[str, object]:
    """Values that a lever changes, by dotted path."""
    before, after = (dict(_values(each.model_dump(by_alias=True))) for each in (scenario, lever))
    paths = (before.keys() | after.keys()) - {"overlays"}
    return {path: after.get(path) for path in paths if before.get(path) != after.get(path)}


def _values(node: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Values below a node by dotted path; items of a list by their names, where all have one."""
    match node:
        case dict():
            below = node.items()
        case list() | tuple() if node and all(isinstance(item, dict) and "name" in item for item in node):
            below = {item["name"]: item for item in node}.items()
        case _:
            yield path, node
            return
    for key, child in below:
        yield from _values(child, f"{path}.{key}".removeprefix("."))


def _lost(
    lever: str, alone: Mapping[str, object], combination: str, together: Mapping[str, object]
) -> Iterator[Fault]:
    """Values of a lever that another takes away when both are laid over the scenario."""
    for path, value in sorted(alone.items()):
        if path not in together or together[path] != value:
            end = f"is {_said(together[path])}" if path in together else "stays as it was"
            message = f"'{lever}' sets it to {_said(value)}, in '{combination}' it {end}"
            yield Fault(path, f"{message}: levers that set one key cannot be combined")


def _said(value: object) -> str:
    """Write a value as a file has it."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def interactions_of(
    runs: pd.DataFrame, combinations: Mapping[str, Members], outcomes: Sequence[str] = OUTCOMES
) -> pd.DataFrame:
    """Interaction of each combination.

    Parameters
    ----------
    runs : DataFrame
        policy, seed and the outcomes; all combinations within a combination are policies of it.
    combinations : mapping
        As from `members_of`.
    outcomes : sequence of str
        One that is unknown in a run is left out.

    Returns
    -------
    DataFrame
        policy, outcome, together (its effect), apart (what the effects of all within it add up to),
        interaction (the first less the second), low, high, pairs, covers.
    """
    known = [outcome for outcome in outcomes if runs[outcome].notna().all()]
    rows = [
        _interaction(runs, name, members, outcome)
        for name, members in combinations.items()
        for outcome in known
    ]
    columns = ("policy", "outcome", "together", "apart", "interaction", "low", "high", "pairs", "covers")
    return pd.DataFrame(rows, columns=columns)


def _interaction(runs: pd.DataFrame, name: str, members: Members, outcome: str) -> dict[str, object]:
    left, size = np.zeros(0), len(members)
    for number in range(size + 1):
        for within in combinations(members, number):
            part = (-1) ** (size - number) * values_of(runs, _name(within), outcome)
            left = part if not left.size else left + part
    together = _difference(runs, name, outcome)
    found = paired(left)
    return {
        "policy": name,
        "outcome": outcome,
        "together": together,
        "apart": together - found.middle,
        "interaction": found.middle,
        "low": found.low,
        "high": found.high,
        "pairs": left.size,
        "covers": covers(left.size),
    }


def _name(members: Members) -> str:
    """Policy that these levers make together."""
    return _PLUS.join(members) or BASELINE


def _difference(runs: pd.DataFrame, policy: str, outcome: str) -> float:
    """Mean effect of a policy."""
    before: Floats = values_of(runs, BASELINE, outcome)
    return float(np.mean(values_of(runs, policy, outcome) - before))
