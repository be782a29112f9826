"""Dates and numbered days: day 0 is the scenario's first day."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12.0
LONGEST_RUN_DAYS = 20_000


def day_number(start: Date, date: Date) -> int:
    """Days from the start to a date; negative before the start."""
    return (date - start).days


def date_of(start: Date, day: int) -> Date:
    """Date of a numbered day."""
    return start + timedelta(days=day)
