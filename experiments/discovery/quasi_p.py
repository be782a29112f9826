"""Quasi-p-values: how likely a box without a limit would be as dense by chance.

    p = share of interest in the box without the limit
    quasi-p = P(at least as many of interest as in the box), of as many runs, binomial with p

One-sided (Bryant and Lempert 2010). The limits were chosen on the same runs, among many, so that a small
value does not have the error rate that its size suggests: hence *quasi*. A large one tells that a limit may
be left out.
"""

from __future__ import annotations

import math

from experiments.discovery.box import Box, Span
from experiments.discovery.factors import FactorTable
from sim.codes import Flags


def quasi_p(factors: FactorTable, interest: Flags, among: Flags, box: Box) -> dict[str, tuple[float, float]]:
    """Quasi-p-value of each limit of a box.

    Parameters
    ----------
    factors : FactorTable
    interest, among : (runs,) array of bool
        Which runs are of interest, and which are looked at.
    box : Box

    Returns
    -------
    dict
        Factor to the values of its lower and its upper limit; NaN for an open side. A category has one,
        which stands first.

    References
    ----------
    Bryant, B. P. and Lempert, R. J. (2010), "Thinking inside the box: a participatory, computer-assisted
    approach to scenario discovery", Technological Forecasting and Social Change 77, 34-49.
    """
    inside = box.holds(factors) & among
    found = {}
    for name, limit in box.limits.items():
        if isinstance(limit, Span):
            opened = (Span(high=limit.high), Span(low=limit.low))
            closed = (math.isfinite(limit.low), math.isfinite(limit.high))
        else:
            opened, closed = (Span(), Span()), (True, False)
        ends = [
            chance_of(interest, inside, box.limited(name, larger).holds(factors) & among)
            if shut
            else math.nan
            for larger, shut in zip(opened, closed, strict=True)
        ]
        found[name] = (ends[0], ends[1])
    return found


def chance_of(interest: Flags, inside: Flags, without: Flags) -> float:
    """Chance that a box were as dense, at the share of interest of a larger box.

    Parameters
    ----------
    interest, inside, without : (runs,) array of bool
        Which runs are of interest, in the box, and in the larger one.
    """
    from scipy.special import bdtrc

    runs, hits = int(inside.sum()), int((interest & inside).sum())
    share = int((interest & without).sum()) / int(without.sum())
    return 1.0 if hits == 0 else float(bdtrc(hits - 1, runs, share))
