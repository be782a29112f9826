"""Refuge: whether there is somewhere to go.

    access(place) = 1 - (1 - faction) * product over open havens of (1 - ramp * exp(-distance / reach))
    faction       = faction_access * opposition's control of the place by night, once a faction exists
    term          = log(floor + (1 - floor) * access) - log(floor)

A haven opens on its date and receives fully after `ramp_days`. Relative to the reference situation, in
which there is nowhere to go.
"""

from __future__ import annotations

import numpy as np

from sim.clock import day_number
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


def open_up(world: World, state: State) -> None:
    """Work out today's access to havens and factions from each place."""
    rules, start = world.scenario.refuge, world.scenario.start
    opened = np.array(
        [day_number(start, haven.opens) for haven in world.scenario.havens.values()],
        dtype=np.float64,
    )
    ramp = np.clip((state.day - opened) / rules.ramp_days, 0.0, 1.0)
    near: Floats = np.exp(-world.distance_km / rules.reach_km)
    state.haven_access = 1.0 - np.prod(1.0 - ramp * near, axis=1)
    started = [day_number(start, one.starts) <= state.day for one in world.scenario.factions.values()]
    state.faction_exists = any(started)
    state.faction_access = rules.faction_access * state.faction_exists * state.control_night
    state.open_havens = ramp > 0


def term(world: World, state: State) -> Term:
    """Log hazard by company, shape (U, 1)."""
    floor = world.scenario.refuge.floor
    access = 1.0 - (1.0 - state.haven_access) * (1.0 - state.faction_access)
    by_place = np.log((floor + (1.0 - floor) * access) / floor)
    return Term(cell=by_place[world.army.units.place][:, np.newaxis])
