"""The opposition: which faction one joins, unity, and what follows from both, by hand."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.codes import Fate, Rank
from sim.engine import run
from sim.mechanisms import choice, opposition, salary, uprising
from sim.result import Result
from sim.scenario_file import load
from tests.armies import BUSY, ENDOGENOUS, Changes, invented, run_world, world
from tests.test_mechanisms import BETA, deal, let_escape, morning, soldiers
from tests.test_worlds import same_record

approx = pytest.approx

THREE: Changes = {
    "factions": {
        "rebels": {"starts": "2030-01-02"},
        "council": {"starts": "2030-01-04", "weight": 3},
        "bands": {"starts": "2030-01-04", "weight": 3},
    },
    "opposition": {
        "unity": 0.0,
        "unity_by_date": [{"date": "2030-01-05", "unity": 0.4}, {"date": "2030-01-06", "unity": 1.0}],
    },
}


# Unity and shares.


def test_unity_holds_from_its_date_until_the_next() -> None:
    rules = invented({**THREE, "opposition.unity": 0.2}).opposition
    assert opposition.by_day(rules, date(2030, 1, 1), 7).tolist() == [0.2, 0.2, 0.2, 0.2, 0.4, 1.0, 1.0]
    # A row from before the first day holds on it.
    assert opposition.by_day(rules, date(2030, 1, 6), 2).tolist() == [1.0, 1.0]


def test_shares_of_the_factions_that_exist_and_of_the_foremost() -> None:
    one, _ = morning(THREE)
    shares = np.diff(one.faction_shares[:7], axis=1, prepend=0.0)
    apart, half = [1 / 7, 3 / 7, 3 / 7], 0.6 * 3 / 7
    expected = [[0, 0, 0], [1, 0, 0], [1, 0, 0], apart, [0.6 / 7, half + 0.4, half], [0, 1, 0], [0, 1, 0]]
    assert shares == approx(np.array(expected))
    # The last takes the rest, whatever the rounding.
    assert one.faction_shares[1:, -1].tolist() == [1.0] * 59


def test_unity_that_concentrates_nobody_leaves_the_weights_alone() -> None:
    one, _ = morning(THREE, {"opposition.concentration": 0.0})
    assert (one.faction_shares[3:] == one.faction_shares[3]).all()


def test_a_new_member_chooses_by_the_number_dealt_to_him() -> None:
    one, state = morning(THREE, day=4, faction_exists=True)
    rows = soldiers(one, unit=0, rank=Rank.NCO)[:6]
    numbers = (0.0857, 0.0858, 0.7428, 0.7429, 0.9, 0.2)
    for row, number in zip(rows, numbers, strict=True):
        deal(one, "which faction", row, number)
    let_escape(one, state, rows)
    state.fate[rows] = [Fate.JOINED] * 5 + [Fate.FLED]
    opposition.enlist(one, state)
    assert state.faction[rows].tolist() == [0, 1, 1, 2, 2, -1]
    assert state.members[:, Rank.NCO].tolist() == [1, 2, 2]
    assert state.members.sum() == 5
    assert (state.joined_from[rows[:5]] == BETA).all()


# What unity changes.


def test_strength_at_the_reference_unity_is_that_of_the_arms() -> None:
    strengths = {}
    for unity in (0.0, 0.3, 1.0):
        changes = {"opposition.unity": unity, "uprising.arms": [{"date": "2030-01-01", "level": 2}]}
        one, state = morning(ENDOGENOUS, changes)
        strengths[unity] = uprising.arms(one, state)
    assert strengths == approx({0.0: 2 / 1.15, 0.3: 2.0, 1.0: 2 * 1.5 / 1.15})
    assert strengths[0.3] == 2.0


@pytest.mark.parametrize(
    ("unity", "share", "through"),
    [(0.0, 1.0, 0.7 / 0.79), (0.3, 0.6, 0.6), (0.5, 0.5, 0.5 * 0.85 / 0.79), (1.0, 0.9, 1.0)],
)
def test_unity_of_the_payers_lets_money_through(unity: float, share: float, through: float) -> None:
    plan = {"usd_per_month": 200, "budget_usd_per_month": 365.25 / 12, "delivered_share": share}
    one, state = morning({"salary_plan": plan, "opposition.unity": unity})
    state.members[0, 0] = 50
    salary.pay(one, state)
    assert state.paid_usd == approx(through)


def test_unity_draws_men_into_the_factions() -> None:
    one, state = morning(THREE, faction_exists=True)
    odds = []
    for state.day in (3, 4, 5):
        odds.append(choice._log_odds(one, state).join_by_place[BETA])
    assert np.diff(odds) == approx([0.8 * 0.4, 0.8 * 0.6])


# Runs.

TWO: Changes = {**BUSY, "factions.council": {"starts": "2030-01-25", "weight": 2.0}}


def test_the_weight_of_a_faction_alone_changes_no_byte() -> None:
    for war in ({}, ENDOGENOUS):
        one = world(invented(BUSY, war))
        _, expected = run_world(one)
        heavy = invented(BUSY, war, {"factions.rebels.weight": 100.0, "opposition.concentration": 0.0})
        same_record(run_world(world(heavy))[1], expected, one.army)


def test_the_weight_of_one_of_two_moves_members_and_nobody_else() -> None:
    light, heavy = (run(invented(TWO, {"factions.council.weight": weight}), 1) for weight in (0.1, 10.0))
    assert light.daily.equals(heavy.daily)
    assert light.exits.drop(columns="faction").equals(heavy.exits.drop(columns="faction"))
    assert members(light, "council") < members(heavy, "council")


def members(result: Result, faction: str) -> int:
    """Members of a faction at the end."""
    return int(result.factions.query("faction == @faction")["members"].iloc[-1])


def test_the_frame_of_factions_agrees_with_the_other_frames() -> None:
    result = run(invented(TWO), seed=1)
    frame, exits = result.factions, result.exits
    assert len(frame) == 2 * 60
    by_day = frame.groupby("day")["members"].sum().to_numpy()
    assert by_day.tolist() == result.daily["members"].tolist()
    assert exits["faction"].notna().equals(exits["fate"] == "joined")
    joined = exits.groupby("faction", observed=False).size()
    assert frame.groupby("faction", observed=False)["joined"].sum().equals(joined)
    officers = exits.query("rank >= 'junior' and faction == 'rebels'")
    assert frame.query("faction == 'rebels'")["officers"].iloc[-1] == len(officers)
    assert 0 < len(officers) < members(result, "rebels")


@pytest.mark.parametrize("changes", [BUSY, {"factions": {}}, {"days": 3}])
def test_factions_are_loaded_back_equal(changes: Changes, tmp_path: Path) -> None:
    result = run(invented(changes), seed=1)
    result.save(tmp_path / "kept", figures=False)
    kept = Result.load(tmp_path / "kept")
    assert kept.factions.equals(result.factions)
    assert kept.exits.equals(result.exits)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"factions.rebels.weight": 0}, "greater than or equal to 0.001"),
        (
            {"opposition.unity_by_date": [{"date": d, "unity": 0.5} for d in ("2030-02-01", "2030-01-01")]},
            "in the order of their dates",
        ),
        ({"opposition.unity_by_date": [{"date": "2030-02-01"}]}, "unity"),
        ({"choice.unity": 0.5}, "unity"),
    ],
)
def test_bad_inputs_are_refused(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        invented(changes)


def test_the_founding_case_has_the_factions_of_the_ledger() -> None:
    founding = load("syria-2012")
    starts = {name: faction.starts for name, faction in founding.factions.items()}
    assert starts["fsa"] == date(2011, 7, 29)
    assert starts["higher-military-council"].replace(day=1) == date(2012, 2, 1)
    assert len(starts) == 4
