"""What the regime does: leave, confinement, wages, blackouts, surveillance, call-ups (section 7.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.reference import movement, purge
from sim.reference.events import first_day_after
from sim.reference.situation import Situation


def respond(situation: Situation) -> None:
    """Let what has run out end, let the responses of today act, and let blackouts anger."""
    situation.wage_rises = [one for one in situation.wage_rises if situation.day < one[-1]]
    situation.blackouts = [one for one in situation.blackouts if situation.day < one[-1]]
    for event in situation.today.happening:
        if event.kind in RESPONSES:
            RESPONSES[event.kind](situation, event)
    situation.heard = 1.0
    for cut, _, _ in situation.blackouts:
        situation.heard *= 1 - cut
    _anger(situation)


def _end(situation: Situation, event: Any) -> float:
    end = first_day_after(situation, event)
    assert end is not None
    return end


def _cancel_leave(situation: Situation, event: Any) -> None:
    situation.leave_cancelled_until = _end(situation, event)


def _confine(situation: Situation, event: Any) -> None:
    situation.confined_until = _end(situation, event)


def _raise_wages(situation: Situation, event: Any) -> None:
    if not situation.scenario.grievance.on:
        return
    if situation.day < _end(situation, event):
        situation.wage_rises.append((event.share, _end(situation, event)))
    for by_sect in situation.erosion:
        for by_home in by_sect:
            by_home[:] = [stock - min(event.relief, stock) for stock in by_home]


def _black_out(situation: Situation, event: Any) -> None:
    if situation.day < _end(situation, event):
        situation.blackouts.append((event.cut, event.anger, _end(situation, event)))


def _anger(situation: Situation) -> None:
    """Erosion of the day by the blackouts in force."""
    anger = sum(one[1] for one in situation.blackouts)
    if anger and situation.scenario.grievance.on:
        for by_sect in situation.erosion:
            for sect, by_home in zip(situation.sects, by_sect, strict=True):
                more = situation.scenario.grievance.multiple * sect.grievance_weight * anger
                by_home[:] = [stock + more for stock in by_home]


def _watch_more(situation: Situation, event: Any) -> None:
    section = situation.scenario.surveillance
    if section.on:
        most = max(section.cap, situation.learned)
        situation.learned = min(situation.learned + event.rise, most)


def _call_up(situation: Situation, event: Any) -> None:
    situation.summonses.append((situation.day, event.over_days, event.share))


RESPONSES: dict[str, Callable[[Situation, Any], None]] = {
    "leave_cancelled": _cancel_leave,
    "confinement": _confine,
    "wage_rise": _raise_wages,
    "blackout": _black_out,
    "surveillance": _watch_more,
    "purge": purge.purge,
    "deployment": movement.deploy,
    "movement": movement.move,
    "call_up": _call_up,
}
"""By kind of event; the other kinds act elsewhere, or on nothing."""
