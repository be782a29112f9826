"""Polarisation: how far camps of a company face one another; a constant of each company.

    term_u = effect * (P_u - mean P),   P_u = 4 * sum over roles g of q_ug^2 * (1 - q_ug)

q_ug is the share of in-group, third groups or out-group among the regulars of day 0, of all ranks; the mean
is over regulars, so that the average company has the reference hazard. P is 0 where all are of one camp and
1 where two camps are equally strong: the index of Reynal-Querol (2002), on the scale of the index of
McLauchlin 2015 (mean 0.66, sd 0.20), so it is used as it is. What a sect means for a man's own loyalty is
stated by sect and is not in it: an out-group man's is the same in every company, his company's camps are
not. The company's random effect is what is left beside this covariate in the same regression.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.codes import Floats
from sim.parameters import MechanismSection, parameter


class Polarisation(MechanismSection):
    """Section `polarisation`."""

    effect: float = parameter(
        2.882,
        -5,
        10,
        "log hazard",
        "Two camps of equal strength over one alone.",
        "McLauchlin 2015: 2.882 (se 1.071)",
    )


def of_companies(rules: Polarisation, strength: Floats, roles: Sequence[str]) -> Floats:
    """Log hazard of each company, shape (U,), from its regulars by sect (S, U) and the role of each sect."""
    if not rules.on:
        return np.zeros(strength.shape[1])
    camps = np.array([[role == camp for camp in ("in", "third", "out")] for role in roles], dtype=np.float64)
    men = strength.sum(axis=0)
    share = camps.T @ strength / np.maximum(men, 1.0)
    index = 4.0 * (share**2 * (1.0 - share)).sum(axis=0)
    term: Floats = rules.effect * (index - index @ men / max(men.sum(), 1.0))
    term[men == 0.0] = 0.0
    return term
