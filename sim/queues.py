"""Queues of soldiers, each due at a level of his own: who is next is known without a look at the others.

A queue is a binary heap: entry k stands before entries 2 k + 1 and 2 k + 2. To enter a soldier or to take
the first out costs a few steps, whatever the number of those who wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from sim.codes import Floats, Ints
from sim.compiled import compiled


@dataclass
class Queues:
    """Several queues, side by side.

    Parameters
    ----------
    level : (Q, C) array
        Level at which each of those who wait is due.
    row : (Q, C) array of int
        Who it is.
    size : (Q,) array of int
        How many wait in each queue.
    """

    level: Floats
    row: Ints
    size: Ints

    @classmethod
    def empty(cls, queues: int) -> Self:
        """Queues in which nobody waits yet."""
        return cls(
            np.empty((queues, 1)), np.empty((queues, 1), dtype=np.int32), np.zeros(queues, dtype=np.int64)
        )

    def make_room(self, more: int) -> None:
        """Make sure that so many more can enter each queue."""
        needed, room = max(self.size.tolist(), default=0) + more, self.row.shape[1]
        if needed > room:
            wider = ((0, 0), (0, max(needed, 2 * room) - room))
            self.level, self.row = np.pad(self.level, wider), np.pad(self.row, wider)


@compiled
def enter(level: Floats, row: Ints, size: Ints, queue: int, due: float, who: int) -> None:
    """Let a soldier wait in a queue that has room."""
    at = size[queue]
    size[queue] += 1
    while at > 0 and level[queue, (at - 1) // 2] > due:
        level[queue, at], row[queue, at] = level[queue, (at - 1) // 2], row[queue, (at - 1) // 2]
        at = (at - 1) // 2
    level[queue, at], row[queue, at] = due, who


@compiled
def take_first(level: Floats, row: Ints, size: Ints, queue: int) -> int:
    """Take the soldier of the lowest level out of a queue in which somebody waits."""
    who = int(row[queue, 0])
    size[queue] -= 1
    last, at, below = size[queue], 0, 1
    while below < last:
        if below + 1 < last and level[queue, below + 1] < level[queue, below]:
            below += 1
        if level[queue, below] >= level[queue, last]:
            break
        level[queue, at], row[queue, at] = level[queue, below], row[queue, below]
        at, below = below, 2 * below + 1
    level[queue, at], row[queue, at] = level[queue, last], row[queue, last]
    return who
