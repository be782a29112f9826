"""A soldier's own log hazard: what lasts, and what changes for him alone.

    own_i = ((lasting_i + persuasion(strong ties gone)) + anger(strong ties caught)) + tenure(step of service)

It is worked out from whole numbers each time that one of them changes, so that the order of changes is
no part of it.
"""

from __future__ import annotations

from sim.codes import Floats, Ints
from sim.compiled import compiled
from sim.state import State
from sim.world import World


@compiled
def own_log_hazard(
    row: int,
    lasting: Floats,
    persuasion: Floats,
    ties_gone: Ints,
    anger: Floats,
    ties_caught: Ints,
    tenure_effect: Floats,
    tenure: Ints,
) -> float:
    """Own log hazard of one soldier."""
    by_ties = (lasting[row] + persuasion[ties_gone[row]]) + anger[ties_caught[row]]
    own: float = by_ties + tenure_effect[tenure[row]]
    return own


def own_changes(world: World, state: State, rows: Ints) -> dict[str, Floats]:
    """What each mechanism has changed in men's own log hazards since day 0, by its name, each (n,)."""
    step, at_first = state.tenure[rows], world.tenure[rows]
    return {
        "comrades": world.persuasion[state.ties_gone[rows]],
        "punishment": world.anger[state.ties_caught[rows]],
        "tenure": world.tenure_effect[step] - world.tenure_effect[at_first],
    }
