"""Senior officers and generals plan before they go: the channel out, the family first.

On the day on which a senior officer's pressure reaches his resistance he begins to plan, visibly only
to the model. The plan takes `median_days * exp(spread * z)` days, z dealt to him. Each day it may be
detected: moving a family is itself a tell. He is found out when the risk so far reaches the unit
exponential dealt to him,

    risk a day = detection_per_day * exp(learned_effect * learned surveillance)

and is caught, alone. When the plan is ready he attempts to leave that day, with his family.
"""

from __future__ import annotations

import math

import numpy as np

from sim.codes import Fate, Flags, Floats, How, Ints
from sim.compiled import compiled
from sim.luck import Luck
from sim.parameters import MechanismSection, parameter
from sim.party import Party
from sim.state import State
from sim.world import World

FAMILY_OUT = 2
"""Bit of a profile: the family is out of the regime's reach."""


class Planning(MechanismSection):
    """Section `planning`."""

    median_days: float = parameter(35, 1, 365, "days", "Median length of a plan; weeks, by reports.")
    spread: float = parameter(0.6, 0, 2, "1", "Standard deviation of the log length.")
    detection_per_day: float = parameter(
        0.004, 0, 0.5, "1 per day", "Risk a day of being found out.", coercive=True
    )
    learned_effect: float = parameter(
        0.3, 0, 3, "log hazard", "Effect of learned surveillance on being found out.", coercive=True
    )


def plan(world: World, state: State) -> None:
    """Let today's senior deciders begin, find some planners out, and let the ready ones leave."""
    rules, party = world.scenario.planning, state.party
    if not rules.on:
        return
    table, state.planners = _plan(
        party.row,
        party.leader,
        party.how,
        state.planners,
        state.fate,
        state.asked_as,
        state.is_bound,
        state.in_party,
        state.profile,
        state.plan_ready,
        state.plan_risk,
        world.planning,
        world.plan_days,
        world.plan_resistance,
        rules.detection_per_day * math.exp(rules.learned_effect * state.learned),
        state.day,
    )
    state.party = Party.of_table(table)


def dealt(rules: Planning, luck: Luck, identity: Ints) -> tuple[Ints, Floats]:
    """Days that plans of senior officers take, and the risk at which each is found out; both (n,)."""
    days = np.ceil(rules.median_days * np.exp(rules.spread * luck.normal("length of plan", identity)))
    return days.astype(np.int64), luck.exponential("plan found out", identity)


@compiled
def _plan(
    row: Ints,
    leader: Ints,
    how: Ints,
    planners: Ints,
    fate: Ints,
    asked_as: Ints,
    is_bound: Flags,
    in_party: Flags,
    profile: Ints,
    plan_ready: Ints,
    plan_risk: Floats,
    planning: Ints,
    plan_days: Ints,
    plan_resistance: Floats,
    risk: float,
    day: int,
) -> tuple[Ints, Ints]:
    """Today's party, shape (3, n), with planners in the place of those who only begin to plan; who plans."""
    found, ready = _carry_on(planners, fate, plan_ready, plan_risk, risk, day)
    begin = 0
    for one in row:
        # Nobody asks those of these ranks to come along, nor bound persons.
        if asked_as[one] < 0 and not is_bound[one]:
            in_party[one], fate[one] = False, Fate.PLANNING
            dealt_at = np.searchsorted(planning, one)
            plan_ready[one] = day + plan_days[dealt_at]
            plan_risk[one] = plan_resistance[dealt_at]
            begin += 1
    table, here = np.empty((3, row.size - begin + found.size + ready.size), np.int64), 0
    for place in range(row.size):
        if in_party[row[place]]:
            table[0, here], table[1, here], table[2, here] = row[place], leader[place], how[place]
            here += 1
    for one in found:
        in_party[one] = True
        table[0, here], table[1, here], table[2, here] = one, one, How.DETECTED
        here += 1
    for one in ready:
        in_party[one] = True
        profile[one] |= FAMILY_OUT
        table[0, here], table[1, here], table[2, here] = one, one, How.PLANNED
        here += 1
    return table, _who_plans(planners, row, fate, in_party)


@compiled
def _carry_on(
    planners: Ints, fate: Ints, plan_ready: Ints, plan_risk: Floats, risk: float, day: int
) -> tuple[Ints, Ints]:
    """Take today's risk from what each planner has left: who is found out, and who of the others is ready."""
    found, finds = np.empty(planners.size, np.int64), 0
    ready, readies = np.empty(planners.size, np.int64), 0
    for row in planners:
        if fate[row] == Fate.PLANNING:
            plan_risk[row] -= risk
            if plan_risk[row] <= 0.0:
                found[finds] = row
                finds += 1
            elif plan_ready[row] <= day:
                ready[readies] = row
                readies += 1
    return found[:finds], ready[:readies]


@compiled
def _who_plans(planners: Ints, deciders: Ints, fate: Ints, in_party: Flags) -> Ints:
    """Planners of before who still plan, then those of today's deciders who began."""
    rows, plan = np.empty(planners.size + deciders.size, np.int64), 0
    for some in (planners, deciders):
        for row in some:
            if fate[row] == Fate.PLANNING and not in_party[row]:
                rows[plan] = row
                plan += 1
    return rows[:plan].copy()
