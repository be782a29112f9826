"""Of whom the upper layers of the scatter are read, and how deep."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import Flags, Ints
from sim.compiled import compiled


class Read(NamedTuple):
    """Soldiers of whom upper layers are read; the first two (N,)."""

    depth: Ints
    """Upper layers read of each."""
    is_listed: Flags
    rows: Ints
    """(N,) rows of all who are read, and of some who were, each once; those after `number` mean nothing."""
    number: Ints
    """(1,)"""


@compiled
def deepen(read: Read, row: int, depth: int) -> None:
    """Note that a soldier is read so deep."""
    read.depth[row] = depth
    if not read.is_listed[row]:
        read.is_listed[row] = True
        read.rows[read.number[0]] = row
        read.number[0] += 1


@compiled
def read_deeper_than(read: Read, depth: int) -> Ints:
    """Rows of those read deeper than that; takes off the list who is read no more."""
    found, listed = np.empty(read.number[0], np.int64), 0
    deep = 0
    for place in range(read.number[0]):
        row = read.rows[place]
        if read.depth[row] > 0:
            read.rows[listed] = row
            listed += 1
            found[deep] = row
            deep += read.depth[row] > depth
        else:
            read.is_listed[row] = False
    read.number[0] = listed
    return found[:deep]
