"""Refuge: whether there is somewhere to go.

    access(place) = 1 - (1 - faction) * product over open havens of (1 - ramp * exp(-distance / reach))
    faction       = faction_access * opposition's control of the place by night, once a faction exists
    term          = log(floor + (1 - floor) * access) - log(floor)

A haven opens on its date and receives fully after `ramp_days`. Relative to the reference situation, in
which there is nowhere to go.
"""

from __future__ import annotations

import math

import numpy as np

from sim.codes import Flags, Floats
from sim.compiled import compiled
from sim.parameters import MechanismSection, parameter
from sim.state import State
from sim.tally import Tally
from sim.world import World


class Refuge(MechanismSection):
    """Section `refuge`."""

    floor: float = parameter(
        0.15, 0.01, 1, "1", "Hazard where there is nowhere to go, over that with a refuge at hand."
    )
    reach_km: float = parameter(100, 1, 5000, "km", "Distance on which a haven loses its pull.")
    ramp_days: float = parameter(60, 1, 730, "days", "Days from opening to full reception.")
    faction_access: float = parameter(
        0.8, 0, 1, "1", "Access to a faction where the opposition holds the whole place by night."
    )


def pull(rules: Refuge, distance_km: Floats) -> Floats:
    """Pull of havens by distance, shape (H, V)."""
    near: Floats = np.exp(-distance_km / rules.reach_km)
    return near


def open_up(world: World, state: State) -> None:
    """Work out today's access to havens and factions from each place."""
    rules = world.rules.refuge
    state.faction_exists = world.faction_starts <= state.day
    _open_up(
        state.day,
        world.haven_opens,
        rules.ramp_days,
        world.haven_pull,
        rules.faction_access if state.faction_exists else 0.0,
        state.control_night,
        state.open_havens,
        state.haven_access,
        state.faction_access,
    )


@compiled
def _open_up(
    day: int,
    opens: Floats,
    ramp_days: float,
    pull: Floats,
    faction: float,
    control_night: Floats,
    open_havens: Flags,
    haven_access: Floats,
    faction_access: Floats,
) -> None:
    """Open havens one after another to every place; the last three are written."""
    closed = np.ones(control_night.size)
    for haven in range(opens.size):
        ramp = min(max((day - opens[haven]) / ramp_days, 0.0), 1.0)
        open_havens[haven] = ramp > 0.0
        for place in range(closed.size):
            closed[place] *= 1.0 - ramp * pull[place, haven]
    for place in range(closed.size):
        haven_access[place] = 1.0 - closed[place]
        faction_access[place] = faction * control_night[place]


def say(world: World, state: State, tally: Tally) -> None:
    """Add the log hazard by place."""
    _say(world.rules.refuge.floor, state.haven_access, state.faction_access, tally.station)


@compiled
def _say(floor: float, haven_access: Floats, faction_access: Floats, by_station: Floats) -> None:
    """Add the log of the hazard over that with nowhere to go, by place whether deployed or not."""
    for place in range(haven_access.size):
        access = 1.0 - (1.0 - haven_access[place]) * (1.0 - faction_access[place])
        felt = math.log((floor + (1.0 - floor) * access) / floor)
        for deployed in range(2):
            by_station[place, deployed] += felt
