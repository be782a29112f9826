"""The loyalty that is shown: an index in bins, and the strength that counts as loyal (section 7.24).

Here, and only here, all is in single precision.
"""

from __future__ import annotations

from collections import Counter
from math import ceil, floor, log
from struct import pack, unpack

from sim.reference.situation import Situation
from sim.reference.soldier import Soldier

BINS = 60
REACH = 6
"""Widths of the transform on either side of the middle that the bins cover."""
Counts = Counter[tuple[int, int, int, int]]
"""Men by rank, sect, home and bin."""


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
        height = _single(level - _single(slope * _single(erosion)))
        return min(max(floor(height), 0), BINS - 1)

    def look(self, situation: Situation) -> tuple[Counts, int]:
        """Count those who serve.

        Returns
        -------
        counts : Counter
            Men by rank, sect, home and bin.
        loyal : int
            Men in companies that have not collapsed whose index is above the bound.
        """
        counts, loyal = Counts(), 0
        for company in situation.companies:
            for man in company.serving:
                rank, sect, home = man.rank, man.sect.number, man.home.number
                bin_ = self.bin_of(man, situation.erosion[rank][sect][home])
                counts[rank, sect, home, bin_] += 1
                loyal += bin_ >= self.loyal_from and not company.has_collapsed
        return counts, loyal
