"""Pasting: a box that was peeled too far grows again while the share of interest does not fall.

A side grows by the nearest few per cent of the runs in the box; a category by one label. A side beyond which
there are no runs is opened, which costs nothing and leaves a simpler box.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from experiments.discovery.box import Box, Limit, OneOf, Span
from experiments.discovery.factors import FactorTable
from experiments.discovery.peeling import Candidate
from experiments.discovery.rules import Rules
from sim.codes import Flags, Floats


def pasted(
    factors: FactorTable, interest: Flags, among: Flags, rules: Rules, start: Candidate
) -> list[Candidate]:
    """Paste slices to a box until any further one would lower its share of interest.

    Parameters
    ----------
    factors, interest, among, rules
        As in `peeled`.
    start : Candidate
        Box to grow.

    Returns
    -------
    list of Candidate
        The boxes after it, each larger or simpler than the one before; none if it cannot grow.
    """
    boxes = [start]
    while (best := _best(factors, interest, among, rules, boxes[-1])) is not None:
        boxes.append(best)
    return boxes[1:]


def _best(
    factors: FactorTable, interest: Flags, among: Flags, rules: Rules, now: Candidate
) -> Candidate | None:
    """Find the larger box with the highest share of interest, if that is not lower than now."""
    count = int(now.inside.sum())
    best, best_rank = None, (int((interest & now.inside).sum()) / count, -math.inf)
    for box in _larger(factors, among, now, max(1, round(rules.paste * count))):
        inside = box.holds(factors) & among
        total = int(inside.sum())
        if total == count and len(box.restricted) == len(now.box.restricted):
            continue
        rank = (int((interest & inside).sum()) / total, -len(box.restricted))
        if rank > best_rank:
            best, best_rank = Candidate(box, inside), rank
    return best


def _larger(factors: FactorTable, among: Flags, now: Candidate, runs: int) -> Iterator[Box]:
    """Boxes that are one slice larger, in the order of the limits."""
    for name, limit in now.box.limits.items():
        column = factors.columns[name]
        for larger in _wider(limit, column.labels):
            yield now.box.limited(name, larger)
        if isinstance(limit, Span):
            near = column.values[now.box.without(name).holds(factors) & among]
            whole = column.kind == "whole"
            if math.isfinite(limit.high):
                yield now.box.limited(name, Span(limit.low, _beyond(near, limit.high, runs, whole)))
            if math.isfinite(limit.low):
                yield now.box.limited(name, Span(-_beyond(-near, -limit.low, runs, whole), limit.high))


def _wider(limit: Limit, labels: tuple[str, ...]) -> Iterator[Limit]:
    """Limits of a category with one label more; open where all are inside."""
    if isinstance(limit, OneOf):
        for label in sorted({*labels} - limit.labels):
            wider = limit.labels | {label}
            yield Span() if len(wider) == len(labels) else OneOf(wider)


def _beyond(values: Floats, limit: float, runs: int, whole: bool) -> float:
    """Upper limit that lets so many more values in, with all that equal the last; infinite if that is all."""
    outside = np.sort(values[values > limit])
    if outside.size <= runs:
        return math.inf
    last = outside[runs - 1]
    after = outside[outside > last]
    if not after.size:
        return math.inf
    return float(last) if whole else float((last + after[0]) / 2.0)
