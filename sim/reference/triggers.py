"""Rules by which events come: an observed quantity beyond a bound, some days in a row (section 7.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.reference.situation import WINDOW, Situation, Watch

MEN = 325_000
"""Strength to which daily numbers are related."""


def _mean_of_window(situation: Situation, column: int) -> float:
    total = sum(day[column] for day in situation.recent)
    return total / WINDOW * MEN / situation.regulars


def _senior_exits(situation: Situation) -> float:
    return sum(day[1] for day in situation.recent) / situation.scale


def _share_gone(situation: Situation) -> float:
    return sum(company.regulars_gone for company in situation.companies) / situation.regulars


def _deployable_share(situation: Situation) -> float:
    if situation.day == 0:
        return 1.0
    men = sum(company.men for company in situation.companies if not company.has_collapsed)
    return men / situation.regulars


OBSERVED: dict[str, Callable[[Situation], float]] = {
    "exits_per_day": lambda situation: _mean_of_window(situation, 0),
    "senior_exits": _senior_exits,
    "soldiers_killed_per_day": lambda situation: _mean_of_window(situation, 2),
    "share_gone": _share_gone,
    "deployable_share": _deployable_share,
    "day_control": lambda situation: control_by_day(situation),
    "night_control": lambda situation: control_by_night(situation),
    "violence": lambda situation: situation.country_violence,
    "belief": lambda situation: situation.belief,
}
"""Quantities that the regime can see, as they stand from yesterday."""


def control_by_day(situation: Situation) -> float:
    """Share of the country's people where the opposition holds the day."""
    return sum(place.population * place.day_control for place in situation.places) / situation.population


def control_by_night(situation: Situation) -> float:
    """Share of the country's people where the opposition holds the night."""
    return sum(place.population * place.night_control for place in situation.places) / situation.population


def look(situation: Situation, event: Any) -> bool:
    """Look at the trigger of an event; say whether the event happens today."""
    watch = situation.watches.setdefault(event.name, Watch())
    if watch.happens_on is None and _is_triggered(situation, event, watch):
        watch.held, watch.happens_on = 0, situation.day + event.trigger.delay_days
    return watch.happens_on == situation.day


def _is_triggered(situation: Situation, event: Any, watch: Watch) -> bool:
    if watch.looked_at_from is None or situation.day < watch.looked_at_from:
        return False
    trigger, value = event.trigger, OBSERVED[event.trigger.observed](situation)
    beyond = value > trigger.above if trigger.above is not None else value < trigger.below
    watch.held = watch.held + 1 if beyond else 0
    ready = all(name in situation.happened for name in event.requires)
    return watch.held >= trigger.for_days and ready


def rest(situation: Situation, event: Any, first_day_after: float | None) -> None:
    """Stop looking at an event that happened today, for good or until its pause is over."""
    watch = situation.watches[event.name]
    watch.happens_on = None
    again, begin = getattr(event.trigger, "again_after_days", None), first_day_after
    if again is None or begin == float("inf"):
        watch.looked_at_from = None
    else:
        watch.looked_at_from = int(situation.day if begin is None else begin) + again
