"""Abandoned bases: units that go under within weeks.

A base is the companies of one battalion in one place. It is abandoned on the first day on which the
regulars whom it lost by exit (escaped or caught) within the last `days` days are at least `share` of its
regulars of day 0. Nobody leaves by this rule: a base is abandoned because its men left, each by the law of
exit, with comrades or behind a commander. What follows is what others see and what is left:

- it is a public signal, a shock to belief on the next morning; in a smaller army one stands for several;
- its companies count as collapsed: who is left in them is not deployable and does not fight.

The opposition says that entire bases were abandoned (ledger, row 24); scholars find exits in the vast
majority individual.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from sim.codes import Floats, Ints
from sim.compiled import compiled
from sim.parameters import MechanismSection, parameter
from sim.state import State
from sim.world import World

_NOBODY = np.empty(0, dtype=np.int64)


class Bases(MechanismSection):
    """Section `bases`."""

    share: float = parameter(
        0.5, 0.01, 1, "1", "Share of its regulars within the window that leaves a base abandoned."
    )
    days: int = parameter(28, 1, 1000, "days", "Length of the window.")
    signal: Literal["none", "small", "medium", "large"] = Field(
        "small", description="Size of the shock to belief (`belief.shock`) by one; assumption."
    )


def note(world: World, state: State) -> None:
    """Count who left of late, and note the bases abandoned today."""
    rules = world.rules.bases
    state.abandoned = _NOBODY
    if not rules.on:
        return
    army, gone = world.army, state.attempt.row
    today = np.empty(gone.size, dtype=np.int64)
    regulars, many_gone = _move_window(
        gone,
        army.regulars,
        state.unit,
        state.went_on.pop(state.day - rules.days, _NOBODY),
        today,
        state.gone_lately,
        army.units.battalion,
        state.gone_lately_by_battalion,
        rules.share,
        world.smallest_company,
    )
    state.went_on[state.day] = today = today[:regulars]
    if many_gone:
        state.abandoned = _abandoned(
            today,
            rules.share,
            state.gone_lately,
            army.units.battalion,
            state.station,
            world.unit_strength,
            state.abandoned_on,
            state.collapsed_on,
            state.day,
        )


@compiled
def _move_window(
    gone: Ints,
    regulars: int,
    unit_of: Ints,
    before: Ints,
    today: Ints,
    lately: Ints,
    battalion: Ints,
    by_battalion: Ints,
    share: float,
    smallest: Floats,
) -> tuple[int, bool]:
    """Take those of the day that has passed out of the counts, and write down today's regulars by company.

    Returns how many they are, and whether one of their battalions has lost enough for the smallest base that
    it can have; most have not.
    """
    for place in range(before.size):
        lately[before[place]] -= 1
        by_battalion[battalion[before[place]]] -= 1
    went, many_gone = 0, False
    for row in gone:
        if row < regulars:
            unit = unit_of[row]
            lately[unit] += 1
            by_battalion[battalion[unit]] += 1
            today[went] = unit
            went += 1
    for unit in today[:went]:
        many_gone |= by_battalion[battalion[unit]] >= share * smallest[battalion[unit]]
    return went, many_gone


@compiled
def _abandoned(
    today: Ints,
    share: float,
    lately: Ints,
    battalion: Ints,
    station: Ints,
    strength: Floats,
    abandoned_on: Ints,
    collapsed_on: Ints,
    day: int,
) -> Ints:
    """Note the bases abandoned today; a company of each of them."""
    abandoned, found = np.empty(today.size, np.int64), 0
    for unit in today:
        if abandoned_on[unit] >= 0:
            continue
        place = station[unit] // 2
        first, last = _companies_of(unit, battalion)
        if _has_lost(share, first, last, place, station, lately, strength):
            _abandon(first, last, place, station, abandoned_on, collapsed_on, day)
            abandoned[found] = unit
            found += 1
    return abandoned[:found]


@compiled
def _companies_of(unit: int, battalion: Ints) -> tuple[int, int]:
    """First company of a battalion, and the first of the next."""
    first, last = unit, unit + 1
    while first > 0 and battalion[first - 1] == battalion[unit]:
        first -= 1
    while last < battalion.size and battalion[last] == battalion[unit]:
        last += 1
    return first, last


@compiled
def _has_lost(
    share: float, first: int, last: int, place: int, station: Ints, lately: Ints, strength: Floats
) -> bool:
    """Whether the companies of a battalion in a place have lost the share of their regulars of late."""
    lost, men = 0, 0.0
    for unit in range(first, last):
        if station[unit] // 2 == place:
            lost += lately[unit]
            men += strength[unit]
    return lost >= share * max(men, 1.0)


@compiled
def _abandon(
    first: int, last: int, place: int, station: Ints, abandoned_on: Ints, collapsed_on: Ints, day: int
) -> None:
    """Note that a base is abandoned, unless a company was noted before; its companies have collapsed."""
    for unit in range(first, last):
        if station[unit] // 2 == place:
            if abandoned_on[unit] < 0:
                abandoned_on[unit] = day
            if collapsed_on[unit] < 0:
                collapsed_on[unit] = day


def shock(world: World, state: State) -> float:
    """Log odds of belief by the bases abandoned yesterday."""
    rules = world.rules.bases
    if rules.signal == "none":
        return 0.0
    one: float = getattr(world.rules.belief.shock, rules.signal)
    return state.abandoned.size / world.scale * one
