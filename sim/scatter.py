"""The scatter of resistances: one law for every reading of the luck of exit.

Over the space of (soldier, day, height) lies a random scatter of points, one per unit of height for each
soldier and day. A soldier's resistance on a day is the height of his lowest point of that day: a unit
exponential. He leaves when his hazard reaches it, so the chance on a day of hazard h is 1 - exp(-h).

The scatter is dealt in fixed layers of height. The lowest, ``(0, 2**-7]``, is dealt day by day for the
whole roster: exponential gaps from point to point along the permanent identities. The layers above,
``(2**-7, 2**-6], ..., (1/2, 1]``, are dealt soldier by soldier in fixed spells of days, long enough for
two points on average: exponential gaps along the days. Every point is a pure function of (luck seed,
soldier, layer, day). What is believed about a soldier's largest possible hazard decides only which
layers are *read*; how far anyone has looked decides only which days are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.codes import Floats, Ints, Words
from sim.luck import Luck

LOWEST_EXPONENT = -7
LOWEST = 2.0**LOWEST_EXPONENT
"""Top of the layer that is read for everyone, 1 per day."""

LAYERS = -LOWEST_EXPONENT
"""Number of layers above it."""

EDGES: Floats = np.exp2(np.arange(LOWEST_EXPONENT, 1, dtype=np.float64))
WIDTHS: Floats = np.diff(EDGES)
SPELLS: Ints = (2.0 / WIDTHS).astype(np.int64)
"""Days in a spell of each upper layer."""

_LOW_DECISION = "resistance to leaving, lowest layer"
_DECISION = "resistance to leaving"
_DAYS_AHEAD = 8
_BUFFERED_POINTS = 20_000
_BUFFERED_PARTS = 8
_SETS = 8


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


@dataclass(frozen=True)
class Points:
    """Points of the scatter: row of the soldier, day, and logarithm of the height; all (n,)."""

    row: Ints
    day: Ints
    log_height: Floats

    @staticmethod
    def join(parts: list[Points]) -> Points:
        """Put several sets of points one after another."""
        return Points(
            np.concatenate([part.row for part in parts]),
            np.concatenate([part.day for part in parts]),
            np.concatenate([part.log_height for part in parts]),
        )

    def take(self, chosen: Ints | slice) -> Points:
        """Choose a subset of the points, in the given order."""
        return Points(self.row[chosen], self.day[chosen], self.log_height[chosen])


_NO_POINTS = Points(np.empty(0, np.int64), np.empty(0, np.int16), np.empty(0))
_DAYS = np.arange(2**15 - 1, dtype=np.int16)


@dataclass(frozen=True)
class _Reading:
    """A spell of a layer, to be read for some rows."""

    rows: Ints
    layer: int
    spell: int


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
    _row: Ints = field(init=False)
    """Row of each identity."""
    _read_until: int = field(init=False, default=0)
    _sorted: list[Points] = field(init=False, default_factory=list)
    """Sets of points, each in order of the day."""
    _recent: list[Points] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.depth = np.zeros(self.identities.size, dtype=np.int8)
        self._row = np.full(int(self.identities.max()) + 1, -1, dtype=np.int64)
        self._row[self.identities] = np.arange(self.identities.size)

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
        deeper = np.flatnonzero(depth > self.depth[rows])
        if not deeper.size:
            return
        rows, depth = rows[deeper], depth[deeper]
        known, readings = self.depth[rows], []
        for layer in range(int(known.min()), int(depth.max())):
            wanted = rows[(known <= layer) & (layer < depth)]
            readings += self._spells(wanted, layer, today, self._read_until)
        self._keep(self._points(readings), today)
        self.depth[rows] = depth

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
        crowded = sum(part.row.size for part in self._recent) > _BUFFERED_POINTS
        if crowded or len(self._recent) > _BUFFERED_PARTS:
            self._sort(day)
        parts = [self._lowest(day, identities)]
        for points in self._sorted:
            begin, end = np.searchsorted(points.day, _DAYS[day : day + 2])
            parts.append(points.take(slice(begin, end)))
        parts += [part.take(np.flatnonzero(part.day == day)) for part in self._recent]
        today = Points.join(parts)
        return today.row, today.log_height

    def _lowest(self, day: int, identities: int) -> Points:
        """Points of a day in the lowest layer, along the identities."""
        expected = LOWEST * identities
        number = int(expected + 8.0 * np.sqrt(expected)) + 16
        while True:
            gap, height = _halves(self.luck.stream(_LOW_DECISION, number, day))
            place = np.cumsum(-np.log(gap)) / LOWEST
            if place[-1] >= identities:
                break
            number *= 2
        found = int(np.searchsorted(place, identities))
        row = self._row[place[:found].astype(np.int64)]
        real = np.flatnonzero(row >= 0)
        return Points(row[real], np.full(real.size, day, np.int16), np.log(LOWEST * height[real]))

    def _keep(self, points: Points, today: int) -> None:
        """Remember points from today on, within the run."""
        if points.row.size:
            wanted = np.flatnonzero((points.day >= today) & (points.day < self.days))
            points = points.take(wanted)
            self._recent.append(Points(points.row, points.day.astype(np.int16), points.log_height))

    def _sort(self, day: int) -> None:
        """Sort the recent points; put all sets together when there are many, forgetting past days."""
        sets = [*self._sorted, *self._recent] if len(self._sorted) > _SETS else self._recent
        points = Points.join(sets)
        if len(self._sorted) > _SETS:
            self._sorted = []
            points = points.take(np.flatnonzero(points.day >= day))
        self._sorted.append(points.take(np.argsort(points.day, kind="stable")))
        self._recent = []

    def _read_ahead(self, today: int) -> None:
        """Read the spells that begin in the next days, for all who are read so deep."""
        if today < self._read_until:
            return
        begin, self._read_until = self._read_until, today + _DAYS_AHEAD
        if begin == 0:
            return
        readings = []
        for layer in range(LAYERS):
            first = -(-begin // int(SPELLS[layer]))
            if first * SPELLS[layer] < self._read_until:
                rows = np.flatnonzero(self.depth > layer)
                readings += self._spells(rows, layer, int(first * SPELLS[layer]), self._read_until)
        self._keep(self._points(readings), today)

    def _spells(self, rows: Ints, layer: int, begin: int, end: int) -> list[_Reading]:
        """Spells of a layer that touch the days from `begin` to `end` - 1."""
        numbers = range(begin // int(SPELLS[layer]), (end - 1) // int(SPELLS[layer]) + 1)
        return [_Reading(rows, layer, number) for number in numbers if rows.size]

    def _points(self, readings: list[_Reading]) -> Points:
        """Deal the points of some spells."""
        if not readings:
            return _NO_POINTS
        row = np.concatenate([reading.rows for reading in readings])
        which = np.repeat(np.arange(len(readings)), [reading.rows.size for reading in readings])
        layers = np.array([reading.layer for reading in readings])
        starts = np.array([reading.spell * int(SPELLS[reading.layer]) for reading in readings])
        time, turn, found = np.zeros(row.size), 0, []
        while row.size:
            index = [(reading.layer, reading.spell, turn) for reading in readings]
            words = self.luck.octets(_DECISION, self.identities[row], index, which)
            points, time = _walk(words, row, layers[which], starts[which], time)
            found.append(points)
            # A spell with more points than words goes on with the next eight.
            goes_on = np.flatnonzero(time < SPELLS[layers[which]])
            row, which, time = row[goes_on], which[goes_on], time[goes_on]
            turn += 1
        return Points.join(found)


def _halves(words: Words) -> tuple[Floats, Floats]:
    """Two uniform numbers in (0, 1) from the upper and the lower half of each word."""
    high = (words >> np.uint64(32)).astype(np.float64)
    low = (words & np.uint64(0xFFFFFFFF)).astype(np.float64)
    return (high + 0.5) * 2.0**-32, (low + 0.5) * 2.0**-32


def _walk(words: Words, row: Ints, layer: Ints, start: Ints, time: Floats) -> tuple[Points, Floats]:
    """Follow the points of spells by eight words each.

    Parameters
    ----------
    words : (n, 8) array of uint64
    row, layer, start : (n,) array of int
        Soldier, layer, first day of the spell.
    time : (n,) array of float
        Where each walk stands, in days from the first of its spell.

    Returns
    -------
    points : Points
        Those within their spells.
    last : (n,) array of float
        Where each walk stands after its eighth point.
    """
    gap, height = _halves(words)
    times = time[:, np.newaxis] - np.cumsum(np.log(gap), axis=1) / WIDTHS[layer][:, np.newaxis]
    which, number = np.nonzero(times < SPELLS[layer][:, np.newaxis])
    on = layer[which]
    day = start[which] + times[which, number].astype(np.int64)
    log_height = np.log(EDGES[on] + WIDTHS[on] * height[which, number])
    return Points(row[which], day, log_height), times[:, -1]
