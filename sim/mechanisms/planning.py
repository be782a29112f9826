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

from sim.codes import Fate, How, Ints
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
    if not world.scenario.planning.on:
        return
    # Nobody asks those of these ranks to come along, nor bound persons.
    begins = state.party.row[state.asked_as[state.party.row] < 0]
    begins = begins[~world.is_bound[begins]]
    if begins.size:
        state.in_party[begins] = False
        state.party = state.party.keep(state.in_party[state.party.row])
    if state.planners.size:
        _carry_on(world, state, state.planners[state.fate[state.planners] == Fate.PLANNING])
    if begins.size:
        _begin(world, state, begins)


def _carry_on(world: World, state: State, planners: Ints) -> None:
    """Find some planners out, and let the ready ones leave."""
    _risk(world, state, planners)
    found = state.plan_risk[planners] <= 0.0
    ready = ~found & (state.plan_ready[planners] <= state.day)
    state.planners = planners[~(found | ready)]
    state.set_out(Party.leaders(planners[found], How.DETECTED))
    state.set_out(Party.leaders(planners[ready], How.PLANNED))
    state.profile[planners[ready]] |= FAMILY_OUT


def _risk(world: World, state: State, planners: Ints) -> None:
    """Take today's risk of being found out from what each planner has left."""
    rules = world.scenario.planning
    risk = rules.detection_per_day * math.exp(rules.learned_effect * state.learned)
    state.plan_risk[planners] -= risk


def _begin(world: World, state: State, rows: Ints) -> None:
    """Start plans of senior officers."""
    rules, identity = world.scenario.planning, world.army.soldiers.identity[rows]
    days = rules.median_days * np.exp(rules.spread * world.luck.normal("length of plan", identity))
    state.fate[rows] = Fate.PLANNING
    state.plan_ready[rows] = state.day + np.ceil(days).astype(np.int64)
    state.plan_risk[rows] = world.luck.exponential("plan found out", identity)
    state.planners = np.concatenate((state.planners, rows))
