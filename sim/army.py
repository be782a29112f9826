"""The army: who is who. Frozen arrays of soldiers, units, posts and ties.

Regulars come first, in unit order, highest rank first within a unit; then reservists, in unit order.
`N` soldiers, `U` companies, `K` command posts, `S` sects, `H` places.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from sim.codes import Flags, Floats, Ints, Singles
from sim.compiled import compiled
from sim.rows import expand


@dataclass(frozen=True)
class Roster:
    """Soldiers, one row each; all arrays (N,)."""

    identity: Ints
    """Permanent identity, which luck is dealt to."""
    unit: Ints
    rank: Ints
    sect: Ints
    home: Ints
    loyalty: Floats
    """Initial loyalty, log hazard."""
    susceptibility: Singles
    """Susceptibility to erosion, mean 1; single precision, as it is read for the whole army."""
    log_frailty: Floats
    stayer: Flags
    family_outside: Flags
    reservist: Flags
    conscript: Flags
    """Whether he serves by conscription; reservists do."""
    months_served: Ints
    """Months of service on day 0; 0 for reservists, who begin when they report."""


@dataclass(frozen=True)
class Units:
    """Companies; all arrays (U,)."""

    battalion: Ints
    brigade: Ints
    brigade_number: Ints
    """Number of the brigade within its formation, from 0."""
    formation: Ints
    branch: Ints
    place: Ints
    deployed: Flags
    effect: Floats
    """Random effect, log hazard."""


@dataclass(frozen=True)
class Posts:
    """Command posts; all arrays (K,). A post commands the companies `first` to `last` - 1."""

    level: Ints
    first: Ints
    last: Ints
    commander: Ints
    """Row of the commander on day 0, or -1."""


@dataclass(frozen=True)
class Ties:
    """Strong ties, a row a soldier: half a cache line of eight, which is fetched from memory at once."""

    of: Ints
    """(N, W) rows of those he is tied to, ascending; -1 where he has fewer than most."""

    @property
    def degree(self) -> Ints:
        """(N,) number of ties of each soldier."""
        degree: Ints = (self.of >= 0).sum(axis=1)
        return degree

    def neighbours(self, rows: Ints) -> tuple[Ints, Ints]:
        """Ties of several soldiers.

        Parameters
        ----------
        rows : (n,) array of int

        Returns
        -------
        position : (m,) array of int
            Place in `rows` of the soldier whose tie it is.
        neighbour : (m,) array of int
            Row of the tied soldier.
        """
        return neighbours(self.of, rows)


@compiled
def neighbours(of: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Ties of several soldiers, as in `Ties.neighbours`, for compiled loops."""
    size = found = 0
    # Each man is a wait for memory. As nothing else is done here, very many are waited for together.
    for place in range(rows.size):
        for one in range(of.shape[1]):
            size += of[rows[place], one] >= 0
    # What is no tie is written over by the next one, the last of all into a place too many.
    position, neighbour = np.empty(size + 1, np.int64), np.empty(size + 1, np.int64)
    for place in range(rows.size):
        row = rows[place]
        for one in range(of.shape[1]):
            position[found], neighbour[found] = place, of[row, one]
            found += of[row, one] >= 0
    return position[:size], neighbour[:size]


@dataclass(frozen=True, eq=False)
class Army:
    """An army as built by `sim.synthesis.build`; it is equal to itself alone."""

    soldiers: Roster
    units: Units
    posts: Posts
    ties: Ties
    regulars: int
    regular_start: Ints
    """(U + 1,) first row of each unit's regulars."""
    reserve_start: Ints
    """(U + 1,) first row of each unit's reservists."""
    persons: dict[str, int]
    """Row of each named person."""
    seed: int
    """The army seed."""

    @property
    def size(self) -> int:
        """Number of rows: regulars and reservists."""
        return int(self.soldiers.identity.size)

    def rows_of(self, units: Ints) -> Ints:
        """Rows of the soldiers of some companies, regulars first, in unit order."""
        _, regulars = expand(self.regular_start[units], self.regular_start[units + 1])
        _, reserves = expand(self.reserve_start[units], self.reserve_start[units + 1])
        return np.concatenate((regulars, reserves))


def lock(part: Roster | Units | Posts | Ties) -> None:
    """Make the arrays of a part of the army read-only."""
    for item in fields(part):
        getattr(part, item.name).setflags(write=False)
