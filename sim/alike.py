"""The roster by those who are alike: regulars and reservists by class of susceptibility, rank, sect and home.

Men of a group stand side by side, so that what is asked of a whole group is read in one go.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from sim.army import Army
from sim.codes import Floats, Ints
from sim.compiled import compiled

CLASSES: Floats = np.array([0.5, 0.75, 1.0, 1.3, 1.7, 2.3, np.inf])
"""Largest susceptibility of each class."""
BLOCK = 16
"""Seats in a block; a group begins with a block."""


@dataclass(frozen=True)
class Alike:
    """Seats of an army's men. `G` groups of regulars, then as many of reservists; `Q` seats.

    The groups stand in the order of class, rank, sect and home. Seats at the end of a group are empty.
    """

    row: Ints
    """(Q,) row of the man, or -1."""
    seat: Ints
    """(N,) seat of each man."""
    group_of_block: Ints
    """(Q / `BLOCK`,) group, from 0 to 2 * G - 1, to which each block belongs."""
    first_block: Ints
    """(2 * G + 1,) block with which each group begins, those of reservists after those of regulars."""

    @staticmethod
    def of(army: Army, sects: int, places: int) -> Alike:
        """Give each man of an army a seat; found again for the same army.

        Parameters
        ----------
        army : Army
        sects, places : int
            Their number in the scenario.
        """
        kept = _KEPT.setdefault(army, {})
        if (sects, places) not in kept:
            kept[sects, places] = _sorted(army, sects, places)
        return kept[sects, places]


_KEPT: WeakKeyDictionary[Army, dict[tuple[int, int], Alike]] = WeakKeyDictionary()
"""An army is built once for many runs; so is this."""


def _sorted(army: Army, sects: int, places: int) -> Alike:
    """Sort the roster."""
    soldiers = army.soldiers
    of_class = np.searchsorted(CLASSES, soldiers.susceptibility)
    groups = CLASSES.size * 5 * sects * places
    # Few enough groups for two bytes are sorted fast.
    kind = np.min_scalar_type(2 * groups)
    group = (((of_class * 5 + soldiers.rank) * sects + soldiers.sect) * places + soldiers.home).astype(kind)
    group += (groups * soldiers.reservist).astype(kind)
    size = np.bincount(group, minlength=2 * groups)
    first_block = np.append(0, np.cumsum(-(-size // BLOCK)))
    order = np.argsort(group, kind="stable").astype(np.int32)
    row, seat = _seats(order, size, first_block)
    group_of_block = np.repeat(np.arange(2 * groups, dtype=np.int32), np.diff(first_block))
    for array in (row, seat, group_of_block, first_block):
        array.setflags(write=False)
    return Alike(row, seat, group_of_block, first_block)


@compiled
def _seats(order: Ints, size: Ints, first_block: Ints) -> tuple[Ints, Ints]:
    """Row on each seat, and seat of each row; `order` has the rows group by group."""
    row, seat = np.full(first_block[-1] * BLOCK, -1, np.int32), np.empty(order.size, np.int32)
    begin = 0
    for group in range(size.size):
        first = first_block[group] * BLOCK
        for member in range(size[group]):
            row[first + member] = order[begin + member]
            seat[order[begin + member]] = first + member
        begin += size[group]
    return row, seat
