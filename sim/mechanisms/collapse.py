"""A company has collapsed when a stated share of its regulars has left or been caught leaving.

Its men still serve, but they no longer count as deployable: in an endogenous war they do not fight.
"""

from __future__ import annotations

import numpy as np

from sim.state import State
from sim.world import World


def note(world: World, state: State) -> None:
    """Note the day on which companies collapse."""
    units = world.army.soldiers.unit[state.attempt.row]
    bound = world.scenario.outcomes.unit_collapse_share * np.maximum(world.unit_strength[units], 1.0)
    fallen = (state.regulars_gone[units] >= bound) & (state.collapsed_on[units] < 0)
    state.collapsed_on[units[fallen]] = state.day
