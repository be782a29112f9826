"""On his day a leaver asks strong ties to come along.

He asks each tie of his own sect who is serving, below the ranks that plan, and for whom the first of two
numbers dealt to that tie for that day is under `asks_share`. The tie comes if

    days * hazard_j >= unit exponential from the second,

hazards being the morning's. Those who come ask in turn, until nobody new comes. They leave as one group
under the first who asked them; if two ask on one round, the one earlier in the group's order leads.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.codes import Fate, Flags, How, Ints, Words
from sim.compiled import compiled
from sim.luck import mixed, next_state, to_unit, word_of
from sim.parameters import MechanismSection, parameter
from sim.party import Party, joined_by
from sim.pressure import HazardOf, hazard_of, log_hazards
from sim.state import State
from sim.world import World


class Invitation(MechanismSection):
    """Section `invitation`."""

    days: float = parameter(40, 0, 1000, "days", "Days of ordinary hazard that an invitation is worth.")
    asks_share: float = parameter(0.3, 0, 1, "1", "Chance that he dares to ask a given tie.")


def invite(world: World, state: State) -> None:
    """Let today's leavers ask their ties, round after round."""
    rules, party, ties = world.scenario.invitation, state.party, world.army.ties
    if not rules.on or rules.days == 0.0 or rules.asks_share == 0.0 or not party.row.size:
        return
    table = _with_invited(
        party.row,
        party.leader,
        party.how,
        ties.of,
        state.fate,
        state.in_party,
        state.asked_as,
        state.sect,
        state.identity,
        world.luck.key("invitation"),
        world.luck.keys("invitation", world.scenario.days)[state.day],
        state.asked,
        hazard_of(world, state),
        rules.asks_share,
        math.log(rules.days),
    )
    state.party = Party.of_table(table)


@compiled
def _with_invited(
    row: Ints,
    leader: Ints,
    how: Ints,
    of: Ints,
    fate: Ints,
    in_party: Flags,
    asked_as: Ints,
    sect: Ints,
    identity: Ints,
    key: np.uint64,
    key_of_day: np.uint64,
    asked: Ints,
    hazard: HazardOf,
    asks_share: float,
    log_days: float,
) -> Ints:
    """Today's party and those who come along, shape (3, n); counts who was asked, and marks who comes."""
    asking, leads = _who_asks(row, leader, how)
    others, begin = len(asking), 0
    while begin < len(asking):
        by, tie = _ties_of(asking, begin, of)
        serve = _keep_who_serves(by, tie, fate)
        can = _keep_who_can_be_asked(by[:serve], tie[:serve], asking, in_party, asked_as, sect)
        begin, state = len(asking), np.empty(can, np.uint64)
        dared = _keep_who_is_asked(by[:can], tie[:can], state, identity, key, key_of_day, asks_share)
        log_hazard = log_hazards(hazard, tie[:dared])
        coming = [(np.int64(0), np.int64(0)) for _ in range(0)]
        for one in range(dared):
            asked[leads[by[one]]] += 1
            resistance = -math.log(to_unit(mixed(next_state(state[one]))))
            if log_days + log_hazard[one] >= math.log(resistance):
                coming.append((np.int64(tie[one]), leads[by[one]]))
        _sort_by_row(coming)
        for man, leads_him in coming:
            # Who is asked twice on one round comes with the first who asked.
            if not in_party[man]:
                in_party[man] = True
                asking.append(man)
                leads.append(leads_him)
    return joined_by(row, leader, how, asking[others:], leads[others:], How.INVITED)


@compiled
def _who_asks(row: Ints, leader: Ints, how: Ints) -> tuple[list[Any], list[Any]]:
    """Those of the party who ask their ties, and under whom they go."""
    asking, leads = [np.int64(0) for _ in range(0)], [np.int64(0) for _ in range(0)]
    for place in range(row.size):
        if how[place] == How.DECIDED or how[place] == How.PLANNED:
            asking.append(row[place])
            leads.append(leader[place])
    return asking, leads


@compiled
def _ties_of(asking: list[Any], begin: int, of: Ints) -> tuple[Ints, Ints]:
    """Ties of those who ask on a round, and the place of who asks."""
    size = found = 0
    # Loops without a branch, so that the ties of many are waited for together.
    for place in range(begin, len(asking)):
        man = asking[place]
        for one in range(of.shape[1]):
            size += of[man, one] >= 0
    by, tie = np.empty(size + 1, np.int32), np.empty(size + 1, np.int32)
    for place in range(begin, len(asking)):
        man = asking[place]
        for one in range(of.shape[1]):
            by[found], tie[found] = place, of[man, one]
            found += of[man, one] >= 0
    return by[:size], tie[:size]


@compiled
def _keep_who_serves(by: Ints, tie: Ints, fate: Ints) -> int:
    """Move those to the front who serve; how many they are.

    Each man is a wait for memory. Without a branch and with little else to do, many are waited for together,
    and whatever else is asked of them afterwards is at hand.
    """
    kept = 0
    for one in range(tie.size):
        man, asks = tie[one], by[one]
        tie[kept], by[kept] = man, asks
        kept += fate[man] == Fate.SERVING
    return kept


@compiled
def _keep_who_can_be_asked(
    by: Ints, tie: Ints, asking: list[Any], in_party: Flags, asked_as: Ints, sect: Ints
) -> int:
    """Move those to the front who do not go already and whom a man of this sect asks; how many they are."""
    kept = 0
    for one in range(tie.size):
        man, asks = tie[one], by[one]
        tie[kept], by[kept] = man, asks
        kept += (asked_as[man] == sect[asking[asks]]) & (not in_party[man])
    return kept


@compiled
def _keep_who_is_asked(
    by: Ints,
    tie: Ints,
    state: Words,
    identity: Ints,
    key: np.uint64,
    key_of_day: np.uint64,
    asks_share: float,
) -> int:
    """Move those to the front whom he dares to ask, with the states of their luck; how many they are."""
    kept = 0
    for one in range(tie.size):
        man, asks = tie[one], by[one]
        begun = next_state(word_of(key, identity[man]) ^ key_of_day)
        tie[kept], by[kept], state[kept] = man, asks, begun
        kept += to_unit(mixed(begun)) < asks_share
    return kept


@compiled
def _sort_by_row(coming: list[tuple[Any, Any]]) -> None:
    """Sort a few pairs of row and leader by row; those of one row stay in their order."""
    for begin in range(1, len(coming)):
        one, place = coming[begin], begin
        while place > 0 and coming[place - 1][0] > one[0]:
            coming[place] = coming[place - 1]
            place -= 1
        coming[place] = one
