"""The setting of a run: what no day changes, gathered from scenario, army and luck."""

from __future__ import annotations

from collections import defaultdict
from datetime import date as Date
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from sim.army import Army
from sim.clock import DAYS_PER_MONTH, day_number
from sim.codes import RANKS, Flags, Floats, Ints, Rank
from sim.luck import Luck
from sim.mechanisms import (
    amnesty,
    composition,
    comrades,
    conscription,
    funds,
    grievance,
    opposition,
    planning,
    polarisation,
    promise,
    punishment,
    refuge,
    reserves,
    tenure,
    uprising,
    war,
)
from sim.mechanisms.battle import Fighting
from sim.mechanisms.event_kinds import EliteExit, Triggered
from sim.mechanisms.exits import HazardLaw, ThresholdLaw
from sim.mechanisms.uprising import Arms
from sim.scenario import Scenario
from sim.theatre import Theatre
from sim.world import World

_WAR_COLUMNS = (
    "civilians_killed_per_day",
    "soldiers_killed_per_day",
    "opposition_control_day",
    "opposition_control_night",
)
_NO_WAY_KM = 500.0
"""Where no haven can be reached at all."""


def world_of(scenario: Scenario, army: Army, luck_seed: int) -> World:
    """Gather the constants of a run.

    Parameters
    ----------
    scenario : Scenario
    army : Army
        Built from the same scenario, or from one that differs only in rates.
    luck_seed : int
        Decides what befalls the soldiers.

    Returns
    -------
    World
    """
    luck, constants = Luck(luck_seed), _constants_of(scenario, army)
    bound = constants["is_bound"]
    return World(
        army=army,
        luck=luck,
        threshold=_thresholds(scenario, army, luck, bound),
        **_call_up(army, luck),
        **_plans(scenario, army, luck, constants["planning"]),
        **constants,
    )


_KEPT: WeakKeyDictionary[Army, tuple[Scenario, dict[str, Any]]] = WeakKeyDictionary()
"""Constants of the scenario last asked for with each army: many seeds of luck share them.

They must not hold the army itself, or it would be kept for good.
"""


def _constants_of(scenario: Scenario, army: Army) -> dict[str, Any]:
    """Whatever does not depend on luck; found again for the same scenario and army."""
    kept = _KEPT.get(army)
    if kept is None or kept[0] is not scenario:
        kept = _KEPT[army] = scenario, _constants(scenario, army)
    return kept[1]


def _constants(scenario: Scenario, army: Army) -> dict[str, Any]:
    """Gather whatever does not depend on luck, by its name in `World`."""
    strength = _strength(army, len(scenario.sects))
    bound = np.zeros(army.size, dtype=bool)
    bound[list(army.persons.values())] = True
    return {
        "scenario": scenario,
        "scale": scenario.army.scale,
        "war": _war_tables(scenario),
        "theatre": _theatre(scenario) if scenario.war.kind == "endogenous" else None,
        **_sects(scenario),
        **_men(scenario, army, bound),
        **_ties(scenario, army),
        **_own(scenario, army, bound),
        **_persons(scenario, army, bound),
        **_companies(scenario, army, strength),
        **_calendar(scenario),
        **_factions(scenario),
        **_country(scenario),
    }


def _sects(scenario: Scenario) -> dict[str, Any]:
    """What a man's sect says of him, by sect, and the weight of his branch."""
    role = _by_sect(scenario, "role")
    return {
        "closeness": np.array([branch.closeness for branch in scenario.branches.values()]),
        "grievance_weight": _by_sect(scenario, "grievance_weight"),
        "fear_weight": _by_sect(scenario, "fear_weight"),
        "is_out_group": role == "out",
        "report_share": _report_share(scenario),
        "amnesty": amnesty.sizes(scenario.amnesty, role),
        "promise": promise.sizes(scenario.promise, role),
        "career": grievance.career(scenario.grievance, role == "out"),
    }


def _men(scenario: Scenario, army: Army, bound: Flags) -> dict[str, Any]:
    """Where each man stands in the tables by kind of soldier, and whom a tie may ask."""
    soldiers = army.soldiers
    shape = (len(RANKS), len(scenario.sects), len(scenario.places), 2, 2)
    unaware = np.zeros(army.size, dtype=np.int64)
    kind = (soldiers.rank, soldiers.sect, soldiers.home, soldiers.family_outside.astype(np.int64), unaware)
    senior = soldiers.rank >= Rank.SENIOR
    return {
        "profile": np.ravel_multi_index(kind, shape).astype(np.int32),
        "profile_shape": shape,
        "cell": _cell(army),
        "asked_as": np.where(bound | senior, -1, soldiers.sect).astype(np.int8),
        "planning": np.flatnonzero(senior & ~bound),
    }


def _ties(scenario: Scenario, army: Army) -> dict[str, Any]:
    """What strong ties who left, and who were caught, say, by their number."""
    most = army.ties.of.shape[1]
    return {
        "persuasion": comrades.tie_effect(scenario.comrades, most),
        "anger": punishment.anger(scenario.punishment, most),
    }


def _persons(scenario: Scenario, army: Army, bound: Flags) -> dict[str, Any]:
    """Those whom events name: who they are, and how public the exit of each is."""
    publicity = {event.person: event.publicity for event in scenario.events if isinstance(event, EliteExit)}
    return {
        "is_bound": bound,
        "acting": np.array([army.persons[name] for name in publicity], dtype=np.int64),
        "publicity": np.array(list(publicity.values()), dtype=np.float64),
    }


def _companies(scenario: Scenario, army: Army, strength: Floats) -> dict[str, Any]:
    """Companies and battalions as they stand on day 0."""
    return {
        "station": army.units.place * 2 + army.units.deployed,
        "own_group_weight": comrades.own_group_weight(scenario.comrades, strength),
        "unit_effect": _unit_effect(scenario, army, strength),
        "strength": strength,
        "unit_strength": strength.sum(axis=0),
        "strength_by_sect": strength.sum(axis=1),
        "battalion_strength": _by_battalion(army, strength),
        "smallest_company": _smallest_company(army, strength),
    }


def _call_up(army: Army, luck: Luck) -> dict[str, Any]:
    """Order in which the reserve is called."""
    share = luck.uniform("order of call-up", army.soldiers.identity[army.regulars :])
    rows, at = reserves.in_order_of_call(share, army.regulars)
    return {"called": rows, "called_at": at}


def _plans(scenario: Scenario, army: Army, luck: Luck, rows: Ints) -> dict[str, Any]:
    """Plans dealt to those who plan."""
    days, resistance = planning.dealt(scenario.planning, luck, army.soldiers.identity[rows])
    return {"plan_days": days, "plan_resistance": resistance}


def _calendar(scenario: Scenario) -> dict[str, Any]:
    """What is dated, by day."""
    start, events = scenario.start, defaultdict(list)
    for event in scenario.events:
        if event.date is not None:
            events[day_number(start, event.date)].append(event)
    triggered = [one for one in scenario.events if isinstance(one, Triggered) and one.trigger is not None]
    opens = [day_number(start, haven.opens) for haven in scenario.havens.values()]
    starts = [day_number(start, faction.starts) for faction in scenario.factions.values()]
    return {
        "events_on": dict(events),
        "triggered": tuple(triggered),
        "log_wage": grievance.log_wage(scenario.grievance.real_wage, start, scenario.days),
        "haven_opens": np.array(opens, dtype=np.float64),
        "faction_starts": min(starts, default=scenario.days),
    }


def _factions(scenario: Scenario) -> dict[str, Any]:
    """What is dated of the opposition, by day, and what its factions owe."""
    rules, start, days = scenario.opposition, scenario.start, scenario.days
    factions, unity = list(scenario.factions.values()), opposition.by_day(rules, start, days)
    upkeep = [faction.upkeep_usd_per_month / DAYS_PER_MONTH for faction in factions]
    return {
        "unity": unity,
        "faction_shares": opposition.shares(rules, factions, start, unity),
        "upkeep": np.array(upkeep, dtype=np.float64),
        "donations": funds.donations(factions, start, days, scenario.army.scale),
    }


def _strength(army: Army, sect_count: int) -> Floats:
    """Regulars by sect and company, shape (S, U)."""
    shape = (sect_count, army.units.place.size)
    men = np.bincount(_cell(army)[: army.regulars], minlength=shape[0] * shape[1])
    return men.reshape(shape).astype(np.float64)


def _cell(army: Army) -> Ints:
    """Sect and company of each soldier, as a place in a table (S, U); shape (N,)."""
    return army.soldiers.sect * np.int32(army.units.place.size) + army.soldiers.unit


def _by_battalion(army: Army, strength: Floats) -> Floats:
    """Regulars of each battalion."""
    return np.bincount(army.units.battalion, weights=strength.sum(axis=0)).astype(np.float64)


def _smallest_company(army: Army, strength: Floats) -> Floats:
    """Regulars of the smallest company of each battalion."""
    men = strength.sum(axis=0)
    smallest = np.full(army.units.battalion.max() + 1, np.inf)
    np.minimum.at(smallest, army.units.battalion, men)
    return smallest


def _country(scenario: Scenario) -> dict[str, Any]:
    """Population, communities, share of victims and distances."""
    places, havens = list(scenario.places.values()), list(scenario.havens)
    population = np.array([place.population for place in places])
    share = _communities(scenario)
    victims = share * _by_sect(scenario, "victim_weight")
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


def _war_tables(scenario: Scenario) -> dict[str, Floats]:
    """Write the war out by day and place."""
    start, days, places = scenario.start, scenario.days, list(scenario.places)
    return {column: war.daily(scenario.war.periods, column, start, days, places) for column in _WAR_COLUMNS}


def _theatre(scenario: Scenario) -> Theatre:
    """Write the inputs of an endogenous war out by day and place."""
    start, days, plan = scenario.start, scenario.days, scenario.uprising
    people = np.array([place.population for place in scenario.places.values()])
    communities = _communities(scenario)
    role, weight = _by_sect(scenario, "role"), _by_sect(scenario, "grievance_weight")
    shares = scenario.militia
    militia = shares.in_group_share * (role == "in") + shares.third_group_share * (role == "third")
    return Theatre(
        mobilisation=war.daily(plan.mobilisation, "intensity", start, days, list(scenario.places)),
        arms=_level(plan.arms, start, days),
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


def _by_sect(scenario: Scenario, key: str) -> Any:
    """Value of a key for each sect, shape (S,)."""
    return np.array([getattr(sect, key) for sect in scenario.sects.values()])


def _report_share(scenario: Scenario) -> Floats:
    """Share of called reservists who report, by sect."""
    shares = scenario.reserves.report_share
    by_role = {"in": shares.in_group, "third": shares.third, "out": shares.out_group}
    return np.array([by_role[sect.role] for sect in scenario.sects.values()])


def _unit_effect(scenario: Scenario, army: Army, strength: Floats) -> Floats:
    """Log hazard of each company for good, shape (U,)."""
    made_of = composition.of_companies(scenario.composition, army, len(scenario.places))
    camps = polarisation.of_companies(scenario.polarisation, strength, _by_sect(scenario, "role"))
    return army.units.effect + made_of + camps


def _own(scenario: Scenario, army: Army, bound: Flags) -> dict[str, Any]:
    """Each soldier's own log hazard, what of it lasts, and his service."""
    lasting = _lasting(scenario, army, bound)
    effects, steps = tenure.effects(scenario.tenure), tenure.steps(army)
    return {
        "lasting": lasting,
        "personal": lasting + effects[steps],
        "tenure": steps,
        "tenure_effect": effects,
        "steps_due": tenure.first_steps(army) if scenario.tenure.on else {},
    }


def _lasting(scenario: Scenario, army: Army, bound: Flags) -> Floats:
    """Log hazard of each soldier before any term and without his tenure.

    It is -inf for stayers and for bound persons.
    """
    soldiers, law = army.soldiers, scenario.law
    with np.errstate(divide="ignore"):
        reference = np.log(law.reference_hazard_per_week / 7.0) if isinstance(law, HazardLaw) else -np.inf
    lasting: Floats = reference - soldiers.loyalty + soldiers.log_frailty
    lasting += conscription.of_men(scenario.conscription, scenario.army, soldiers)
    lasting[soldiers.stayer | bound] = -np.inf
    return lasting


def _thresholds(scenario: Scenario, army: Army, luck: Luck, bound: Flags) -> Floats | None:
    """Personal thresholds under the threshold law; stayers have none that can be reached."""
    if not isinstance(scenario.law, ThresholdLaw):
        return None
    rules, identity = scenario.law.thresholds, army.soldiers.identity
    match rules.distribution:
        case "listed":
            threshold = np.array(rules.values)[identity]
        case "evenly_spaced":
            threshold = rules.first + rules.step * identity
        case "constant":
            threshold = np.full(army.size, rules.mean)
        case "normal":
            threshold = rules.mean + rules.sd * Luck(army.seed).normal("threshold", identity)
        case "uniform":
            uniform = Luck(army.seed).uniform("threshold", identity)
            threshold = rules.first + (rules.last - rules.first) * uniform
    threshold = np.where(army.soldiers.stayer, np.inf, threshold)
    if scenario.law.initiators:
        threshold[_initiators(scenario.law, scenario.army.scale, army, luck, bound)] = -np.inf
    return threshold


def _initiators(law: ThresholdLaw, scale: float, army: Army, luck: Luck, bound: Flags) -> Ints:
    """Rows of the regulars with whom a cascade begins; stayers and bound persons are none of them."""
    may_be = np.flatnonzero(~army.soldiers.stayer[: army.regulars] & ~bound[: army.regulars])
    order = np.argsort(luck.uniform("first to leave", army.soldiers.identity[may_be]), kind="stable")
    return may_be[order[: max(1, round(law.initiators * scale))]]
