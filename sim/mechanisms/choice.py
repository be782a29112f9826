"""Leaving and joining are two decisions: who escapes joins a faction, flees to a haven, or hides.

Multinomial logit with hiding as the base:

    V_join = join_base(rank) + joining_effect(rank) * log(1 + offer * P(paid) / reference) (if aware)
             + unity_effect * unity + ties_effect * share of his ties who joined
             + control_effect * opposition's control by night of the place + morale_effect * morale
    V_flee = flee_base + access_effect * access to open havens + family_effect (family outside, or moved)

    morale = recent / (recent + 100), recent the mean exits a day over a month, per 325,000 regulars

Nobody joins before a faction exists, nobody flees before a haven is open.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Fate, Floats, Ints
from sim.mechanisms.salary import attraction
from sim.parameters import ByRank, MechanismSection, by_rank, parameter
from sim.state import State
from sim.world import World

_MORALE_DAYS = 30.0
_REFERENCE_REGULARS = 325_000
_REFERENCE_EXITS = 100


class Choice(MechanismSection):
    """Section `choice`."""

    join_base: ByRank = by_rank((0.2, 0.2, 0.2, -0.8, -0.8), -10, 10, "log odds", "Joining over hiding.")
    flee_base: float = parameter(-0.8, -10, 10, "log odds", "Fleeing over hiding, no haven near.")
    unity: float = parameter(0.3, 0, 1, "1", "Unity of the opposition.")
    unity_effect: float = parameter(0.8, -5, 5, "log odds", "Effect of full unity on joining.")
    ties_effect: float = parameter(1.0, -5, 5, "log odds", "Effect on joining if all ties joined.")
    control_effect: float = parameter(0.8, -5, 5, "log odds", "Effect of nights held on joining.")
    morale_effect: float = parameter(0.4, -5, 5, "log odds", "Effect of full morale on joining.")
    access_effect: float = parameter(1.5, -5, 5, "log odds", "Effect of a haven at hand on fleeing.")
    family_effect: float = parameter(0.5, -5, 5, "log odds", "Effect on fleeing of a family that is out.")


def choose(world: World, state: State) -> None:
    """Decide for each who escaped today."""
    rows = state.escaped
    if world.scenario.choice.on:
        uniform = world.luck.uniform("join, flee or hide", world.army.soldiers.identity[rows])
        join, flee = _chances(world, state, rows)
        fate = np.where(uniform < join, Fate.JOINED, np.where(uniform < join + flee, Fate.FLED, Fate.HIDING))
    else:
        fate = np.full(rows.size, Fate.HIDING)
    fate[world.is_bound[rows]] = Fate.FLED
    state.fate[rows] = fate
    exits = rows.size / world.army.regulars * _REFERENCE_REGULARS
    state.recent_exits += (exits - state.recent_exits) / _MORALE_DAYS


def _chances(world: World, state: State, rows: Ints) -> tuple[Floats, Floats]:
    """Chances of joining and of fleeing."""
    rules, soldiers = world.scenario.choice, world.army.soldiers
    place, rank = world.army.units.place[soldiers.unit[rows]], soldiers.rank[rows]
    join = rules.join_base.in_order()[rank] + rules.unity_effect * rules.unity
    join += _pull_of_pay(world, state, rows) + rules.ties_effect * _joined_share(world, state, rows)
    join += rules.control_effect * state.control_night[place]
    join += rules.morale_effect * state.recent_exits / (state.recent_exits + _REFERENCE_EXITS)
    family_out = state.profile[rows] // 2 % 2
    flee = rules.flee_base + rules.access_effect * state.haven_access[place]
    flee = flee + rules.family_effect * family_out
    odds_join = np.exp(join) * state.faction_exists
    odds_flee = np.exp(flee) * (state.haven_access[place] > 0)
    whole = 1.0 + odds_join + odds_flee
    return odds_join / whole, odds_flee / whole


def _pull_of_pay(world: World, state: State, rows: Ints) -> Floats:
    """Log odds that the offer adds to joining, for the aware."""
    effect = world.scenario.salary_plan.joining_effect.in_order()
    pull = (effect * attraction(world, state))[world.army.soldiers.rank[rows]]
    return pull * (state.profile[rows] % 2)


def _joined_share(world: World, state: State, rows: Ints) -> Floats:
    """Share of each man's strong ties who joined before today."""
    had_joined = state.fate[state.left_behind] == Fate.JOINED
    joined = np.bincount(state.left_by, weights=had_joined, minlength=rows.size)
    return joined / np.maximum(np.bincount(state.left_by, minlength=rows.size), 1)
