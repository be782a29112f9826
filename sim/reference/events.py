"""Events: by date, or by what was seen until yesterday (section 7.4)."""

from __future__ import annotations

from math import inf
from typing import Any

from sim.reference import triggers
from sim.reference.situation import Situation

DOSES = {
    "wage_rise": ("share", "relief"),
    "blackout": ("cut", "anger"),
    "surveillance": ("rise",),
    "purge": ("share",),
    "deployment": ("share",),
    "call_up": ("share",),
}
"""Keys that say how much of a response there is; with all of them at 0 it never happens."""
LASTING = ("leave_cancelled", "confinement", "wage_rise", "blackout")


def happen(situation: Situation) -> None:
    """Find the events of today, in the order of the file."""
    events = [event for event in situation.scenario.events if _has_a_dose(event)]
    triggered = {
        event.name for event in events if _trigger(event) is not None and triggers.look(situation, event)
    }
    for event in events:
        if event.name in triggered or _is_dated_today(situation, event):
            situation.happened[event.name] = situation.day
            situation.history.append((event.name, situation.day))
            situation.today.happening.append(event)
            if event.kind == "elite_exit":
                situation.today.dated.append(situation.persons[event.person])
            if event.name in triggered:
                triggers.rest(situation, event, first_day_after(situation, event))


def _has_a_dose(event: Any) -> bool:
    keys = DOSES.get(event.kind)
    return keys is None or any(getattr(event, name) > 0 for name in keys)


def _trigger(event: Any) -> Any:
    return getattr(event, "trigger", None)


def _is_dated_today(situation: Situation, event: Any) -> bool:
    return (
        _trigger(event) is None
        and situation.number_of(event.date) == situation.day
        and all(name in situation.happened for name in event.requires)
    )


def first_day_after(situation: Situation, event: Any) -> float | None:
    """First day on which what began today is no longer in force; none if it does not last."""
    if event.kind not in LASTING:
        return None
    if event.until is not None:
        return situation.number_of(event.until)
    return inf if event.lasts_days is None else situation.day + event.lasts_days
