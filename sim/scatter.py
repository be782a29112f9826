"""The scatter of resistances: one law for every reading of the luck of exit.

Over the space of (soldier, day, height) lies a random scatter of points, one per unit of height for each
soldier and day. A soldier's resistance on a day is the height of his lowest point of that day: a unit
exponential. He leaves when his hazard reaches it, so the chance on a day of hazard h is 1 - exp(-h).

The scatter is dealt in fixed layers of height. The lowest, ``(0, 2**-9]``, is dealt day by day for the
whole roster: exponential gaps from point to point along the permanent identities. The layers above,
``(2**-9, 2**-8], ..., (1/2, 1]``, are dealt soldier by soldier in fixed spells of days, long enough for
a point on average: exponential gaps along the days. Every point is a pure function of (luck seed,
soldier, layer, day). What is believed about a soldier's largest possible hazard decides only which
layers are *read*; how far anyone has looked decides only which days are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sim.codes import Floats, Ints, Words
from sim.compiled import compiled
from sim.luck import Luck, lower_half, mixed, next_state, upper_half

LOWEST_EXPONENT = -9
LOWEST = 2.0**LOWEST_EXPONENT
"""Top of the layer that is read for everyone, 1 per day."""

LAYERS = -LOWEST_EXPONENT
"""Number of layers above it."""

EDGES: Floats = np.exp2(np.arange(LOWEST_EXPONENT, 1, dtype=np.float64))
WIDTHS: Floats = np.diff(EDGES)
SPELLS: Ints = (1.0 / WIDTHS).astype(np.int64)
"""Days in a spell of each upper layer."""

_LOW_DECISION = "resistance to leaving, lowest layer"
_DECISION = "resistance to leaving"
_DAYS_AHEAD = 8
"""Days whose spells are dealt as soon as a soldier is read."""
_MANY = 4096
"""More points than one soldier can have in a few days."""


def depth_for(log_hazard: Floats) -> Ints:
    """Number of upper layers, from the lowest of them, that hold every point under a hazard.

    Parameters
    ----------
    log_hazard : (n,) array of float
        Logarithm of the hazard a day; may be -inf.

    Returns
    -------
    (n,) array of int8, 0 to `LAYERS`
    """
    exponent = np.ceil(log_hazard / np.log(2.0)) - LOWEST_EXPONENT
    depth: Ints = np.clip(exponent, 0, LAYERS).astype(np.int8)
    return depth


class Chains(NamedTuple):
    """Points of the upper layers by day: each points to the next of its day.

    Columns grow as a whole; the first entry counts how many are in use.
    """

    in_use: Ints
    """(1,)"""
    latest: Ints
    """(days,) the point of each day that was found last, or -1."""
    before: Ints
    """(n,) the point of the same day that was found before, or -1."""
    row: Ints
    log_height: Floats

    @staticmethod
    def empty(days: int) -> Chains:
        """Return chains without a point."""
        none = np.zeros(1, dtype=np.int64)
        size = 4 * _MANY
        return Chains(
            none, np.full(days, -1), np.empty(size, np.int64), np.empty(size, np.int32), np.empty(size)
        )

    def longer(self) -> Chains:
        """Return the same points with room for as many again."""
        columns = (np.concatenate((column, np.empty_like(column))) for column in self[2:])
        return Chains(self.in_use, self.latest, *columns)


class Spells(NamedTuple):
    """The spells of the upper layers that begin within a run."""

    length: Ints
    """(`LAYERS`,) days in a spell of each layer."""
    width: Floats
    """(`LAYERS`,) heights in each layer."""
    first: Ints
    """(`LAYERS`,) number of the first spell of each layer in `key`."""
    key: Words
    """Key of the luck of each spell."""

    @staticmethod
    def of(luck: Luck, days: int) -> Spells:
        """Number the spells of a run and of the days dealt beyond its end."""
        count = (days + _DAYS_AHEAD) // SPELLS + 1
        keys = [luck.key(_DECISION, layer, one) for layer in range(LAYERS) for one in range(count[layer])]
        return Spells(SPELLS, WIDTHS, np.cumsum(count) - count, np.array(keys, dtype=np.uint64))


@compiled
def _deal(
    chains: Chains, spells: Spells, root: np.uint64, row: int, layer: int, spell: int, today: int
) -> None:
    """Add the points of a spell of one soldier that fall on today or later, within the run."""
    length, width = spells.length[layer], spells.width[layer]
    state, time = root ^ spells.key[spells.first[layer] + spell], 0.0
    while True:
        state = next_state(state)
        word = mixed(state)
        time -= math.log(upper_half(word)) / width
        if time >= length:
            return
        day = spell * length + int(time)
        if today <= day < chains.latest.size:
            point = chains.in_use[0]
            chains.in_use[0] += 1
            chains.row[point] = row
            chains.log_height[point] = math.log(width + width * lower_half(word))
            chains.before[point] = chains.latest[day]
            chains.latest[day] = point


@compiled
def _deal_deeper(
    chains: Chains,
    spells: Spells,
    roots: Words,
    rows: Ints,
    wanted: Ints,
    depth: Ints,
    today: int,
    end: int,
    begun: int,
) -> int:
    """Deal further layers of some soldiers until the chains are full; how many soldiers were done."""
    for place in range(begun, rows.size):
        if chains.in_use[0] + _MANY > chains.row.size:
            return place
        row = rows[place]
        for layer in range(depth[row], wanted[place]):
            length = spells.length[layer]
            for spell in range(today // length, (end - 1) // length + 1):
                _deal(chains, spells, roots[row], row, layer, spell, today)
        depth[row] = max(depth[row], wanted[place])
    return rows.size


@compiled
def _deal_further(
    chains: Chains, spells: Spells, roots: Words, depth: Ints, begin: int, end: int, begun: int
) -> int:
    """Deal the spells that begin on some days to all who are read so deep; how many soldiers were done."""
    for row in range(begun, depth.size):
        if chains.in_use[0] + _MANY > chains.row.size:
            return row
        for layer in range(depth[row]):
            length = spells.length[layer]
            for spell in range((begin + length - 1) // length, (end - 1) // length + 1):
                _deal(chains, spells, roots[row], row, layer, spell, begin)
    return depth.size


@compiled
def _points_of_day(
    chains: Chains, day: int, state: np.uint64, row_of: Ints, identities: int
) -> tuple[Ints, Floats]:
    """Points of the lowest layer along the identities, then those of the chain."""
    rows, log_heights = np.empty(_MANY, np.int64), np.empty(_MANY)
    found, place = 0, 0.0
    while True:
        state = next_state(state)
        word = mixed(state)
        place -= math.log(upper_half(word)) / LOWEST
        if place >= identities:
            break
        if row_of[int(place)] >= 0:
            if found == rows.size:
                rows = np.concatenate((rows, np.empty_like(rows)))
                log_heights = np.concatenate((log_heights, np.empty_like(log_heights)))
            rows[found] = row_of[int(place)]
            log_heights[found] = math.log(LOWEST * lower_half(word))
            found += 1
    in_chain, point = 0, chains.latest[day]
    while point >= 0:
        in_chain, point = in_chain + 1, chains.before[point]
    rows = np.concatenate((rows[:found], np.empty(in_chain, np.int64)))
    log_heights = np.concatenate((log_heights[:found], np.empty(in_chain)))
    point = chains.latest[day]
    for other in range(found, found + in_chain):
        rows[other], log_heights[other] = chains.row[point], chains.log_height[point]
        point = chains.before[point]
    return rows, log_heights


@dataclass
class Scatter:
    """Reader of the scatter for the rows of one army.

    Parameters
    ----------
    luck : Luck
        Dealer under the luck seed.
    identities : (N,) array of int
        Permanent identities of the soldiers.
    days : int
        Number of days that will be looked at; the points do not depend on it.
    """

    luck: Luck
    identities: Ints
    days: int
    depth: Ints = field(init=False)
    """(N,) upper layers read of each soldier."""
    _roots: Words = field(init=False)
    """(N,) where each soldier's luck begins."""
    _row: Ints = field(init=False)
    """Row of each identity, or -1."""
    _spells: Spells = field(init=False)
    _chains: Chains = field(init=False)
    _end: int = 0
    """Day after the last whose spells were dealt."""

    def __post_init__(self) -> None:
        self.depth = np.zeros(self.identities.size, dtype=np.int8)
        self._roots = self.luck.words(_DECISION, self.identities)
        self._row = np.full(int(self.identities.max()) + 1, -1, dtype=np.int64)
        self._row[self.identities] = np.arange(self.identities.size)
        self._spells = Spells.of(self.luck, self.days)
        self._chains = Chains.empty(self.days)

    def read(self, rows: Ints, depth: Ints, today: int) -> None:
        """Read further layers of some soldiers, so that all points up to a depth are known.

        Parameters
        ----------
        rows : (n,) array of int
            Rows of the roster, without repeats.
        depth : (n,) array of int
            Upper layers wanted for each, from `depth_for`.
        today : int
            Points of earlier days are of no interest.
        """
        self._read_ahead(today)
        done = 0
        while done < rows.size:
            done = _deal_deeper(
                self._chains, self._spells, self._roots, rows, depth, self.depth, today, self._end, done
            )
            if done < rows.size:
                self._chains = self._chains.longer()

    def drop(self, rows: Ints) -> None:
        """Stop reading soldiers who are gone."""
        self.depth[rows] = 0

    def on_day(self, day: int, identities: int) -> tuple[Ints, Floats]:
        """Points of a day: all of the lowest layer, and those above that were read.

        Parameters
        ----------
        day : int
        identities : int
            The lowest layer is read for identities below this one.

        Returns
        -------
        row : (n,) array of int
        log_height : (n,) array of float
        """
        self._read_ahead(day)
        key = self.luck.key(_LOW_DECISION, day)
        return _points_of_day(self._chains, day, key, self._row, identities)

    def _read_ahead(self, today: int) -> None:
        """Read the spells that begin in the next days, for all who are read so deep."""
        if today < self._end:
            return
        begin, self._end, done = self._end, today + _DAYS_AHEAD, 0
        while done < self.depth.size:
            done = _deal_further(self._chains, self._spells, self._roots, self.depth, begin, self._end, done)
            if done < self.depth.size:
                self._chains = self._chains.longer()
