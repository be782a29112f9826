"""Funds: each faction's own money, by donors, for the upkeep of its members; and what members are owed.

Each evening, by faction k, M days in a month:

    owed_k    = members_k * upkeep_k / M
    paid_k    = min(owed_k, donations_k * scale / M)
    unpaid_k  = 1 - (paid_k + plan's paid_k) / (owed_k + plan's owed_k),   0 if nothing is owed
    months_k <- months_k * exp(-1 / forgiven_days) + unpaid_k / M

The plan is `salary_plan`, which pays all its members the same part of what it owes them. Months owed are
those of a member's whole due, forgotten slowly; who joins later counts as owed like his comrades. What
donors give beyond the upkeep goes to what is not followed here, and is not there tomorrow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date as Date

import numpy as np

from sim.clock import DAYS_PER_MONTH, day_number
from sim.codes import Floats, Ints
from sim.compiled import compiled
from sim.mechanisms.salary import wage_due
from sim.parameters import MechanismSection, parameter
from sim.state import State
from sim.tables import Faction
from sim.world import World

OWED, PAID, MONTHS_OWED = range(3)
"""Rows of the factions' accounts: US dollars of its own owed and paid today, and months."""


class Funds(MechanismSection):
    """Section `funds`."""

    forgiven_days: float = parameter(
        90, 1, 3650, "days", "Time scale on which members forget that they were not paid."
    )


def donations(factions: Sequence[Faction], start: Date, days: int, scale: float) -> Floats:
    """Write what donors give each faction out by day, US dollars a day, shape (T, F)."""
    by_day = np.zeros((days, len(factions)))
    for number, faction in enumerate(factions):
        for row in faction.donations:
            by_day[max(day_number(start, row.date), 0) :, number] = row.usd_per_month * scale / DAYS_PER_MONTH
    return by_day


def pay(world: World, state: State) -> None:
    """Pay each faction's members from its own money, and keep account of what they are owed."""
    rules = world.rules.funds
    _pay(
        state.members,
        world.upkeep if rules.on else np.zeros(world.upkeep.size),
        world.donations[state.day],
        wage_due(world, state.day),
        state.paid_usd / state.owed_usd if state.owed_usd > 0.0 else 1.0,
        math.exp(-1.0 / rules.forgiven_days),
        1.0 / DAYS_PER_MONTH,
        state.accounts,
    )


@compiled
def _pay(
    members: Ints,
    upkeep: Floats,
    donations: Floats,
    wage: Floats,
    plan_keeps: float,
    remembered: float,
    months_in_day: float,
    accounts: Floats,
) -> None:
    """Book a day of each faction; `plan_keeps` is the part that the plan pays of what it owes."""
    for one in range(upkeep.size):
        count, due = 0, 0.0
        for rank in range(wage.size):
            count += members[one, rank]
            due += members[one, rank] * wage[rank]
        owed = count * upkeep[one]
        paid = min(owed, donations[one])
        accounts[OWED, one], accounts[PAID, one] = owed, paid
        unpaid = 0.0
        if owed + due > 0.0:
            unpaid = 1.0 - (paid + due * plan_keeps) / (owed + due)
        accounts[MONTHS_OWED, one] = accounts[MONTHS_OWED, one] * remembered + unpaid * months_in_day
