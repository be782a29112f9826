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

from sim.codes import Entries, Fate, Flags, Floats, How, Ints
from sim.compiled import compiled
from sim.luck import Luck
from sim.parameters import MechanismSection, parameter
from sim.party import Party, joined_by
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
    rules = world.rules.planning
    if not rules.on:
        return
    party, state.planners = _plan(
        state.party.table,
        state.planners,
        state.muster,
        state.plan_ready,
        state.plan_risk,
        world.planning,
        world.plan_days,
        world.plan_resistance,
        rules.detection_per_day * math.exp(rules.learned_effect * state.learned),
        state.day,
    )
    state.party = Party(party)


def dealt(rules: Planning, luck: Luck, identity: Ints) -> tuple[Ints, Floats]:
    """Days that plans of senior officers take, and the risk at which each is found out; both (n,)."""
    days = np.ceil(rules.median_days * np.exp(rules.spread * luck.normal("length of plan", identity)))
    return days.astype(np.int64), luck.exponential("plan found out", identity)


@compiled
def _plan(
    party: Ints,
    planners: Ints,
    men: Entries,
    plan_ready: Ints,
    plan_risk: Floats,
    planning: Ints,
    plan_days: Ints,
    plan_resistance: Floats,
    risk: float,
    day: int,
) -> tuple[Ints, Ints]:
    """Today's party, shape (3, n), with planners in the place of those who only begin to plan; who plans."""
    fate, asked_as, is_bound = men["fate"], men["asked_as"], men["is_bound"]
    in_party, profile = men["in_party"], men["profile"]
    found, ready = _carry_on(planners, fate, plan_ready, plan_risk, risk, day)
    deciders, begin = party[0], 0
    for row in deciders:
        # Nobody asks those of these ranks to come along, nor bound persons.
        if asked_as[row] < 0 and not is_bound[row]:
            in_party[row], fate[row] = False, Fate.PLANNING
            dealt_at = np.searchsorted(planning, row)
            plan_ready[row] = day + plan_days[dealt_at]
            plan_risk[row] = plan_resistance[dealt_at]
            begin += 1
    party = _without(party, begin, in_party)
    for row in found:
        in_party[row] = True
    for row in ready:
        in_party[row] = True
        profile[row] |= FAMILY_OUT
    party = joined_by(joined_by(party, found, found, How.DETECTED), ready, ready, How.PLANNED)
    return party, _who_plans(planners, deciders, fate, in_party)


@compiled
def _without(party: Ints, begin: int, in_party: Flags) -> Ints:
    """Table of a party without those, so many, who only begin to plan."""
    if not begin:
        return party
    table, here = np.empty((3, party.shape[1] - begin), np.int64), 0
    for place in range(party.shape[1]):
        if in_party[party[0, place]]:
            table[0, here], table[1, here] = party[0, place], party[1, place]
            table[2, here] = party[2, place]
            here += 1
    return table


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
    return rows[:plan]
