"""The boxes in which the scatter of resistances is dealt: layers of height, cells and numbers of points.

A box has volume 1 over (soldier, day, height). The lowest layer is cut into boxes of one day and
`IDENTITIES` soldiers, each layer above into boxes of one soldier and a spell of days.
"""

from __future__ import annotations

import math

import numpy as np

from sim.codes import Floats, Ints, Words
from sim.compiled import compiled
from sim.luck import mixed, to_unit

LOWEST_EXPONENT = -9
LOWEST = 2.0**LOWEST_EXPONENT
"""Top of the layer that is read for everyone, 1 per day."""

LAYERS = -LOWEST_EXPONENT
"""Number of layers above it."""

EDGES: Floats = np.exp2(np.arange(LOWEST_EXPONENT, 1, dtype=np.float64))
WIDTHS: Floats = np.diff(EDGES)
SPELLS: Ints = (1.0 / WIDTHS).astype(np.int64)
"""Days in a box of each upper layer."""
IDENTITIES = 1 << LAYERS
"""Identities in a box of the lowest layer."""

MOST_IN_BOX = 20
"""More points are rarer than the grain of a word."""
AT_MOST: Floats = np.cumsum([math.exp(-1.0) / math.factorial(number) for number in range(MOST_IN_BOX)])
"""Chance that a box holds at most 0, 1, 2, ... points."""

_LOG_2 = math.log(2.0)
_LOG_LOWEST = LOWEST_EXPONENT * _LOG_2
_WORD = 64
"""Bits of a word."""


@compiled
def points_in_box(word: np.uint64) -> int:
    """Poisson number of mean 1 from the first word of a box."""
    uniform, number = to_unit(word), 0
    while number < MOST_IN_BOX and uniform > AT_MOST[number]:
        number += 1
    return number


@compiled
def points_in_boxes(states: Words) -> Ints:
    """Poisson number of mean 1 for each of many boxes, from the states of their first words.

    It is that of `points_in_box`, without a branch, so that several boxes are reckoned in one step.
    """
    numbers = np.empty(states.size, np.int64)
    for box in range(states.size):
        uniform, number = to_unit(mixed(states[box])), 0
        for fewer in range(MOST_IN_BOX):
            number += uniform > AT_MOST[fewer]
        numbers[box] = number
    return numbers


@compiled
def cell_in_box(word: np.uint64, bits: int) -> np.int64:
    """Which of the 2**bits soldiers or days of a box the point of a word falls on."""
    return np.int64(word >> np.uint64(_WORD - bits))


@compiled
def depth_for(log_hazard: float) -> int:
    """Number of upper layers, from the lowest of them, that hold every point under a hazard.

    Parameters
    ----------
    log_hazard : float
        Logarithm of the hazard a day; may be -inf.

    Returns
    -------
    int, 0 to `LAYERS`
    """
    if log_hazard <= _LOG_LOWEST:
        return 0
    return min(math.ceil(log_hazard / _LOG_2) - LOWEST_EXPONENT, LAYERS)
