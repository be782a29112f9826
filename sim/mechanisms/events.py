"""Dated events: what happens on a stated day, whoever commands the army.

An event acts on its date if every event that it requires has acted before. Kinds: a *signal* or failed
*diplomacy* moves belief; an *elite exit* takes a person of the roster, once; *leave cancelled* and
*confinement* cut escape and contact; a *call-up* summons a share of the reserve; a *group exit claim*
and *context* act on nothing and are shown on figures.
"""

from __future__ import annotations

from datetime import date as Date
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from sim.clock import day_number
from sim.parameters import LedgerRow, Name, Section, Share, parameter
from sim.state import State
from sim.world import World

Strength = Literal["small", "medium", "large"]


class _Event(Section):
    """What every event states."""

    name: Name
    date: Date = Field(description="Day on which it happens.")
    title: str = Field("", description="Label in figures.")
    source: str = Field("", description="Where the event is reported.")
    ledger: tuple[LedgerRow, ...] = Field((), description="Rows of the evidence ledger.")
    requires: tuple[str, ...] = Field((), description="Names of events that must have happened before.")


class Signal(_Event):
    """A public signal about the regime's survival."""

    kind: Literal["signal"]
    strength: Strength = Field("medium", description="Size of the shock; see `belief.shock`.")


class Diplomacy(_Event):
    """A diplomatic plan that failed."""

    kind: Literal["diplomacy"]
    strength: Strength = Field("medium", description="Size of the shock; see `belief.shock`.")


class EliteExit(_Event):
    """The exit of a person of the roster; his own decision is replaced by this date."""

    kind: Literal["elite_exit"]
    person: Name = Field(description="Name in `army.persons`.")
    accompanied: bool = Field(True, description="Whether his family goes with him.")
    publicity: float = parameter(3.0, 0, 20, "1", "Weight of his exit, over another of his rank.")


class LeaveCancelled(_Event):
    """Home leave is cancelled from this date, until another date or the end."""

    kind: Literal["leave_cancelled"]
    until: Date | None = Field(None, description="First day on which leave is given again.")


class Confinement(_Event):
    """Garrisons are confined to barracks from this date, until another date or the end."""

    kind: Literal["confinement"]
    until: Date | None = Field(None, description="First day without confinement.")


class CallUp(_Event):
    """A share of the reserve is called up, spread evenly over some days."""

    kind: Literal["call_up"]
    share: Share = Field(description="Share of the reserve that is called.")
    over_days: int = parameter(30, 1, 365, "days", "Days over which the summonses go out.")


class GroupExitClaim(_Event):
    """A reported exit of a group; shown, not acted on."""

    kind: Literal["group_exit_claim"]
    size: int = parameter(2, 1, 100_000, "soldiers", "Reported size.", "stated in the file")


class Context(_Event):
    """Context; shown, not acted on."""

    kind: Literal["context"]


Event = Annotated[
    Signal | Diplomacy | EliteExit | LeaveCancelled | Confinement | CallUp | GroupExitClaim | Context,
    Field(discriminator="kind"),
]


def happen(world: World, state: State) -> None:
    """Let today's events act, in the order of the file."""
    state.shocks = []
    state.forced = np.empty(0, dtype=np.int64)
    for event in world.events_on.get(state.day, ()):
        if _ready(event.requires, state.happened):
            state.happened.add(event.name)
            _act(world, state, event)


def _ready(required: tuple[str, ...], happened: set[str]) -> bool:
    return all(name in happened for name in required)


def _act(world: World, state: State, event: Event) -> None:
    """Carry out one event."""
    start, last = world.scenario.start, world.scenario.days
    match event:
        case Signal() | Diplomacy():
            state.shocks.append(event.strength)
        case EliteExit():
            state.forced = np.append(state.forced, world.army.persons[event.person])
        case LeaveCancelled():
            state.leave_cancelled_until = day_number(start, event.until) if event.until else last
        case Confinement():
            state.confined_until = day_number(start, event.until) if event.until else last
        case CallUp():
            state.summonses.append((state.day, event.over_days, event.share))
        case GroupExitClaim() | Context():
            pass
