"""Family at risk holds a man back until it is out of the regime's reach; officers more.

    term = -effect(rank) * (1 - opposition's control of the home by night), if the family is within reach

Families leave with or before officers (ledger, row 19); the group of 2 July 2012 was 85 soldiers and 293
people in all.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Floats
from sim.compiled import compiled
from sim.parameters import ByRank, MechanismSection, by_rank
from sim.state import State
from sim.terms import Term
from sim.world import World


class Family(MechanismSection):
    """Section `family`."""

    effect: ByRank = by_rank(
        (0.2, 0.3, 0.5, 0.7, 0.7),
        0,
        5,
        "log hazard",
        "Restraint by a family within reach.",
        coercive=True,
    )
    size: ByRank = by_rank(
        (0, 0, 1, 3.4, 3.4),
        0,
        20,
        "persons",
        "People who leave with him.",
        "293 / 85 on 2 July 2012",
    )


def term(world: World, state: State) -> Term:
    """Log hazard by rank, home and family, relative to a family outside."""
    return Term(profile=_held(world.scenario.family.effect.in_order(), state.control_night))


@compiled
def _held(effect: Floats, control_night: Floats) -> Floats:
    """Log hazard by rank, home and family, shape (R, 1, H, 2, 2); it is added faster with the last axis."""
    held = np.zeros((effect.size, 1, control_night.size, 2, 2))
    for rank in range(effect.size):
        for home in range(control_night.size):
            held[rank, 0, home, 0, :] = -effect[rank] * (1.0 - control_night[home])
    return held
