"""Points of the scatter by day: they are dealt box by box, and looked at day by day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import Floats, Ints
from sim.compiled import compiled, written_out

SHEET = 32
"""Points on a sheet."""
MANY = 4096
"""Points that are dealt before they are written down; they begin no more sheets."""
_OF_ONE = 1024
"""More points than are dealt to one soldier in one go."""
_NEW = 20_000
"""Sheets of a new calendar; it grows."""


class Calendar(NamedTuple):
    """Points of the upper layers by day, in sheets of `SHEET` points; a day has a chain of sheets.

    Columns grow as a whole.
    """

    sheets: Ints
    """(1,) sheets in use."""
    latest: Ints
    """(days,) the sheet of each day that is written on, or -1."""
    points: Ints
    """(days,) points on that sheet."""
    before: Ints
    """(n,) the sheet of the same day that was full before, or -1."""
    row: Ints
    """(n, `SHEET`)"""
    height: Floats
    """(n, `SHEET`); beside `row` in memory, so that a point is written in one place."""

    @staticmethod
    def empty(days: int) -> Calendar:
        """Return a calendar without a point."""
        latest, points = np.full(days, -1), np.full(days, SHEET)
        return Calendar(np.zeros(1, np.int64), latest, points, *_columns(days + _NEW))

    def longer(self) -> Calendar:
        """Return the same points with more than twice the room."""
        before, row, height = _columns(2 * self.before.size + MANY)
        for new, old in ((before, self.before), (row, self.row), (height, self.height)):
            new[: len(old)] = old
        return self._replace(before=before, row=row, height=height)


class Dealt(NamedTuple):
    """Room for `MANY` points that are dealt first and written down together.

    Dealing is arithmetic and writing is waiting for memory; one does not hold the other up.
    """

    day: Ints
    row: Ints
    height: Floats

    @staticmethod
    def room() -> Dealt:
        """Make room."""
        return Dealt(np.empty(MANY, np.int64), np.empty(MANY, np.int64), np.empty(MANY))


def _columns(number: int) -> tuple[Ints, Ints, Floats]:
    """Columns `before`, `row` and `height` of so many sheets."""
    points = np.empty((number, SHEET), dtype=[("height", np.float64), ("row", np.int64)])
    return np.empty(number, np.int64), points["row"], points["height"]


@written_out
def has_room_for_one(dealt: Dealt, number: int) -> bool:
    """Whether beside so many points those of another soldier can be dealt."""
    return number + _OF_ONE <= dealt.day.size


@written_out
def is_nearly_full(calendar: Calendar) -> bool:
    """Whether points that were dealt might not all be written down."""
    return bool(calendar.sheets[0] + MANY > calendar.before.size)


@compiled
def write_down(calendar: Calendar, dealt: Dealt, number: int) -> None:
    """Write points that were dealt down on their days."""
    for point in range(number):
        _write(calendar, dealt.day[point], dealt.row[point], dealt.height[point])


@written_out
def _write(calendar: Calendar, day: np.int64, row: int, height: float) -> None:
    """Write a point down on its day."""
    if calendar.points[day] == SHEET:
        sheet = calendar.sheets[0]
        calendar.sheets[0] += 1
        calendar.before[sheet] = calendar.latest[day]
        calendar.latest[day], calendar.points[day] = sheet, 0
    sheet, point = calendar.latest[day], calendar.points[day]
    calendar.row[sheet, point], calendar.height[sheet, point] = row, height
    calendar.points[day] += 1
