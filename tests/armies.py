"""Small scenarios about an invented army, in plain Python, and ways to run and compare them."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import fields, replace
from hashlib import sha256
from typing import Any

import numpy as np

from sim.army import Army, Posts, Ties
from sim.codes import Ints
from sim.engine import days
from sim.mechanisms.order import Mechanism
from sim.record import Record
from sim.scenario import Scenario
from sim.setting import world_of
from sim.state import State
from sim.synthesis import build
from sim.world import World
from tests.small import small_tree

Changes = Mapping[str, Any]
"""Dotted path to value."""

MIXED = {
    "enlisted": {"north": 0.2, "south": 0.6, "hill": 0.2},
    "nco": {"north": 0.4, "south": 0.4, "hill": 0.2},
    "junior": {"north": 0.4, "south": 0.4, "hill": 0.2},
    "senior": {"north": 0.5, "south": 0.5},
    "general": {"north": 0.5, "south": 0.5},
}

FORMATIONS = [
    {
        "name": "first",
        "branch": "line",
        "place": "beta",
        "composition": "mixed",
        "deployed": True,
        "brigades": 2,
        "companies_per_battalion": 3,
    },
    {
        "name": "second",
        "branch": "guard",
        "place": "alpha",
        "composition": "loyal",
        "companies_per_battalion": 2,
    },
    {
        "name": "third",
        "branch": "line",
        "place": "gamma",
        "composition": "mixed",
        "battalions_per_brigade": 2,
        "companies_per_battalion": 2,
    },
]

# The small army with a third group, a second haven and 12 companies in 4 brigades; nothing happens.
QUIET: dict[str, Any] = {
    "days": 60,
    "claims": [],
    "events": [],
    "war": {},
    "sects.hill": {"role": "third", "initial_loyalty": 1.0, "grievance_weight": 0.5},
    "sects.north.grievance_weight": 0.2,
    "places.alpha.sects": {"north": 0.6, "south": 0.3, "hill": 0.1},
    "places.alpha.distance_km": {"abroad": 250},
    "places.beta.sects": {"north": 0.1, "south": 0.7, "hill": 0.2},
    "places.beta.distance_km": {"abroad": 40, "isles": 300},
    "places.gamma.loyalty_offset": -0.5,
    "places.gamma.distance_km": {"abroad": 150, "isles": 60},
    "havens.isles": {"opens": "2030-02-01"},
    "army.reserves": 0,
    "army.persons": [],
    "army.rank_shares": {
        "enlisted": 0.6,
        "nco": 0.2,
        "junior": 0.1,
        "senior": 0.07,
        "general": 0.03,
    },
    "army.compositions.mixed": MIXED,
    "army.order_of_battle": FORMATIONS,
}

# Everything happens at once: each mechanism has something to do within 60 days.
BUSY: Changes = {
    "law.reference_hazard_per_week": 0.04,
    "army.reserves": 200,
    "army.persons": [{"name": "chief", "formation": "first", "brigade": 2, "sect": "south", "home": "gamma"}],
    "events": [
        {"name": "rumour", "date": "2030-01-04", "kind": "signal", "strength": "large"},
        {"name": "talks", "date": "2030-01-20", "kind": "diplomacy"},
        {"name": "chief-goes", "date": "2030-01-12", "kind": "elite_exit", "person": "chief"},
        {
            "name": "call",
            "date": "2030-01-08",
            "kind": "call_up",
            "share": 0.8,
            "over_days": 20,
            "requires": ["rumour"],
        },
        {"name": "no-leave", "date": "2030-01-10", "kind": "leave_cancelled"},
        {"name": "barred", "date": "2030-01-14", "kind": "confinement", "until": "2030-02-01"},
    ],
    "war.periods": [
        {
            "from": "2030-01-03",
            "civilians_killed_per_day": {"beta": 2, "gamma": 5},
            "soldiers_killed_per_day": {"beta": 0.5, "gamma": 0.3},
            "opposition_control_night": {"beta": 0.4},
        },
        {
            "from": "2030-01-25",
            "civilians_killed_per_day": {"beta": 6, "alpha": 1},
            "soldiers_killed_per_day": {"beta": 1.5, "gamma": 0.2, "alpha": 0.1},
            "opposition_control_day": {"beta": 0.3},
            "opposition_control_night": {"beta": 0.7, "gamma": 0.2},
        },
    ],
    "salary_plan": {
        "usd_per_month": 200,
        "announced": "2030-01-06",
        "starts": "2030-01-16",
        "budget_usd_per_month": 2000,
        "broadcast_per_day": 0.05,
    },
    "factions.rebels.upkeep_usd_per_month": 50,
    "factions.rebels.donations": [{"date": "2030-01-20", "usd_per_month": 500}],
    "leavers": {"base_per_day": 0.02, "patience_months": 0.2},
    "amnesty.announced": "2030-01-09",
    "promise": {
        "announced": "2030-01-11",
        "spread_days": 5,
        "effect": {"nco": 1, "junior": 1, "senior": 2, "general": 2},
    },
    "grievance.real_wage": [{"date": "2030-01-20", "real_wage": 0.5}],
    "planning": {"median_days": 6, "detection_per_day": 0.03},
    "command": {"replacement_days": 10, "follow_own_sect": {"company": 0.4, "battalion": 0.1}},
    "attempts.informer_share": 0.1,
    "bases": {"share": 0.2, "days": 7, "signal": "large"},
    "punishment": {"deter": 1.0, "home": 1.0, "ties": 1.0},
}

# The war is made by the strengths of both sides, not by a table; to be laid over BUSY.
ENDOGENOUS: Changes = {
    "war": {"kind": "endogenous"},
    "uprising": {
        "mobilisation": [
            {"from": "2030-01-03", "intensity": {"beta": 1.0, "gamma": 0.6}},
            {"from": "2030-01-20", "intensity": {"alpha": 0.2, "beta": 0.8, "gamma": 1.0}},
        ],
        "arms": [{"date": "2030-01-15", "level": 1.5}],
        "unorganised": 0.5,
    },
    "arms_deliveries": {"level": 1.0, "starts": "2030-01-12", "ramp_days": 10},
    "battle": {
        "repression": 60.0,
        "soldiers_lost_per_day": 0.01,
        "fighting": [{"date": "2030-01-25", "level": 1.2}],
    },
}

SWITCHES = (
    "conscription",
    "tenure",
    "composition",
    "polarisation",
    "grievance",
    "comrades",
    "command",
    "invitation",
    "casualties",
    "deaths",
    "militia",
    "funds",
    "leavers",
    "knowledge",
    "morale",
    "movement",
    "belief",
    "salary_plan",
    "refuge",
    "amnesty",
    "promise",
    "surveillance",
    "punishment",
    "family",
    "planning",
    "opportunity",
    "fear",
    "reserves",
    "attempts",
    "bases",
    "choice",
)


def off(*names: str) -> Changes:
    """Switch mechanisms off."""
    return {f"{name}.on": False for name in names}


def all_off_but(*names: str) -> Changes:
    """Switch all mechanisms off except the named ones."""
    return off(*(name for name in SWITCHES if name not in names))


# Every soldier is the reference soldier: no spread, no loyalty but that of day 0's conscript.
ALIKE: Changes = {
    **all_off_but(),
    "army.loyalty_sd": 0.0,
    "army.unit_effect_sd": 0.0,
    "army.stayers_share": 0.0,
    "army.rank_shares": {"enlisted": 1.0},
    "branches": {"guard": {}, "line": {}},
    "sects.north.initial_loyalty": 0.0,
    "sects.hill.initial_loyalty": 0.0,
    "places.gamma.loyalty_offset": 0.0,
}


def invented(*changes: Changes) -> Scenario:
    """Return the invented army's scenario, changed by dotted path; later changes win."""
    tree = small_tree()
    for change in (QUIET, *changes):
        for path, value in change.items():
            *way, last = path.split(".")
            table = tree
            for key in way:
                table = table.setdefault(key, {})
            table[last] = deepcopy(value)
    return Scenario.model_validate(tree)


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
    columns = (departures[name] for name in ("row", "leader", "day", "how", "fate", "aware", "faction"))
    for row, leader, *rest in zip(*columns, strict=True):
        found.add(("left", int(identity[row]), int(identity[leader]), *map(int, rest)))
    for what in ("deaths", "arrivals", "evaders", "members_left"):
        log = getattr(record, what).joined()
        for row, day in zip(log["row"], log["day"], strict=True):
            found.add((what, int(identity[row]), int(day)))
    return found


def digest(record: Record, army: Army) -> str:
    """Fingerprint of all that a record holds."""
    everything = sha256(np.array(record.daily).tobytes())
    everything.update(repr(sorted(lines(record, army))).encode())
    for day, counts in record.loyalty:
        everything.update(day.to_bytes(4, "little") + counts.tobytes())
    return everything.hexdigest()


def identities(found: set[tuple[Any, ...]]) -> set[int]:
    """Whom the lines are about."""
    return {line[1] for line in found}


def tied(army: Army, row: int) -> Ints:
    """Rows of a soldier's strong ties."""
    ties = army.ties.of[row]
    return ties[ties >= 0]


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
        ties=Ties(np.insert(moved(ties.of), row, -1, axis=0)),
        regulars=army.regulars + 1,
        regular_start=army.regular_start + (np.arange(army.regular_start.size) > unit),
        reserve_start=army.reserve_start + 1,
        persons={name: int(moved(np.array(one))) for name, one in army.persons.items()},
    ), row
