"""Strong ties: on random rings, of one company and of one home and sect, and by a graph (section 5.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.reference.graph_ties import graph_ties
from sim.reference.luck import Luck
from sim.reference.roll import Man
from sim.scenario import Scenario


def strong_ties(scenario: Scenario, luck: Luck, men: list[Man]) -> list[list[int]]:
    """Rows of each man's ties, ascending."""
    ties = scenario.army.ties
    found: list[set[int]] = [set() for _ in men]
    _tie(luck, men, found, "barracks ties", ties.barracks // 2, lambda man: (man.unit, man.reservist))
    _tie(luck, men, found, "home ties", ties.home // 2, lambda man: (man.home, man.sect))
    for row, other in graph_ties(ties.graph, luck, men):
        found[row].add(other)
        found[other].add(row)
    return [sorted(of_one) for of_one in found]


def _tie(
    luck: Luck,
    men: list[Man],
    found: list[set[int]],
    decision: str,
    reach: int,
    group_of: Callable[[Man], Any],
) -> None:
    """Tie each man to those who stand up to so many places ahead of and behind him."""
    groups: dict[Any, list[int]] = {}
    for row, man in enumerate(men):
        groups.setdefault(group_of(man), []).append(row)
    for rows in groups.values():
        ring = sorted(rows, key=lambda row: (luck.uniform(decision, men[row].identity), row))
        size = len(ring)
        for distance in range(1, reach + 1):
            for place, row in enumerate(ring):
                if size >= 2 * distance:
                    found[row].add(ring[(place + distance) % size])
                if size > 2 * distance:
                    found[row].add(ring[(place - distance) % size])
