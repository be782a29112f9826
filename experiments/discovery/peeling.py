"""Peeling: from all runs, the slice whose loss helps most is taken away, again and again.

A slice is the lowest or highest few per cent of a number, or one label of a category. Ties go to the box with
fewer restricted factors, then to the first factor of the table.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from experiments.discovery.box import Box, OneOf, Span, within
from experiments.discovery.factors import FactorTable
from experiments.discovery.rules import Rules
from sim.codes import Flags, Floats


class Candidate(NamedTuple):
    """A box that could come next."""

    box: Box
    inside: Flags
    """Which runs are inside, shape (runs,)."""


def peeled(factors: FactorTable, interest: Flags, among: Flags, rules: Rules) -> list[Candidate]:
    """Peel boxes until one more slice would leave too few runs, or only runs of interest are left.

    Parameters
    ----------
    factors : FactorTable
    interest : (runs,) array of bool
        Which runs are of interest.
    among : (runs,) array of bool
        Which runs are looked at; at least one.
    rules : Rules

    Returns
    -------
    list of Candidate
        The first holds every run that is looked at.
    """
    boxes = [Candidate(Box(), among)]
    least = rules.least_mass * among.size
    while (best := _best(factors, interest, boxes[-1], rules, least)) is not None:
        boxes.append(best)
    return boxes


def _best(
    factors: FactorTable, interest: Flags, now: Candidate, rules: Rules, least: float
) -> Candidate | None:
    """Find the best box one slice smaller; None where there is none, or nothing is left to gain."""
    before = int(now.inside.sum())
    interest_before = int((interest & now.inside).sum())
    if interest_before == before:
        return None
    best, best_rank = None, (-math.inf, 0)
    for each in slices_off(factors, now, rules.peel):
        count = int(each.inside.sum())
        if not max(least, 1.0) <= count < before:
            continue
        score = rules.score(count, int((interest & each.inside).sum()), before, interest_before)
        if rules.objective == "gain" and score <= 0.0:
            continue
        rank = (score, -len(each.box.restricted))
        if rank > best_rank:
            best, best_rank = each, rank
    return best


def slices_off(factors: FactorTable, now: Candidate, part: float) -> Iterator[Candidate]:
    """Boxes that are one slice smaller, in the order of the factors."""
    for name, column in factors.columns.items():
        if column.kind == "category":
            labels = now.box.labels(name, column.labels)
            limits = [OneOf(labels - {label}) for label in sorted(labels)] if len(labels) > 1 else []
            for limit in limits:
                yield Candidate(now.box.limited(name, limit), now.inside & within(limit, factors, name))
            continue
        span, values = now.box.span(name), column.values[now.inside]
        whole = column.kind == "whole"
        ends = (Span(span.low, -_end(-values, part, whole)), Span(_end(values, part, whole), span.high))
        for end in ends:
            yield Candidate(now.box.limited(name, end), now.inside & within(end, factors, name))


def _end(values: Floats, part: float, whole: bool) -> float:
    """Lower limit that takes the lowest part of some values away; whole numbers end at one of them.

    Equal real numbers go together. Of whole numbers, many of which are equal, those under the quantile go,
    and where there are none those of the lowest value.
    """
    ordered = np.sort(values)
    position = (ordered.size - 1) * part
    if whole:
        quantile = ordered[math.floor(position)]
        kept = ordered >= quantile if ordered[0] < quantile else ordered > quantile
        return float(ordered[kept][0]) if kept.any() else float(ordered[0])
    last = ordered[math.floor(position)]
    above = ordered[math.ceil(position) :]
    above = above[above > last]
    return float((last + above[0]) / 2.0) if above.size else float(last)
