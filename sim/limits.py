"""Limits of all men, side by side with those who are alike: who has reached his is found without asking all.

The least limit of each block of men is kept. As the mark of a group rises, only blocks whose least limit
it passes are opened.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.alike import BLOCK, CLASSES, Alike
from sim.codes import Floats, Ints, Singles
from sim.compiled import compiled
from sim.world import World


@dataclass(frozen=True)
class Limits:
    """Limits by place of `sim.alike`: the mark of his group at which a man must be looked at."""

    alike: Alike
    limit: Singles
    """(Q,) infinite where nobody need be looked at."""
    least: Singles
    """(Q / `BLOCK`,) no limit of the block is lower."""
    most_susceptible: Floats
    """(C,) largest susceptibility of each class."""
    _opened: Ints
    _marks: Floats
    """Room for the blocks that are opened on a day, and for their marks."""

    @staticmethod
    def of(world: World) -> Limits:
        """Let nobody have a limit."""
        alike = Alike.of(world.army, world.sect_count, world.place_count)
        blocks = alike.row.size // BLOCK
        return Limits(
            alike,
            limit=np.full(alike.row.size, np.inf, dtype=np.float32),
            least=np.full(blocks, np.inf, dtype=np.float32),
            most_susceptible=np.minimum(CLASSES, float(world.army.soldiers.susceptibility.max())),
            _opened=np.empty(blocks + 1, dtype=np.int32),
            _marks=np.empty(blocks + 1),
        )

    def forget(self) -> None:
        """Take away all limits."""
        self.limit[:] = self.least[:] = np.inf

    def reached(self, mark: Floats, with_reserve: bool) -> Ints:
        """Rows of those whose limit is passed by the mark of their group, (G,)."""
        parts = 2 if with_reserve else 1
        return _reached(
            mark,
            parts,
            self.alike.first_block,
            self.limit,
            self.least,
            self.alike.row,
            self._opened,
            self._marks,
        )

    def charge(self, rows: Ints, rise: Floats) -> None:
        """Lower the limit of each row, which may repeat."""
        _charge(rows, rise, self.alike.place, self.limit, self.least)

    def leave(self, rows: Ints) -> None:
        """Take away the limits of men who are gone."""
        self.limit[self.alike.place[rows]] = np.inf


@compiled
def _reached(
    mark: Floats,
    parts: int,
    first_block: Ints,
    limit: Singles,
    least: Singles,
    row: Ints,
    opened: Ints,
    marks: Floats,
) -> Ints:
    """Open the blocks whose least limit is passed; who has reached his must be given another."""
    number = _passed(mark, parts, first_block, least, opened, marks)
    found, reached = np.empty(number * BLOCK, np.int64), 0
    # Loops of their own and without a branch, so that much memory is waited for together.
    for one in range(number):
        rest = np.float32(np.inf)
        for place in range(opened[one] * BLOCK, (opened[one] + 1) * BLOCK):
            is_reached = limit[place] < marks[one]
            found[reached] = place
            reached += is_reached
            rest = min(rest, np.float32(np.inf) if is_reached else limit[place])
        least[opened[one]] = rest
    for one in range(reached):
        found[one] = row[found[one]]
    return found[:reached]


@compiled
def _passed(mark: Floats, parts: int, first_block: Ints, least: Singles, opened: Ints, marks: Floats) -> int:
    """Write down the blocks whose least limit is under the mark of their group, and that mark; how many."""
    found = 0
    for part in range(parts):
        for group in range(mark.size):
            first, last = first_block[part * mark.size + group], first_block[part * mark.size + group + 1]
            for block in range(first, last):
                opened[found], marks[found] = block, mark[group]
                found += least[block] < mark[group]
    return found


@compiled
def lower(place: int, rise: float, limit: Singles, least: Singles) -> None:
    """Lower the limit at a place."""
    limit[place] -= rise
    least[place // BLOCK] = min(least[place // BLOCK], limit[place])


@compiled
def _charge(rows: Ints, rise: Floats, place_of: Ints, limit: Singles, least: Singles) -> None:
    places = np.empty(rows.size, np.int64)
    for one in range(rows.size):
        places[one] = place_of[rows[one]]
    for one in range(rows.size):
        lower(places[one], rise[one], limit, least)
