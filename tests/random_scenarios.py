"""Small scenarios drawn at random: mechanisms on and off, events and rules of every kind, any shape."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sim.scenario import Scenario
from tests.armies import BUSY, ENDOGENOUS, FORMATIONS, SWITCHES, Changes, invented

START = date(2030, 1, 1)

OBSERVED = {
    "exits_per_day": (0.0, 6000.0),
    "senior_exits": (0.0, 30.0),
    "soldiers_killed_per_day": (0.0, 400.0),
    "share_gone": (0.01, 0.6),
    "deployable_share": (0.3, 1.1),
    "day_control": (0.01, 0.4),
    "night_control": (0.01, 0.5),
    "violence": (0.1, 20.0),
    "belief": (-1.0, 4.0),
}
"""Quantities that a trigger can watch, with the bounds that are drawn."""

LASTING = ("leave_cancelled", "confinement", "wage_rise", "blackout")
OTHERS = ("signal", "diplomacy", "surveillance", "purge", "deployment", "movement", "call_up")

# Many small companies: battalions that can stand apart.
DIVIDED: list[dict[str, Any]] = [
    {**FORMATIONS[0], "companies_per_battalion": 6, "company_strength": 20},
    {**FORMATIONS[1], "companies_per_battalion": 5, "company_strength": 20, "deployed": True},
    {
        **FORMATIONS[2],
        "brigades": 3,
        "battalions_per_brigade": 1,
        "companies_per_battalion": 5,
        "company_strength": 20,
    },
]
BROAD: list[dict[str, Any]] = [
    {**FORMATIONS[0], "battalions_per_brigade": 2},
    FORMATIONS[1],
    {**FORMATIONS[2], "brigades": 3, "companies_per_battalion": 4, "company_strength": 30},
]


def random_scenario(number: int) -> Scenario:
    """Return the scenario of a number, the same on every machine."""
    deal = random.Random(number)
    base = dict(BUSY)
    changes = {**_size(deal), **_mechanisms(deal), "events": []}
    changes["events"] = _events(deal, changes["days"])
    if deal.random() < 0.2:
        del base["law.reference_hazard_per_week"]
        changes["law"] = _threshold_law(deal)
    else:
        changes["law.reference_hazard_per_week"] = deal.choice([0.003, 0.01, 0.04, 0.15])
    wars: list[Changes] = [ENDOGENOUS] if deal.random() < 0.6 else []
    off = {f"{name}.on": False for name in deal.sample(SWITCHES, deal.choice([0, 0, 1, 3, 6]))}
    return invented(base, *wars, changes, off)


def _size(deal: random.Random) -> dict[str, Any]:
    return {
        "days": deal.choice([60, 100, 150]),
        "army.order_of_battle": deal.choice([FORMATIONS, DIVIDED, BROAD]),
        "army.scale": deal.choice([1, 1, 0.8, 0.5, 1.6]),
        "army.regulars": deal.choice([600, 600, 150, 900]),
        "army.ties.barracks": deal.choice([0, 2, 4, 8]),
        "army.ties.home": deal.choice([0, 2, 4, 8]),
        "army.ties.graph": deal.choice(
            [
                {"kind": "none"},
                {"kind": "none"},
                {"kind": "poisson", "mean_degree": 2},
                {"kind": "configuration", "degrees": [{"degree": 1, "weight": 0.5}, {"degree": 5}]},
            ]
        ),
        "army.frailty_variance": deal.choice([0, 0, 1]),
    }


def _mechanisms(deal: random.Random) -> dict[str, Any]:
    """Numbers of mechanisms, at values that matter within some weeks."""
    return {
        "movement": {
            "on": deal.random() < 0.6,
            "share_per_week": deal.choice([0.3, 0.7, 1.0]),
            "margin": deal.choice([1, 1.2, 2]),
            "most_share": deal.choice([0.3, 0.6, 1.0]),
            "weights": {"gamma": deal.choice([0.5, 2]), "alpha": deal.choice([1, 3])},
        },
        "planning.median_days": deal.choice([1, 4, 20]),
        "planning.detection_per_day": deal.choice([0, 0.03, 0.2]),
        "salary_plan.payroll": deal.choice(["defectors", "members"]),
        "salary_plan.announced": deal.choice([None, "2030-01-06"]),
        "salary_plan.starts": deal.choice([None, "2030-01-16"]),
        "salary_plan.usd_per_month": deal.choice([0, 200, 400]),
        "salary_plan.ramp_days": deal.choice([1, 30]),
        "salary_plan.delivered_share": deal.choice([0.3, 1]),
        "opposition": {
            "unity": deal.random(),
            "unity_by_date": [{"date": "2030-01-15", "unity": deal.random()}],
            "concentration": deal.random(),
        },
        "factions.mob": {
            "starts": deal.choice(["2029-12-01", "2030-01-05", "2030-02-01"]),
            "weight": deal.choice([0.5, 1, 1.5]),
            "upkeep_usd_per_month": deal.choice([0, 80]),
        },
        "bases": {
            "share": deal.choice([0.05, 0.1, 0.2, 0.5]),
            "days": deal.choice([1, 3, 7, 28]),
            "signal": deal.choice(["none", "small", "large"]),
        },
        "command.replacement_days": deal.choice([1, 5, 30]),
        "outcomes.unit_collapse_share": deal.choice([0.1, 0.3, 0.5]),
        "battle.garrison_weight": deal.choice([0, 0.2, 1]),
        "deaths.garrison_weight": deal.choice([0, 0.25, 1]),
        "surveillance.learning_per_year": deal.choice([0.6, 10]),
        "surveillance.cap": deal.choice([0.5, 4]),
        "surveillance.learned_at_start": deal.choice([0, 1, 6]),
        "belief.decay_days": deal.choice([1, 28]),
        "attempts.informer_share": deal.choice([0, 0.1, 0.4]),
    }


def _threshold_law(deal: random.Random) -> dict[str, Any]:
    return {
        "kind": "threshold",
        "reference": deal.choice(["army", "unit", "ties"]),
        "measure": deal.choice(["share", "number"]),
        "initiators": deal.choice([0, 5]),
        "thresholds": {
            "distribution": deal.choice(["normal", "uniform", "constant", "evenly_spaced"]),
            "mean": 0.1,
            "sd": 0.2,
            "first": -0.05,
            "last": 1.2,
            "step": 0.01,
        },
    }


def _events(deal: random.Random, days: int) -> list[dict[str, Any]]:
    """Some events of all kinds, dated or by rules, some of them too late; mostly the exit of the chief."""
    events: list[dict[str, Any]] = []
    for number in range(deal.randint(3, 12)):
        kind = deal.choice([*LASTING, *OTHERS, "purge", "movement", "deployment"])
        event = {"name": f"event-{number}", "kind": kind, **_when(deal, days), **DOSES[kind](deal)}
        if kind in LASTING:
            event |= _how_long(deal, event, days)
        if events and deal.random() < 0.2:
            event["requires"] = [deal.choice(events)["name"]]
        events.append(event)
    if deal.random() < 0.7:
        when = _when(deal, days)
        when.get("trigger", {}).pop("again_after_days", None)
        events.append(
            {"name": "chief-goes", "kind": "elite_exit", "person": "chief", "publicity": deal.uniform(0, 10)}
            | when
        )
    return events


def _when(deal: random.Random, days: int) -> dict[str, Any]:
    if deal.random() < 0.5:
        return {"date": str(START + timedelta(days=deal.randint(0, days - 5)))}
    observed = deal.choice(list(OBSERVED))
    trigger: dict[str, Any] = {
        "observed": observed,
        deal.choice(["above", "below"]): round(deal.uniform(*OBSERVED[observed]), 3),
        "for_days": deal.choice([1, 1, 2, 5]),
        "delay_days": deal.choice([0, 0, 1, 4]),
    }
    if deal.random() < 0.6:
        trigger["again_after_days"] = deal.choice([1, 3, 10])
    return {"trigger": trigger}


def _how_long(deal: random.Random, event: dict[str, Any], days: int) -> dict[str, Any]:
    if deal.random() < 0.5:
        return {"lasts_days": deal.randint(1, 20)}
    if deal.random() < 0.4:
        begin = (date.fromisoformat(event["date"]) - START).days if "date" in event else 0
        return {"until": str(START + timedelta(days=deal.randint(begin + 1, days - 1)))}
    return {}


def _purge(deal: random.Random) -> dict[str, Any]:
    ranks = [["senior", "general"], ["junior", "senior", "general"], ["junior"]]
    of_whom: list[dict[str, Any]] = [{}, {"sects": ["south"]}, {"role": "in"}, {"role": "out"}]
    return {
        "ranks": deal.choice(ranks),
        "share": deal.choice([0.3, 0.7, 1.0]),
        "capability_loss": deal.random(),
        "grievance": deal.uniform(0, 3),
        **deal.choice(of_whom),
    }


def _movement(deal: random.Random) -> dict[str, Any]:
    formations = deal.sample(["first", "second", "third"], deal.randint(1, 2))
    event: dict[str, Any] = {"formations": formations, "place": deal.choice(["alpha", "beta", "gamma"])}
    if deal.random() < 0.5:
        event["deployed"] = deal.random() < 0.6
    if deal.random() < 0.4:
        event["brigades"] = [1]
    return event


DOSES: dict[str, Callable[[random.Random], dict[str, Any]]] = {
    "leave_cancelled": lambda deal: {},
    "confinement": lambda deal: {},
    "wage_rise": lambda deal: {"share": deal.choice([0, 0.2, 1.5]), "relief": deal.choice([0, 0.05, 0.5])},
    "blackout": lambda deal: {"cut": deal.choice([0, 0.5, 1.0]), "anger": deal.choice([0, 0.01])},
    "signal": lambda deal: {"strength": deal.choice(["small", "medium", "large"])},
    "diplomacy": lambda deal: {"strength": deal.choice(["small", "medium", "large"])},
    "surveillance": lambda deal: {"rise": deal.choice([0, 0.5, 3, 10])},
    "purge": _purge,
    "deployment": lambda deal: {
        "share": deal.choice([0.2, 0.5, 1.0]),
        "by": deal.choice(["loyalty", "in_group"]),
    },
    "movement": _movement,
    "call_up": lambda deal: {"share": deal.uniform(0.1, 0.5), "over_days": deal.randint(1, 30)},
}
"""By kind of event: how much of it there is."""
