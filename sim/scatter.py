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

from dataclasses import dataclass, field

import numpy as np

from sim.codes import Floats, Ints, Words
from sim.luck import Luck
from sim.rows import expand

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
_POINTS_AT_ONCE = 4
"""Points of a spell that are dealt together."""
_DAYS_AHEAD = 8
"""Days for which points are made ready together."""
_BUFFERED_POINTS = 20_000
_SETS = 8
_LOG_HALF_WORD = float(32.0 * np.log(2.0))


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

    def between(self, begin: int, end: int) -> Points:
        """Choose the points of the days `begin` to `end` - 1."""
        return self.take(np.flatnonzero((self.day >= begin) & (self.day < end)))

    def by_day(self) -> Points:
        """Sort by day."""
        return self.take(np.argsort(self.day, kind="stable"))

    def days_between(self, begin: int, end: int) -> Points:
        """Choose the days `begin` to `end` - 1 of points in order of the day."""
        first, last = np.searchsorted(self.day, _DAYS[[begin, end]])
        return self.take(slice(first, last))


_NO_ROWS: Ints = np.empty(0, np.int64)
_NO_POINTS = Points(_NO_ROWS, np.empty(0, np.int16), np.empty(0))
_DAYS = np.arange(2**15 - 1, dtype=np.int16)


@dataclass(frozen=True)
class _Block:
    """Points of some days, each day's together."""

    points: Points
    first: int
    ends: list[int]
    """Where the points of each day end, after a 0."""

    @staticmethod
    def of(points: Points, begin: int, end: int) -> _Block:
        """Take points of the days `begin` to `end` - 1, in order of the day."""
        return _Block(points, begin, np.searchsorted(points.day, _DAYS[begin : end + 1]).tolist())

    def on_day(self, day: int) -> Points:
        """Points of a day."""
        place = day - self.first
        return self.points.take(slice(self.ends[place], self.ends[place + 1]))


@dataclass(frozen=True)
class _Spells:
    """All spells of the upper layers that begin within a run, numbered layer by layer."""

    layer: Ints
    start: Ints
    """First day."""
    key: Words
    """What its luck is dealt under."""
    first: Ints
    """(`LAYERS`,) number of the first spell of each layer."""

    @staticmethod
    def of(luck: Luck, days: int) -> _Spells:
        """Number the spells of a run and of the days made ready beyond its end."""
        count = (days + _DAYS_AHEAD) // SPELLS + 1
        layer, spell = expand(np.zeros(LAYERS, dtype=np.int64), count)
        key = luck.keys(_DECISION, list(zip(layer.tolist(), spell.tolist(), strict=True)))
        return _Spells(layer, spell * SPELLS[layer], key, np.cumsum(count) - count)

    def touching(self, layer: Ints, begin: Ints | int, end: int) -> tuple[Ints, Ints]:
        """Spells of layers that touch the days from `begin` to `end` - 1.

        Returns
        -------
        which : (m,) array of int
            Place in `layer`.
        number : (m,) array of int
            Number of the spell.
        """
        length, first = SPELLS[layer], self.first[layer]
        return expand(first + begin // length, first + (end - 1) // length + 1)


@dataclass
class Scatter:
    """Reader of the scatter for the rows of one army.

    The points of some days ahead are made ready together; nobody outside can tell.

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
    _spells: _Spells = field(init=False)
    _lowest: _Block = field(init=False)
    """Points of the lowest layer on the days made ready."""
    _lowest_of: int = -1
    """Identities for which they are."""
    _ready: _Block = field(init=False)
    """Points of the upper layers on the same days."""
    _added: Points = _NO_POINTS
    """Those of the same days read since, in no order."""
    _sorted: list[Points] = field(init=False, default_factory=list)
    """Sets of points, each in order of the day."""
    _later: list[Points] = field(init=False, default_factory=list)
    """Points in no order."""
    _begin: int = 0
    _end: int = 0

    def __post_init__(self) -> None:
        self.depth = np.zeros(self.identities.size, dtype=np.int8)
        self._row = np.full(int(self.identities.max()) + 1, -1, dtype=np.int64)
        self._row[self.identities] = np.arange(self.identities.size)
        self._spells = _Spells.of(self.luck, self.days)

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
        self._make_ready(today)
        known = self.depth[rows]
        deeper = np.flatnonzero(depth > known)
        if not deeper.size:
            return
        rows, known, depth = rows[deeper], known[deeper], depth[deeper]
        whose, layer = expand(known.astype(np.int64), depth.astype(np.int64))
        which, spell = self._spells.touching(layer, today, self._end)
        points = self._points(rows[whose[which]], spell, today)
        self._added = Points.join([self._added, points.between(today, self._end)])
        self._later.append(points.between(self._end, self.days))
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
        self._make_ready(day)
        if self._lowest_of != identities:
            self._lowest = _Block.of(self._deal_lowest(identities), self._begin, self._end)
            self._lowest_of = identities
        added = self._added.take(np.flatnonzero(self._added.day == day))
        today = Points.join([self._lowest.on_day(day), self._ready.on_day(day), added])
        return today.row, today.log_height

    def _make_ready(self, today: int) -> None:
        """Bring the points of the coming days together, with the spells that begin on them."""
        if today < self._end:
            return
        before, self._begin, self._end = self._end, today, today + _DAYS_AHEAD
        if before:
            self._later.append(self._begun_since(before, today))
        self._sort(today)
        ready = [part.days_between(today, self._end) for part in self._sorted]
        ready += [part.between(today, self._end) for part in self._later]
        self._ready = _Block.of(Points.join([_NO_POINTS, *ready]).by_day(), today, self._end)
        self._added, self._lowest_of = _NO_POINTS, -1

    def _sort(self, today: int) -> None:
        """Sort the later points when they are many; put all sets together when those are."""
        if sum(part.row.size for part in self._later) <= _BUFFERED_POINTS:
            return
        if len(self._sorted) >= _SETS:
            self._later += [part.days_between(today, self.days) for part in self._sorted]
            self._sorted = []
        self._sorted.append(Points.join(self._later).by_day())
        self._later = []

    def _begun_since(self, begin: int, today: int) -> Points:
        """Points of the spells that begin from a day to the end of the days ahead, for all read so deep."""
        deep = np.flatnonzero(self.depth > 0)
        depth, rows, spells = self.depth[deep], [_NO_ROWS], [_NO_ROWS]
        for layer, start in enumerate((-(-begin // SPELLS) * SPELLS).tolist()):
            if start < self._end:
                _, numbers = self._spells.touching(np.array([layer]), start, self._end)
                reaching = deep[depth > layer]
                rows.append(np.tile(reaching, numbers.size))
                spells.append(np.repeat(numbers, reaching.size))
        return self._points(np.concatenate(rows), np.concatenate(spells), today)

    def _deal_lowest(self, identities: int) -> Points:
        """Points of the lowest layer on the days ahead, along the identities."""
        days = np.arange(self._begin, self._end)
        expected = LOWEST * identities
        number = int(expected + 8.0 * np.sqrt(expected)) + 16
        while True:
            words = np.array([self.luck.stream(_LOW_DECISION, number, int(day)) for day in days])
            place = np.cumsum(_gaps(words), axis=1) / LOWEST
            if place[:, -1].min() >= identities:
                break
            number *= 2
        which, point = np.nonzero(place < identities)
        row = self._row[place[which, point].astype(np.int64)]
        log_height = np.log(LOWEST * _heights(words[which, point]))
        points = Points(row, days.astype(np.int16)[which], log_height)
        return points.take(np.flatnonzero(row >= 0))

    def _points(self, row: Ints, spell: Ints, today: int) -> Points:
        """Deal the points of spells, each of a row, that fall on today or later, within the run."""
        time, turn, found = np.zeros(row.size), 0, [_NO_POINTS]
        while row.size:
            layer, key = self._spells.layer[spell], self._spells.key[spell]
            words = self.luck.recurring(_DECISION, self.identities[row], key, turn, _POINTS_AT_ONCE)
            # The sum of a turn is taken for itself, so that it does not hang on how many came before.
            times = time[:, np.newaxis] + np.cumsum(_gaps(words), axis=1) / WIDTHS[layer][:, np.newaxis]
            length = SPELLS[layer]
            which, point = np.nonzero(times < length[:, np.newaxis])
            day = self._spells.start[spell[which]] + times[which, point].astype(np.int64)
            wanted = (day >= today) & (day < self.days)
            which, point, day = which[wanted], point[wanted], day[wanted]
            on = layer[which]
            log_height = np.log(EDGES[on] + WIDTHS[on] * _heights(words[which, point]))
            found.append(Points(row[which], day.astype(np.int16), log_height))
            # A spell with more points than were dealt goes on with the next words.
            time = times[:, -1]
            goes_on = np.flatnonzero(time < length)
            row, spell, time, turn = row[goes_on], spell[goes_on], time[goes_on], turn + 1
        return Points.join(found)


def _gaps(words: Words) -> Floats:
    """Unit exponentials from the upper half of each word."""
    gaps: Floats = _LOG_HALF_WORD - np.log((words >> np.uint64(32)) + 0.5)
    return gaps


def _heights(words: Words) -> Floats:
    """Uniform numbers in (0, 1) from the lower half of each word."""
    heights: Floats = ((words & np.uint64(0xFFFFFFFF)) + 0.5) * 2.0**-32
    return heights
