"""Schedules: the level of something by the day of a run, held for a while at each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Hold(NamedTuple):
    """Days on which a level is held."""

    level: float
    first: int
    after: int
    """The day after the last."""


@dataclass(frozen=True)
class Schedule:
    """Levels, one after another.

    Parameters
    ----------
    levels : tuple of float
        Above 0.
    days : tuple of int
        How long each is held, at least 1.
    """

    levels: tuple[float, ...]
    days: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.levels) != len(self.days) or not self.levels:
            raise ValueError("a schedule has as many levels as lengths, and at least one")
        if min(self.levels) <= 0.0 or min(self.days) < 1:
            raise ValueError("levels must be above 0, and each is held for a day or more")

    @property
    def length(self) -> int:
        """Days in all."""
        return sum(self.days)

    def holds(self) -> Iterator[Hold]:
        """Give the levels with their days."""
        first = 0
        for level, days in zip(self.levels, self.days, strict=True):
            yield Hold(level, first, first + days)
            first += days

    def by_day(self) -> list[float]:
        """Level of each day."""
        return [hold.level for hold in self.holds() for _ in range(hold.first, hold.after)]


def ramp(levels: Sequence[float], hold_days: int, *, up_first: bool) -> Schedule:
    """Go through levels there and back.

    Parameters
    ----------
    levels : sequence of float
        From low to high.
    hold_days : int
        How long each is held, on either way.
    up_first : bool
        Whether it begins with the lowest.
    """
    rising = tuple(sorted(levels))
    there = rising if up_first else rising[::-1]
    return Schedule((*there, *there[::-1]), (hold_days,) * (2 * len(rising)))


def history(before: float, days_before: int, after: float, days_after: int) -> Schedule:
    """Hold one level, then another."""
    return Schedule((before, after), (days_before, days_after))
