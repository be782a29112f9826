"""Members who leave their faction: at a rate that rises while they are owed money and not paid.

    rate_k   = base_per_day * exp(unpaid_effect * (1 - exp(-months owed_k / patience_months))
                                  - morale_effect * morale)
    risk_k  <- risk_k + rate_k

Months owed are those of the faction's accounts (`sim.mechanisms.funds`). Each soldier has a unit
exponential dealt for it; he leaves when the risk that his faction has been through since he joined reaches
it. Who left is no member any more: he is not paid and does not fight. His fate stays: he had joined, and he
does not join again. Later in the war men left for want of pay (Al Jazeera 2015).
"""

from __future__ import annotations

import math

import numpy as np

from sim.codes import Entries, Floats, Ints
from sim.compiled import compiled
from sim.luck import to_unit, word_of
from sim.mechanisms.funds import MONTHS_OWED
from sim.parameters import MechanismSection, parameter
from sim.queues import enter, take_first
from sim.state import State
from sim.world import World


class Leavers(MechanismSection):
    """Section `leavers`."""

    base_per_day: float = parameter(
        2e-4, 0, 0.05, "1 per day", "Rate at which members leave who are owed nothing, at no morale."
    )
    unpaid_effect: float = parameter(
        2.5,
        0,
        6,
        "log hazard",
        "Effect on leaving of many months owed.",
        "ledger, section 3: men left for it",
    )
    patience_months: float = parameter(2.0, 0.1, 36, "months", "Months owed at which it reaches 63 %.")
    morale_effect: float = parameter(0.5, 0, 5, "log hazard", "Restraint on leaving by full morale.")


def leave(world: World, state: State) -> None:
    """Let members go whose faction's risk has reached their resistance; then enter those who joined today."""
    rules, waiting = world.rules.leavers, state.waiting
    if not rules.on:
        return
    waiting.make_room(state.escaped.size)
    state.left_faction = _leave_and_wait(
        rules.base_per_day * math.exp(-rules.morale_effect * state.morale),
        state.accounts,
        rules.unpaid_effect,
        rules.patience_months,
        state.leaving_risk,
        waiting.level,
        waiting.row,
        waiting.size,
        state.muster,
        state.faction,
        state.members,
        state.escaped,
        world.luck.key("leaving a faction"),
    )


@compiled
def _leave_and_wait(
    rate: float,
    accounts: Floats,
    unpaid_effect: float,
    patience: float,
    risk: Floats,
    level: Floats,
    row: Ints,
    size: Ints,
    men: Entries,
    faction: Ints,
    members: Ints,
    escaped: Ints,
    key: np.uint64,
) -> Ints:
    """Let members go, and note at which risk each who joined today will leave; rows of those who leave."""
    months_owed, rank = accounts[MONTHS_OWED], men["rank"]
    rows = _leave(rate, months_owed, unpaid_effect, patience, risk, level, row, size, faction, rank, members)
    _wait(escaped, faction, men["identity"], key, risk, level, row, size)
    return rows


@compiled
def _leave(
    rate: float,
    months_owed: Floats,
    unpaid_effect: float,
    patience: float,
    risk: Floats,
    level: Floats,
    row: Ints,
    size: Ints,
    faction: Ints,
    rank: Ints,
    members: Ints,
) -> Ints:
    """Add a day to the risk of each faction; rows of those who leave, in the order in which they are due."""
    rows = [np.int64(0) for _ in range(0)]
    for one in range(risk.size):
        risk[one] += rate * math.exp(unpaid_effect * (1.0 - math.exp(-months_owed[one] / patience)))
        while size[one] > 0 and level[one, 0] <= risk[one]:
            who = take_first(level, row, size, one)
            faction[who] = -1
            members[one, rank[who]] -= 1
            rows.append(np.int64(who))
    return np.array(rows, dtype=np.int64)


@compiled
def _wait(
    rows: Ints,
    faction: Ints,
    identity: Ints,
    key: np.uint64,
    risk: Floats,
    level: Floats,
    row: Ints,
    size: Ints,
) -> None:
    """Note at which risk each who joined today will leave."""
    for who in rows:
        one = faction[who]
        if one >= 0:
            resistance = -math.log(to_unit(word_of(key, identity[who])))
            enter(level, row, size, one, risk[one] + resistance, who)
