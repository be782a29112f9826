"""Where companies stand, and the counters that follow from it: the one place that moves them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.codes import Ints
from sim.state import State


class Move(NamedTuple):
    """Companies that went elsewhere, or changed posture; arrays (n,)."""

    day: int
    """First day on which they stand there."""
    unit: Ints
    before: Ints
    """Station, place * 2 + deployed."""
    after: Ints
    men: Ints
    """Men who serve in each, and went along."""


def post(state: State, units: Ints, stations: Ints, first_day: int) -> None:
    """Let companies stand at stations from a day on; those that stand there already are left alone.

    Parameters
    ----------
    state : State
    units : (n,) array of int
        Companies, each once.
    stations : (n,) array of int
        Place * 2 + deployed.
    first_day : int
        Today for a move in the morning, tomorrow for one in the evening.
    """
    goes = state.station[units] != stations
    units, after = units[goes], stations[goes].astype(state.station.dtype)
    if not units.size:
        return
    before, men = state.station[units], state.men[units]
    np.subtract.at(state.men_by_station, before, men)
    np.add.at(state.men_by_station, after, men)
    state.station[units] = after
    state.moved.append(Move(first_day, units, before, after, men))
