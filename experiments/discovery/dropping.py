"""Dropping: limits of a box that chance explains are let go, one after another.

The limit with the largest quasi-p-value goes first. It goes only while chance also explains all that went
together: how much denser the box was with them than it is without (the same one-sided binomial test). Limits
that each do little may do much together.
"""

from __future__ import annotations

import math

from experiments.discovery.box import Box, Span
from experiments.discovery.factors import FactorTable
from experiments.discovery.peeling import Candidate
from experiments.discovery.quasi_p import chance_of, quasi_p
from sim.codes import Flags


def dropped(
    factors: FactorTable, interest: Flags, among: Flags, start: Candidate, above: float
) -> list[Candidate]:
    """Drop the limit with the largest quasi-p-value while chance explains it, and all that went together.

    Parameters
    ----------
    factors, interest, among
        As in `experiments.discovery.peeling.peeled`.
    start : Candidate
        Box whose limits are looked at.
    above : float
        Quasi-p-value over which chance is said to explain a limit.

    Returns
    -------
    list of Candidate
        The boxes after it; none if all limits stay.
    """
    boxes = [start]
    while boxes[-1].box.limits:
        box = _simpler(factors, interest, among, boxes[-1].box, above)
        if box is None:
            break
        inside = box.holds(factors) & among
        if chance_of(interest, start.inside, inside) <= above:
            break
        boxes.append(Candidate(box, inside))
    return boxes[1:]


def _simpler(factors: FactorTable, interest: Flags, among: Flags, box: Box, above: float) -> Box | None:
    """Box without the limit that chance explains best; None where it explains none."""
    values = quasi_p(factors, interest, among, box)
    sides = [(chance, name, side) for name, both in values.items() for side, chance in enumerate(both)]
    chance, name, side = max(each for each in sides if not math.isnan(each[0]))
    if chance <= above:
        return None
    limit = box.limits[name]
    if not isinstance(limit, Span):
        return box.without(name)
    return box.limited(name, Span(high=limit.high) if side == 0 else Span(low=limit.low))
