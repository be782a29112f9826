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

from sim.codes import Entries, Fate, Floats, Ints
from sim.compiled import compiled
from sim.luck import to_unit, word_of
from sim.mechanisms.salary import SalaryPlan, attraction
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


def joining(rules: Choice, plan: SalaryPlan) -> Floats:
    """Log odds of joining by rank, and the effect of the offer on them; shape (2, 5)."""
    return np.stack((rules.join_base.in_order(), plan.joining_effect.in_order()))


def choose(world: World, state: State) -> None:
    """Decide for each who escaped today."""
    rules = world.rules.choice
    if not state.escaped.size:
        return
    if rules.on:
        _choose(
            state.escaped,
            state.muster,
            state.station,
            world.army.ties.of,
            world.joining,
            attraction(world, state),
            rules.ties_effect,
            rules.family_effect,
            world.luck.key("join, flee or hide"),
            *_of_the_day(world, state),
        )
    else:
        state.fate[state.escaped] = Fate.HIDING
        _flee_if_bound(state.escaped, state.muster)


def _of_the_day(world: World, state: State) -> tuple[float, float, Floats, float, bool, float, float, Floats]:
    """What places and the day say: the arguments of `_by_place`."""
    rules = world.rules.choice
    return (
        rules.unity_effect * float(world.unity[state.day]),
        rules.control_effect,
        state.control_night,
        rules.morale_effect * state.morale,
        state.faction_exists,
        rules.flee_base,
        rules.access_effect,
        state.haven_access,
    )


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
    """Log odds of joining and of fleeing over hiding by place: what places and the day say; (2, H).

    They are -inf before a faction exists, and where no haven is open.
    """
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
    men: Entries,
    station: Ints,
    of: Ints,
    of_rank: Floats,
    offer: Floats,
    ties_effect: float,
    family_effect: float,
    key: np.uint64,
    unity: float,
    control_effect: float,
    control: Floats,
    morale: float,
    faction_exists: bool,
    flee_base: float,
    access_effect: float,
    access: Floats,
) -> None:
    """Give each who escaped his fate."""
    of_place = _by_place(
        unity, control_effect, control, morale, faction_exists, flee_base, access_effect, access
    )
    fate, profile, rank = men["fate"], men["profile"], men["rank"]
    unit, identity = men["unit"], men["identity"]
    joined_share, flees = _joined_share(rows, of, fate), _odds_of_fleeing(of_place[1], family_effect)
    for one in range(rows.size):
        row, place = rows[one], station[unit[rows[one]]] // 2
        join = of_rank[0, rank[row]] + of_place[0, place]
        join += ties_effect * joined_share[one]
        join += of_rank[1, rank[row]] * offer[rank[row]] * (profile[row] % 2)
        joins, flee = math.exp(join), flees[profile[row] // 2 % 2, place]
        uniform = to_unit(word_of(key, identity[row])) * (1.0 + joins + flee)
        if uniform < joins:
            fate[row] = Fate.JOINED
        elif uniform < joins + flee:
            fate[row] = Fate.FLED
        else:
            fate[row] = Fate.HIDING
    _flee_if_bound(rows, men)


@compiled
def _odds_of_fleeing(log_odds: Floats, family_effect: float) -> Floats:
    """Odds of fleeing over hiding, by whether his family is out and by place; shape (2, H)."""
    odds = np.empty((2, log_odds.size))
    for family_out in range(2):
        for place in range(log_odds.size):
            odds[family_out, place] = math.exp(log_odds[place] + family_effect * family_out)
    return odds


@compiled
def _joined_share(rows: Ints, of: Ints, fate: Ints) -> Floats:
    """Share of the strong ties of each who escaped that had joined before today."""
    share = np.empty(rows.size)
    for one in range(rows.size):
        row, joined, ties = rows[one], 0, 0
        for which in range(of.shape[1]):
            tie = of[row, which]
            joined += (tie >= 0) & (fate[tie] == Fate.JOINED)
            ties += tie >= 0
        share[one] = joined / max(ties, 1)
    return share


@compiled
def _flee_if_bound(rows: Ints, men: Entries) -> None:
    """Named persons flee."""
    fate, asked_as, is_bound = men["fate"], men["asked_as"], men["is_bound"]
    for row in rows:
        if asked_as[row] < 0 and is_bound[row]:
            fate[row] = Fate.FLED
