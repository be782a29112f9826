"""A soldier's own log hazard: what lasts, and what changes for him alone.

    own_i = ((lasting_i + persuasion(strong ties gone)) + anger(strong ties caught)) + tenure(step of service)

It is worked out from whole numbers each time that one of them changes, so that the order of changes is
no part of it.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Entries, Floats, Ints
from sim.compiled import compiled
from sim.state import State
from sim.world import World


def pass_to(world: World, state: State, step: int, rows: Ints) -> None:
    """Let some men pass to a step of their service."""
    _pass_to(step, rows, state.muster, world.persuasion, world.anger, world.tenure_effect)


@compiled
def _pass_to(
    step: int, rows: Ints, men: Entries, persuasion: Floats, anger: Floats, tenure_effect: Floats
) -> None:
    tenure = men["tenure"]
    # To write to men far apart in memory is no wait, to read them is: those written to are soon at hand.
    for row in rows:
        tenure[row] = step
    _work_out(rows, men, persuasion, anger, tenure_effect)


@compiled
def _work_out(rows: Ints, men: Entries, persuasion: Floats, anger: Floats, tenure_effect: Floats) -> None:
    """Work the own log hazard of some men out anew; rows may repeat."""
    personal, lasting, tenure = men["personal"], men["lasting"], men["tenure"]
    ties_gone, ties_caught = men["ties_gone"], men["ties_caught"]
    for row in rows:
        by_ties = (lasting[row] + persuasion[ties_gone[row]]) + anger[ties_caught[row]]
        personal[row] = by_ties + tenure_effect[tenure[row]]


def one_tie_more(world: World, state: State, rows: Ints, effect: Floats, ties: Ints) -> None:
    """Count one more strong tie for each row, which may repeat, and let him and the watch know.

    `effect` is that of 0, 1, 2, ... such ties, and `ties` has the number of them of each man.
    """
    risen = _one_more(rows, effect, ties, state.muster, world.persuasion, world.anger, world.tenure_effect)
    state.persuaded.append((rows, risen))


@compiled
def _one_more(
    told: Ints,
    effect: Floats,
    ties: Ints,
    men: Entries,
    persuasion: Floats,
    anger: Floats,
    tenure_effect: Floats,
) -> Floats:
    """Count one more for each row; how much that raises his own log hazard by."""
    risen = np.empty(told.size)
    for place in range(told.size):
        row = told[place]
        risen[place] = effect[ties[row] + 1] - effect[ties[row]]
        ties[row] += 1
    _work_out(told, men, persuasion, anger, tenure_effect)
    return risen


def own_changes(world: World, state: State, rows: Ints) -> dict[str, Floats]:
    """What each mechanism has changed in men's own log hazards since day 0, by its name, each (n,)."""
    step, at_first = state.tenure[rows], world.tenure[rows]
    return {
        "comrades": world.persuasion[state.ties_gone[rows]],
        "punishment": world.anger[state.ties_caught[rows]],
        "tenure": world.tenure_effect[step] - world.tenure_effect[at_first],
    }
