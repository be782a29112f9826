"""Leaving and joining are two decisions: who escapes joins a faction, flees to a haven, or hides.

Multinomial logit with hiding as the base:

    V_join = join_base(rank) + joining_effect(rank) * log(1 + offer * P(paid) / reference) (if aware)
             + unity_effect * unity of the opposition + ties_effect * share of his ties who joined
             + control_effect * opposition's control by night of the place + morale_effect * morale
    V_flee = flee_base + access_effect * access to open havens + family_effect (family outside, or moved)

Nobody joins before a faction exists, nobody flees before a haven is open.
"""

from __future__ import annotations

import math

import numpy as np

from sim.codes import Fate, Flags, Floats, Ints
from sim.compiled import compiled
from sim.luck import to_unit, word_of
from sim.mechanisms.salary import attraction
from sim.parameters import ByRank, MechanismSection, by_rank, parameter
from sim.state import State
from sim.world import World


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
    rules, rows = world.scenario.choice, state.escaped
    if rules.on:
        _choose(
            rows,
            state.left_by,
            state.left_behind,
            state.fate,
            state.profile,
            state.rank,
            state.unit,
            state.station,
            state.identity,
            world.luck.key("join, flee or hide"),
            rules.join_base.in_order(),
            world.scenario.salary_plan.joining_effect.in_order() * attraction(world, state),
            rules.ties_effect,
            rules.family_effect,
            *_log_odds(world, state),
            state.is_bound,
            state.asked_as,
        )
    else:
        state.fate[rows] = Fate.HIDING
        _flee_if_bound(rows, state.is_bound, state.asked_as, state.fate)


def _log_odds(world: World, state: State) -> tuple[Floats, Floats]:
    """Log odds of joining and of fleeing over hiding by place, both (H,): what places and the day say."""
    rules = world.scenario.choice
    table = _by_place(
        rules.unity_effect * float(world.unity[state.day]),
        rules.control_effect,
        state.control_night,
        rules.morale_effect * state.morale,
        state.faction_exists,
        rules.flee_base,
        rules.access_effect,
        state.haven_access,
    )
    return table[0], table[1]


@compiled
def _by_place(
    unity: float,
    control_effect: float,
    control: Floats,
    morale: float,
    faction_exists: bool,
    flee_base: float,
    access_effect: float,
    access: Floats,
) -> Floats:
    """Joining and fleeing, shape (2, H); -inf before a faction exists, and where no haven is open."""
    table = np.full((2, control.size), -np.inf)
    for place in range(control.size):
        if faction_exists:
            table[0, place] = unity + control_effect * control[place] + morale
        if access[place] > 0.0:
            table[1, place] = flee_base + access_effect * access[place]
    return table


@compiled
def _choose(
    rows: Ints,
    left_by: Ints,
    left_behind: Ints,
    fate: Ints,
    profile: Ints,
    rank: Ints,
    unit: Ints,
    station: Ints,
    identity: Ints,
    key: np.uint64,
    join_by_rank: Floats,
    join_if_aware_by_rank: Floats,
    ties_effect: float,
    family_effect: float,
    join_by_place: Floats,
    flee_by_place: Floats,
    is_bound: Flags,
    asked_as: Ints,
) -> None:
    """Give each who escaped his fate."""
    joined_share = _joined_share(rows.size, left_by, left_behind, fate)
    for one in range(rows.size):
        row, place = rows[one], station[unit[rows[one]]] // 2
        join = join_by_rank[rank[row]] + join_by_place[place]
        join += ties_effect * joined_share[one]
        join += join_if_aware_by_rank[rank[row]] * (profile[row] % 2)
        flee = flee_by_place[place] + family_effect * (profile[row] // 2 % 2)
        joins, flees = math.exp(join), math.exp(flee)
        uniform = to_unit(word_of(key, identity[row])) * (1.0 + joins + flees)
        if uniform < joins:
            fate[row] = Fate.JOINED
        elif uniform < joins + flees:
            fate[row] = Fate.FLED
        else:
            fate[row] = Fate.HIDING
    _flee_if_bound(rows, is_bound, asked_as, fate)


@compiled
def _joined_share(escaped: int, left_by: Ints, left_behind: Ints, fate: Ints) -> Floats:
    """Share of the strong ties of each who escaped that had joined before today."""
    joined, ties = np.zeros(escaped), np.zeros(escaped)
    for tie in range(left_by.size):
        joined[left_by[tie]] += fate[left_behind[tie]] == Fate.JOINED
        ties[left_by[tie]] += 1
    for one in range(escaped):
        joined[one] /= max(ties[one], 1.0)
    return joined


@compiled
def _flee_if_bound(rows: Ints, is_bound: Flags, asked_as: Ints, fate: Ints) -> None:
    """Named persons flee."""
    for row in rows:
        if asked_as[row] < 0 and is_bound[row]:
            fate[row] = Fate.FLED
