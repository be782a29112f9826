"""The regime's responses against numbers worked out by hand, and where they leave companies and men."""

from typing import Any

import numpy as np
import pytest

from sim.codes import Fate, Floats, Rank
from sim.engine import days
from sim.engine import run as run_whole
from sim.mechanisms import (
    awareness,
    battle,
    belief,
    command,
    events,
    grievance,
    movement,
    reserves,
    responses,
)
from sim.mechanisms.event_kinds import Event
from sim.result import Result
from sim.results.frames import FRAMES
from sim.scenario import Scenario
from sim.start import first_state
from sim.state import State
from sim.world import World
from tests.armies import BUSY, ENDOGENOUS, Changes, invented, world

approx = pytest.approx

# The army of these tests: 12 companies of 50. Companies 0 to 2 and 3 to 5 (brigades 0 and 1 of the first
# formation) are deployed in beta, 6 and 7 garrison alpha, 8 to 11 garrison gamma.
ALPHA, BETA, GAMMA = range(3)
NORTH, SOUTH, HILL = range(3)
FIRST = "2030-01-01"


def told(*changes: Changes, **event: Any) -> tuple[World, State]:
    """A world with one response on day 0, and its state before that day."""
    one = world(invented(*changes, {"events": [{"name": "answer", "date": FIRST, **event}]}))
    return one, first_state(one)


def morning(one: World, state: State, day: int = 0) -> None:
    """Let events and responses of a day act."""
    state.day = day
    events.happen(one, state)
    responses.respond(one, state)


def test_what_comes_by_its_rule_after_its_end_is_never_in_force() -> None:
    late: dict[str, Any] = {"trigger": {"observed": "belief", "above": 1.0}, "until": "2030-01-10"}
    one = world(
        invented(
            {
                "events": [
                    {"name": "rise", "kind": "wage_rise", "share": 0.5, "relief": 0.1, **late},
                    {"name": "dark", "kind": "blackout", "cut": 0.6, "anger": 0.01, **late},
                ]
            }
        )
    )
    for day, in_force in ((8, 2), (9, 0)):
        state = first_state(one)
        state.erosion[:] = 0.3
        state.belief = 2.0
        morning(one, state, day)
        assert [event.name for event in state.happening] == ["rise", "dark"]
        assert len(state.in_force) == in_force
        assert (state.heard < 1, state.wage_raised > 0) == (in_force > 0, in_force > 0)
    assert state.erosion == approx(0.2)


# Wages.


def test_a_wage_rise_makes_good_what_prices_took_and_no_more() -> None:
    prices = {"grievance.real_wage": [{"date": FIRST, "real_wage": 0.5}], "grievance.officer_career": 0.0}
    one, state = told(prices, kind="wage_rise", share=0.5, lasts_days=10)
    per_day = one.scenario.grievance.wage_loss
    for day, lost in ((0, -np.log(0.75)), (9, -np.log(0.75)), (10, -np.log(0.5))):
        morning(one, state, day)
        state.erosion[:] = 0.0
        grievance.erode(one, state)
        assert state.erosion == approx(per_day * lost)
    one, state = told(prices, kind="wage_rise", share=3.0)
    morning(one, state)
    grievance.erode(one, state)
    assert not state.erosion.any()


def test_two_wage_rises_multiply_and_the_second_outlasts_the_first() -> None:
    rises = [
        {"name": "first", "date": FIRST, "kind": "wage_rise", "share": 0.5, "lasts_days": 5},
        {"name": "second", "date": "2030-01-03", "kind": "wage_rise", "share": 1.0},
    ]
    one = world(invented({"events": rises}))
    state = first_state(one)
    raised = []
    for day in range(7):
        morning(one, state, day)
        raised.append(state.wage_raised)
    assert np.exp(raised) == approx([1.5, 1.5, 3, 3, 3, 2, 2])


def test_relief_is_given_once_and_never_below_nothing() -> None:
    one, state = told(kind="wage_rise", share=0.0, relief=0.3)
    state.erosion[:] = 0.5
    state.erosion[Rank.ENLISTED] = 0.1
    morning(one, state)
    assert state.erosion[Rank.ENLISTED] == approx(0.0)
    assert state.erosion[Rank.NCO] == approx(0.2)
    morning(one, state, 1)
    assert state.erosion[Rank.NCO] == approx(0.2)


# Blackout.


def test_a_blackout_cuts_what_is_heard_while_it_lasts_and_angers() -> None:
    offer = {"salary_plan": {"usd_per_month": 100, "broadcast_per_day": 0.1}}
    shock = {"name": "shock", "date": FIRST, "kind": "signal", "strength": "large"}
    dark = {"name": "dark", "date": FIRST, "kind": "blackout", "cut": 0.75, "anger": 0.01, "lasts_days": 1}
    one = world(invented(offer, {"events": [dark, shock], "grievance.multiple": 2.0}))
    state = first_state(one)
    morning(one, state)
    belief.update(one, state)
    awareness.spread(one, state)
    assert state.belief == approx(0.25)
    assert state.broadcast == approx(0.025)
    weight = one.grievance_weight
    assert state.erosion[0, :, 0] == approx(2.0 * 0.01 * weight)
    state.killed = state.escaped = np.array([int(np.flatnonzero(one.army.soldiers.rank == Rank.GENERAL)[0])])
    morning(one, state, 1)
    awareness.spread(one, state)
    assert state.broadcast == approx(0.125)
    assert state.heard == 1.0
    assert state.erosion[0, :, 0] == approx(2.0 * 0.01 * weight)


def test_a_blackout_cuts_word_of_elite_exits() -> None:
    def moved(cut: float) -> float:
        one, state = told(kind="blackout", cut=cut)
        state.escaped = np.flatnonzero(one.army.soldiers.rank == Rank.GENERAL)[:2]
        morning(one, state)
        belief.update(one, state)
        return state.belief

    assert moved(1.0) == 0.0
    assert moved(0.4) == approx(0.6 * moved(0.0))
    assert moved(0.0) > 0.0


# Surveillance.


@pytest.mark.parametrize(("learned", "after"), [(0.5, 1.7), (3.5, 4.0), (5.0, 5.0)])
def test_surveillance_steps_up_to_its_cap(learned: float, after: float) -> None:
    one, state = told({"surveillance.cap": 4.0}, kind="surveillance", rise=1.2)
    state.learned = learned
    morning(one, state)
    assert state.learned == approx(after)


def test_surveillance_that_is_off_does_not_step_up() -> None:
    one, state = told({"surveillance.on": False}, kind="surveillance", rise=1.2)
    morning(one, state)
    assert state.learned == 0.0


# Purge.


def test_a_purge_sidelines_a_share_by_the_number_dealt() -> None:
    one, state = told(kind="purge", ranks=["junior", "senior"], sects=["south"], share=0.4)
    soldiers = one.army.soldiers
    could_be = np.flatnonzero(np.isin(soldiers.rank, (Rank.JUNIOR, Rank.SENIOR)) & (soldiers.sect == SOUTH))
    state.fate[could_be[0]] = Fate.HIDING
    state.fate[could_be[1]] = Fate.PLANNING
    morning(one, state)
    uniform = one.luck.uniform("sidelined", soldiers.identity[could_be], 0)
    expected = could_be[(uniform < 0.4) & (state.fate[could_be] != Fate.HIDING)]
    assert np.flatnonzero(state.sidelined).tolist() == expected.tolist()
    assert expected.size > 3
    # A second purge deals anew, to those who are left.
    rest = could_be[~state.sidelined[could_be] & (state.fate[could_be] != Fate.HIDING)]
    state.happened.clear()
    morning(one, state)
    uniform = one.luck.uniform("sidelined", soldiers.identity[rest], 1)
    assert state.sidelined[rest].tolist() == (uniform < 0.4).tolist()


def test_a_purge_empties_posts_weakens_companies_and_angers_the_group() -> None:
    one, state = told(
        {"grievance.multiple": 3.0},
        ENDOGENOUS,
        kind="purge",
        ranks=["senior", "general"],
        role="out",
        share=1.0,
    )
    soldiers, army = one.army.soldiers, one.army
    assert one.theatre is not None
    before = battle.army_strength(one, state, one.theatre)
    morning(one, state)
    out = np.flatnonzero((soldiers.rank >= Rank.SENIOR) & (soldiers.sect == SOUTH))
    assert np.flatnonzero(state.sidelined).tolist() == out.tolist()
    held = np.flatnonzero(np.isin(army.posts.commander, out))
    assert held.size
    assert (state.commander[held] == -1).all()
    assert (state.post_held[out] == -1).all()
    assert (state.post_refill[held] == one.scenario.command.replacement_days).all()
    for post in held:
        assert state.post_empty[army.posts.first[post], army.posts.level[post]] == 1.0
    officers = np.bincount(soldiers.unit[soldiers.rank >= Rank.JUNIOR], minlength=12)
    lost = 0.5 * np.bincount(soldiers.unit[out], minlength=12) / np.maximum(officers, 1)
    assert state.weakness == approx(lost)
    state.collapsed_on[0] = 3
    after = battle.army_strength(one, state, one.theatre)
    weight = np.where(state.station % 2, 1.0, one.scenario.battle.garrison_weight) * (np.arange(12) > 0)
    left = np.bincount(state.station // 2, weights=weight * state.men * (1.0 - lost), minlength=3)
    assert after == approx(left)
    assert (after < before).any()
    assert state.erosion[Rank.SENIOR :, SOUTH] == approx(3.0 * 1.0)
    assert state.erosion.sum() == approx(2 * 3.0 * one.place_count)


def test_a_purge_empties_posts_from_its_own_day_on() -> None:
    one, state = told({}, kind="purge", ranks=["senior", "general"], share=1.0)
    state.day = 4
    rows = one.army.posts.commander[:3]
    command.leave_posts(one, state, rows)
    assert (state.post_refill[:3] == 4 + one.scenario.command.replacement_days).all()
    assert (state.post_refill[3:] == -1).all()


def test_a_sidelined_officer_takes_no_post() -> None:
    one, state = told(
        {"command.replacement_days": 2}, kind="purge", ranks=["junior", "senior", "general"], share=1.0
    )
    morning(one, state)
    for day in (0, 1, 2):
        state.day = day
        command.succeed(one, state)
    filled = state.commander[state.commander >= 0]
    assert filled.size
    assert not state.sidelined[filled].any()
    assert (one.army.soldiers.rank[filled] < Rank.JUNIOR).all()


def test_the_exit_of_a_sidelined_general_is_a_weaker_signal() -> None:
    one, state = told(kind="purge", ranks=["general"], share=1.0)
    general = np.flatnonzero(one.army.soldiers.rank == Rank.GENERAL)[:1]
    state.escaped = general
    full = belief._elite_weight(one, state)
    morning(one, state)
    assert belief._elite_weight(one, state) == approx(one.scenario.belief.sidelined_weight * full)


# Deployment and movement.


def deployed(state: State) -> list[int]:
    """Companies that are deployed."""
    return np.flatnonzero(state.station % 2).tolist()


def counted_by_hand(state: State) -> Floats:
    """Men by station."""
    return np.bincount(state.station, weights=state.men, minlength=6)


def test_the_most_loyal_third_is_deployed_where_it_stands() -> None:
    one, state = told(kind="deployment", share=1 / 3)
    state.erosion[:, SOUTH] = 2.0
    soldiers = one.army.soldiers
    loyalty = soldiers.loyalty - soldiers.susceptibility * 2.0 * (soldiers.sect == SOUTH)
    mean = np.bincount(soldiers.unit, weights=loyalty) / np.bincount(soldiers.unit)
    place = state.station // 2
    morning(one, state)
    assert deployed(state) == sorted(np.argsort(-mean)[:4].tolist())
    assert (state.station // 2 == place).all()
    assert state.men_by_station == approx(counted_by_hand(state))


def test_deployment_by_the_share_of_in_groups_leaves_collapsed_companies_behind() -> None:
    one, state = told(kind="deployment", share=0.3, by="in_group")
    # Only men of the in-group serve in the second formation.
    state.collapsed_on[6] = 0
    state.men[8:] = 0
    state.serving[:, 8:] = 0
    state.men_by_station = np.bincount(state.station, weights=state.men, minlength=6).astype(np.int64)
    in_group = state.serving[NORTH, :6] / state.men[:6]
    best = [7, *np.argsort(-in_group, kind="stable")[:2].tolist()]
    morning(one, state)
    assert deployed(state) == sorted(best)


def test_everyone_deployed_is_share_1() -> None:
    one, state = told(kind="deployment", share=1.0)
    morning(one, state)
    assert deployed(state) == list(range(12))


def test_brigades_move_to_a_place_with_their_men() -> None:
    one, state = told(kind="movement", formations=["first", "third"], brigades=[1], place="alpha")
    total = state.men_by_station.sum()
    morning(one, state)
    # The first brigade of the first formation stays deployed; the third formation has but one.
    assert (state.station // 2).tolist() == [ALPHA] * 3 + [BETA] * 3 + [ALPHA] * 6
    assert deployed(state) == list(range(6))
    assert state.men_by_station == approx(counted_by_hand(state))
    assert state.men_by_station.sum() == total
    (move,) = state.moved
    assert move.unit.tolist() == [0, 1, 2, 8, 9, 10, 11]
    assert move.men.tolist() == state.men[move.unit].tolist()


def test_brigades_keep_their_number_at_another_scale() -> None:
    changes: Changes = {"army.scale": 0.5}
    one, state = told(changes, kind="movement", formations=["first"], brigades=[2], place="gamma")
    morning(one, state)
    number = one.army.units.brigade_number[one.army.units.formation == 0]
    assert set(number.tolist()) == {0, 1}
    stands = (state.station // 2)[one.army.units.formation == 0]
    assert stands.tolist() == [GAMMA if brigade == 1 else BETA for brigade in number]


def test_a_garrison_may_be_sent_out_and_a_move_to_where_it_stands_is_none() -> None:
    one, state = told(kind="movement", formations=["second"], place="alpha", deployed=True)
    morning(one, state)
    assert (state.station[6:8] == 2 * ALPHA + 1).all()
    one, state = told(kind="movement", formations=["second"], place="alpha", deployed=False)
    morning(one, state)
    assert state.moved == []


MARCHES: Changes = {"movement": {"on": True, "share_per_week": 0.5, "most_share": 1.0}}


def evening(one: World, state: State, violence: list[float], day: int) -> None:
    """Let brigades march on a day."""
    state.day, state.violence, state.moved = day, np.array(violence), []
    movement.march(one, state)


def test_brigades_march_to_the_violence_once_a_week_by_the_number_dealt() -> None:
    one = world(invented(MARCHES))
    went = set()
    for week in range(20):
        state = first_state(one)
        evening(one, state, [0, 1, 9], 7 * week + 5)
        assert state.moved == []
        evening(one, state, [0, 1, 9], 7 * week + 6)
        goes = np.flatnonzero(one.luck.uniform("brigade marches", np.arange(2), week) < 0.5)
        stands = (state.station.reshape(-1, 3)[:2] // 2 == GAMMA).all(axis=1)
        assert np.flatnonzero(stands).tolist() == goes.tolist()
        assert state.men_by_station == approx(counted_by_hand(state))
        assert all(move.day == state.day + 1 for move in state.moved)
        went.add(goes.size)
    assert went == {0, 1, 2}


def test_brigades_stay_where_the_pull_is_little_more_or_the_place_is_full() -> None:
    one = world(invented(MARCHES, {"movement.share_per_week": 1.0}))
    state = first_state(one)
    evening(one, state, [0, 1.0, 1.5], 6)
    assert state.moved == []
    # Weights speak: gamma counts for twice as much.
    one = world(invented(MARCHES, {"movement.share_per_week": 1.0, "movement.weights": {"gamma": 2.0}}))
    evening(one, state, [0, 1.0, 1.5], 6)
    assert (state.station[:6] // 2 == GAMMA).all()
    one = world(invented(MARCHES, {"movement.share_per_week": 1.0, "movement.most_share": 0.5}))
    state = first_state(one)
    evening(one, state, [0, 1, 9], 6)
    assert (state.station[:6] // 2).tolist() == [GAMMA] * 3 + [BETA] * 3


# The whole day.

ALL: list[dict[str, Any]] = [
    {"name": "raise", "date": "2030-01-05", "kind": "wage_rise", "share": 0.2, "relief": 0.01},
    {"name": "dark", "date": "2030-01-06", "kind": "blackout"},
    {"name": "grip", "date": "2030-01-07", "kind": "surveillance", "rise": 0.5},
    {"name": "purge", "date": "2030-01-09", "kind": "purge", "share": 0.5},
    {"name": "third", "date": "2030-01-15", "kind": "deployment", "share": 0.3},
    {"name": "go", "date": "2030-01-18", "kind": "movement", "formations": ["third"], "place": "alpha"},
]


def whole(events: list[dict[str, Any]], *changes: Changes) -> Result:
    """A busy run with more events."""
    return run_whole(busy(events, *changes), seed=1)


def busy(events: list[dict[str, Any]], *changes: Changes) -> Scenario:
    """The busy scenario with more events."""
    return invented(BUSY, *changes, {"events": [*BUSY["events"], *events]})


def test_each_response_changes_a_run() -> None:
    plain = whole([], ENDOGENOUS)
    for event in ALL:
        assert not whole([event], ENDOGENOUS).daily.equals(plain.daily), event["kind"]


NO_DOSE: list[dict[str, Any]] = [
    {"kind": "wage_rise", "share": 0.0},
    {"kind": "blackout", "cut": 0.0, "anger": 0.0},
    {"kind": "surveillance", "rise": 0.0},
    {"kind": "purge", "share": 0.0},
    {"kind": "call_up", "share": 0.0},
]


@pytest.mark.parametrize("trigger", [False, True])
@pytest.mark.parametrize("event", NO_DOSE, ids=lambda event: event["kind"])
def test_a_response_without_a_dose_changes_no_byte(event: dict[str, Any], trigger: bool) -> None:
    when: dict[str, Any] = (
        {"trigger": {"observed": "share_gone", "above": 0.0}} if trigger else {"date": "2030-01-09"}
    )
    plain, inert = whole([], ENDOGENOUS), whole([{"name": "nothing", **when, **event}], ENDOGENOUS)
    for name in FRAMES:
        assert inert.frame(name).equals(plain.frame(name)), name


def test_a_trigger_that_never_fires_changes_no_byte() -> None:
    never = {"observed": "belief", "above": 1e6}
    events = [{**event, "trigger": never} for event in ALL]
    for event in events:
        del event["date"]
    plain, silent = whole([], ENDOGENOUS), whole(events, ENDOGENOUS)
    for name in FRAMES:
        assert silent.frame(name).equals(plain.frame(name)), name


@pytest.fixture(scope="module")
def moved() -> Result:
    """A run in which companies move by event and by rule."""
    return whole(ALL, ENDOGENOUS, {"movement": {"on": True, "share_per_week": 0.5, "most_share": 0.9}})


def test_an_exit_takes_place_where_the_company_stands_on_that_day(moved: Result) -> None:
    one = world(moved.scenario)
    place_of = {}
    places = list(moved.scenario.places)
    for state in days(one):
        for row in (*state.attempt.row, *state.killed):
            # Deaths and exits come after the morning's moves, and before the evening's march.
            gone_to = {move.day: move for move in state.moved if move.day > state.day}
            station = state.station.copy()
            for move in gone_to.values():
                station[move.unit] = move.before
            place_of[int(row)] = places[station[one.army.soldiers.unit[row]] // 2]
    for frame in (moved.exits, moved.log[moved.log["what"] == "killed"]):
        assert frame["place"].tolist() == [place_of[person] for person in frame["person"]]
    home_station = moved.units.set_index("unit")["place"]
    assert (moved.exits["place"].astype(str) != moved.exits["unit"].map(home_station).astype(str)).any()


def test_units_stand_at_the_end_where_their_moves_led(moved: Result) -> None:
    units = moved.units.set_index("unit")
    place, deployed_ = units["place"].astype(str), units["deployed"].copy()
    for move in moved.moves.to_dict("records"):
        assert (place[move["unit"]], deployed_[move["unit"]]) == (
            move["place_before"],
            move["deployed_before"],
        )
        place[move["unit"]], deployed_[move["unit"]] = move["place"], move["deployed"]
    assert place.tolist() == units["place_at_end"].astype(str).tolist()
    assert deployed_.tolist() == units["deployed_at_end"].tolist()
    assert (units["place"].astype(str) != units["place_at_end"].astype(str)).any()


def test_men_by_place_of_posting_add_up_while_companies_move(moved: Result) -> None:
    by_place = moved.groups("place")
    sums = by_place.groupby("date")[["exits", "attempts", "killed", "serving"]].sum()
    for column in sums:
        assert sums[column].tolist() == moved.daily[column].tolist()
    assert (by_place["serving"] >= 0).all()
    one = world(moved.scenario)
    *_, state = days(one)
    last = by_place[by_place["date"] == by_place["date"].max()].set_index("group")["serving"]
    # The march of the last evening leads beyond the run.
    station = state.station.copy()
    for move in state.moved:
        station[move.unit] = move.before
    men = np.bincount(station // 2, weights=state.men, minlength=3)
    assert last.tolist() == men.tolist()


def test_events_that_happened_are_listed_with_their_day_and_end(moved: Result) -> None:
    rows = moved.events.set_index("name")
    assert rows.loc["dark", "day"] == 5
    assert not rows["triggered"].any()
    assert str(rows.loc["barred", "until"].date()) == "2030-02-01"
    assert rows.loc[["dark", "purge", "rumour"], "until"].isna().all()
    assert set(rows.index) == {event.name for event in moved.scenario.events}


def test_reservists_report_where_their_company_went() -> None:
    call = {"name": "call", "date": FIRST, "kind": "call_up", "share": 1.0, "over_days": 1}
    go = {"name": "go", "date": FIRST, "kind": "movement", "formations": ["third"], "place": "alpha"}
    one = world(invented({"army.reserves": 200, "events": [call, go]}))
    state = first_state(one)
    morning(one, state)
    reserves.call_up(one, state)
    assert state.reported.size
    assert state.men_by_station == approx(counted_by_hand(state))
    assert state.men_by_station[2 * GAMMA] == 0


def kinds_of(events: tuple[Event, ...]) -> set[str]:
    """Kinds of some events."""
    return {event.kind for event in events}


def test_the_founding_case_has_only_dated_responses_with_a_source() -> None:
    from sim.scenario_file import load

    scenario = load("syria-2012")
    acting = [
        event for event in scenario.events if event.kind in {"leave_cancelled", "confinement", "call_up"}
    ]
    assert all(event.date is not None and event.source for event in acting)
    new = {"wage_rise", "blackout", "surveillance", "purge", "deployment", "movement"}
    assert not kinds_of(scenario.events) & new
    assert not scenario.movement.on
