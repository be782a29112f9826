"""A company has collapsed when a stated share of its regulars has left or been caught leaving.

Its men still serve, but they no longer count as deployable: in an endogenous war they do not fight.
"""

from __future__ import annotations

from sim.codes import Floats, Ints
from sim.compiled import compiled
from sim.state import State
from sim.world import World


def note(world: World, state: State) -> None:
    """Note the day on which companies collapse."""
    _note(
        state.attempt.row,
        state.unit,
        world.unit_strength,
        world.rules.outcomes.unit_collapse_share,
        state.regulars_gone,
        state.collapsed_on,
        state.day,
    )


@compiled
def _note(
    gone: Ints, unit_of: Ints, strength: Floats, share: float, lost: Ints, collapsed_on: Ints, day: int
) -> None:
    """Note the companies of those who went, if enough of their regulars are lost."""
    for row in gone:
        unit = unit_of[row]
        if collapsed_on[unit] < 0 and lost[unit] >= share * max(strength[unit], 1.0):
            collapsed_on[unit] = day
