"""Regulars in the order in which their loyalty is counted, group by group.

A group is a rank, a sect and a home. Loyalty is only counted, so single precision does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.army import Army
from sim.codes import Floats, Ints, Singles
from sim.compiled import compiled
from sim.definitions import LoyaltyIndex
from sim.loyalty import bin_width, loyalty_edges


@dataclass(frozen=True)
class LoyaltyOrder:
    """Regulars in their order, as they are on day 0.

    `R` regulars, `G` groups in C order of rank, sect and home.
    """

    place: Ints
    """(R,) where each row of the roster stands."""
    level: Singles
    """(R,) bin without any erosion, as a real number."""
    slope: Singles
    """(R,) bins lost to erosion of 1."""
    end: Ints
    """(G,) where each group ends."""
    first_edge: float
    """Where the bins begin, log hazard."""
    width: float
    """Width of a bin."""

    @staticmethod
    def of(rules: LoyaltyIndex, army: Army, profile: Ints, profile_shape: Sequence[int]) -> LoyaltyOrder:
        """Put the regulars of an army in their order."""
        soldiers, regulars = army.soldiers, army.regulars
        order = LoyaltyOrder(
            place=np.empty(regulars, np.int32),
            level=np.empty(regulars, np.float32),
            slope=np.empty(regulars, np.float32),
            end=np.zeros(math.prod(profile_shape[:3]), np.int64),
            first_edge=float(loyalty_edges(rules)[0]),
            width=bin_width(rules),
        )
        _line_up(
            profile[:regulars],
            soldiers.loyalty,
            soldiers.susceptibility,
            order.first_edge,
            order.width,
            order.place,
            order.level,
            order.slope,
            order.end,
        )
        for array in (order.place, order.level, order.slope, order.end):
            array.setflags(write=False)
        return order


@compiled
def group_of(profile: int) -> int:
    """Rank, sect and home of a profile, whose last two bits say more."""
    return profile >> 2


@compiled
def level_of(loyalty: float, first_edge: float, width: float) -> np.float32:
    """Bin without any erosion, as a real number."""
    return np.float32((loyalty - first_edge) / width)


@compiled
def slope_of(susceptibility: np.float32, width: float) -> np.float32:
    """Bins lost to erosion of 1."""
    return np.float32(np.float64(susceptibility) / width)


@compiled
def _line_up(
    profile: Ints,
    loyalty: Floats,
    susceptibility: Singles,
    first_edge: float,
    width: float,
    place: Ints,
    level: Singles,
    slope: Singles,
    end: Ints,
) -> None:
    """Give each regular his place in his group, and note where the groups end."""
    for row in range(profile.size):
        end[group_of(profile[row])] += 1
    begin = 0
    for group in range(end.size):
        # The end moves there as the places of the group are given away.
        begin, end[group] = begin + end[group], begin
    for row in range(profile.size):
        here = end[group_of(profile[row])]
        end[group_of(profile[row])] += 1
        place[row] = here
        level[here] = level_of(loyalty[row], first_edge, width)
        slope[here] = slope_of(susceptibility[row], width)
