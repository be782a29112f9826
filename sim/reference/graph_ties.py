"""Ties over the whole army: a Poisson graph, or one with stated numbers of ties (section 5.6)."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, log, log1p
from typing import Any

from sim.reference.luck import Luck
from sim.reference.roll import Man
from sim.reference.shares import pick

Pair = tuple[int, int]


def graph_ties(graph: Any, luck: Luck, men: list[Man]) -> Iterator[Pair]:
    """Pairs of rows that a graph ties."""
    if graph.kind == "poisson":
        yield from _poisson(graph.mean_degree, luck, men)
    elif graph.kind == "configuration":
        yield from _configuration(graph.degrees, luck, men)


def _poisson(mean_degree: float, luck: Luck, men: list[Man]) -> Iterator[Pair]:
    """Tie any two with the same chance: each man is tied to those behind him at geometric gaps."""
    chance = min(1.0, mean_degree / (len(men) - 1)) if len(men) > 1 else 0.0
    for row, man in enumerate(men if chance > 0 else []):
        other, gaps = row, 0
        while True:
            gap = 0
            if chance < 1:
                gap = floor(log(luck.uniform_of("graph ties", gaps, man.identity)) / log1p(-chance))
            other, gaps = other + 1 + gap, gaps + 1
            if other >= len(men):
                break
            yield row, other


def _configuration(degrees: Any, luck: Luck, men: list[Man]) -> Iterator[Pair]:
    """Give each man so many ends of ties, and join ends at random."""
    weights, ends = [one.weight for one in degrees], []
    for row, man in enumerate(men):
        number = degrees[pick(weights, luck.uniform("graph degree", man.identity))].degree
        for end in range(number):
            ends.append((next(luck.words("graph ties", end, man.identity)), end, row))
    rows = [row for _, _, row in sorted(ends)]
    for one, other in zip(rows[::2], rows[1::2], strict=False):
        if one != other:
            yield one, other
