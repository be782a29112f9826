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
"""Places in a block; a group begins with a block."""


@dataclass(frozen=True)
class Alike:
    """Places of an army's men. `G` groups of regulars, as many of reservists; `Q` places.

    The groups stand in the order of class, rank, sect and home. Places at the end of a group are empty.
    """

    row: Ints
    """(Q,) row of the man, or -1."""
    place: Ints
    """(N,) place of each man."""
    group: Ints
    """(N,) group of each man, whether he is a regular or a reservist."""
    first_block: Ints
    """(2 * G + 1,) block with which each group begins, those of reservists after those of regulars."""

    @staticmethod
    def of(army: Army, sects: int, places: int) -> Alike:
        """Give each man of an army a place; found again for the same army.

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
    block = group + (groups * soldiers.reservist).astype(kind)
    size = np.bincount(block, minlength=2 * groups)
    first_block = np.append(0, np.cumsum(-(-size // BLOCK)))
    order = np.argsort(block, kind="stable").astype(np.int32)
    row, place = _places(order, size, first_block)
    for array in (row, place, group, first_block):
        array.setflags(write=False)
    return Alike(row, place, group, first_block)


@compiled
def _places(order: Ints, size: Ints, first_block: Ints) -> tuple[Ints, Ints]:
    """Row on each place, and place of each row; `order` has the rows group by group."""
    row, place = np.full(first_block[-1] * BLOCK, -1, np.int32), np.empty(order.size, np.int32)
    begin = 0
    for group in range(size.size):
        first = first_block[group] * BLOCK
        for member in range(size[group]):
            row[first + member] = order[begin + member]
            place[order[begin + member]] = first + member
        begin += size[group]
    return row, place
