"""Points of the scatter by day: they are dealt box by box, and looked at day by day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import Floats, Ints
from sim.compiled import compiled

SHEET = 32
"""Points on a sheet."""
MANY = 4096
"""More sheets than the points of one soldier in a few days can begin."""
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


def _columns(number: int) -> tuple[Ints, Ints, Floats]:
    """Columns `before`, `row` and `height` of so many sheets."""
    points = np.empty((number, SHEET), dtype=[("height", np.float64), ("row", np.int64)])
    return np.empty(number, np.int64), points["row"], points["height"]


@compiled
def write(calendar: Calendar, day: np.int64, row: int, height: float) -> None:
    """Write a point down on its day."""
    if calendar.points[day] == SHEET:
        sheet = calendar.sheets[0]
        calendar.sheets[0] += 1
        calendar.before[sheet] = calendar.latest[day]
        calendar.latest[day], calendar.points[day] = sheet, 0
    sheet, point = calendar.latest[day], calendar.points[day]
    calendar.row[sheet, point], calendar.height[sheet, point] = row, height
    calendar.points[day] += 1
