"""Queues of soldiers, each due at a level of his own: who is next is known without a look at the others.

A queue is a binary heap: entry k stands before entries 2 k + 1 and 2 k + 2. To enter a soldier or to take
the first out costs a few steps, whatever the number of those who wait.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
    _most: int = field(default=0, init=False)
    """No queue is longer; found out anew when it seems that there is no room."""

    @classmethod
    def empty(cls, queues: int, room: int = 1) -> Self:
        """Queues in which nobody waits yet, each with some room."""
        return cls(
            np.empty((queues, room)), np.empty((queues, room), np.int32), np.zeros(queues, dtype=np.int64)
        )

    def make_room(self, more: int) -> None:
        """Make sure that so many more can enter each queue."""
        self._most += more
        room = self.row.shape[1]
        if self._most > room:
            self._most = int(self.size.max(initial=0)) + more
            if self._most > room:
                self._widen(max(self._most, 2 * room))

    def _widen(self, room: int) -> None:
        """Give each queue so much room."""
        level, row, queues = self.level, self.row, len(self.size)
        self.level, self.row = np.empty((queues, room)), np.empty((queues, room), dtype=np.int32)
        self.level[:, : level.shape[1]], self.row[:, : row.shape[1]] = level, row


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
