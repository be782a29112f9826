"""Family at risk holds a man back until it is out of the regime's reach; officers more.

    term = -effect(rank) * (1 - opposition's control of the home by night), if the family is within reach

Families leave with or before officers (ledger, row 19); the group of 2 July 2012 was 85 soldiers and 293
people in all.
"""

from __future__ import annotations

from sim.codes import Floats
from sim.compiled import compiled
from sim.parameters import ByRank, MechanismSection, by_rank
from sim.state import State
from sim.tally import Tally
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


def say(world: World, state: State, tally: Tally) -> None:
    """Add the log hazard by rank and home of those whose family is within reach."""
    _say(world.family_effect, state.control_night, tally.profile)


@compiled
def _say(effect: Floats, control_night: Floats, profile: Floats) -> None:
    """Add the restraint of each rank and home to the profiles of families within reach."""
    for rank in range(effect.size):
        for sect in range(profile.shape[1]):
            for home in range(control_night.size):
                for aware in range(2):
                    profile[rank, sect, home, 0, aware] += -effect[rank] * (1.0 - control_night[home])
