"""Order and names decide nothing: of companies, soldiers, sects and places.

Where the page says that an order decides, it is left out. Of several who ask a man in one round, or lead him
out, the first by row is his leader, on whose luck it depends whether he is caught: attempts are off. Of
several men of one rank in one company the first by row takes over a post: with soldiers shuffled, command is
off.
"""

import json
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.army import Army
from sim.engine import days
from sim.reading.from_python import model_values
from sim.record import DAILY_COLUMNS, Record
from sim.result import Result
from sim.scenario import Scenario
from sim.setting import world_of
from sim.synthesis import build
from tests.armies import BUSY, ENDOGENOUS, FORMATIONS, Changes, invented, lines, off
from tests.depth import examples
from tests.reordered import with_soldiers_shuffled, with_tables_shuffled, with_units_shuffled
from tests.test_worlds import RESPONSES

SEEDS = st.integers(0, 2**32 - 1)
LEADERS_DECIDE_NOTHING: Changes = off("attempts")
MANY_UNITS = [
    {**line, "brigades": 3, "battalions_per_brigade": 2, "companies_per_battalion": 2} for line in FORMATIONS
]
CASES: tuple[Changes, ...] = (
    {**RESPONSES, **LEADERS_DECIDE_NOTHING, "days": 45},
    {**BUSY, **ENDOGENOUS, **LEADERS_DECIDE_NOTHING, "days": 45, "movement": {"on": True}},
    {**BUSY, **off("invitation"), "command.follow_own_sect": {}, "days": 45, "army.regulars": 1_500},
    {
        **BUSY,
        **LEADERS_DECIDE_NOTHING,
        "days": 45,
        "law": {"kind": "threshold", "reference": "unit", "thresholds": {"mean": 0.2, "sd": 0.2}},
    },
)


def case(changes: Changes) -> Scenario:
    """A busy scenario with many companies."""
    own_law = {"law.reference_hazard_per_week"} if "law" in changes else set()
    kept = {key: value for key, value in changes.items() if key not in own_law}
    return invented(kept, {"army.order_of_battle": MANY_UNITS})


SCENARIOS = [case(changes) for changes in CASES]
MEN = ("attempts", "exits", "joined", "fled", "hiding", "caught", "killed", "reported", "evaded", "serving")


def befell(scenario: Scenario, army: Army, seed: int) -> tuple[set[tuple[Any, ...]], Any]:
    """What befell each soldier, by identity and without his leader; totals of men by day."""
    record = Record()
    one = world_of(scenario, army, seed)
    for state in days(one):
        record.take(one, state)
    found = {line if line[0] != "left" else (line[0], line[1], *line[3:]) for line in lines(record, army)}
    columns = [DAILY_COLUMNS.index(name) for name in MEN]
    return found, np.array(record.daily)[:, columns]


def same(one: tuple[set[tuple[Any, ...]], Any], other: tuple[set[tuple[Any, ...]], Any]) -> None:
    """Check that the same befell the same men."""
    assert one[0] == other[0], sorted(one[0] ^ other[0])[:10]
    np.testing.assert_array_equal(one[1], other[1])
    assert sum(line[0] == "left" for line in one[0]) > 20


def people(army: Army) -> dict[int, tuple[Any, ...]]:
    """Each man by identity: who he is, with whom he serves, whom he is tied to, what he commands."""
    soldiers, identity, mates = army.soldiers, army.soldiers.identity, {}
    for unit in range(army.units.place.size):
        rows = army.rows_of(np.array([unit]))
        assert (soldiers.unit[rows] == unit).all()
        mates |= dict.fromkeys(rows.tolist(), frozenset(identity[rows].tolist()))
    found = {}
    for row, ties in enumerate(army.ties.of):
        held = np.flatnonzero(army.posts.commander == row)
        commanded = [
            frozenset(identity[army.rows_of(np.arange(army.posts.first[post], army.posts.last[post]))])
            for post in held
        ]
        who = (soldiers.rank[row], float(soldiers.loyalty[row]), bool(soldiers.reservist[row]))
        tied = frozenset(identity[ties[ties >= 0]].tolist())
        found[int(identity[row])] = (*who, mates[row], tied, tuple(commanded))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_an_army_in_another_order_is_the_same_army(seed: int) -> None:
    army, luck = build(SCENARIOS[0], seed), np.random.default_rng(seed)
    expected = people(army)
    for moved in (with_units_shuffled(army, luck), with_soldiers_shuffled(army, luck)):
        assert people(moved) == expected
        assert (moved.soldiers.identity != army.soldiers.identity).any()


@examples(10)
@given(scenario=st.sampled_from(SCENARIOS), seed=SEEDS)
def test_the_order_of_companies_decides_nothing(scenario: Scenario, seed: int) -> None:
    army, luck = build(scenario, seed), np.random.default_rng(seed)
    same(befell(scenario, army, seed), befell(scenario, with_units_shuffled(army, luck), seed))


@examples(10)
@given(scenario=st.sampled_from(SCENARIOS), seed=SEEDS)
def test_the_order_of_soldiers_decides_nothing(scenario: Scenario, seed: int) -> None:
    scenario = scenario.model_copy(update={"command": scenario.command.model_copy(update={"on": False})})
    army, luck = build(scenario, seed), np.random.default_rng(seed)
    same(befell(scenario, army, seed), befell(scenario, with_soldiers_shuffled(army, luck), seed))


@examples(10)
@given(scenario=st.sampled_from(SCENARIOS), seed=SEEDS)
def test_the_order_of_tables_decides_nothing(scenario: Scenario, seed: int) -> None:
    army = build(scenario, seed)
    moved = with_tables_shuffled(scenario, army, np.random.default_rng(seed))
    same(befell(scenario, army, seed), befell(*moved, seed))


NAMES = {
    "north": "x-9",
    "south": "1",
    "hill": "null",
    "alpha": "2011-03-15",
    "beta": "true",
    "gamma": "zzz",
    "guard": "b" * 60,
    "abroad": "0",
    "isles": "e",
    "rebels": "r",
    "mixed": "m",
    "loyal": "l",
    "chief": "c",
    "rumour": "n1",
    "call": "n2",
}


def renamed(scenario: Scenario) -> Scenario:
    """The same scenario with other names."""
    text = json.dumps(model_values(scenario))
    names = re.compile("|".join(f'"{name}"' for name in NAMES))
    return Scenario.model_validate(json.loads(names.sub(lambda found: f'"{NAMES[found[0][1:-1]]}"', text)))


@examples(4)
@given(scenario=st.sampled_from(SCENARIOS), seed=SEEDS)
def test_names_decide_nothing(scenario: Scenario, seed: int) -> None:
    one, other = sim.run(scenario, seed), sim.run(renamed(scenario), seed)
    assert "north" not in str(list(renamed(scenario).sects))
    for name in ("summary", "daily", "units", "exits", "log", "loyalty", "factions", "moves", "events"):
        pd.testing.assert_frame_equal(_in_new_names(one, name), other.frame(name).astype(object))


def _in_new_names(result: Result, name: str) -> pd.DataFrame:
    """A frame with the new names for the old."""
    return result.frame(name).astype(object).replace(NAMES)
