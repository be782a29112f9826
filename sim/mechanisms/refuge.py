"""Refuge: whether there is somewhere to go.

    access(place) = 1 - (1 - faction) * product over open havens of (1 - ramp * exp(-distance / reach))
    faction       = faction_access * opposition's control of the place by night, once a faction exists
    term          = log(floor + (1 - floor) * access) - log(floor)

A haven opens on its date and receives fully after `ramp_days`. Relative to the reference situation, in
which there is nowhere to go.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Floats
from sim.parameters import MechanismSection, parameter
from sim.state import State
from sim.terms import Term
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
    rules = world.scenario.refuge
    ramp = np.clip((state.day - world.haven_opens) / rules.ramp_days, 0.0, 1.0)
    state.haven_access = 1.0 - np.prod(1.0 - ramp * world.haven_pull, axis=1)
    state.faction_exists = world.faction_starts <= state.day
    state.faction_access = rules.faction_access * state.faction_exists * state.control_night
    state.open_havens = ramp > 0


def term(world: World, state: State) -> Term:
    """Log hazard by place."""
    floor = world.scenario.refuge.floor
    access = 1.0 - (1.0 - state.haven_access) * (1.0 - state.faction_access)
    by_place = np.log((floor + (1.0 - floor) * access) / floor)
    return Term(station=by_place[:, np.newaxis])
