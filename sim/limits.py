"""Limits of all men, side by side with those who are alike: who has reached his is found without asking all.

The least limit of each group, and of each block of its men, is kept. As the mark of a group rises, only
groups and blocks whose least limit it passes are opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.alike import BLOCK, CLASSES
from sim.codes import Fate, Floats, Ints, Singles
from sim.compiled import compiled, written_out
from sim.muster import how_many_serve
from sim.rows import aligned
from sim.world import World

_NEVER = np.float32(np.inf)


class Bounds(NamedTuple):
    """Limits by seat of `sim.alike`: the mark of his group at which a man must be looked at."""

    limit: Singles
    """(Q,) infinite where nobody need be looked at."""
    least: Singles
    """(Q / `BLOCK`,) no limit of the block is lower."""
    lowest: Singles
    """(2 * G,) no limit of the group is lower."""
    group: Ints
    """(Q / `BLOCK`,) group to which each block belongs."""


@dataclass(frozen=True)
class Limits:
    """Keeper of the limits of one run."""

    bounds: Bounds
    first_block: Ints
    """(2 * G + 1,) block with which each group begins."""
    row: Ints
    """(Q,) row of the man on each seat."""
    seat: Ints
    """(N,) seat of each man."""
    most_susceptible: Floats
    """(C,) largest susceptibility of each class."""
    opened: Ints
    """Room for the blocks that are opened on a day."""
    passed: Ints
    """Room for the groups in which they are."""

    @staticmethod
    def of(world: World) -> Limits:
        """Make room for the limits of an army; `forget` before they are asked for."""
        alike = world.alike
        blocks, groups = alike.row.size // BLOCK, alike.first_block.size - 1
        return Limits(
            Bounds(
                aligned((alike.row.size,), np.float32),
                np.empty(blocks, dtype=np.float32),
                np.empty(groups, dtype=np.float32),
                alike.group_of_block,
            ),
            alike.first_block,
            alike.row,
            alike.seat,
            most_susceptible=np.minimum(CLASSES, float(world.army.soldiers.susceptibility.max())),
            opened=np.empty(blocks + 1, dtype=np.int32),
            passed=np.empty(groups + 1, dtype=np.int32),
        )

    def forget(self) -> None:
        """Take away all limits."""
        for limits in (self.bounds.limit, self.bounds.least, self.bounds.lowest):
            limits[:] = _NEVER


@compiled
def reached(
    mark: Floats,
    parts: int,
    first_block: Ints,
    row: Ints,
    bounds: Bounds,
    passed: Ints,
    opened: Ints,
) -> Ints:
    """Rows of those whose limit is passed by the mark of their group; each must be given another.

    Parameters
    ----------
    mark : (G,) array
    parts : int
        1 for the regulars, 2 for all.
    first_block, row, bounds
        Of `Limits`.
    passed, opened
        Room for the groups and the blocks that are opened.
    """
    groups = _groups_passed(mark, parts, bounds.lowest, passed)
    blocks = _blocks_passed(mark, first_block, bounds, passed[:groups], opened)
    seats = _open(mark, opened[:blocks], bounds)
    found = np.empty(seats.size, np.int64)
    for one in range(seats.size):
        found[one] = row[seats[one]]
    return found


@compiled
def _open(mark: Floats, blocks: Ints, bounds: Bounds) -> Ints:
    """Seats of some blocks whose limit is passed; the least that is left is that of block and group."""
    size, found = _how_many_passed(mark, blocks, bounds), 0
    seats = np.empty(size + 1, np.int64)
    for one in range(blocks.size):
        block, rest = blocks[one], _NEVER
        group = bounds.group[block]
        top = np.float32(mark_of(mark, group))
        for seat in range(block * BLOCK, (block + 1) * BLOCK):
            limit = bounds.limit[seat]
            seats[found] = seat
            found += limit < top
            rest = min(rest, limit if limit >= top else _NEVER)
        bounds.least[block] = rest
        bounds.lowest[group] = min(bounds.lowest[group], rest)
    return seats[:size]


@compiled
def _how_many_passed(mark: Floats, blocks: Ints, bounds: Bounds) -> int:
    """How many limits of some blocks are passed; the limits are at hand afterwards (`how_many_serve`)."""
    size = 0
    for one in range(blocks.size):
        top = np.float32(mark_of(mark, bounds.group[blocks[one]]))
        limits = bounds.limit[blocks[one] * BLOCK : (blocks[one] + 1) * BLOCK]
        for seat in range(BLOCK):
            size += limits[seat] < top
    return size


@compiled
def _groups_passed(mark: Floats, parts: int, lowest: Singles, passed: Ints) -> int:
    """Write down the groups whose lowest limit is under their mark; how many."""
    found = 0
    for part in range(parts):
        for one in range(mark.size):
            passed[found] = part * mark.size + one
            found += lowest[part * mark.size + one] < mark[one]
    return found


@compiled
def _blocks_passed(mark: Floats, first_block: Ints, bounds: Bounds, groups: Ints, opened: Ints) -> int:
    """Write down the blocks of some groups whose least limit is under the mark; how many.

    The least of the others is the lowest of the group.
    """
    found = 0
    for group in groups:
        top, rest = mark_of(mark, group), _NEVER
        for block in range(first_block[group], first_block[group + 1]):
            least = bounds.least[block]
            opened[found] = block
            found += least < top
            rest = min(rest, least if least >= top else _NEVER)
        bounds.lowest[group] = rest
    return found


@compiled
def mark_of(mark: Floats, group: int) -> float:
    """Mark of a group of regulars, or of the reservists who are like them, whose groups come after."""
    marked: float = mark[group if group < mark.size else group - mark.size]
    return marked


@written_out
def set_limit(seat: int, limit: float, bounds: Bounds) -> None:
    """Give a man another limit."""
    block = seat // BLOCK
    group = bounds.group[block]
    bounds.limit[seat] = limit
    bounds.least[block] = min(bounds.least[block], bounds.limit[seat])
    bounds.lowest[group] = min(bounds.lowest[group], bounds.limit[seat])


@compiled
def charge(rows: Ints, rise: Floats, fate: Ints, seat_of: Ints, bounds: Bounds) -> None:
    """Lower the limit of each row that serves, which may repeat."""
    if how_many_serve(rows, fate) == 0:
        return
    seats, rises, serve = np.empty(rows.size, np.int64), np.empty(rows.size), 0
    for one in range(rows.size):
        seats[serve], rises[serve] = seat_of[rows[one]], rise[one]
        serve += fate[rows[one]] == Fate.SERVING
    if how_many_limited(seats[:serve], bounds) == 0:
        return
    for one in range(serve):
        if bounds.limit[seats[one]] < _NEVER:
            lower(seats[one], rises[one], bounds)


@compiled
def how_many_limited(seats: Ints, bounds: Bounds) -> int:
    """How many of some men have a limit; the limits are at hand afterwards (`how_many_serve`)."""
    limited = 0
    for one in range(seats.size):
        limited += bounds.limit[seats[one]] < _NEVER
    return limited


@written_out
def lower(seat: int, rise: float, bounds: Bounds) -> None:
    """Lower a man's limit."""
    set_limit(seat, bounds.limit[seat] - rise, bounds)


@compiled
def release(rows: Ints, seat_of: Ints, bounds: Bounds) -> None:
    """Take away the limits of men who are gone."""
    for row in rows:
        bounds.limit[seat_of[row]] = _NEVER
