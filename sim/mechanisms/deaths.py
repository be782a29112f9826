"""Deaths of deployed and garrisoned men.

The soldiers whom the war expects to kill in a place fall on the companies there in proportion to their
men, garrisons weighted less. Each soldier has a unit exponential dealt for death; he is killed when the
risk that his company has been through since he came reaches it.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Fate, Floats, Ints
from sim.compiled import compiled
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


@compiled
def first_due(start: Ints, death_due: Floats) -> Floats:
    """Risk at which the first man of each company is killed, shape (U,); `start` is of their rows."""
    first = np.full(start.size - 1, np.inf)
    for unit in range(first.size):
        for row in range(start[unit], start[unit + 1]):
            first[unit] = min(first[unit], death_due[row])
    return first


def strike(world: World, state: State) -> None:
    """Kill those whose company's risk has reached their resistance."""
    state.killed = np.empty(0, dtype=np.int64)
    if not world.scenario.deaths.on:
        return
    weight = np.array([world.scenario.deaths.garrison_weight, 1.0])
    in_place = state.men_by_station.reshape(-1, 2) @ weight
    rate = np.divide(state.soldiers_expected, in_place, out=np.zeros(in_place.size), where=in_place > 0)
    risk = np.minimum(rate[:, np.newaxis] * weight, _MOST_PER_DAY)
    state.death_risk += risk.ravel()[state.station]
    struck = np.flatnonzero(state.death_risk >= state.next_death)
    if struck.size:
        _kill(world, state, struck)


def _kill(world: World, state: State, struck: Ints) -> None:
    """Find who is due in the companies struck, and who is next there."""
    starts = (world.army.regular_start, world.army.reserve_start)
    due = _due(struck, starts, state.fate, state.death_due, state.death_risk, state.next_death)
    state.killed = due
    state.fate[due] = Fate.KILLED
    enter_service(world, state, due, -1)


@compiled
def _due(
    struck: Ints, starts: tuple[Ints, Ints], fate: Ints, death_due: Floats, risk: Floats, next_death: Floats
) -> Ints:
    """Rows of those due in the companies struck; notes at which risk the next is."""
    rows = [np.int64(0) for _ in range(0)]
    for unit in struck:
        next_death[unit] = np.inf
        for start in starts:
            for row in range(start[unit], start[unit + 1]):
                if fate[row] == Fate.SERVING or fate[row] == Fate.PLANNING:
                    if death_due[row] <= risk[unit]:
                        rows.append(np.int64(row))
                    else:
                        next_death[unit] = min(next_death[unit], death_due[row])
    return np.array(rows, dtype=np.int64)
