"""The endogenous war: its equations by hand, its bounds whatever the numbers, the loops that it closes."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.baseline import war_by_place
from experiments.baseline.war_by_place import place_rows
from sim.codes import Fate, Floats
from sim.engine import days, run
from sim.errors import ScenarioError
from sim.mechanisms import (
    battle,
    deliveries,
    funds,
    knowledge,
    leavers,
    militia,
    morale,
    opposition,
    uprising,
    war,
)
from sim.parameters import Section
from sim.result import Result
from sim.scenario import Scenario
from sim.scenario_file import load, scenario_folder
from sim.start import first_state
from sim.state import State
from sim.world import World
from tests.armies import BUSY, ENDOGENOUS, Changes, invented, off, run_world, world
from tests.heads import is_whole

approx = pytest.approx

# Companies 0 to 5 (50 men each) are deployed in beta, 6 and 7 garrison alpha, 8 to 11 garrison gamma.
ALPHA, BETA, GAMMA = range(3)
PEOPLE = np.array([200_000.0, 300_000.0, 100_000.0])
WEIGHTS = {"south": 1.0, "north": 0.2, "hill": 0.5}

RISING: Changes = {
    "war": {"kind": "endogenous"},
    "uprising": {"mobilisation": [{"from": "2030-01-01", "intensity": {"beta": 1.0, "gamma": 0.5}}]},
}


def morning(*changes: Changes, **state: Any) -> tuple[World, State]:
    """Return a world at endogenous war and its first state, with some fields of the state set."""
    one = world(invented(RISING, *changes))
    first = first_state(one)
    for name, value in state.items():
        setattr(first, name, value)
    return one, first


# The equations.


def test_strengths_of_both_sides() -> None:
    one, state = morning(
        {"militia.weight": 0.4, "uprising.defector_weight": 2.0},
        {"uprising.arms": [{"date": "2029-12-01", "level": 0.5}, {"date": "2030-02-01", "level": 3}]},
        militia=np.array([10.0, 0, 0]),
        fighters=np.array([[100.0, 40, 0], [0, 30, 5]]),
    )
    assert one.theatre is not None
    assert battle.army_strength(one, state, one.theatre) == approx([100 * 0.2, 300, 200 * 0.2])
    arms, weight = uprising.arms(one, state), one.scenario.uprising.defector_weight
    rebels = [uprising.strength(place, arms, state.fighters, weight) for place in (ALPHA, BETA, GAMMA)]
    assert rebels == approx([0.5 * 100, 0.5 * (40 + 60), 0.5 * 10])
    state.day = 31
    assert uprising.arms(one, state) == 3.0


def test_companies_that_have_collapsed_and_men_who_left_do_not_count() -> None:
    one, state = morning()
    assert one.theatre is not None
    state.collapsed_on[[0, 8]] = 3
    state.men[1] = 20
    assert battle.army_strength(one, state, one.theatre) == approx([20, 300 - 50 - 30, 30])


def test_strengths_are_in_real_numbers_at_any_scale() -> None:
    whole, half = (world(invented(RISING, {"army.scale": scale})) for scale in (1.0, 0.5))
    strengths = []
    for one in (whole, half):
        assert one.theatre is not None
        strengths.append(battle.army_strength(one, first_state(one), one.theatre).sum())
    assert strengths[0] == approx(strengths[1], rel=0.01)


def test_a_day_of_war_by_hand() -> None:
    one, state = morning(
        {"battle": {"repression": 4.0, "ceiling": 50.0, "control_days": 10, "hold_per_1000": 2.0}},
        fighters=np.array([[0.0, 100, 0], [0, 0, 0]]),
        control_day=np.array([0.0, 0.25, 0]),
        control_night=np.array([0.0, 0.5, 0]),
        destruction=np.array([0.1, 0.1, 0]),
    )
    war.wage(one, state)
    regime, armed, hold = 300.0, 100.0, 600.0
    engaged = regime * armed / (regime + armed)  # 75 on either side
    by_battle = 0.0025 * engaged / 300_000 * 1e6
    raw = 4.0 * 0.75 + by_battle
    assert state.violence == approx([0, 50 * (1 - np.exp(-raw / 50)), 50 * (1 - np.exp(-2.0 / 50))])
    assert state.civilians_killed == approx(state.violence * PEOPLE / 1e6)
    assert state.soldiers_expected == approx([0, 0.0012 * engaged, 0])
    by_day, by_night = armed / (armed + regime + hold), 300 / (300 + regime + hold)
    assert state.control_day == approx([0, 0.25 + (by_day - 0.25) / 10, 0])
    assert state.control_night == approx([0, 0.5 + (by_night - 0.5) / 10, 0])
    assert state.destruction == approx([0.1, 0.1 + 0.9 * (1 - np.exp(-2e-4 * by_battle)), 0])


def losses(*fighting: Changes) -> tuple[Floats, Floats]:
    """Killed and destroyed in beta on a day: soldiers, militia, by battle, by repression; and control."""
    one, state = morning(*fighting, fighters=np.array([[0.0, 100, 0], [0, 0, 0]]))
    state.militia = np.array([0.0, 200, 0])
    war.wage(one, state)
    ceiling, destroyed = one.scenario.battle.ceiling, state.destruction[BETA]
    raw = -ceiling * np.log1p(-state.violence[[BETA, GAMMA]] / ceiling)  # nobody is armed in gamma
    militia.raise_men(one, state)
    killed = [state.soldiers_expected[BETA], 200 - state.militia[BETA], raw[0] - 2 * raw[1], raw[1]]
    return np.array([*killed, -np.log1p(-destroyed)]), state.control_night


@pytest.mark.parametrize(("level", "repression"), [(0.0, 0.0), (0.25, 0.25), (2.0, 1.0)])
def test_a_truce_quiets_the_war_and_an_offensive_the_opposite(level: float, repression: float) -> None:
    rows = [{"date": "2029-12-01", "level": level}, {"date": "2030-01-02", "level": 3.0}]
    (killed, ground), (usual, usual_ground) = losses({"battle.fighting": rows}), losses()
    expected = level * usual
    expected[3] = repression * usual[3]
    assert killed == approx(expected)
    assert ground == approx(usual_ground)


def test_fighters_fall_as_hard_as_the_fighting_goes() -> None:
    left = []
    for level in (1.0, 3.0):
        one, state = morning(
            {"battle.fighting": [{"date": "2030-01-01", "level": level}]},
            {"uprising.quit_per_day": 0.0, "uprising.join_per_day": 0.0},
            fighters=np.array([[0.0, 100, 0], [0, 60, 0]]),
            regime_engaged=np.array([0.0, 0.2, 0]),
            escaped=np.empty(0, dtype=np.int64),
        )
        uprising.take_up_arms(one, state)
        left.append(np.array([100.0, 60.0]) - state.fighters[:, BETA])
    assert left[1] == approx(3 * left[0])
    assert left[0] == approx([100 * 0.0003 * 0.8, 60 * 0.0003 * 0.8])


def test_militia_bears_a_part_of_the_regimes_losses() -> None:
    one, state = morning(fighters=np.array([[0.0, 100, 0], [0, 0, 0]]), militia=np.array([0.0, 200, 0]))
    war.wage(one, state)
    share = 100 / (300 + 0.5 * 200 + 100)
    assert state.soldiers_expected == approx([0, 0.0012 * 300 * share, 0])
    militia.raise_men(one, state)
    assert state.militia == approx([0, 200 * (1 - 0.0012 * share), 0])


def test_who_would_ever_take_up_arms_and_who_would_be_militia() -> None:
    one, _ = morning({"uprising.willing_share": 0.02})
    assert one.theatre is not None
    shares = np.array([[0.6, 0.3, 0.1], [0.1, 0.7, 0.2], [0.5, 0.5, 0]])  # north, south, hill
    assert one.theatre.willing == approx(0.02 * PEOPLE * (shares @ [0.2, 1.0, 0.5]))
    assert one.theatre.militia_pool == approx(PEOPLE * (shares @ [0.04, 0, 0.004]))


def test_civilians_take_up_arms_by_hand() -> None:
    one, state = morning(
        {"uprising.quit_per_day": 0.01},
        violence=np.array([0.0, 12, 6]),
        violence_felt=np.array([0.0, 3, 0]),
        control_night=np.array([0.0, 0.5, 0]),
        regime_engaged=np.array([0.0, 0.2, 0]),
        fighters=np.array([[0.0, 50, 0], [0, 0, 0]]),
        faction_exists=True,
        escaped=np.empty(0, dtype=np.int64),
    )
    uprising.take_up_arms(one, state)
    country = (12 * 3 + 6) / 6
    felt = np.array([0.0, 3, 0]) + (0.75 * np.array([0.0, 12, 6]) + 0.25 * country - [0, 3, 0]) / 30
    assert state.violence_felt == approx(felt)
    pull = 1 - np.exp(-felt / 20)
    assert one.theatre is not None
    left = 50 * (1 - 0.0003 * 0.8 - 0.01)
    beta = left + 0.2 * 1.0 * pull[BETA] * (0.1 + 0.9 * 0.5) * (one.theatre.willing[BETA] - left)
    gamma = 0.2 * 0.5 * pull[GAMMA] * 0.1 * one.theatre.willing[GAMMA]
    assert state.fighters[0] == approx([0, beta, gamma])


def test_before_a_faction_exists_few_take_up_arms() -> None:
    recruits = []
    for exists in (False, True):
        one, state = morning(violence_felt=np.full(3, 10.0), faction_exists=exists)
        state.escaped = np.empty(0, dtype=np.int64)
        uprising.take_up_arms(one, state)
        recruits.append(state.fighters[0].sum())
    assert recruits[0] == approx(0.1 * recruits[1])


def test_soldiers_who_join_fight_at_home_or_where_they_served() -> None:
    one, state = morning({"uprising.defectors_at_home": 0.25, "army.scale": 2.0})
    soldiers = one.army.soldiers
    away = np.flatnonzero((one.army.units.place[soldiers.unit] == BETA) & (soldiers.home == GAMMA))[:3]
    state.escaped = away
    state.fate[away] = (Fate.JOINED, Fate.FLED, Fate.JOINED)
    state.day = 40
    opposition.enlist(one, state)
    uprising.take_up_arms(one, state)
    assert state.fighters[1] == approx([0, 0.75, 0.25])  # two men of an army at twice its size are one


# Either war.


def test_a_dated_war_reads_nothing_of_the_endogenous_one() -> None:
    dated = [
        run(invented(BUSY, changes), seed=1)
        for changes in ({}, {"battle.repression": 50, "uprising.willing_share": 0.2, "militia.on": False})
    ]
    assert dated[0].daily.equals(dated[1].daily)
    assert dated[0].exits.equals(dated[1].exits)


def test_what_a_table_does_not_hold_is_unknown_not_nought() -> None:
    columns = ["destruction", "fighters", "militia"]
    dated, endogenous = (run(invented(BUSY, changes), seed=1) for changes in ({}, ENDOGENOUS))
    assert dated.daily[columns].isna().all(axis=None)
    assert dated.summary[columns].isna().all(axis=None)
    assert endogenous.daily[columns].notna().all(axis=None)
    assert (endogenous.summary[columns] > 0).all(axis=None)


def test_a_war_says_on_what_its_deaths_rest() -> None:
    peace, dated, endogenous = invented(), invented(BUSY), invented(BUSY, ENDOGENOUS)
    assert peace.war.statement == ""
    assert "dated table" in dated.war.statement
    assert "nil by construction" in dated.war.statement
    assert "endogenous" in endogenous.war.statement


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"uprising.mobilisation": [{"from": "2030-01-01", "intensity": {"beth": 1}}]},
            "unknown place 'beth'",
        ),
        (
            {"uprising.mobilisation": [{"from": "2030-01-02"}, {"from": "2030-01-02"}]},
            "in the order of their dates",
        ),
        ({"uprising.arms": [{"date": "2030-02-01"}, {"date": "2030-01-01"}]}, "in the order of their dates"),
        (
            {"battle.fighting": [{"date": "2030-02-01"}, {"date": "2030-01-01"}]},
            "in the order of their dates",
        ),
        ({"uprising.mobilisation": [{"from": "2030-01-01", "intensity": {"beta": 2}}]}, "less than or equal"),
    ],
)
def test_bad_inputs_of_the_uprising_are_refused(changes: Changes, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        invented(changes)


@pytest.fixture(scope="module")
def founding() -> Scenario:
    return load("syria-2012")


def test_a_table_that_is_not_there_is_no_peace(founding: Scenario) -> None:
    with pytest.raises(ScenarioError, match="it has no periods"):
        founding.with_({"war.kind": "table"})


# Bounds, whatever the numbers.


_ENDS = ("ge", "le")


def bounds_of(section: type[Section]) -> dict[str, tuple[float, float]]:
    """Range of each numeric key of a section."""
    found = {}
    for name, field in section.model_fields.items():
        limits = {key: getattr(rule, key) for rule in field.metadata for key in _ENDS if hasattr(rule, key)}
        if len(limits) == 2:
            found[name] = (limits["ge"], limits["le"])
    return found


SECTIONS = {
    "battle": battle.Battle,
    "uprising": uprising.Uprising,
    "militia": militia.Militia,
    "opposition": opposition.Opposition,
    "arms_deliveries": deliveries.ArmsDeliveries,
    "knowledge": knowledge.Knowledge,
    "leavers": leavers.Leavers,
    "funds": funds.Funds,
    "morale": morale.Morale,
}
RANGES = {
    f"{section}.{key}": bounds
    for section, model in SECTIONS.items()
    for key, bounds in bounds_of(model).items()
}


def test_every_number_of_the_war_is_drawn() -> None:
    assert len(RANGES) == 48
    assert all(low < high for low, high in RANGES.values())


@st.composite
def wars(draw: st.DrawFn) -> Changes:
    """Draw every parameter within its range, often at an end of it."""
    shares = st.one_of(st.sampled_from((0.0, 1.0)), st.floats(0, 1))
    changes = {key: low + draw(shares) * (high - low) for key, (low, high) in RANGES.items()}
    places = ("alpha", "beta", "gamma")
    rows = [
        {"from": date, "intensity": {place: draw(shares) for place in places}}
        for date in ("2030-01-02", "2030-01-12")
    ]
    return {
        **changes,
        "war": {"kind": "endogenous"},
        "uprising.mobilisation": rows,
        "uprising.arms": [{"date": "2030-01-05", "level": 5 * draw(shares)}],
    }


def is_bounded(one: World, state: State, before: Floats) -> None:
    """Check that all quantities of the war are within their bounds."""
    rules, theatre = one.scenario.battle, one.theatre
    assert theatre is not None
    little = 1e-9
    for share in (state.control_day, state.control_night, state.destruction, state.regime_engaged):
        assert (share >= 0).all()
        assert (share <= 1).all()
    assert (state.control_day <= state.control_night + little).all()
    assert (state.destruction >= before - little).all()
    assert (state.violence >= 0).all()
    assert (state.violence <= rules.ceiling).all()
    assert (state.violence_felt <= rules.ceiling * (1 + little)).all()
    assert (state.fighters >= 0).all()
    assert (state.fighters[0] <= theatre.willing * (1 + little)).all()
    assert state.fighters_entered.sum() == approx(state.members.sum() / one.scale, abs=1e-6)
    assert (state.fighters[1] <= state.fighters_entered * (1 + little) + little).all()
    assert 0 <= state.fighters_lost <= 1
    assert 0 <= state.morale <= 1
    assert (state.militia >= 0).all()
    assert (state.militia <= theatre.militia_pool * (1 + little)).all()
    assert (state.soldiers_expected >= 0).all()
    assert state.soldiers_expected.sum() <= one.army.size * rules.soldiers_lost_per_day


@settings(max_examples=15)
@given(changes=wars(), seed=st.integers(0, 99))
def test_war_stays_in_its_bounds_and_heads_are_conserved(changes: Changes, seed: int) -> None:
    one = world(invented(BUSY, {"days": 32}, changes), seed, seed)
    before = np.zeros(3)
    for state in days(one):
        is_bounded(one, state, before)
        is_whole(one, state)
        before = state.destruction.copy()


# Steps of a day.

# Nobody leaves and nobody is killed: what moves is the war alone.
ALONE: Changes = {
    **off("deaths", "reserves"),
    "days": 45,
    "law.reference_hazard_per_week": 0.0,
    "army.reserves": 0,
}


def courses(changes: Changes) -> dict[str, Floats]:
    """Course of the war by day and place, once mobilisation has ceased to change."""
    one = world(invented(ALONE, changes))
    kept = [
        tuple(
            values.copy()
            for values in (
                state.control_day,
                state.control_night,
                state.violence,
                state.fighters[0],
                state.militia,
            )
        )
        for state in days(one)
    ]
    names = ("control_day", "control_night", "violence", "fighters", "militia")
    return {name: np.array(values)[15:] for name, values in zip(names, zip(*kept, strict=True), strict=True)}


@settings(max_examples=15)
@given(changes=wars())
def test_nothing_swings_from_day_to_day(changes: Changes) -> None:
    for name, course in courses(changes).items():
        bend = np.diff(course, n=2, axis=0)
        felt = np.abs(bend) > 1e-5 * max(course.max(), 1e-6)
        turns = (bend[1:] * bend[:-1] < 0) & felt[1:] & felt[:-1]
        in_a_row = turns[3:] & turns[2:-1] & turns[1:-2] & turns[:-3]
        assert not in_a_row.any(), name


RATES = (
    "uprising.join_per_day",
    "uprising.quit_per_day",
    "uprising.fighters_lost_per_day",
    "militia.raise_per_day",
    "battle.soldiers_lost_per_day",
    "battle.damage",
)
TIMES = ("uprising.memory_days", "battle.control_days")


def test_half_the_rates_for_twice_the_days_is_the_same_war() -> None:
    still: Changes = {
        **RISING,
        "factions.rebels.starts": "2030-01-01",
        "days": 120,
        "uprising.join_per_day": 0.5,
    }
    plain = invented(ALONE, still)
    halved = {key: _value(plain, key) / 2 for key in RATES} | {key: _value(plain, key) * 2 for key in TIMES}
    course, fine = courses(still), courses({**still, **halved, "days": 240})
    assert course["control_night"].max() > 0.2, "there is something to compare"
    for name, values in course.items():
        # Day t of the one is day 2 t + 1 of the other; both courses leave the first 15 days out.
        same = fine[name][16::2][: len(values)]
        worst = np.abs(values[: len(same)] - same).max()
        assert worst < 0.03 * values.max(), name


def _value(scenario: Scenario, key: str) -> float:
    section, _, name = key.partition(".")
    return float(getattr(getattr(scenario, section), name))


# The loops that the war closes.

LONG: Changes = {
    **BUSY,
    **ENDOGENOUS,
    "days": 90,
    "events": [],
    "army.persons": [],
    "battle": {"repression": 6.0},
    "law.reference_hazard_per_week": 0.02,  # an army that is spent has nobody left to fight
}


@pytest.fixture(scope="module")
def long_war() -> Result:
    return run(invented(LONG), seed=1)


def end(result: Result, column: str) -> float:
    """Value of a daily column on the last day."""
    return float(result.daily[column].iloc[-1])


def test_a_lever_that_wins_members_by_burning_the_country_shows_it() -> None:
    # Ground that the regime loses spares it repression, so more civilians die only where battle kills most.
    deadly = {"battle": {"repression": 6.0, "civilians_per_engaged": 0.02, "ceiling": 1000.0}}
    more = {"choice.join_base": {"enlisted": 5.0, "nco": 5.0, "junior": 5.0}}
    without, lever = (run(invented(LONG, deadly, change), seed=1) for change in ({}, more))
    assert lever.summary["joined"].iloc[0] > 1.2 * without.summary["joined"].iloc[0]
    for column in ("fighters", "destruction", "control_night"):
        assert end(lever, column) > end(without, column), column
    assert lever.summary["civilians_killed"].iloc[0] > without.summary["civilians_killed"].iloc[0]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"uprising.arms": [{"date": "2030-01-15", "level": 4.0}]}, "control_day"),
        ({"militia.on": False}, "control_day"),
        ({"battle.night_advantage": 6.0}, "control_night"),
        ({"uprising.solidarity": 1.0}, "militia"),
    ],
)
def test_what_strengthens_a_side_is_seen_on_the_ground(
    changes: Changes, column: str, long_war: Result
) -> None:
    assert end(run(invented(LONG, changes), seed=1), column) > end(long_war, column)


def test_without_mobilisation_there_is_peace() -> None:
    _, record = run_world(world(invented(ALONE, {"war": {"kind": "endogenous"}})))
    assert all(one == record.daily[0] for one in record.daily)


def test_the_war_by_place_has_a_line_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MIDDLE", "NIGHT"):
        monkeypatch.setattr(war_by_place, name, date(2030, 2, 1))
    said, table = place_rows(invented(LONG), invented(BUSY, {"days": 90}))
    assert "evidence-notes" in said
    lines = table.splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| Alpha", "| beta", "| gamma"]


# The founding case: entered a second time, from the counts.

POINTS = {
    "idlib": 131,
    "hama": 72,
    "homs": 60,
    "deraa": 50,
    "aleppo": 45,
    "rif-dimashq": 45,
    "deir-ez-zor": 27,
    "damascus": 20,
    "latakia": 19,
    "hasaka": 18,
    "raqqa": 4,
    "tartus": 4,
    "quneitra": 2,
    "suwayda": 1,
}
SPRING = {
    "deraa": 0.470,
    "homs": 0.170,
    "rif-dimashq": 0.140,
    "latakia": 0.060,
    "damascus": 0.040,
    "hama": 0.030,
    "idlib": 0.030,
    "tartus": 0.030,
    "aleppo": 0.015,
    "deir-ez-zor": 0.010,
    "hasaka": 0.005,
}


def test_mobilisation_of_the_founding_case_follows_from_its_counts(founding: Scenario) -> None:
    assert sum(POINTS.values()) == 498
    people = {name: place.population for name, place in founding.places.items()}
    rows = founding.uprising.mobilisation
    for row, counts, level in zip(rows, (SPRING, SPRING, POINTS), (0.28, 1.0, 0.29), strict=True):
        rate = {name: count / people[name] for name, count in counts.items()}
        wanted = {name: level * value / max(rate.values()) for name, value in rate.items()}
        for name in people:
            assert row.intensity.get(name, 0.0) == approx(wanted.get(name, 0.0), abs=6e-4), name


def test_founding_case_has_the_dated_war_as_a_contrast(founding: Scenario) -> None:
    dated = load("syria-2012", overlays=[scenario_folder() / "contrasts" / "dated-war.yaml"])
    assert founding.war.kind == "endogenous"
    assert dated.war.kind == "table"
    assert len(dated.war.periods) == 32
