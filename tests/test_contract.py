"""Every stage of the day changes only what it declares; every mechanism can be switched off."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from sim import engine
from sim.attribution import Attribution, Terms
from sim.luck import Luck
from sim.mechanisms import exits
from sim.mechanisms.order import DEPARTURE, EVENING, MORNING, TERMS, Act, Stage
from sim.result import Result
from sim.state import State
from sim.tally import said_by
from sim.watch import Watch
from sim.world import World
from tests.armies import BUSY, ENDOGENOUS, SWITCHES, Changes, invented, off, run, run_world, world

SHORT: Changes = {"days": 40}
"""Long enough for all that happens in the busy scenario."""

STAGES = MORNING + DEPARTURE + EVENING
DECIDES = ("party", "in_party", "asked", "touched", "persuaded", "depth", "line")
"""What `exits.decide` may change: it stands between the morning and the departures."""

RESPONSES = [
    {"name": "raise", "date": "2030-01-05", "kind": "wage_rise", "share": 0.2, "lasts_days": 20},
    {"name": "dark", "date": "2030-01-06", "kind": "blackout", "until": "2030-01-26"},
    {"name": "grip", "date": "2030-01-07", "kind": "surveillance", "rise": 0.5},
    {"name": "purge", "date": "2030-01-09", "kind": "purge", "share": 0.5, "role": "out"},
    {"name": "third", "date": "2030-01-15", "kind": "deployment", "share": 0.3},
    {"name": "go", "date": "2030-01-18", "kind": "movement", "formations": ["third"], "place": "beta"},
    {
        "name": "answer",
        "kind": "leave_cancelled",
        "trigger": {"observed": "share_gone", "above": 0.01, "delay_days": 2, "again_after_days": 3},
        "lasts_days": 4,
    },
]

# Companies collapse and posts are filled anew, so that every declared write has its occasion.
VERY_BUSY = {
    **BUSY,
    "outcomes.unit_collapse_share": 0.3,
    "attempts.informer_share": 0.2,
    "command.replacement_days": 5,
    "events": [*BUSY["events"], *RESPONSES],
    "movement": {"on": True, "share_per_week": 1.0, "margin": 1.0, "most_share": 1.0},
}


def same(one: Any, other: Any) -> bool:
    """Whether two values of a state are equal, NaN counting as equal to NaN."""
    if isinstance(one, np.ndarray):
        same_kind = one.dtype == other.dtype and one.shape == other.shape
        return same_kind and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if is_dataclass(one):
        return all(same(getattr(one, at.name), getattr(other, at.name)) for at in fields(one))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def snapshot(state: State) -> dict[str, Any]:
    """Copy every field of a state but the pressure and the muster.

    The tables of the pressure are written anew each day; the columns of the muster are fields themselves.
    """
    kept = (at.name for at in fields(state) if at.name not in ("pressure", "muster"))
    return {name: deepcopy(getattr(state, name)) for name in kept}


def changed(before: dict[str, Any], state: State) -> set[str]:
    """Names of the fields that are no longer as they were."""
    return {name for name, value in before.items() if not same(value, getattr(state, name))}


Written = dict[str, set[str]]


def watched(act: Act, name: str, written: Written) -> Act:
    """Return a stage's action that also notes what it changes."""

    def act_and_compare(world: World, state: State) -> None:
        before, pressure = snapshot(state), state.pressure
        act(world, state)
        written[name] |= changed(before, state)
        assert state.pressure is pressure

    return act_and_compare


def name_of(stage: Stage) -> str:
    """Module and function of a stage."""
    return f"{stage.act.__module__}.{stage.act.__qualname__}"


@pytest.fixture(scope="module")
def written() -> Written:
    """What each stage changed somewhere in busy runs, with either war."""
    found: Written = {name_of(stage): set() for stage in STAGES}
    found["decide"] = set()
    decide = exits.decide

    def decide_and_compare(world: World, state: State, watch: Watch) -> None:
        before = snapshot(state)
        decide(world, state, watch)
        found["decide"] |= changed(before, state)

    with pytest.MonkeyPatch.context() as patch:
        for stages in ("MORNING", "DEPARTURE", "EVENING"):
            each = [
                replace(stage, act=watched(stage.act, name_of(stage), found))
                for stage in getattr(engine, stages)
            ]
            patch.setattr(engine, stages, tuple(each))
        patch.setattr(exits, "decide", decide_and_compare)
        for seed in (1, 2):
            run(invented(VERY_BUSY), seed, seed)
        run(invented(VERY_BUSY, ENDOGENOUS))
    return found


def test_names_of_stages_are_their_own() -> None:
    assert len({name_of(stage) for stage in STAGES}) == len(STAGES)


@pytest.mark.parametrize("stage", STAGES, ids=name_of)
def test_a_stage_changes_only_what_it_declares(stage: Stage, written: Written) -> None:
    assert written[name_of(stage)] <= set(stage.writes)


@pytest.mark.parametrize("stage", STAGES, ids=name_of)
def test_every_declared_write_is_written_somewhere(stage: Stage, written: Written) -> None:
    assert set(stage.writes) <= written[name_of(stage)]


def test_the_decision_changes_only_todays_party(written: Written) -> None:
    assert written["decide"] == set(DECIDES)


@pytest.mark.parametrize("stage", STAGES, ids=name_of)
def test_a_stage_declares_fields_of_the_state_and_a_reason(stage: Stage) -> None:
    assert set(stage.writes) <= {at.name for at in fields(State)}
    assert len(stage.writes) == len(set(stage.writes))
    assert len(stage.why_here) > 20


def test_terms_change_nothing() -> None:
    for state in engine.days(one := world(invented(BUSY))):
        if state.day % 10 == 9:
            for name, say in TERMS:
                before = snapshot(state)
                said_by(one, state, say)
                assert not changed(before, state), name


def test_a_run_changes_neither_army_nor_world() -> None:
    one = world(invented(VERY_BUSY, ENDOGENOUS))
    kept = (at.name for at in fields(World) if at.name not in ("scenario", "rules", "army", "luck"))
    before = {name: deepcopy(getattr(one, name)) for name in kept}
    run_world(one)
    for name, value in before.items():
        assert same(value, getattr(one, name)), name


def test_a_second_run_of_a_world_is_the_first_again() -> None:
    one = world(invented(VERY_BUSY))
    (_, first), (_, second) = run_world(one), run_world(one)
    assert first.daily == second.daily


# Switches.


def test_all_switches_are_tested() -> None:
    assert set(SWITCHES) == set(invented().switches)
    assert {name for name, _ in TERMS} <= set(SWITCHES)


def missing(result: Result) -> set[tuple[str, str]]:
    """Frames and columns that hold a NaN where there are rows."""
    return {
        (name, str(column))
        for name in ("summary", "daily", "units", "exits", "loyalty", "log")
        for column, values in result.frame(name).items()
        if values.isna().any()
    }


ACTS_IN: dict[str, Changes] = {
    "militia": ENDOGENOUS,
    "movement": {"movement": {"on": True, "share_per_week": 1.0, "most_share": 1.0}},
}
"""What a mechanism needs beside the busy scenario in order to act."""


@pytest.fixture(scope="module")
def with_all() -> dict[str, Result]:
    """Busy runs with all mechanisms on, by the mechanism that needs them; the plain one under ''."""
    needed: dict[str, Changes] = {"": {}, **ACTS_IN}
    return {name: engine.run(invented(BUSY, SHORT, changes), seed=1) for name, changes in needed.items()}


@pytest.mark.parametrize("name", SWITCHES)
def test_a_mechanism_that_is_off_is_absent_and_leaves_no_hole(name: str, with_all: dict[str, Result]) -> None:
    complete = with_all.get(name, with_all[""])
    result = engine.run(invented(BUSY, SHORT, ACTS_IN.get(name, {}), off(name)), seed=1)
    assert missing(result) <= missing(complete)
    # It acted in the busy run, or this test could not fail.
    assert not result.daily.equals(complete.daily)


class Heard(Attribution):
    """Keeps the names of the mechanisms that say a term."""

    def take(self, world: World, state: State, terms: Terms) -> None:
        self.heard = list(terms)


@pytest.mark.parametrize("name", SWITCHES)
def test_the_term_of_a_mechanism_that_is_off_is_absent(name: str) -> None:
    attribution = Heard.on("daily")
    next(engine.days(world(invented(BUSY, off(name))), attribution=attribution))
    assert attribution.heard == [term for term, _ in TERMS if term != name]


def test_with_all_mechanisms_off_nothing_is_left_but_the_law() -> None:
    attribution = Heard.on("daily")
    state = next(engine.days(world(invented(BUSY, off(*SWITCHES))), attribution=attribution))
    assert attribution.heard == []
    assert state.pressure is not None
    assert not state.pressure.profile.any()
    assert not state.pressure.susceptible.any()


# What a dose of nothing does.

INERT: dict[str, Changes] = {
    "conscription": {"conscription.effect": 0.0},
    "tenure": {"tenure": {"first": 0.0, "second": 0.0, "third": 0.0}},
    "composition": {"composition": {"conscripts": 0.0, "heterogeneity": 0.0, "interaction": 0.0}},
    "polarisation": {"polarisation.effect": 0.0},
    "punishment": {"punishment": {}},
    "bases": {"bases.signal": "none"},
    "grievance": {"grievance.multiple": 0.0},
    "comrades": {"comrades.ties_most": 0.0, "comrades.own_group": 0.0},
    "casualties": {"casualties.battalion_effect": 0.0, "casualties.place_effect": 0.0},
    "belief": {"belief.effect": {}},
    "refuge": {"refuge.floor": 1.0},
    "amnesty": {"amnesty.announced": None},
    "promise": {"promise.announced": None},
    "invitation": {"invitation.days": 0.0},
    "fear": {"fear.effect": 0.0},
    "family": {"family.effect": {}},
    "reserves": {"events": [one for one in BUSY["events"] if one["kind"] != "call_up"]},
    "deaths": {
        "war.periods": [
            {key: value for key, value in period.items() if key != "soldiers_killed_per_day"}
            for period in BUSY["war.periods"]
        ]
    },
}


@pytest.mark.parametrize("name", INERT)
def test_a_mechanism_without_a_dose_is_as_good_as_off(name: str) -> None:
    changes: Changes = {**BUSY, **SHORT, **INERT[name]}
    _, inert = run(invented(changes))
    _, without = run(invented(changes, off(name)))
    departures = inert.departures.joined(), without.departures.joined()
    for column in inert.departures.columns:
        np.testing.assert_array_equal(departures[0][column], departures[1][column])


def test_no_mechanism_deals_luck_in_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every number of the day is asked for by name: asking twice gives the same."""
    asked: list[tuple[Any, ...]] = []
    words: Callable[..., Any] = Luck.words
    key: Callable[..., Any] = Luck.key

    def twice(luck: Luck, decision: str, identities: Any, *index: int) -> Any:
        asked.append((decision, index))
        words(luck, decision, identities[::-1], *index)
        return words(luck, decision, identities, *index)

    def keyed(luck: Luck, decision: str, *index: int) -> Any:
        asked.append((decision, index))
        return key(luck, decision, *index)

    expected = run(invented(BUSY))[1].daily
    monkeypatch.setattr(Luck, "words", twice)
    monkeypatch.setattr(Luck, "key", keyed)
    assert run(invented(BUSY))[1].daily == expected
    decisions = {decision for decision, _ in asked}
    assert decisions >= {
        "resistance to leaving",
        "death",
        "invitation",
        "follow",
        "betrayal",
        "join, flee or hide",
    }
