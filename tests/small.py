"""An invented army of a few hundred, for tests: two groups, three places, 120 days."""

from copy import deepcopy
from typing import Any

from sim.engine import run
from sim.result import Result
from sim.scenario import Scenario

_NORTH = {"north": 1.0, "south": 0.0}
_RANKS = ("enlisted", "nco", "junior", "senior", "general")

SMALL: dict[str, Any] = {
    "name": "small",
    "title": "A small army",
    "start": "2030-01-01",
    "days": 120,
    "law": {"kind": "hazard", "reference_hazard_per_week": 0.03},
    "sects": {
        "north": {"title": "North", "role": "in", "initial_loyalty": 2.0},
        "south": {"title": "South", "role": "out"},
    },
    "branches": {"guard": {"loyalty": 0.5}, "line": {}},
    "places": {
        "alpha": {
            "title": "Alpha",
            "population": 2e5,
            "sects": {"north": 0.7, "south": 0.3},
            "tile": (0, 1),
        },
        "beta": {
            "population": 3e5,
            "sects": {"north": 0.2, "south": 0.8},
            "distance_km": {"abroad": 40},
            "tile": (1, 0),
        },
        "gamma": {
            "population": 1e5,
            "sects": {"north": 0.5, "south": 0.5},
            "distance_km": {"abroad": 150},
            "tile": (1, 1),
        },
    },
    "havens": {"abroad": {"opens": "2030-01-10"}},
    "factions": {"rebels": {"starts": "2030-01-20"}},
    "army": {
        "regulars": 600,
        "reserves": 200,
        "rank_shares": {
            "enlisted": 0.7,
            "nco": 0.16,
            "junior": 0.08,
            "senior": 0.05,
            "general": 0.01,
        },
        "compositions": {
            "mixed": {rank: {"north": 0.4, "south": 0.6} for rank in _RANKS},
            "loyal": dict.fromkeys(_RANKS, _NORTH),
        },
        "reserve_composition": "mixed",
        "order_of_battle": [
            {
                "name": "first",
                "branch": "line",
                "place": "beta",
                "composition": "mixed",
                "deployed": True,
                "battalions_per_brigade": 2,
                "companies_per_battalion": 3,
            },
            {"name": "second", "branch": "guard", "place": "alpha", "composition": "loyal"},
        ],
        "persons": [
            {"name": "chief", "formation": "first", "sect": "south", "home": "gamma"},
        ],
    },
    "events": [
        {"name": "unrest", "date": "2030-01-15", "kind": "context", "title": "Unrest begins"},
        {
            "name": "chief-leaves",
            "date": "2030-02-10",
            "kind": "elite_exit",
            "person": "chief",
            "accompanied": False,
            "title": "The chief leaves",
        },
        {"name": "call", "date": "2030-03-01", "kind": "call_up", "share": 0.5, "over_days": 10},
        {"name": "defeat", "date": "2030-03-20", "kind": "signal", "strength": "large"},
    ],
    "war": {
        "periods": [
            {"from": "2030-01-01", "civilians_killed_per_day": {"beta": 1.0}},
            {
                "from": "2030-02-01",
                "civilians_killed_per_day": {"beta": 4.0, "gamma": 1.0},
                "soldiers_killed_per_day": {"beta": 0.6},
                "opposition_control_night": {"beta": 0.4},
            },
        ],
    },
    "claims": [
        {
            "name": "stock",
            "quantity": "exits_cumulative",
            "to": "2030-03-15",
            "low": 20,
            "high": 150,
            "claimant": "exiles",
            "use": "target",
            "source": "invented",
        },
        {
            "name": "rate",
            "quantity": "exits_per_day",
            "from": "2030-02-01",
            "to": "2030-02-20",
            "low": 1,
            "high": 4,
            "claimant": "a newspaper of the capital",
            "source": "invented",
        },
        {
            "name": "homes",
            "quantity": "home_share_gone",
            "place": "gamma",
            "to": "2030-04-01",
            "low": 0.1,
            "high": 0.6,
            "claimant": "exiles",
            "source": "invented",
        },
        {
            "name": "group",
            "title": "A group of many",
            "quantity": "group_size",
            "to": "2030-03-15",
            "low": 5,
            "high": 30,
            "claimant": "a traveller",
            "source": "invented",
        },
        {
            "name": "later",
            "quantity": "exits_per_day",
            "to": "2031-01-01",
            "low": 1,
            "high": 1000,
            "claimant": "nobody",
            "source": "after the run",
        },
    ],
}


def small_tree() -> dict[str, Any]:
    """Return the scenario as a tree that a test may change."""
    return deepcopy(SMALL)


def small_scenario(**sections: Any) -> Scenario:
    """Build the scenario, some of its top-level keys replaced."""
    return Scenario.model_validate({**small_tree(), **sections})


def small_result(seed: int = 1, **sections: Any) -> Result:
    """Run the scenario, some of its top-level keys replaced."""
    return run(small_scenario(**sections), seed, army_seed=1)
