"""Dates of a scenario as numbers of days, and rows that hold from a date until the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date as Date
from typing import TypeVar

Row = TypeVar("Row")
DAYS_A_MONTH = 365.25 / 12
DAYS_A_YEAR = 365.25


def day_number(date: Date, start: Date) -> int:
    """Days from the start of the scenario to a date."""
    return (date - start).days


def latest(rows: Sequence[Row], date_of: Callable[[Row], Date], today: Date) -> Row | None:
    """Last row whose date is not after today; none before the first."""
    found = None
    for row in rows:
        if date_of(row) <= today:
            found = row
    return found
