"""Those who set out together on one day: who, under whom, and how he came to go."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.codes import Flags, How, Ints
from sim.compiled import compiled


class Party(NamedTuple):
    """Men of today's departures, in the order in which they came; all arrays (n,).

    Parameters
    ----------
    row : array of int
        Row of the roster.
    leader : array of int
        Row of the man who leads the group, himself for one who decided alone.
    how : array of int
        `How` he came to leave.
    """

    row: Ints
    leader: Ints
    how: Ints

    @staticmethod
    def leaders(rows: Ints, how: How) -> Party:
        """Men who each lead a group of their own."""
        ways = np.empty(rows.size, np.int64)
        ways.fill(how)
        return Party(rows, rows, ways)

    @staticmethod
    def of_table(table: Ints) -> Party:
        """Men by row, leader and way, shape (3, n)."""
        return Party(table[0], table[1], table[2])

    @staticmethod
    def nobody() -> Party:
        """Return the empty party."""
        return _NOBODY

    def add(self, others: Party) -> Party:
        """Put others behind."""
        if not self.row.size:
            return others
        return Party(
            np.concatenate((self.row, others.row)),
            np.concatenate((self.leader, others.leader)),
            np.concatenate((self.how, others.how)),
        )

    def keep(self, chosen: Flags) -> Party:
        """Keep some of the men."""
        return Party(self.row[chosen], self.leader[chosen], self.how[chosen])

    def of(self, *ways: How) -> Party:
        """Keep those who came to leave in the given ways."""
        chosen = self.how == ways[0]
        for how in ways[1:]:
            chosen |= self.how == how
        return self.keep(chosen)


_NOBODY = Party.leaders(np.empty(0, np.int64), How.DECIDED)


@compiled
def joined_by(row: Ints, leader: Ints, how: Ints, others: list[Any], lead_them: list[Any], way: How) -> Ints:
    """Men with others behind who came to leave in one way, as the table of a party, for compiled loops."""
    size = row.size
    table = np.empty((3, size + len(others)), np.int64)
    for place in range(size):
        table[0, place], table[1, place], table[2, place] = row[place], leader[place], how[place]
    for place in range(len(others)):
        here = size + place
        table[0, here], table[1, here], table[2, here] = others[place], lead_them[place], way
    return table
