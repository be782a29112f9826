"""The scatter of resistances: one law for every reading of the luck of exit.

Over the space of (soldier, day, height) lies a random scatter of points, one per unit of height for each
soldier and day. A soldier's resistance on a day is the height of his lowest point of that day: a unit
exponential. He leaves when his hazard reaches it, so the chance on a day of hazard h is 1 - exp(-h).

The scatter is dealt in boxes of volume 1, so that each holds a Poisson number of points of mean 1, which
lie anywhere in it. The lowest layer, ``(0, 2**-9]``, is dealt day by day for the whole roster, in boxes of
512 permanent identities. The layers above, ``(2**-9, 2**-8], ..., (1/2, 1]``, are dealt soldier by soldier
in boxes of 512, ..., 2 days. Every point is a pure function of (luck seed, soldier, layer, day). What is
believed about a soldier's largest possible hazard decides only which layers are *read*; how far anyone
has looked decides only which days are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sim.boxes import IDENTITIES, LAYERS, LOWEST, SPELLS, WIDTHS, cell_in_box, points_in_box, points_in_boxes
from sim.calendar import SHEET, Calendar, Dealt, has_room_for_one, is_nearly_full, write_down
from sim.codes import Floats, Ints, Words
from sim.compiled import compiled, written_out
from sim.luck import Luck, mixed, next_state, to_lower_unit, word_of
from sim.readers import Read, deepen, read_deeper_than, read_no_more

_LOW_DECISION = "resistance to leaving, lowest layer"
_DECISION = "resistance to leaving"
_DAYS_AHEAD = 16
"""Days whose spells are dealt as soon as a soldier is read."""


DayToRead = tuple[Calendar, int, np.uint64, np.uint64, Ints, int]
"""Arguments of `points_of_day`."""


class Spells(NamedTuple):
    """The boxes of the upper layers that begin within a run, by their spell of days."""

    first: Ints
    """(`LAYERS`,) number of the first spell of each layer in `key`."""
    key: Words
    """Key of the luck of each spell."""

    @staticmethod
    def of(luck: Luck, days: int) -> Spells:
        """Number the spells of a run and of the days dealt beyond its end."""
        count = (days + _DAYS_AHEAD) // SPELLS + 1
        keys = [luck.keys(_DECISION, int(count[layer]), layer) for layer in range(LAYERS)]
        return Spells(np.cumsum(count) - count, np.concatenate(keys))


@written_out
def _deal(
    dealt: Dealt,
    number: int,
    spells: Spells,
    root: np.uint64,
    row: int,
    layer: int,
    spell: int,
    today: int,
    days: int,
) -> int:
    """Deal the points of a box of one soldier that fall on today or later, within the run.

    They come after as many as were dealt before; how many there are then.
    """
    bits, width = LAYERS - layer, WIDTHS[layer]
    state = next_state(root ^ spells.key[spells.first[layer] + spell])
    for _ in range(points_in_box(mixed(state))):
        state = next_state(state)
        word = mixed(state)
        day = (spell << bits) + cell_in_box(word, bits)
        dealt.day[number], dealt.row[number] = day, row
        dealt.height[number] = width + width * to_lower_unit(word)
        number += int(today <= day < days)
    return number


@compiled
def _deal_deeper(
    calendar: Calendar,
    dealt: Dealt,
    spells: Spells,
    key: np.uint64,
    identities: Ints,
    rows: Ints,
    wanted: Ints,
    read: Read,
    today: int,
    end: int,
    begun: int,
) -> int:
    """Deal further layers of some soldiers until the calendar is full; how many soldiers were done."""
    days, number, depth = calendar.latest.size, 0, read.depth
    for place in range(begun, rows.size):
        # Of most nothing is wanted, which is known without a look at the man.
        if wanted[place] == 0 or wanted[place] <= depth[rows[place]]:
            continue
        row = rows[place]
        if not has_room_for_one(dealt, number):
            write_down(calendar, dealt, number)
            number = 0
        if is_nearly_full(calendar):
            write_down(calendar, dealt, number)
            return place
        root = word_of(key, identities[row] if identities.size else row)
        for layer in range(depth[row], wanted[place]):
            bits = LAYERS - layer
            for spell in range(today >> bits, ((end - 1) >> bits) + 1):
                number = _deal(dealt, number, spells, root, row, layer, spell, today, days)
        deepen(read, row, wanted[place])
    write_down(calendar, dealt, number)
    return rows.size


@compiled
def _deal_further(
    calendar: Calendar,
    dealt: Dealt,
    spells: Spells,
    key: np.uint64,
    identities: Ints,
    rows: Ints,
    depth: Ints,
    begin: int,
    end: int,
    begun: int,
) -> int:
    """Deal the boxes that begin on some days, as deep as soldiers are read; how many were done."""
    days, number = calendar.latest.size, 0
    for place in range(begun, rows.size):
        if not has_room_for_one(dealt, number):
            write_down(calendar, dealt, number)
            number = 0
        if is_nearly_full(calendar):
            write_down(calendar, dealt, number)
            return place
        row = rows[place]
        root = word_of(key, identities[row] if identities.size else row)
        for layer in range(depth[place]):
            bits = LAYERS - layer
            for spell in range(((begin - 1) >> bits) + 1, ((end - 1) >> bits) + 1):
                number = _deal(dealt, number, spells, root, row, layer, spell, begin, days)
    write_down(calendar, dealt, number)
    return rows.size


@compiled
def points_of_day(
    calendar: Calendar, day: int, key: np.uint64, key_of_day: np.uint64, row_of: Ints, identities: int
) -> tuple[Ints, Floats]:
    """Points of the lowest layer along the identities, then those written down for the day.

    Arguments are those of `Scatter.day_to_read`; points are given as by `Scatter.on_day`.
    """
    boxes = (identities + IDENTITIES - 1) >> LAYERS
    states = np.empty(boxes, np.uint64)
    for box in range(boxes):
        states[box] = next_state(word_of(key, box) ^ key_of_day)
    points_in = points_in_boxes(states)
    room, sheet = points_in.sum(), calendar.latest[day]
    while sheet >= 0:
        room, sheet = room + SHEET, calendar.before[sheet]
    rows, heights, found = np.empty(room, np.int64), np.empty(room), 0
    for box in range(boxes):
        state = states[box]
        for _ in range(points_in[box]):
            state = next_state(state)
            word = mixed(state)
            identity = (box << LAYERS) + cell_in_box(word, LAYERS)
            if identity >= identities:
                continue
            row = row_of[identity] if row_of.size else identity
            if row >= 0:
                rows[found] = row
                heights[found] = LOWEST * to_lower_unit(word)
                found += 1
    sheet, points = calendar.latest[day], calendar.points[day]
    while sheet >= 0:
        for point in range(points):
            rows[found], heights[found] = calendar.row[sheet, point], calendar.height[sheet, point]
            found += 1
        sheet, points = calendar.before[sheet], SHEET
    return rows[:found], heights[:found]


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
    kept_in : (array, array), optional
        Two columns (N,) to keep beside other facts of a soldier: how deep he is read (0) and his line on the
        list of those who are read (-1).
    """

    luck: Luck
    identities: Ints
    days: int
    kept_in: tuple[Ints, Ints] | None = None
    reading: Read = field(init=False)
    _row: Ints = field(init=False)
    """Row of each identity, or -1; empty, as is the next, where each row has the identity of its number."""
    _identities: Ints = field(init=False)
    _spells: Spells = field(init=False)
    _key_of_day: Words = field(init=False)
    """Key of the lowest layer on each day."""
    _calendar: Calendar = field(init=False)
    _dealt: Dealt = field(init=False)
    _end: int = 0
    """Day after the last whose spells were dealt."""

    def __post_init__(self) -> None:
        size = self.identities.size
        self.reading = Read.nobody(*(self.kept_in or (np.zeros(size, np.int8), np.full(size, -1, np.int32))))
        rows = np.arange(size, dtype=self.identities.dtype)
        if np.array_equal(self.identities, rows):
            self._identities = self._row = np.empty(0, dtype=np.int32)
        else:
            self._identities = self.identities
            self._row = np.full(int(self.identities.max()) + 1, -1, dtype=np.int32)
            self._row[self.identities] = rows
        self._spells = Spells.of(self.luck, self.days)
        self._key_of_day = self.luck.keys(_LOW_DECISION, self.days)
        self._calendar, self._dealt = Calendar.empty(self.days), Dealt.room()

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
                self._calendar,
                self._dealt,
                self._spells,
                self.luck.key(_DECISION),
                self._identities,
                rows,
                depth,
                self.reading,
                today,
                self._end,
                done,
            )
            if done < rows.size:
                self._calendar = self._calendar.longer()

    def drop(self, rows: Ints) -> None:
        """Stop reading soldiers who are gone."""
        read_no_more(self.reading, rows)

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
        height : (n,) array of float
        """
        return points_of_day(*self.day_to_read(day, identities))

    def day_to_read(self, day: int, identities: int) -> DayToRead:
        """Arguments of `points_of_day`, for compiled loops; those of `on_day` are the same."""
        self._read_ahead(day)
        key = self.luck.key(_LOW_DECISION)
        return self._calendar, day, key, self._key_of_day[day], self._row, identities

    def _read_ahead(self, today: int) -> None:
        """Read the spells that begin in the next days, for all who are read so deep."""
        if today < self._end:
            return
        begin, self._end, done = self._end, today + _DAYS_AHEAD, 0
        begins = -(-begin // SPELLS) * SPELLS < self._end
        # Most are not read so deep: spells of the lower layers are long and seldom begin.
        rows, depth = read_deeper_than(self.reading, int(np.argmax(begins)))
        while done < rows.size:
            done = _deal_further(
                self._calendar,
                self._dealt,
                self._spells,
                self.luck.key(_DECISION),
                self._identities,
                rows,
                depth,
                begin,
                self._end,
                done,
            )
            if done < rows.size:
                self._calendar = self._calendar.longer()
