"""On his day a leaver asks strong ties to come along.

He asks each tie of his own sect who is serving, below the ranks that plan, and for whom the first of two
numbers dealt to that tie for that day is under `asks_share`. The tie comes if

    days * hazard_j >= unit exponential from the second,

hazards being the morning's. Those who come ask in turn, until nobody new comes. They leave as one group
under the first who asked them; if two ask on one round, the one earlier in the group's order leads.
"""

from __future__ import annotations

import math

import numpy as np

from sim.codes import Fate, How, Ints
from sim.luck import open_unit
from sim.parameters import MechanismSection, parameter
from sim.party import Party
from sim.pressure import log_hazard
from sim.rows import first_of_each
from sim.state import State
from sim.world import World


class Invitation(MechanismSection):
    """Section `invitation`."""

    days: float = parameter(40, 0, 1000, "days", "Days of ordinary hazard that an invitation is worth.")
    asks_share: float = parameter(0.3, 0, 1, "1", "Chance that he dares to ask a given tie.")


def invite(world: World, state: State) -> None:
    """Let today's leavers ask their ties, round after round."""
    rules = world.scenario.invitation
    if not rules.on or rules.days == 0.0 or rules.asks_share == 0.0:
        return
    asking, key = state.party.of(How.DECIDED, How.PLANNED), world.luck.keys("invitation", [(state.day,)])
    while asking.row.size:
        leader, neighbour = _could_ask(world, state, asking)
        words = world.luck.recurring("invitation", world.army.soldiers.identity[neighbour], key, number=2)
        asked = np.flatnonzero(open_unit(words[:, 0]) < rules.asks_share)
        leader, neighbour = leader[asked], neighbour[asked]
        np.add.at(state.asked, leader, 1)
        pull = math.log(rules.days) + log_hazard(world, state, neighbour)
        comes = np.flatnonzero(pull >= np.log(-np.log(open_unit(words[asked, 1]))))
        joined, first = first_of_each(neighbour[comes])
        asking = Party(joined, leader[comes[first]], np.full(joined.size, How.INVITED))
        state.set_out(asking)


def _could_ask(world: World, state: State, asking: Party) -> tuple[Ints, Ints]:
    """Ties who are free to be asked, each with the leader of the man who would ask."""
    position, neighbour = world.army.ties.neighbours(asking.row)
    free = world.asked_as[neighbour] == world.army.soldiers.sect[asking.row][position]
    free &= (state.fate[neighbour] == Fate.SERVING) & ~state.in_party[neighbour]
    free = np.flatnonzero(free)
    return asking.leader[position[free]], neighbour[free]
