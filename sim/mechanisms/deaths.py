"""Deaths of deployed and garrisoned men.

The soldiers whom the war expects to kill in a place fall on the companies there in proportion to their
men, garrisons weighted less. Each soldier has a unit exponential dealt for death; he is killed when the
risk that his company has been through since he came reaches it.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Entries, Fate, Floats, Ints
from sim.compiled import compiled
from sim.parameters import MechanismSection, parameter
from sim.service import enter
from sim.state import State
from sim.world import World

_MOST_PER_DAY = 0.05
_NOBODY: Ints = np.empty(0, dtype=np.int64)


class Deaths(MechanismSection):
    """Section `deaths`."""

    garrison_weight: float = parameter(
        0.25, 0, 1, "1", "Risk of a garrisoned man over that of a deployed one of the same place."
    )


@compiled
def first_due(start: Ints, death_due: Floats) -> Floats:
    """Risk at which the first regular and the first reservist of each company is killed, shape (2, U).

    `start` is of the rows of the regulars; no reservist serves yet.
    """
    first = np.full((2, start.size - 1), np.inf)
    for unit in range(first.shape[1]):
        for row in range(start[unit], start[unit + 1]):
            first[0, unit] = min(first[0, unit], death_due[row])
    return first


def strike(world: World, state: State) -> None:
    """Kill those whose company's risk has reached their resistance."""
    rules, army = world.rules.deaths, world.army
    if not rules.on:
        state.killed = _NOBODY
        return
    state.killed = _strike(
        state.soldiers_expected,
        rules.garrison_weight,
        state.station,
        state.death_risk,
        state.next_death,
        army.regular_start,
        army.reserve_start,
        state.muster,
        state.death_due,
        army.units.battalion,
        state.serving,
        state.men,
        state.men_by_station,
        state.men_by_battalion,
    )


@compiled
def _strike(
    expected: Floats,
    garrison_weight: float,
    station: Ints,
    risk: Floats,
    next_death: Floats,
    regular_start: Ints,
    reserve_start: Ints,
    men: Entries,
    death_due: Floats,
    battalion: Ints,
    serving: Ints,
    men_by_unit: Ints,
    men_by_station: Ints,
    men_by_battalion: Ints,
) -> Ints:
    """Put every company through today's risk, and kill those who are due; their rows."""
    fate = men["fate"]
    today = _risk_by_station(expected, men_by_station, garrison_weight)
    killed = [np.int64(0) for _ in range(0)]
    for unit in range(station.size):
        risk[unit] += today[station[unit]]
        if risk[unit] >= next_death[0, unit]:
            first, end = regular_start[unit], regular_start[unit + 1]
            next_death[0, unit] = _kill(first, end, risk[unit], fate, death_due, killed)
        if risk[unit] >= next_death[1, unit]:
            first, end = reserve_start[unit], reserve_start[unit + 1]
            next_death[1, unit] = _kill(first, end, risk[unit], fate, death_due, killed)
    rows = np.array(killed, dtype=np.int64)
    enter(rows, -1, men, station, battalion, serving.ravel(), men_by_unit, men_by_station, men_by_battalion)
    return rows


@compiled
def _risk_by_station(expected: Floats, men: Ints, garrison_weight: float) -> Floats:
    """Risk of death today by place and whether deployed."""
    risk = np.zeros(men.size)
    for place in range(expected.size):
        garrison, deployed = 2 * place, 2 * place + 1
        exposed = men[garrison] * garrison_weight + men[deployed]
        rate = expected[place] / exposed if exposed > 0.0 else 0.0
        risk[garrison] = min(rate * garrison_weight, _MOST_PER_DAY)
        risk[deployed] = min(rate, _MOST_PER_DAY)
    return risk


@compiled
def _kill(first: int, end: int, risk: float, fate: Ints, death_due: Floats, killed: list[np.int64]) -> float:
    """Kill the men of some rows who are due; the least risk at which another is.

    A man's fate is far away in memory, so it is asked for only once he is due, and never again.
    """
    next_due = np.inf
    for row in range(first, end):
        if death_due[row] > risk:
            next_due = min(next_due, death_due[row])
        else:
            death_due[row] = np.inf
            if fate[row] == Fate.SERVING or fate[row] == Fate.PLANNING:
                fate[row] = Fate.KILLED
                killed.append(np.int64(row))
    return next_due
