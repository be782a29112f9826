"""Awareness of the salary offer spreads man by man.

    aware on the first day on which  broadcast(t) + word_of_mouth * strong ties gone  >=  resistance
    broadcast(t) = broadcast_per_day * days since the announcement

Each soldier has a unit exponential dealt for it. The unaware feel no offer. An offer of 0 dollars is no
offer: nothing is announced.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Fate
from sim.mechanisms.salary import is_offered
from sim.state import State
from sim.world import World

AWARE_STEP = 1


def spread(world: World, state: State) -> None:
    """Make aware those whom today's broadcast or yesterday's leavers reach."""
    plan = world.scenario.salary_plan
    if not plan.is_offer:
        return
    np.subtract.at(state.unaware_left, state.left_behind, plan.word_of_mouth)
    if is_offered(world, state.day):
        state.broadcast += plan.broadcast_per_day
        _make_aware(state)


def _make_aware(state: State) -> None:
    reached = np.flatnonzero(state.unaware_left <= state.broadcast)
    if reached.size:
        state.unaware_left[reached] = np.inf
        state.profile[reached] += AWARE_STEP
        state.touched.append(reached[state.fate[reached] == Fate.SERVING])
        state.aware_count += int(reached.size)
