"""Small scenarios about an invented army, made in plain Python for the tests."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import fields, replace
from typing import Any

import numpy as np

from sim.army import Army, Posts, Ties
from sim.codes import Ints
from sim.engine import days
from sim.mechanisms.order import Mechanism
from sim.record import Record
from sim.scenario import Scenario
from sim.start import world_of
from sim.state import State
from sim.synthesis import build
from sim.world import World

START = "1950-01-01"

COMPOSITION = {
    "enlisted": {"reds": 0.6, "blues": 0.2, "greens": 0.2},
    "nco": {"reds": 0.4, "blues": 0.5, "greens": 0.1},
    "junior": {"reds": 0.4, "blues": 0.5, "greens": 0.1},
    "senior": {"reds": 0.5, "blues": 0.5},
    "general": {"reds": 0.5, "blues": 0.5},
}
PALACE = {rank: {"reds": 0.1, "blues": 0.9} for rank in COMPOSITION}

# 12 companies in 4 brigades of 3 formations; each key that can be set stands here.
INVENTED: dict[str, Any] = {
    "name": "invented",
    "start": START,
    "days": 60,
    "law": {"kind": "hazard", "reference_hazard_per_week": 0.01},
    "sects": {
        "reds": {"role": "out"},
        "blues": {"role": "in", "initial_loyalty": 2.0, "grievance_weight": 0.2},
        "greens": {"role": "third", "initial_loyalty": 1.0, "grievance_weight": 0.5},
    },
    "branches": {"palace": {"loyalty": 0.5, "closeness": 3.0}, "line": {}},
    "places": {
        "north": {
            "population": 3e5,
            "sects": {"reds": 0.8, "greens": 0.2},
            "distance_km": {"border": 40, "islands": 300},
        },
        "south": {
            "population": 5e5,
            "sects": {"reds": 0.5, "blues": 0.3, "greens": 0.2},
            "distance_km": {"border": 250},
            "loyalty_offset": -0.5,
        },
        "coast": {
            "population": 4e5,
            "sects": {"reds": 0.2, "blues": 0.8},
            "distance_km": {"border": 120, "islands": 60},
        },
    },
    "havens": {"border": {"opens": "1950-01-05"}, "islands": {"opens": "1950-02-01"}},
    "factions": {"corps": {"starts": "1950-01-15"}},
    "army": {
        "regulars": 600,
        "rank_shares": {
            "enlisted": 0.6,
            "nco": 0.2,
            "junior": 0.1,
            "senior": 0.07,
            "general": 0.03,
        },
        "compositions": {"mixed": COMPOSITION, "palace": PALACE},
        "order_of_battle": [
            {
                "name": "palace-guard",
                "branch": "palace",
                "place": "coast",
                "composition": "palace",
                "companies_per_battalion": 2,
            },
            {
                "name": "first-division",
                "branch": "line",
                "place": "north",
                "deployed": True,
                "composition": "mixed",
                "brigades": 2,
                "companies_per_battalion": 3,
            },
            {
                "name": "second-division",
                "branch": "line",
                "place": "south",
                "composition": "mixed",
                "battalions_per_brigade": 2,
                "companies_per_battalion": 2,
            },
        ],
    },
}

# Everything happens at once: each mechanism has something to do within 60 days.
BUSY: dict[str, Any] = {
    "law.reference_hazard_per_week": 0.04,
    "army.reserves": 200,
    "army.persons": [
        {
            "name": "chief",
            "formation": "first-division",
            "brigade": 2,
            "rank": "general",
            "sect": "reds",
            "home": "south",
        }
    ],
    "events": [
        {"name": "rumour", "date": "1950-01-04", "kind": "signal", "strength": "large"},
        {"name": "talks", "date": "1950-01-20", "kind": "diplomacy"},
        {"name": "chief-goes", "date": "1950-01-12", "kind": "elite_exit", "person": "chief"},
        {
            "name": "call",
            "date": "1950-01-08",
            "kind": "call_up",
            "share": 0.8,
            "over_days": 20,
            "requires": ["rumour"],
        },
        {"name": "no-leave", "date": "1950-01-10", "kind": "leave_cancelled"},
        {
            "name": "barred",
            "date": "1950-01-14",
            "kind": "confinement",
            "until": "1950-02-01",
        },
    ],
    "war.periods": [
        {
            "from": "1950-01-03",
            "civilians_killed_per_day": {"north": 2, "south": 5},
            "soldiers_killed_per_day": {"north": 0.5, "south": 0.3},
            "opposition_control_night": {"north": 0.4},
        },
        {
            "from": "1950-01-25",
            "civilians_killed_per_day": {"north": 6, "coast": 1},
            "soldiers_killed_per_day": {"north": 1.5, "south": 0.2, "coast": 0.1},
            "opposition_control_day": {"north": 0.3},
            "opposition_control_night": {"north": 0.7, "south": 0.2},
        },
    ],
    "salary_plan": {
        "usd_per_month": 200,
        "announced": "1950-01-06",
        "starts": "1950-01-16",
        "budget_usd_per_month": 2000,
        "broadcast_per_day": 0.05,
    },
    "grievance.real_wage": [{"date": "1950-01-20", "real_wage": 0.5}],
    "planning": {"median_days": 6, "detection_per_day": 0.03},
    "command": {"replacement_days": 10, "follow_own_sect": {"company": 0.4, "battalion": 0.1}},
    "attempts.informer_share": 0.1,
}

SWITCHES = (
    "grievance",
    "comrades",
    "command",
    "invitation",
    "casualties",
    "deaths",
    "belief",
    "salary_plan",
    "refuge",
    "surveillance",
    "family",
    "planning",
    "opportunity",
    "fear",
    "reserves",
    "attempts",
    "choice",
)


def invented(*changes: Mapping[str, Any]) -> Scenario:
    """Return the invented army's scenario with changes by dotted path; later ones win."""
    tree = deepcopy(INVENTED)
    for change in changes:
        for path, value in change.items():
            *way, last = path.split(".")
            table = tree
            for key in way:
                table = table.setdefault(key, {})
            table[last] = deepcopy(value)
    return Scenario.model_validate(tree)


def off(*names: str) -> dict[str, Any]:
    """Switch mechanisms off."""
    return {f"{name}.on": False for name in names}


def all_off_but(*names: str) -> dict[str, Any]:
    """Switch all mechanisms off except the named ones."""
    return off(*(name for name in SWITCHES if name not in names))


# Every soldier alike: the reference hazard and nothing else.
ALIKE: dict[str, Any] = {
    **all_off_but(),
    "army.loyalty_sd": 0.0,
    "army.unit_effect_sd": 0.0,
    "army.stayers_share": 0.0,
    "army.rank_loyalty": {},
    "army.rank_shares": {"enlisted": 1.0},
    "branches": {"palace": {}, "line": {}},
    "sects.blues.initial_loyalty": 0.0,
    "sects.greens.initial_loyalty": 0.0,
    "places.south.loyalty_offset": 0.0,
}


def world(scenario: Scenario, army_seed: int = 1, luck_seed: int = 1) -> World:
    """Build the army and gather the world."""
    return world_of(scenario, build(scenario, army_seed), luck_seed)


def run_world(
    one: World, mechanisms: Sequence[Mechanism] = (), evaluation: str = "sparse"
) -> tuple[State, Record]:
    """Run a world to its end; the last state and the record."""
    record, state = Record(), None
    for state in days(one, mechanisms, evaluation):
        record.take(one, state)
    assert state is not None
    return state, record


def run(scenario: Scenario, army_seed: int = 1, luck_seed: int = 1) -> tuple[State, Record]:
    """Build and run a scenario."""
    return run_world(world(scenario, army_seed, luck_seed))


def lines(record: Record, army: Army) -> set[tuple[Any, ...]]:
    """Everything that befell a soldier, by permanent identity: (what, identity, day, ...)."""
    identity = army.soldiers.identity
    found: set[tuple[Any, ...]] = set()
    departures = record.departures.joined()
    columns = (departures[name] for name in ("row", "leader", "day", "how", "fate", "aware"))
    for row, leader, *rest in zip(*columns, strict=True):
        found.add(("left", int(identity[row]), int(identity[leader]), *map(int, rest)))
    for what in ("deaths", "arrivals", "evaders"):
        log = getattr(record, what).joined()
        for row, day in zip(log["row"], log["day"], strict=True):
            found.add((what, int(identity[row]), int(day)))
    return found


def identities(found: set[tuple[Any, ...]]) -> set[int]:
    """Whom the lines are about."""
    return {line[1] for line in found}


def tied(army: Army, row: int) -> Ints:
    """Rows of a soldier's strong ties."""
    return army.ties.of[army.ties.start[row] : army.ties.start[row + 1]]


def with_soldiers(army: Army, **columns: Ints) -> Army:
    """Return the same army with some columns of the roster replaced."""
    return replace(army, soldiers=replace(army.soldiers, **columns))


def with_one_more(army: Army, unit: int, like: int) -> tuple[Army, int]:
    """Add a regular at the end of a company, with an identity of his own and no ties.

    Parameters
    ----------
    army : Army
    unit : int
        His company.
    like : int
        Row of the soldier whose rank, sect, home and traits he has.

    Returns
    -------
    army : Army
    row : int
        His row; those behind him have moved by one.
    """
    row = int(army.regular_start[unit + 1])
    columns = {
        item.name: np.insert(column, row, column[like])
        for item in fields(army.soldiers)
        for column in (getattr(army.soldiers, item.name),)
    }
    columns["unit"][row], columns["identity"][row] = unit, army.size
    posts, ties = army.posts, army.ties

    def moved(rows: Ints) -> Ints:
        return rows + (rows >= row)

    return replace(
        army,
        soldiers=type(army.soldiers)(**columns),
        posts=Posts(posts.level, posts.first, posts.last, moved(posts.commander)),
        ties=Ties(np.insert(ties.start, row, ties.start[row]), moved(ties.of)),
        regulars=army.regulars + 1,
        regular_start=army.regular_start + (np.arange(army.regular_start.size) > unit),
        reserve_start=army.reserve_start + 1,
        persons={name: int(moved(np.array(one))) for name, one in army.persons.items()},
    ), row


def each_day(one: World, mechanisms: Sequence[Mechanism] = ()) -> Iterator[State]:
    """Go through the days; the state is one changing object."""
    yield from days(one, mechanisms)
