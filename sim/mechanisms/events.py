"""Events: what happens on a stated day, or when a rule on observed state says so.

A dated event acts on its date if every event that it requires has acted before; a triggered one when
its trigger says so (`sim.mechanisms.triggers`). Here act those that are no response of the regime: a
*signal* or failed *diplomacy* moves belief; an *elite exit* takes a person of the roster, once. The
regime's responses act in the next stage (`sim.mechanisms.responses`).
"""

from __future__ import annotations

import numpy as np

from sim.codes import Ints
from sim.mechanisms import triggers
from sim.mechanisms.event_kinds import Diplomacy, EliteExit, Event, Signal, end_of
from sim.state import State
from sim.world import World

_NOBODY: Ints = np.empty(0, dtype=np.int64)


def happen(world: World, state: State) -> None:
    """Let today's events happen, in the order of the file."""
    state.happening, state.shocks, state.forced = [], [], _NOBODY
    today = world.events_on.get(state.day, [])
    if world.triggered:
        today = _with_triggered(world, state, today)
    for event in today:
        if event.has_dose and all(name in state.happened for name in event.requires):
            _act(world, state, event)


def _with_triggered(world: World, state: State, dated: list[Event]) -> list[Event]:
    """Add the triggered events of today, and keep the order of the file."""
    due = triggers.due_today(world, state)
    for event in due:
        triggers.rest(state, event, end_of(event, world.rules.start, state.day, world.rules.days))
    return [event for event in world.rules.events if event in dated or event in due] if due else dated


def _act(world: World, state: State, event: Event) -> None:
    """Let an event happen."""
    state.happened.add(event.name)
    state.happening.append(event)
    match event:
        case Signal() | Diplomacy():
            state.shocks.append(event.strength)
        case EliteExit():
            row = world.army.persons[event.person]
            if row not in state.forced:  # two events may take one person on one day
                state.forced = np.append(state.forced, row)
        case _:
            pass
