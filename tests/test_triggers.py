"""Rules on observed state: what is read, when an event comes due, and when it is looked at again."""

from typing import Any, get_args

import numpy as np
import pytest

from sim.codes import Rank
from sim.engine import run as run_whole
from sim.lookout import WINDOW_DAYS
from sim.mechanisms import events, triggers
from sim.mechanisms.event_kinds import end_of
from sim.start import first_state
from sim.state import State
from sim.world import World
from tests.armies import BUSY, ENDOGENOUS, invented, run_world, world

approx = pytest.approx


def waiting(trigger: dict[str, Any], *others: dict[str, Any], **event: Any) -> tuple[World, State]:
    """A world with a triggered event, and its first state."""
    answer = {"name": "answer", "kind": "leave_cancelled", "trigger": trigger, **event}
    one = world(invented({"army.scale": 1.0, "events": [answer, *others]}))
    return one, first_state(one)


def days_of(one: World, state: State, beliefs: list[float]) -> list[int]:
    """Days on which the event happens, by the belief that each morning finds."""
    found = []
    for day, belief in enumerate(beliefs):
        state.day, state.belief = day, belief
        events.happen(one, state)
        found += [day for event in state.happening if event.name == "answer"]
    return found


ABOVE = {"observed": "belief", "above": 1.0}


def test_it_acts_on_the_first_morning_on_which_the_condition_holds() -> None:
    assert days_of(*waiting(ABOVE), [0, 1, 2, 0, 2]) == [2]
    assert days_of(*waiting({"observed": "belief", "below": 1.0}), [2, 1, 0.5, 0]) == [2]


def test_the_condition_must_hold_for_some_days_in_a_row() -> None:
    assert days_of(*waiting({**ABOVE, "for_days": 3}), [2, 2, 0, 2, 2, 2, 2]) == [5]


def test_it_acts_after_its_delay_whatever_has_become_of_the_condition() -> None:
    assert days_of(*waiting({**ABOVE, "delay_days": 2}), [0, 2, 0, 0, 2]) == [3]


def test_it_acts_once_unless_it_may_come_again() -> None:
    always = [2.0] * 20
    assert days_of(*waiting(ABOVE), always) == [0]
    # In force on days 1 to 4, looked at again from day 8 on.
    again = {**ABOVE, "delay_days": 1, "again_after_days": 3}
    assert days_of(*waiting(again, lasts_days=4), always) == [1, 9, 17]
    assert days_of(*waiting({**ABOVE, "again_after_days": 5}, kind="surveillance", rise=1), always) == [
        0,
        5,
        10,
        15,
    ]


def test_it_waits_for_what_it_requires() -> None:
    first = {"name": "first", "date": "2030-01-04", "kind": "context"}
    one, state = waiting({**ABOVE, "for_days": 2}, first, requires=["first"])
    # It is ready from day 1 on; what it requires has happened before the morning of day 4.
    assert days_of(one, state, [2.0] * 8) == [4]


def test_events_of_a_day_keep_the_order_of_the_file() -> None:
    dated = {"name": "dated", "date": "2030-01-01", "kind": "context"}
    answer = {"name": "answer", "kind": "signal", "trigger": {"observed": "belief", "below": 1.0}}
    for order in ([dated, answer], [answer, dated]):
        one = world(invented({"events": order}))
        state = first_state(one)
        events.happen(one, state)
        assert [event.name for event in state.happening] == [event["name"] for event in order]


def test_every_quantity_is_read_as_it_is_described() -> None:
    one, state = waiting(ABOVE)
    soldiers = one.army.soldiers
    senior = np.flatnonzero(soldiers.rank >= Rank.SENIOR)[:2]
    plain = np.flatnonzero(soldiers.rank == Rank.ENLISTED)[:5]
    for day in range(40):
        state.day = day
        state.escaped = np.concatenate((senior, plain)) if day % 2 else plain
        state.killed = plain[:3]
        events.happen(one, state)
    assert len(state.lookout.window) == WINDOW_DAYS
    state.regulars_gone[:] = 3
    state.collapsed_on[0] = 1
    state.control_night, state.control_day = np.array([0.0, 0.5, 0.6]), np.array([0.1, 0.2, 0.3])
    state.civilians_killed, state.belief = np.array([0.0, 3.0, 0.6]), -0.4
    regulars = one.army.regulars
    expected = {
        "exits_per_day": (5 + 7) / 2 / regulars * 325_000,
        "senior_exits": 14 * 2,
        "soldiers_killed_per_day": 3 / regulars * 325_000,
        "share_gone": 36 / regulars,
        "deployable_share": 1 - state.men[0] / regulars,
        "day_control": (0.02 + 0.06 + 0.03) / 0.6,
        "night_control": (0.15 + 0.06) / 0.6,
        "violence": 3.6 / 0.6,
        "belief": -0.4,
    }
    assert set(expected) == set(get_args(triggers.Observed)) == set(triggers.READINGS)
    for name, value in expected.items():
        assert triggers.READINGS[name](one, state) == approx(value), name


def test_counts_are_those_of_the_real_army() -> None:
    scenario = invented({"army.scale": 0.5, "events": [{"name": "a", "kind": "signal", "trigger": ABOVE}]})
    one = world(scenario)
    state = first_state(one)
    state.day, state.escaped = 1, np.flatnonzero(one.army.soldiers.rank >= Rank.SENIOR)[:2]
    events.happen(one, state)
    assert triggers.READINGS["senior_exits"](one, state) == 4.0


def test_the_end_of_an_event() -> None:
    def end(**event: Any) -> int:
        one, _ = waiting(ABOVE, **event)
        return end_of(one.scenario.events[0], one.scenario.start, 7, 60)

    assert end() == 60
    assert end(lasts_days=5) == 12
    assert end(lasts_days=500) == 60
    assert end(until="2030-01-21") == 20
    assert end(kind="signal") == 7


# A scenario whose rules fire, and the same with bounds that are never passed.

RULES: list[dict[str, Any]] = [
    {
        "name": "no-leave",
        "kind": "leave_cancelled",
        "trigger": {"observed": "exits_per_day", "above": 200, "for_days": 2, "again_after_days": 5},
        "lasts_days": 6,
    },
    {"name": "barred", "kind": "confinement", "trigger": {"observed": "share_gone", "above": 0.1}},
    {"name": "hush", "kind": "blackout", "trigger": {"observed": "belief", "above": 0.3}, "lasts_days": 10},
    {
        "name": "call",
        "kind": "call_up",
        "share": 0.5,
        "trigger": {"observed": "deployable_share", "below": 0.9, "delay_days": 3},
    },
    {
        "name": "purge",
        "kind": "purge",
        "role": "out",
        "share": 0.2,
        "trigger": {"observed": "senior_exits", "above": 1},
        "requires": ["barred"],
    },
    {
        "name": "rumour",
        "kind": "signal",
        "trigger": {"observed": "night_control", "above": 0.2},
    },
]


def test_rules_fire_in_a_whole_run_and_the_result_says_when() -> None:
    result = run_whole(invented(BUSY, {"events": RULES}), seed=1)
    found = result.events
    assert set(found["name"]) == {event["name"] for event in RULES}
    assert found["triggered"].all()
    daily, regulars = result.daily, 600
    window = daily["exits"].rolling(28, min_periods=1).sum() / 28 / regulars * 325_000
    first = found[found["name"] == "no-leave"]["day"].iloc[0]
    above = (window > 200).to_numpy()
    assert above[first - 2 : first].all()
    assert not above[: first - 2].any()
    again = np.diff(found[found["name"] == "no-leave"]["day"])
    assert again.size
    assert (again >= 6 + 5).all()
    barred, purge = (found[found["name"] == name]["day"].iloc[0] for name in ("barred", "purge"))
    assert purge > barred
    before = run_whole(invented(BUSY, {"events": []}), seed=1)
    assert result.daily["exits"].sum() != before.daily["exits"].sum()
    day = found["day"].min()
    assert result.daily.iloc[:day].equals(before.daily.iloc[:day])


def test_rules_that_do_not_fire_leave_no_trace() -> None:
    quiet = [
        {**event, "trigger": {"observed": "belief", "above": 1e6}, "requires": event.get("requires", [])}
        for event in RULES
    ]
    for changes in ({}, ENDOGENOUS):
        silent, without = (
            run_whole(invented(BUSY, changes, {"events": told}), seed=1) for told in (quiet, [])
        )
        assert not len(silent.events)
        assert silent.daily.equals(without.daily)


def test_a_rule_on_the_armys_own_state_is_the_same_sparsely_and_densely() -> None:
    one = world(invented(BUSY, {"events": RULES}))
    sparse, dense = run_world(one)[1], run_world(one, evaluation="dense")[1]
    assert sparse.daily == dense.daily
    assert sparse.events == dense.events
