"""The regime's responses to what happens, each dated or triggered (`sim.mechanisms.event_kinds`).

    leave_cancelled, confinement   from today until they end; a later one of the kind replaces it
    wage_rise       in force, the real wage is (1 + share) times what it was, for each rise in force;
                    once, E <- E - min(relief, E) for the whole stock of grievance E
    blackout        in force, (1 - cut) of broadcasts, signals and elite exits are heard, for each one
                    in force; every day E <- E + multiple * weight(sect) * anger
    surveillance    once, learned <- min(learned + rise, cap), if it was under the cap
    purge           `sim.mechanisms.purge`
    deployment, movement   `sim.mechanisms.movement`
    call_up         a summons (`sim.mechanisms.reserves`)

Wages make good what prices took and no more: grievance over wages is never negative. What acts on a
mechanism that is off does nothing.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.mechanisms import movement, purge
from sim.mechanisms.event_kinds import (
    Blackout,
    CallUp,
    Confinement,
    Deployment,
    Event,
    LeaveCancelled,
    Movement,
    Purge,
    SurveillanceStep,
    WageRise,
    end_of,
)
from sim.state import State
from sim.world import World


class InForce(NamedTuple):
    """A response in force."""

    end: int
    """First day on which it is not."""
    response: WageRise | Blackout


def respond(world: World, state: State) -> None:
    """End what ends today, carry out today's responses, and let those in force weigh."""
    state.moved = []
    if state.in_force or state.happening:
        state.in_force = [one for one in state.in_force if one.end > state.day]
        for event in state.happening:
            _carry_out(world, state, event)
        _weigh(state)
        _anger(world, state)


def _carry_out(world: World, state: State, event: Event) -> None:
    """Carry out one response; what is none is left alone."""
    end = end_of(event, world.rules.start, state.day, world.rules.days)
    match event:
        case LeaveCancelled():
            state.leave_cancelled_until = end
        case Confinement():
            state.confined_until = end
        case WageRise():
            _put_in_force(state, InForce(end, event))
            state.erosion -= np.minimum(event.relief, state.erosion)
        case Blackout():
            _put_in_force(state, InForce(end, event))
        case SurveillanceStep():
            _step_up(world, state, event.rise)
        case Purge():
            purge.sideline(world, state, event)
        case Deployment():
            movement.deploy(world, state, event)
        case Movement():
            movement.move(world, state, event)
        case CallUp():
            state.summonses.append((state.day, event.over_days, event.share))
        case _:
            pass


def _put_in_force(state: State, response: InForce) -> None:
    """Let a response weigh, unless its rule was met only after the date on which it ends."""
    if response.end > state.day:
        state.in_force = [*state.in_force, response]


def _step_up(world: World, state: State, rise: float) -> None:
    """Raise what surveillance has learned, up to its cap."""
    rules = world.rules.surveillance
    if rules.on:
        state.learned = min(state.learned + rise, max(rules.cap, state.learned))


def _weigh(state: State) -> None:
    """Work out what the wage rises and blackouts in force come to."""
    state.wage_raised, state.heard = 0.0, 1.0
    for _, response in state.in_force:
        if isinstance(response, WageRise):
            state.wage_raised += math.log1p(response.share)
        else:
            state.heard *= 1.0 - response.cut


def _anger(world: World, state: State) -> None:
    """Add the anger over blackouts to the stock of grievance."""
    rules = world.rules.grievance
    anger = sum(one.response.anger for one in state.in_force if isinstance(one.response, Blackout))
    if rules.on and anger > 0.0:
        state.erosion += (rules.multiple * anger) * world.grievance_weight[:, np.newaxis]
