"""On his day a leaver asks strong ties to come along.

He asks each tie of his own sect who is serving, below the ranks that plan, and for whom the first of two
numbers dealt to that tie for that day is under `asks_share`. The tie comes if

    days * hazard_j >= unit exponential from the second,

hazards being the morning's. Those who come ask in turn, until nobody new comes. They leave as one group
under the first who asked them; if two ask on one round, the one earlier in the group's order leads.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from sim.codes import Fate, Flags, How, Ints, Words
from sim.compiled import compiled
from sim.luck import mixed, next_state, to_unit
from sim.parameters import MechanismSection, parameter
from sim.party import Party
from sim.pressure import HazardOf, hazard_of, log_hazard_of
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
    asking = state.party.of(How.DECIDED, How.PLANNED)
    if not asking.row.size:
        return
    row, leader = _who_comes(
        asking.row,
        asking.leader,
        _Ties(world.army.ties.start, world.army.ties.of, state.asked_as, state.sect),
        _Luck(world.words("invitation"), state.identity, world.luck.key("invitation", state.day)),
        state.fate,
        state.in_party,
        state.asked,
        hazard_of(world, state),
        rules.asks_share,
        math.log(rules.days),
    )
    state.set_out(Party(row, leader, np.full(row.size, How.INVITED)))


class _Ties(NamedTuple):
    """Whom each soldier knows, and whom he would ask."""

    start: Ints
    of: Ints
    asked_as: Ints
    sect: Ints


class _Luck(NamedTuple):
    """Words dealt for invitations by identity, the identity of each soldier, and the key of the day."""

    words: Words
    identity: Ints
    key: np.uint64


@compiled
def _sort_by_row(coming: list[tuple[Any, Any]]) -> None:
    """Sort a few pairs of row and leader by row; those of one row stay in their order."""
    for begin in range(1, len(coming)):
        one, place = coming[begin], begin
        while place > 0 and coming[place - 1][0] > one[0]:
            coming[place] = coming[place - 1]
            place -= 1
        coming[place] = one


@compiled
def _who_comes(
    asking: Ints,
    leading: Ints,
    ties: _Ties,
    luck: _Luck,
    fate: Ints,
    in_party: Flags,
    asked: Ints,
    hazard: HazardOf,
    asks_share: float,
    log_days: float,
) -> tuple[Ints, Ints]:
    """Rows of those who come along and their leaders; counts who was asked, and marks who comes."""
    row, leader, begin = list(asking), list(leading), 0
    while begin < len(row):
        end = len(row)
        coming = [(np.int64(0), np.int64(0)) for _ in range(0)]
        for place in range(begin, end):
            for tie in ties.of[ties.start[row[place]] : ties.start[row[place] + 1]]:
                if fate[tie] != Fate.SERVING or in_party[tie] or ties.asked_as[tie] != ties.sect[row[place]]:
                    continue
                state = next_state(luck.words[luck.identity[tie]] ^ luck.key)
                if to_unit(mixed(state)) >= asks_share:
                    continue
                asked[leader[place]] += 1
                resistance = -math.log(to_unit(mixed(next_state(state))))
                if log_days + log_hazard_of(hazard, tie) >= math.log(resistance):
                    coming.append((np.int64(tie), leader[place]))
        _sort_by_row(coming)
        for tie, leads in coming:
            # Who is asked twice on one round comes with the first who asked.
            if not in_party[tie]:
                in_party[tie] = True
                row.append(tie)
                leader.append(leads)
        begin = end
    return np.array(row[asking.size :]), np.array(leader[asking.size :])
