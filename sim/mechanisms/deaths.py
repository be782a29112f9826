"""Deaths of deployed and garrisoned men.

The soldiers whom the war expects to kill in a place fall on the companies there in proportion to their
men, garrisons weighted less. Each soldier has a unit exponential dealt for death; he is killed when the
risk that his company has been through since he came reaches it.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Fate, Ints
from sim.parameters import MechanismSection, parameter
from sim.service import enter_service
from sim.state import State
from sim.world import World

_MOST_PER_DAY = 0.05


class Deaths(MechanismSection):
    """Section `deaths`."""

    garrison_weight: float = parameter(
        0.25, 0, 1, "1", "Risk of a garrisoned man over that of a deployed one of the same place."
    )


def strike(world: World, state: State) -> None:
    """Kill those whose company's risk has reached their resistance."""
    state.killed = np.empty(0, dtype=np.int64)
    if not world.scenario.deaths.on:
        return
    weight = np.array([world.scenario.deaths.garrison_weight, 1.0])
    in_place = state.men_by_station.reshape(-1, 2) @ weight
    rate = np.divide(state.soldiers_expected, in_place, out=np.zeros(in_place.size), where=in_place > 0)
    risk = np.minimum(rate[:, np.newaxis] * weight, _MOST_PER_DAY)
    state.death_risk += risk.ravel()[world.station]
    struck = np.flatnonzero(state.death_risk >= state.next_death)
    if struck.size:
        _kill(world, state, struck)


def _kill(world: World, state: State, struck: Ints) -> None:
    """Find who is due in the companies struck, and who is next there."""
    rows = world.army.rows_of(struck)
    rows = rows[(state.fate[rows] == Fate.SERVING) | (state.fate[rows] == Fate.PLANNING)]
    unit = world.army.soldiers.unit[rows]
    due = state.death_due[rows] <= state.death_risk[unit]
    state.killed = rows[due]
    state.fate[state.killed] = Fate.KILLED
    enter_service(world, state, state.killed, -1)
    state.next_death[struck] = np.inf
    np.minimum.at(state.next_death, unit[~due], state.death_due[rows[~due]])
