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
    today = _risk_by_station(expected, men_by_station, garrison_weight)
    for unit in range(station.size):
        risk[unit] += today[station[unit]]
    due = [np.int64(0) for _ in range(0)]
    for unit in _where_any_is_due(risk, next_death):
        for kind, start in enumerate((regular_start, reserve_start)):
            if risk[unit] >= next_death[kind, unit]:
                next_death[kind, unit] = _take_due(start[unit], start[unit + 1], risk[unit], death_due, due)
    rows = _kill(np.array(due, dtype=np.int64), men["fate"])
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
def _where_any_is_due(risk: Floats, next_death: Floats) -> Ints:
    """Companies of which a man is due, regular or reservist."""
    units, found = np.empty(risk.size, np.int64), 0
    for unit in range(risk.size):
        units[found] = unit
        found += risk[unit] >= min(next_death[0, unit], next_death[1, unit])
    return units[:found]


@compiled
def _take_due(first: int, end: int, risk: float, death_due: Floats, due: list[np.int64]) -> float:
    """Take those of some rows who are due, for good; the least risk at which another is."""
    next_due = np.inf
    for row in range(first, end):
        if death_due[row] > risk:
            next_due = min(next_due, death_due[row])
        else:
            death_due[row] = np.inf
            due.append(np.int64(row))
    return next_due


@compiled
def _kill(due: Ints, fate: Ints) -> Ints:
    """Kill those of the due who are still in the army; their rows."""
    killed = found = 0
    # A man's fate is far away in memory. As nothing else is done here, all of them are waited for together.
    for one in range(due.size):
        killed += (fate[due[one]] == Fate.SERVING) | (fate[due[one]] == Fate.PLANNING)
    rows = np.empty(killed, np.int64)
    for row in due:
        if fate[row] == Fate.SERVING or fate[row] == Fate.PLANNING:
            fate[row], rows[found] = Fate.KILLED, row
            found += 1
    return rows
