"""Terms that no test had held before mutants asked (`tests/mutants.py`), each by hand."""

from itertools import pairwise

import numpy as np
import pytest

from sim import personal
from sim.codes import Fate, How, Rank
from sim.luck import Luck
from sim.mechanisms import (
    bases,
    battle,
    casualties,
    command,
    militia,
    movement,
    planning,
    purge,
    reserves,
    tenure,
)
from sim.party import Party
from sim.scenario_file import load
from sim.start import first_state
from sim.synthesis import build
from tests.armies import invented, world
from tests.test_mechanisms import ENTERING, morning, soldiers
from tests.test_triggers import days_of, waiting
from tests.test_war import morning as morning_of_war

approx = pytest.approx


# Bases.


@pytest.mark.parametrize("unit", [8, 9])
def test_bases_are_found_by_whichever_of_their_companies_men_left_today(unit: int) -> None:
    # Battalion 3 is companies 8 and 9 in gamma.
    one, state = morning({"bases": {"share": 0.1, "days": 7}})
    rows = soldiers(one, unit=unit)[:15]
    state.attempt = Party.leaders(rows, How.DECIDED)
    bases.note(one, state)
    assert np.flatnonzero(state.abandoned_on >= 0).tolist() == [8, 9]


# Battle.


def test_battle_without_what_a_purge_takes_of_its_companies_part_of_the_armys_strength() -> None:
    one, state = morning_of_war()
    assert one.theatre is not None
    whole = battle.army_strength(one, state, one.theatre)
    state.purges = 1
    state.weakness = np.zeros(12)
    state.weakness[[0, 6, 8]] = 0.2, 0.5, 0.5
    state.collapsed_on[8] = 3
    weakened = battle.army_strength(one, state, one.theatre)
    # Deployed in beta 1 a man, in a garrison 0.2; company 8 does not count any more.
    assert whole - weakened == approx([0.5 * 50 * 0.2, 0.2 * 50, 50 * 0.2])


# Casualties.


def test_casualties_fade_from_what_was_known() -> None:
    one, state = morning(killed=np.array([0]))
    state.losses_battalion_recent[:2] = 0.01
    state.losses_battalion_past[:2] = 0.004
    casualties.remember(one, state)
    loss = 1 / 150
    assert state.losses_battalion_recent[:2] == approx([0.01 + (loss - 0.01) / 14, 0.01 * 13 / 14])
    assert state.losses_battalion_past[:2] == approx([0.004 + (loss - 0.004) / 90, 0.004 * 89 / 90])


# Command.


def test_command_a_post_for_which_nobody_is_left_waits_as_long_again() -> None:
    one, state = morning({"command.replacement_days": 5}, day=8)
    posts, unit = one.army.posts, one.army.soldiers.unit
    (post,) = np.flatnonzero((posts.level == 1) & (posts.first == 3))
    state.fate[unit == 3] = Fate.KILLED
    state.commander[post], state.post_refill[post] = -1, 8
    state.killed = state.caught = state.escaped = np.empty(0, dtype=np.int64)
    command.succeed(one, state)
    assert (state.commander[post], state.post_refill[post]) == (-1, 13)


# Militia.


def test_militia_is_raised_of_its_pool_where_violence_is_felt() -> None:
    one, state = morning_of_war(
        {"militia.raise_per_day": 0.02, "uprising.violence_scale": 4.0, "battle.soldiers_lost_per_day": 0.01},
        militia=np.array([30.0, 0, 50]),
        violence_felt=np.array([3.0, 6, 0]),
        regime_engaged=np.array([0.5, 0, 0]),
    )
    assert one.theatre is not None
    pool, pull = one.theatre.militia_pool, 1 - np.exp(-np.array([3.0, 6, 0]) / 4.0)
    militia.raise_men(one, state)
    left = np.array([30.0 * (1 - 0.01 * 0.5), 0, 50])
    assert (pool > 1000.0).all()
    assert state.militia == approx(left + 0.02 * pull * (pool - left))


# Movement.


def test_movement_ranks_companies_by_what_their_men_are_in_the_mean() -> None:
    one, state = morning()
    roster = one.army.soldiers
    state.erosion = 0.1 + np.arange(state.erosion.size).reshape(state.erosion.shape) / 50.0
    state.fate[::9] = Fate.FLED
    state.fate[1::9] = Fate.PLANNING
    state.men = np.bincount(roster.unit[state.fate != Fate.FLED], minlength=12)
    state.serving[:] = 0
    there = state.fate != Fate.FLED
    np.add.at(state.serving, (roster.sect[there], roster.unit[there]), 1)
    loyalty = roster.loyalty - roster.susceptibility * state.erosion[roster.rank, roster.sect, roster.home]
    for unit in range(12):
        there = (roster.unit == unit) & (state.fate != Fate.FLED)
        assert movement._mean_loyalty(one, state)[unit] == approx(loyalty[there].mean())
        assert movement._in_group_share(one, state)[unit] == approx((roster.sect[there] == 0).mean())


@pytest.mark.parametrize(("violence", "goes"), [(1.49, False), (1.51, True)])
def test_movement_goes_where_the_pull_is_by_the_margin_more(violence: float, goes: bool) -> None:
    one = world(invented({"movement": {"on": True, "share_per_week": 1.0, "most_share": 1.0, "margin": 1.5}}))
    state = first_state(one)
    state.day, state.violence = 6, np.array([0.0, 1.0, violence])
    movement.march(one, state)
    assert bool(state.moved) == goes


@pytest.mark.parametrize(("most_share", "brigades"), [(0.62, 0), (0.63, 1), (0.68, 1), (0.98, 1), (1.0, 2)])
def test_movement_counts_who_is_deployed_at_the_target_already(most_share: float, brigades: int) -> None:
    rule = {"on": True, "share_per_week": 1.0, "most_share": most_share}
    one = world(invented({"movement": rule}))
    state = first_state(one)
    # Two companies are deployed at the target: 100 of 400 deployed men. Brigades of 150 come.
    state.station[8:10] += 1
    state.men_by_station = np.bincount(state.station, weights=state.men, minlength=6).astype(np.int64)
    state.day, state.violence = 6, np.array([0.0, 1.0, 9.0])
    movement.march(one, state)
    assert (state.station[:6] == 5).sum() == 3 * brigades


# Planning.


def test_planning_is_found_out_sooner_where_more_was_learned() -> None:
    one, state = morning(learned=2.0, day=1)
    senior = int(soldiers(one, rank=Rank.SENIOR)[0])
    state.planners, state.fate[senior] = np.array([senior]), Fate.PLANNING
    state.plan_ready[senior], state.plan_risk[senior] = 99, 1.0
    planning.plan(one, state)
    assert 1.0 - state.plan_risk[senior] == approx(0.004 * np.exp(0.3 * 2.0))


# Purges.


def test_purge_takes_from_what_is_left_of_a_company() -> None:
    one, state = morning()
    roster = one.army.soldiers
    officers = np.flatnonzero((roster.rank >= Rank.JUNIOR) & (roster.unit == 3))
    state.weakness = np.full(12, 0.125)
    purge._weaken(one, state, officers[:1], 0.6)
    expected = np.full(12, 0.125)
    expected[3] += 0.6 / officers.size
    assert state.weakness == approx(expected)


# Reserves.


def test_reserves_are_called_by_the_share_dealt_to_each_none_twice_and_none_left_out() -> None:
    share = Luck(3).uniform("order of call-up", np.arange(5_000))
    rows, at = reserves.in_order_of_call(share, 700)
    # Some calls end exactly with a man.
    steps = [0.0, 0.001, 0.2, 0.20001, *np.sort(share)[[1_500, 1_501, 3_000]].tolist(), 0.7, 1.0]
    for before, now in pairwise(steps):
        expected = 700 + np.flatnonzero((share > before) & (share <= now))
        assert reserves._called(rows, at, before, now).tolist() == expected.tolist()


# Tenure.


def test_tenure_tells_the_watch_how_far_a_step_raises() -> None:
    one, state = morning(ENTERING, {"tenure": {"first": -0.5, "second": 0.4, "third": 0.7}})
    rows = soldiers(one, unit=1)[:5]
    for step, rise in ((1, 0.9), (2, 0.3)):
        state.steps_due, state.persuaded = {state.day: [(step, rows)]}, []
        tenure.move_on(one, state)
        ((told, risen),) = state.persuaded
        assert told.tolist() == rows.tolist()
        assert risen == approx(rise)
    state.steps_due, state.persuaded = {state.day: [(3, rows)]}, []
    tenure.move_on(one, state)
    assert not state.persuaded  # a fall


# Constants of a man's own hazard, and thresholds.


def test_synthesis_loyalty_is_of_sect_branch_home_rank_and_himself() -> None:
    changes = {
        "army.rank_loyalty": {"enlisted": 0.1, "nco": 0.2, "junior": 0.4, "senior": 0.8, "general": 1.6},
        "sects.south.initial_loyalty": -0.3,
        "branches.line.loyalty": 0.05,
        "places.beta.loyalty_offset": 0.07,
        "army.frailty_variance": 0.5,
    }
    scenario = invented(changes)
    army = build(scenario, 3)
    roster, branch = army.soldiers, army.units.branch[army.soldiers.unit]
    parts = [
        np.array([each.initial_loyalty for each in scenario.sects.values()])[roster.sect],
        np.array([each.loyalty for each in scenario.branches.values()])[branch],
        np.array([each.loyalty_offset for each in scenario.places.values()])[roster.home],
        np.array([0.1, 0.2, 0.4, 0.8, 1.6])[roster.rank],
        scenario.army.loyalty_sd * Luck(3).normal("loyalty", roster.identity),
    ]
    assert all(np.ptp(part) > 0.0 for part in parts)
    assert roster.loyalty == approx(sum(parts))
    assert roster.susceptibility.mean() == approx(1.0, abs=0.1)
    assert roster.susceptibility.std() == approx(scenario.army.susceptibility_shape**-0.5, rel=0.15)


@pytest.mark.parametrize("name", ["thresholds-normal", "thresholds-uniform", "dominoes-100"])
def test_setting_thresholds_are_dealt_by_their_law(name: str) -> None:
    small: dict[str, float] = {"army.regulars": 300}
    rules = {"normal": {"mean": 0.3, "sd": 0.2}, "uniform": {"first": -0.2, "last": 1.3}}
    kind = name.partition("-")[2]
    if kind == "100":
        small |= {"law.thresholds.first": 2, "law.thresholds.step": 3}
    else:
        small |= {f"law.thresholds.{key}": value for key, value in rules[kind].items()}
    one = world(load(name, overrides=small), army_seed=5, luck_seed=6)
    identity = one.army.soldiers.identity
    expected = {
        "normal": 0.3 + 0.2 * Luck(5).normal("threshold", identity),
        "uniform": -0.2 + 1.5 * Luck(5).uniform("threshold", identity),
        "100": 2.0 + 3.0 * identity,
    }
    assert one.threshold == approx(expected[kind])


def test_setting_lasting_hazard_is_of_the_law_loyalty_frailty_and_service() -> None:
    one = world(invented({"army.frailty_variance": 0.5, "army.conscript_share": {"enlisted": 0.5}}))
    roster, decides = one.army.soldiers, np.isfinite(one.lasting)
    service = np.where(~roster.conscript & (roster.rank == Rank.ENLISTED), -0.658, 0.0)
    expected = np.log(0.03 / 7.0) - roster.loyalty + roster.log_frailty + service
    assert np.ptp(roster.log_frailty) > 1.0
    assert one.lasting[decides] == approx(expected[decides])
    assert one.personal[decides] == approx((one.lasting + one.tenure_effect[one.tenure])[decides])


def test_personal_changes_are_told_against_day_0_by_mechanism() -> None:
    one, state = morning(ENTERING, {"punishment.ties": 0.8})
    rows = np.flatnonzero(one.tenure == 1)[:2]
    state.tenure[rows], state.ties_gone[rows], state.ties_caught[rows] = 2, 1, 3
    changes = personal.own_changes(one, state, rows)
    assert changes["tenure"] == approx(-0.255 - 0.393)
    assert changes["comrades"] == approx(0.68 * (1 - np.exp(-1 / 2)))
    assert changes["punishment"] == approx(0.8 * 3 / (3 + one.scenario.punishment.ties_half))


# Triggers.


@pytest.mark.parametrize("days", [1, 2, 3, 4, 5])
def test_triggers_count_the_days_on_which_their_condition_holds(days: int) -> None:
    one, state = waiting({"observed": "belief", "above": 1.0, "for_days": days})
    assert days_of(one, state, [2.0] * 8) == [days - 1]
