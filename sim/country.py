"""The country as a run finds it: people, communities, havens, and what its war is given by day and place."""

from __future__ import annotations

from datetime import date as Date
from typing import Any

import numpy as np

from sim.clock import day_number
from sim.codes import Floats
from sim.mechanisms import deliveries, opposition, refuge, uprising, war
from sim.mechanisms.battle import Fighting
from sim.mechanisms.uprising import Arms
from sim.scenario import Scenario
from sim.theatre import Theatre

_WAR_COLUMNS = (
    "civilians_killed_per_day",
    "soldiers_killed_per_day",
    "opposition_control_day",
    "opposition_control_night",
)
_NO_WAY_KM = 500.0
"""Where no haven can be reached at all."""


def country_of(scenario: Scenario) -> dict[str, Any]:
    """Population, communities, share of victims and distances."""
    places, havens = list(scenario.places.values()), list(scenario.havens)
    population = np.array([place.population for place in places])
    share = _communities(scenario)
    victims = share * by_sect(scenario, "victim_weight")
    whole = victims.sum(axis=1, keepdims=True)
    victims = np.divide(victims, whole, out=np.zeros_like(victims), where=whole > 0)
    listed = [[place.distance_km.get(haven, np.inf) for haven in havens] for place in places]
    distance = np.array(listed).reshape(len(places), len(havens))
    reachable = np.where(np.isfinite(distance), distance, -np.inf).max(axis=1, initial=-np.inf)
    return {
        "population": population,
        "community": np.maximum(population @ share, 1.0),
        "victim_share": victims,
        "distance_km": distance,
        "haven_pull": refuge.pull(scenario.refuge, distance),
        "farthest_km": np.where(np.isfinite(reachable), reachable, _NO_WAY_KM),
    }


def war_tables(scenario: Scenario) -> dict[str, Floats]:
    """Write the war out by day and place."""
    start, days, places = scenario.start, scenario.days, list(scenario.places)
    return {column: war.daily(scenario.war.periods, column, start, days, places) for column in _WAR_COLUMNS}


def theatre_of(scenario: Scenario) -> Theatre:
    """Write the inputs of an endogenous war out by day and place."""
    start, days, plan = scenario.start, scenario.days, scenario.uprising
    people = np.array([place.population for place in scenario.places.values()])
    communities = _communities(scenario)
    role, weight = by_sect(scenario, "role"), by_sect(scenario, "grievance_weight")
    shares = scenario.militia
    militia = shares.in_group_share * (role == "in") + shares.third_group_share * (role == "third")
    unity = opposition.by_day(scenario.opposition, start, days)
    arms = _level(plan.arms, start, days) + deliveries.arming(scenario.arms_deliveries, start, days)
    return Theatre(
        mobilisation=war.daily(plan.mobilisation, "intensity", start, days, list(scenario.places)),
        arms=arms * opposition.together(scenario.opposition, unity),
        fighting=_level(scenario.battle.fighting, start, days),
        willing=uprising.willing(plan.willing_share, people, communities, weight),
        militia_pool=people * (communities @ militia),
        hold=scenario.battle.hold_per_1000 * people / 1000.0,
        people=people / people.sum(),
        per_million=1e6 / people,
        posture_weight=np.array([scenario.battle.garrison_weight, 1.0]),
    )


def _level(points: tuple[Arms, ...] | tuple[Fighting, ...], start: Date, days: int) -> Floats:
    """Write a dated level out by day, 1 before the first date; shape (T,)."""
    level = np.ones(days)
    for point in points:
        level[max(day_number(start, point.date), 0) :] = point.level
    return level


def _communities(scenario: Scenario) -> Floats:
    """Share of each sect in each place, shape (H, S)."""
    places = scenario.places.values()
    return np.array([[place.sects.get(sect, 0.0) for sect in scenario.sects] for place in places])


def by_sect(scenario: Scenario, key: str) -> Any:
    """Value of a key for each sect, shape (S,)."""
    return np.array([getattr(sect, key) for sect in scenario.sects.values()])
