"""The setting of a run: what no day changes, gathered from scenario, army and luck."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from sim.alike import Alike
from sim.army import Army
from sim.by_army import ByArmy
from sim.clock import DAYS_PER_MONTH, day_number
from sim.codes import RANKS, Flags, Floats, Ints, Rank
from sim.country import by_sect, country_of, theatre_of, war_tables
from sim.loyalty_order import LoyaltyOrder
from sim.luck import Luck
from sim.mechanisms import (
    amnesty,
    choice,
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
    reserves,
    tenure,
)
from sim.mechanisms.event_kinds import EliteExit, Triggered
from sim.mechanisms.exits import HazardLaw
from sim.plain import plain
from sim.scenario import Scenario
from sim.thresholds import thresholds_of
from sim.world import World


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
    luck = Luck(luck_seed)
    constants = _CONSTANTS.of(scenario, army, lambda: _constants(scenario, army))
    bound = constants["is_bound"]
    return World(
        army=army,
        luck=luck,
        threshold=thresholds_of(scenario, army, luck, bound),
        **_call_up(army, luck),
        **_plans(scenario, army, luck, constants["planning"]),
        **constants,
    )


_CONSTANTS = ByArmy[dict[str, Any]]()


def _constants(scenario: Scenario, army: Army) -> dict[str, Any]:
    """Gather whatever does not depend on luck, by its name in `World`."""
    strength = _strength(army, len(scenario.sects))
    bound = np.zeros(army.size, dtype=bool)
    bound[list(army.persons.values())] = True
    return {
        "scenario": scenario,
        "rules": plain(scenario),
        "scale": scenario.army.scale,
        "war": war_tables(scenario),
        "theatre": theatre_of(scenario) if scenario.war.kind == "endogenous" else None,
        **_sects(scenario),
        "belief_effect": scenario.belief.effect.in_order(),
        "family_effect": scenario.family.effect.in_order(),
        **_men(scenario, army, bound),
        **_ties(scenario, army),
        **_own(scenario, army, bound),
        **_persons(scenario, army, bound),
        **_companies(scenario, army, strength),
        **_calendar(scenario),
        **_factions(scenario),
        "knowledge_weight": scenario.knowledge.weight.in_order(),
        "elite_weight": scenario.belief.elite_weight.in_order(),
        "gone_effect": scenario.command.gone_effect.in_order(),
        **country_of(scenario),
    }


def _sects(scenario: Scenario) -> dict[str, Any]:
    """What a man's sect says of him, by sect, and the weight of his branch."""
    role = by_sect(scenario, "role")
    return {
        "closeness": np.array([branch.closeness for branch in scenario.branches.values()]),
        "grievance_weight": by_sect(scenario, "grievance_weight"),
        "fear_weight": by_sect(scenario, "fear_weight"),
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
    profile = np.ravel_multi_index(kind, shape).astype(np.int32)
    return {
        "profile": profile,
        "profile_shape": shape,
        "alike": Alike.of(army, len(scenario.sects), len(scenario.places)),
        "loyalty_order": LoyaltyOrder.of(scenario.loyalty_index, army, profile, shape),
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
        "joining": choice.joining(scenario.choice, scenario.salary_plan),
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


def _report_share(scenario: Scenario) -> Floats:
    """Share of called reservists who report, by sect."""
    shares = scenario.reserves.report_share
    by_role = {"in": shares.in_group, "third": shares.third, "out": shares.out_group}
    return np.array([by_role[sect.role] for sect in scenario.sects.values()])


def _unit_effect(scenario: Scenario, army: Army, strength: Floats) -> Floats:
    """Log hazard of each company for good, shape (U,)."""
    made_of = composition.of_companies(scenario.composition, army, len(scenario.places))
    camps = polarisation.of_companies(scenario.polarisation, strength, by_sect(scenario, "role"))
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
