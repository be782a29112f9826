"""Belief in the fall of the regime: log odds, moved by public signals, forgotten in weeks.

    b(t) = b(t-1) * exp(-1 / decay_days) + heard * shocks of today's events, and of bases abandoned yesterday
           + heard * elite_effect * sum over yesterday's exits of senior officers and generals of
             weight(rank) * closeness(branch) * publicity / scale of the army (1 for a named person)
             (times sidelined_weight if he was sidelined)
           + territory_effect * change of the opposition's share of control by day
    term = effect(rank) * b

`heard` is the share that passes a blackout, 1 without one; territory is seen without any press.
Strongest on senior officers, weaker but not nil on the ranks.
"""

from __future__ import annotations

import math

from sim.codes import Entries, Floats, Ints
from sim.compiled import compiled
from sim.mechanisms import bases
from sim.parameters import ByRank, MechanismSection, Section, by_rank, parameter
from sim.state import State
from sim.tally import Tally
from sim.world import World


class Shock(Section):
    """Sizes of dated shocks."""

    small: float = parameter(0.25, 0, 5, "log odds", "Shock of a small signal.")
    medium: float = parameter(0.5, 0, 5, "log odds", "Shock of a medium signal.")
    large: float = parameter(1.0, 0, 5, "log odds", "Shock of a large signal.")


class Belief(MechanismSection):
    """Section `belief`."""

    effect: ByRank = by_rank(
        (0.157, 0.157, 0.24, 0.40, 0.40),
        -2,
        3,
        "log hazard per log odds",
        "Effect of belief on leaving.",
    )
    decay_days: float = parameter(28, 1, 365, "days", "Time scale of forgetting, 2 to 6 weeks.")
    shock: Shock = Shock()
    elite_effect: float = parameter(0.02, 0, 2, "log odds", "Shock of one exit of weight 1.")
    elite_weight: ByRank = by_rank((0, 0, 0, 1, 5), 0, 50, "1", "Weight of an exit as a public signal.")
    sidelined_weight: float = parameter(
        0.3,
        0,
        1,
        "1",
        "Weight of the exit of a sidelined officer over that of another of his rank.",
        "assumption; ledger, row 22: sign",
    )
    territory_effect: float = parameter(
        4.0,
        0,
        50,
        "log odds",
        "Shock if control by day of the whole country changed hands at once.",
    )


def update(world: World, state: State) -> None:
    """Forget, then add today's shocks, yesterday's elite exits and the change of territory."""
    rules = world.rules.belief
    if not rules.on:
        return
    belief, heard = state.belief * math.exp(-1.0 / rules.decay_days), state.heard
    if state.shocks:
        belief += heard * sum(getattr(rules.shock, strength) for strength in state.shocks)
    if state.abandoned.size:
        belief += heard * bases.shock(world, state)
    belief += heard * rules.elite_effect * _elite_weight(world, state)
    held = _people_held(world.population, state.control_day) / world.people
    state.belief = belief + rules.territory_effect * (held - state.territory_held)
    state.territory_held = held


@compiled
def _people_held(population: Floats, control_day: Floats) -> float:
    """People whom the opposition controls by day."""
    held = 0.0
    for place in range(population.size):
        held += population[place] * control_day[place]
    return held


def _elite_weight(world: World, state: State) -> float:
    """Weight of yesterday's exits as signals; in a smaller army an ordinary one stands for several."""
    return _weight(
        state.escaped,
        state.muster,
        world.elite_weight,
        world.army.units.branch,
        world.closeness,
        1.0 / world.scale,
        world.acting,
        world.publicity,
        world.rules.belief.sidelined_weight,
    )


@compiled
def _weight(
    escaped: Ints,
    men: Entries,
    weight_of_rank: Floats,
    branch: Ints,
    closeness: Floats,
    stands_for: float,
    acting: Ints,
    publicity: Floats,
    sidelined_weight: float,
) -> float:
    """Add up the weights of some exits."""
    rank, unit, is_bound, sidelined = men["rank"], men["unit"], men["is_bound"], men["sidelined"]
    total = 0.0
    for row in escaped:
        weight = weight_of_rank[rank[row]]
        if weight > 0.0:
            weight *= closeness[branch[unit[row]]]
            if sidelined[row]:
                weight *= sidelined_weight
            if not is_bound[row]:
                total += weight * stands_for
            else:
                for person in range(acting.size):
                    if acting[person] == row:
                        total += weight * publicity[person]
    return total


def say(world: World, state: State, tally: Tally) -> None:
    """Add the log hazard by rank."""
    _say(world.belief_effect, state.belief, tally.profile)


@compiled
def _say(effect: Floats, belief: float, profile: Floats) -> None:
    """Add what belief does to each rank, whatever the rest of the profile is."""
    table = profile.reshape(effect.size, profile.size // effect.size)
    for rank in range(table.shape[0]):
        for rest in range(table.shape[1]):
            table[rank, rest] += effect[rank] * belief
