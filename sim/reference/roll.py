"""The roll of an army: who is who on day 0, as plain rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.army import Army


@dataclass
class Man:
    """A soldier on the roll."""

    identity: int
    unit: int
    rank: int
    sect: int
    home: int
    loyalty: float
    susceptibility: float
    log_frailty: float
    stayer: bool
    family_outside: bool
    reservist: bool
    conscript: bool
    months_served: int


@dataclass
class Unit:
    """A company on the roll."""

    battalion: int
    brigade: int
    brigade_number: int
    formation: int
    branch: int
    place: int
    deployed: bool
    effect: float


@dataclass
class Command:
    """A command post on the roll: over the companies `first` to `last` - 1; row of its commander, or -1."""

    level: int
    first: int
    last: int
    commander: int


@dataclass
class Roll:
    """An army on day 0: regulars by company, highest rank first, then reservists by company."""

    men: list[Man]
    units: list[Unit]
    commands: list[Command]
    ties: list[list[int]]
    """Rows of each man's strong ties, ascending."""
    persons: dict[str, int]
    """Row of each named person."""
    regulars: int
    seed: int


def roll_of(army: Army) -> Roll:
    """Read the roll off an army of `sim.build_army`."""
    return Roll(
        men=[Man(*row) for row in _rows(army.soldiers)],
        units=[Unit(*row) for row in _rows(army.units)],
        commands=[Command(*row) for row in _rows(army.posts)],
        ties=[[tie for tie in row if tie >= 0] for row in army.ties.of.tolist()],
        persons={name: int(row) for name, row in army.persons.items()},
        regulars=army.regulars,
        seed=army.seed,
    )


def _rows(table: object) -> list[tuple[Any, ...]]:
    """Rows of a table of columns, as plain Python values."""
    return list(zip(*(column.tolist() for column in vars(table).values()), strict=True))
