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

from sim.army import neighbours
from sim.codes import Entries, Fate, Flags, Floats, How, Ints, Words
from sim.compiled import compiled
from sim.luck import mixed, next_state, to_unit, word_of
from sim.muster import how_many_serve
from sim.parameters import MechanismSection, parameter
from sim.party import Party, joined_by
from sim.pressure import Tables, hazard_in, log_hazards, tables_of
from sim.state import State
from sim.world import World

_NOTHING: Floats = np.empty(0)


class Invitation(MechanismSection):
    """Section `invitation`."""

    days: float = parameter(40, 0, 1000, "days", "Days of ordinary hazard that an invitation is worth.")
    asks_share: float = parameter(0.3, 0, 1, "1", "Chance that he dares to ask a given tie.")


def invite(world: World, state: State) -> None:
    """Let today's leavers ask their ties, round after round."""
    rules, party = world.rules.invitation, state.party
    if not rules.on or rules.days == 0.0 or rules.asks_share == 0.0 or not party.size:
        return
    table = _with_invited(
        party.table,
        world.army.ties.of,
        state.muster,
        world.luck.key("invitation"),
        world.luck.keys("invitation", world.rules.days)[state.day],
        rules.asks_share,
        math.log(rules.days),
        tables_of(world, state),
    )
    state.party = Party(table)


@compiled
def _with_invited(
    party: Ints,
    of: Ints,
    men: Entries,
    key: np.uint64,
    key_of_day: np.uint64,
    asks_share: float,
    log_days: float,
    tables: Tables,
) -> Ints:
    """Today's party and those who come along, shape (3, n); counts who was asked, and marks who comes."""
    hazard = hazard_in(men, tables)
    begin = 0
    while begin < party.shape[1]:
        asking = _who_asks(party, begin, men["sect"])
        by, tie = neighbours(of, asking[0])
        luck = np.empty(how_many_serve(tie, men["fate"]), np.uint64)
        can = _keep_who_can_be_asked(by, tie, asking[2], men)
        dared = _keep_who_is_asked(by[:can], tie[:can], luck, men["identity"], key, key_of_day, asks_share)
        _count_asked(by[:dared], asking[1], men["asked"])
        log_hazard = log_hazards(hazard, tie[:dared])
        come = _keep_who_is_willing(by[:dared], tie[:dared], luck, log_hazard, log_days)
        come = _keep_whom_the_first_asked(by[:come], tie[:come], men["in_party"])
        begin = party.shape[1]
        party = joined_by(party, tie[:come], asking[1][by[:come]], How.INVITED)
    return party


@compiled
def _who_asks(party: Ints, begin: int, sect: Ints) -> Ints:
    """Row, leader and sect of those of the party who ask their ties, from a place on; shape (3, n)."""
    table, asking = np.empty((3, party.shape[1] - begin), np.int64), 0
    for place in range(begin, party.shape[1]):
        row, how = party[0, place], party[2, place]
        table[0, asking], table[1, asking], table[2, asking] = row, party[1, place], sect[row]
        asking += (how == How.DECIDED) | (how == How.PLANNED) | (how == How.INVITED)
    return table[:, :asking]


@compiled
def _keep_who_can_be_asked(by: Ints, tie: Ints, sect: Ints, men: Entries) -> int:
    """Move those to the front who serve, do not go already, and whom a man of this sect asks; how many."""
    fate, in_party, asked_as, kept = men["fate"], men["in_party"], men["asked_as"], 0
    for one in range(tie.size):
        man, asks = tie[one], by[one]
        tie[kept], by[kept] = man, asks
        stays = (fate[man] == Fate.SERVING) & (not in_party[man])
        kept += stays & (asked_as[man] == sect[asks])
    return kept


@compiled
def _keep_who_is_asked(
    by: Ints,
    tie: Ints,
    luck: Words,
    identity: Ints,
    key: np.uint64,
    key_of_day: np.uint64,
    asks_share: float,
) -> int:
    """Move those to the front whom he dares to ask, with the states of their luck; how many they are."""
    kept = 0
    for one in range(tie.size):
        man, asks = tie[one], by[one]
        state = next_state(word_of(key, identity[man]) ^ key_of_day)
        tie[kept], by[kept], luck[kept] = man, asks, state
        kept += to_unit(mixed(state)) < asks_share
    return kept


@compiled
def _count_asked(by: Ints, leader: Ints, asked: Ints) -> None:
    """Count the ties asked under each leader."""
    for place in by:
        asked[leader[place]] += 1


@compiled
def _keep_who_is_willing(by: Ints, tie: Ints, luck: Words, log_hazard: Floats, log_days: float) -> int:
    """Move those to the front who come when asked; how many they are."""
    kept = 0
    for one in range(tie.size):
        resistance = -math.log(to_unit(mixed(next_state(luck[one]))))
        if log_days + log_hazard[one] >= math.log(resistance):
            tie[kept], by[kept] = tie[one], by[one]
            kept += 1
    return kept


@compiled
def _keep_whom_the_first_asked(by: Ints, tie: Ints, in_party: Flags) -> int:
    """Sort those who come by row, each of them once, and mark them; how many they are.

    Who is asked twice on one round comes with the first who asked.
    """
    kept = 0
    for one in range(tie.size):
        man, asks = tie[one], by[one]
        if not in_party[man]:
            in_party[man], place = True, kept
            while place > 0 and tie[place - 1] > man:
                tie[place], by[place] = tie[place - 1], by[place - 1]
                place -= 1
            tie[place], by[place] = man, asks
            kept += 1
    return kept
