"""Of whom the upper layers of the scatter are read, and how deep."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import Ints
from sim.compiled import compiled, written_out


class Read(NamedTuple):
    """Soldiers of whom upper layers are read; all but the last (N,).

    They are on a list that is gone through in one go, with how deep they are read; who is read no more
    stays on it with 0.
    """

    depth: Ints
    """Upper layers read of each soldier."""
    line: Ints
    """His line on the list, or -1."""
    row: Ints
    """Row of the soldier on each line; lines after `number` mean nothing."""
    depth_on_list: Ints
    number: Ints
    """(1,)"""

    @staticmethod
    def nobody(depth: Ints, line: Ints) -> Read:
        """Begin with nobody: two columns (N,) in which nobody is read."""
        row, depth_on_list = np.empty(depth.size, np.int32), np.empty(depth.size, np.int8)
        return Read(depth, line, row, depth_on_list, np.zeros(1, np.int64))


@written_out
def deepen(read: Read, row: int, depth: int) -> None:
    """Note that a soldier is read so deep."""
    if read.line[row] < 0:
        read.line[row] = read.number[0]
        read.row[read.number[0]] = row
        read.number[0] += 1
    read.depth[row] = read.depth_on_list[read.line[row]] = depth


@compiled
def read_no_more(read: Read, rows: Ints) -> None:
    """Note that some soldiers are no more read."""
    for row in rows:
        if read.depth[row] > 0:
            read.depth[row] = read.depth_on_list[read.line[row]] = 0


@compiled
def read_deeper_than(read: Read, depth: int) -> tuple[Ints, Ints]:
    """Rows of those read deeper than that, and how deep each is read."""
    rows, depths = np.empty(read.number[0], np.int64), np.empty(read.number[0], np.int8)
    deep = 0
    for line in range(read.number[0]):
        rows[deep], depths[deep] = read.row[line], read.depth_on_list[line]
        deep += read.depth_on_list[line] > depth
    return rows[:deep], depths[:deep]
