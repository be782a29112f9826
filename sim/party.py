"""Those who set out together on one day: who, under whom, and how he came to go."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import Entries, Fate, How, Ints
from sim.compiled import compiled


class Party(NamedTuple):
    """Men of today's departures, in the order in which they came.

    Parameters
    ----------
    table : (3, n) array of int
        What `row`, `leader` and `how` say, as one table for compiled loops.
    """

    table: Ints

    @property
    def row(self) -> Ints:
        """(n,) row of the roster."""
        row: Ints = self.table[0]
        return row

    @property
    def leader(self) -> Ints:
        """(n,) row of the man who leads the group, himself for one who decided alone."""
        leader: Ints = self.table[1]
        return leader

    @property
    def how(self) -> Ints:
        """(n,) `How` he came to leave."""
        how: Ints = self.table[2]
        return how

    @property
    def size(self) -> int:
        """How many men they are."""
        return int(self.table.shape[1])

    @staticmethod
    def leaders(rows: Ints, how: How) -> Party:
        """Men who each lead a group of their own."""
        table = np.empty((3, rows.size), np.int64)
        table[:2], table[2] = rows, how
        return Party(table)

    @staticmethod
    def nobody() -> Party:
        """Return the empty party."""
        return _NOBODY

    def of(self, how: How) -> Party:
        """Keep those who came to leave in one way."""
        return Party(self.table.compress(self.how == how, axis=1))


_NOBODY = Party.leaders(np.empty(0, np.int64), How.DECIDED)


@compiled
def set_out(yesterday: Ints, decided: Ints, dated: Ints, men: Entries) -> Ints:
    """Table of those who set out today, each as the leader of a group of his own.

    They are those who decided, then those of dated exits who serve. Marks them, and takes the marks off
    yesterday's party.
    """
    fate, in_party, asked = men["fate"], men["in_party"], men["asked"]
    for place in range(yesterday.shape[1]):
        in_party[yesterday[0, place]] = False
        asked[yesterday[1, place]] = 0
    table, size = np.empty((3, decided.size + dated.size), np.int64), decided.size
    for place in range(decided.size):
        row = decided[place]
        table[0, place], table[1, place], table[2, place] = row, row, How.DECIDED
    for row in dated:
        if fate[row] == Fate.SERVING:
            table[0, size], table[1, size], table[2, size] = row, row, How.DATED
            size += 1
    if size < table.shape[1]:
        table = table[:, :size].copy()
    for row in table[0]:
        in_party[row] = True
    return table


@compiled
def joined_by(table: Ints, others: Ints, lead_them: Ints, way: How) -> Ints:
    """Table of a party with others behind who came to leave in one way."""
    if not others.size:
        return table
    size = table.shape[1]
    joined = np.empty((3, size + others.size), np.int64)
    for column in range(3):
        for place in range(size):
            joined[column, place] = table[column, place]
    for place in range(others.size):
        here = size + place
        joined[0, here], joined[1, here], joined[2, here] = others[place], lead_them[place], way
    return joined
