"""Triggers: an event that comes by a rule on what was observed, instead of on a date.

    held     = days in a row, up to this morning, on which the quantity was above (or below) the bound
    triggered on the first morning on which held >= for_days and all that the event requires has happened
    acts     delay_days later;  then once and for all, or again: looked at anew `again_after_days` after
             it has ended

Each morning the quantities are read from yesterday's state, in the army's real numbers:

    exits_per_day            escapes a day per 325,000 regulars, mean of the last 28 days
    senior_exits             escapes of senior officers and generals in the last 28 days / scale of the army
    soldiers_killed_per_day  killed a day per 325,000 regulars, mean of the last 28 days
    share_gone               share of the regulars of day 0 who escaped or were caught leaving
    deployable_share         men in companies that have not collapsed, over the regulars of day 0
    day_control, night_control   the opposition's share of control, places weighted by their people
    violence                 civilians killed a day per million people of the country
    belief                   belief in the fall of the regime, log odds

Days before day 0 count as days without an exit or a death.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from sim.codes import Rank
from sim.lookout import WINDOW_DAYS
from sim.parameters import Section, parameter
from sim.state import State
from sim.world import World

if TYPE_CHECKING:
    from sim.mechanisms.event_kinds import Triggered

_REFERENCE_REGULARS = 325_000
_ESCAPES, _SENIOR, _KILLED = range(3)

Observed = Literal[
    "exits_per_day",
    "senior_exits",
    "soldiers_killed_per_day",
    "share_gone",
    "deployable_share",
    "day_control",
    "night_control",
    "violence",
    "belief",
]
SHARES: tuple[Observed, ...] = ("share_gone", "day_control", "night_control")
"""Quantities that are never above 1."""
ANY_SIGN: tuple[Observed, ...] = ("belief",)
"""Quantities that may be negative."""


class Rule(Section):
    """A rule on observed state: a quantity that stays above or below a bound."""

    observed: Observed = Field(description="Quantity that is watched, as it was yesterday.")
    above: float | None = parameter(
        None, -1e9, 1e9, "of the quantity", "Holds while the quantity is above this.", "stated in the file"
    )
    below: float | None = parameter(
        None, -1e9, 1e9, "of the quantity", "Holds while the quantity is below this.", "stated in the file"
    )
    for_days: int = parameter(1, 1, 730, "days", "Days in a row on which it must hold.")
    delay_days: int = parameter(0, 0, 730, "days", "Days from then until the event acts.")


class Trigger(Rule):
    """A rule whose event may come again."""

    again_after_days: int | None = parameter(
        None, 1, 20_000, "days", "Pause after its end until it is looked at again; absent: it acts once."
    )


def due_today(world: World, state: State) -> list[Triggered]:
    """Look at all triggers, once; the events that act today, in the order of the file."""
    _remember_yesterday(world, state)
    readings: dict[Observed, float] = {}
    return [event for event in world.triggered if _is_due(world, state, event, readings)]


def rest(state: State, event: Triggered, end: int) -> None:
    """Note when a triggered event that acts today, and ends on a day, is looked at again."""
    pause = event.trigger.again_after_days if isinstance(event.trigger, Trigger) else None
    # Never is a day that does not come.
    state.lookout.looks_from[event.name] = -1 if pause is None else end + pause


def _remember_yesterday(world: World, state: State) -> None:
    """Put yesterday's exits and deaths into the window."""
    window, rank = state.lookout.window, world.army.soldiers.rank
    if state.day > 0:
        senior = int((rank[state.escaped] >= Rank.SENIOR).sum())
        window.append((state.escaped.size, senior, state.killed.size))
    del window[:-WINDOW_DAYS]


def _is_due(world: World, state: State, event: Triggered, readings: dict[Observed, float]) -> bool:
    """Whether an event acts today; looks at its condition if it is not waiting or resting."""
    lookout, rule, name = state.lookout, event.trigger, event.name
    assert rule is not None, "the world lists triggered events only"
    if name not in lookout.due:
        looks_from = lookout.looks_from.get(name, 0)
        if not 0 <= looks_from <= state.day:
            return False
        if rule.observed not in readings:
            readings[rule.observed] = READINGS[rule.observed](world, state)
        lookout.held[name] = lookout.held.get(name, 0) + 1 if holds(rule, readings[rule.observed]) else 0
        ready = all(required in state.happened for required in event.requires)
        if lookout.held[name] < rule.for_days or not ready:
            return False
        lookout.due[name] = state.day + rule.delay_days
    if lookout.due[name] > state.day:
        return False
    del lookout.due[name], lookout.held[name]
    return True


def holds(rule: Rule, reading: float) -> bool:
    """Whether the condition of a trigger holds for a reading."""
    if rule.above is not None:
        return reading > rule.above
    return rule.below is not None and reading < rule.below


def _in_window(state: State, what: int) -> int:
    """Number of the last 28 days."""
    return sum(day[what] for day in state.lookout.window)


def _per_day(world: World, state: State, what: int) -> float:
    """Mean of the last 28 days, a day per 325,000 regulars."""
    return _in_window(state, what) / WINDOW_DAYS / world.army.regulars * _REFERENCE_REGULARS


def _deployable(world: World, state: State) -> float:
    return float(state.men @ (state.collapsed_on < 0)) / world.army.regulars


def _violence(world: World, state: State) -> float:
    return float(state.civilians_killed.sum()) / world.people * 1e6


READINGS: dict[Observed, Callable[[World, State], float]] = {
    "exits_per_day": lambda world, state: _per_day(world, state, _ESCAPES),
    "senior_exits": lambda world, state: _in_window(state, _SENIOR) / world.scale,
    "soldiers_killed_per_day": lambda world, state: _per_day(world, state, _KILLED),
    "share_gone": lambda world, state: float(np.sum(state.regulars_gone)) / world.army.regulars,
    "deployable_share": _deployable,
    "day_control": lambda world, state: float(world.people_share @ state.control_day),
    "night_control": lambda world, state: float(world.people_share @ state.control_night),
    "violence": _violence,
    "belief": lambda world, state: state.belief,
}
"""How each quantity is read."""
