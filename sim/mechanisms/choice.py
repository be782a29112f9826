"""Leaving and joining are two decisions: who escapes joins a faction, flees to a haven, or hides.

Multinomial logit with hiding as the base:

    V_join = join_base(rank) + joining_effect(rank) * log(1 + offer * P(paid) / reference) (if aware)
             + unity_effect * unity of the opposition + ties_effect * share of his ties who joined
             + control_effect * opposition's control by night of the place + morale_effect * morale
    V_flee = flee_base + access_effect * access to open havens + family_effect (family outside, or moved)

    morale = recent / (recent + 100), recent the mean exits a day over a month, per 325,000 regulars

Nobody joins before a faction exists, nobody flees before a haven is open.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.codes import Fate, Floats, Ints, Words
from sim.compiled import compiled
from sim.luck import to_unit
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
        soldiers = world.army.soldiers
        state.fate[rows] = _fates(
            rows,
            state.station[soldiers.unit[rows]] // 2,
            state.profile,
            soldiers.rank,
            state.identity,
            world.words("join, flee or hide"),
            _joined_share(state),
            _log_odds(world, state),
        )
    else:
        state.fate[rows] = Fate.HIDING
    state.fate[rows[world.is_bound[rows]]] = Fate.FLED
    exits = rows.size / world.army.regulars * _REFERENCE_REGULARS
    state.recent_exits += (exits - state.recent_exits) / _MORALE_DAYS


class _LogOdds(NamedTuple):
    """Parts of the log odds over hiding."""

    join_by_rank: Floats
    join_if_aware_by_rank: Floats
    join_by_place: Floats
    """-inf before a faction exists."""
    join_by_ties: float
    flee_by_place: Floats
    """-inf where no haven is open."""
    flee_by_family: float


def _log_odds(world: World, state: State) -> _LogOdds:
    """Take today's log odds."""
    rules = world.scenario.choice
    join = rules.unity_effect * float(world.unity[state.day]) + rules.control_effect * state.control_night
    join += rules.morale_effect * state.recent_exits / (state.recent_exits + _REFERENCE_EXITS)
    flee = rules.flee_base + rules.access_effect * state.haven_access
    return _LogOdds(
        rules.join_base.in_order(),
        world.scenario.salary_plan.joining_effect.in_order() * attraction(world, state),
        join if state.faction_exists else np.full(join.size, -np.inf),
        rules.ties_effect,
        np.where(state.haven_access > 0.0, flee, -np.inf),
        rules.family_effect,
    )


@compiled
def _fates(
    rows: Ints,
    place: Ints,
    profile: Ints,
    rank: Ints,
    identity: Ints,
    words: Words,
    joined_share: Floats,
    odds: _LogOdds,
) -> Ints:
    """Fate of each who escaped."""
    fates = np.full(rows.size, np.int8(Fate.HIDING))
    for one in range(rows.size):
        row = rows[one]
        join = odds.join_by_rank[rank[row]] + odds.join_by_place[place[one]]
        join += odds.join_by_ties * joined_share[one]
        join += odds.join_if_aware_by_rank[rank[row]] * (profile[row] % 2)
        flee = odds.flee_by_place[place[one]] + odds.flee_by_family * (profile[row] // 2 % 2)
        joins, flees = math.exp(join), math.exp(flee)
        uniform = to_unit(words[identity[row]]) * (1.0 + joins + flees)
        if uniform < joins:
            fates[one] = Fate.JOINED
        elif uniform < joins + flees:
            fates[one] = Fate.FLED
    return fates


def _joined_share(state: State) -> Floats:
    """Share of the strong ties of each who escaped that had joined before today."""
    had_joined = state.fate[state.left_behind] == Fate.JOINED
    joined = np.bincount(state.left_by, weights=had_joined, minlength=state.escaped.size)
    return joined / np.maximum(np.bincount(state.left_by, minlength=state.escaped.size), 1)
