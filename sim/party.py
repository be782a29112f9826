"""Those who set out together on one day: who, under whom, and how he came to go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.codes import Flags, How, Ints


@dataclass(frozen=True)
class Party:
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
        return Party(rows, rows, np.full(rows.size, how))

    @staticmethod
    def nobody() -> Party:
        """Return the empty party."""
        return Party.leaders(np.empty(0, dtype=np.int64), How.DECIDED)

    def add(self, others: Party) -> Party:
        """Put others behind."""
        return Party(
            np.concatenate((self.row, others.row)),
            np.concatenate((self.leader, others.leader)),
            np.concatenate((self.how, others.how)),
        )

    def keep(self, chosen: Flags) -> Party:
        """Keep some of the men."""
        return Party(self.row[chosen], self.leader[chosen], self.how[chosen])

    def without(self, rows: Ints) -> Party:
        """Leave some rows out."""
        return self.keep(~np.isin(self.row, rows))

    def of(self, *ways: How) -> Party:
        """Keep those who came to leave in the given ways."""
        chosen = self.how == ways[0]
        for how in ways[1:]:
            chosen |= self.how == how
        return self.keep(chosen)
