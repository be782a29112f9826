"""The loyalty that is shown: an index in bins, and the strength that counts as loyal (section 7.24).

Here, and only here, level and slope are in single precision.
"""

from __future__ import annotations

from math import ceil, floor, log
from struct import pack, unpack

from sim.reference.situation import Situation
from sim.reference.soldier import Soldier

BINS = 60
REACH = 6
"""Widths of the transform on either side of the middle that the bins cover."""
TABLES = ("rank", "sect", "home")


def _single(number: float) -> float:
    """A number in single precision."""
    rounded: float = unpack("f", pack("f", number))[0]
    return rounded


class Gauge:
    """Bins of loyalty.

    Parameters
    ----------
    situation : Situation
    """

    def __init__(self, situation: Situation) -> None:
        index = situation.scenario.loyalty_index
        self.first_edge = index.middle - REACH * index.width
        self.width = 2 * REACH * index.width / BINS
        loyal = index.middle + index.width * log(index.loyal_above / (1 - index.loyal_above))
        self.loyal_from = ceil(round((loyal - self.first_edge) / self.width, 9))
        """First bin of those who count as loyal."""

    def bin_of(self, man: Soldier, erosion: float) -> int:
        """Bin of a man, given the grievance of his like."""
        level = _single((man.loyalty - self.first_edge) / self.width)
        slope = _single(man.susceptibility / self.width)
        return min(max(floor(level - slope * erosion), 0), BINS - 1)

    def loyal(self, situation: Situation) -> int:
        """Men in companies that have not collapsed whose index is above the bound."""
        return sum(
            self.bin_of(man, situation.erosion[man.rank][man.sect.number][man.home.number]) >= self.loyal_from
            for company in situation.companies
            if not company.has_collapsed
            for man in company.serving
        )
