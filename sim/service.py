"""Counts of those who serve, kept with each fate instead of counted every day."""

from __future__ import annotations

import numpy as np

from sim.codes import Ints
from sim.state import State
from sim.world import World


def enter_service(world: World, state: State, rows: Ints, men: int = 1) -> None:
    """Count soldiers in; with `men` = -1, out."""
    unit = world.army.soldiers.unit[rows]
    np.add.at(state.serving.ravel(), world.cell[rows], men)
    np.add.at(state.men, unit, men)
    np.add.at(state.men_by_station, world.station[unit], men)
    np.add.at(state.men_by_battalion, world.army.units.battalion[unit], men)
