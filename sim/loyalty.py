"""Loyalty as it is shown: an index from 0 to 1, and the bins in which it is counted."""

from __future__ import annotations

import math

import numpy as np

from sim.codes import Floats
from sim.definitions import LoyaltyIndex

LOYALTY_BINS = 60
_REACH = 6.0
"""Widths of the transform on either side of the middle that the bins cover."""


def loyalty_edges(rules: LoyaltyIndex) -> Floats:
    """Edges of the bins of loyalty, log hazard, shape (`LOYALTY_BINS` + 1,).

    Six widths to either side of the middle: index 0.0025 to 0.9975. One edge lies on the middle.
    """
    edges: Floats = rules.middle + rules.width * np.linspace(-_REACH, _REACH, LOYALTY_BINS + 1)
    return edges


def bin_width(rules: LoyaltyIndex) -> float:
    """Width of a bin, log hazard; two edges would give it only to their rounding."""
    return 2.0 * _REACH * rules.width / LOYALTY_BINS


def loyal_from(rules: LoyaltyIndex) -> float:
    """Loyalty, log hazard, from which a soldier counts as loyal."""
    return rules.middle + rules.width * math.log(rules.loyal_above / (1.0 - rules.loyal_above))


def loyalty_index(loyalty: Floats, middle: float, width: float) -> Floats:
    """Loyalty as it is shown to people.

    Parameters
    ----------
    loyalty : array
        Loyalty L, log hazard.
    middle, width : float
        Loyalty whose index is 0.5, and width of the transform.

    Returns
    -------
    array in [0, 1], of the same shape
    """
    # Beyond 700 widths the exponential would overflow; the index is 0 there long before.
    index: Floats = 1.0 / (1.0 + np.exp(np.minimum((middle - loyalty) / width, 700.0)))
    return index
