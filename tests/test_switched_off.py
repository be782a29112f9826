"""With a mechanism switched off exactly those soldiers, days and columns differ that it reached.

Whom it reached is predicted from the run with it, and from the luck read plainly, man by man and day by day.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.army import Army
from sim.boxes import LAYERS
from sim.codes import Fate, Floats, How, Ints, Rank
from sim.engine import days
from sim.pressure import log_hazard
from sim.record import DAILY_COLUMNS, Record
from sim.scatter import Scatter
from sim.setting import world_of
from sim.synthesis import build
from sim.world import World
from tests.armies import BUSY, ENDOGENOUS, Changes, all_off_but, identities, invented, lines, run_world
from tests.test_worlds import ALONE

# Mechanisms that say a term and take nothing from who left: each on alone, then off.

BY_ITSELF: Changes = {
    **BUSY,
    "army.regulars": 1_500,
    "army.reserves": 0,
    "army.persons": [],
    "events": [one for one in BUSY["events"] if one["kind"] not in ("elite_exit", "call_up")],
    "grievance.own_group_gone": 0.0,
    "belief.elite_effect": 0.0,
    "surveillance": {"mobile": 0.0, "learning_per_year": 0.0},
    "salary_plan.word_of_mouth": 0.0,
    "salary_plan.budget_usd_per_month": 1e9,
    "law.reference_hazard_per_week": 0.02,
}
TERMS: dict[str, Changes] = {
    "grievance": {"law.reference_hazard_per_week": 0.01, "grievance.multiple": 10.0},
    "belief": {},
    "salary_plan": {"salary_plan.broadcast_per_day": 0.2},
    "refuge": {},
    "amnesty": {},
    "promise": {"army.rank_shares": {"nco": 0.5, "junior": 0.2, "senior": 0.2, "general": 0.1}},
    "family": {},
    "opportunity": {},
    "fear": {},
    "conscription": {},
    "tenure": {},
    "composition": {},
    "polarisation": {},
}


def lowest_points(one: World) -> Floats:
    """Log height of the lowest point of each soldier on each day, every layer read; shape (T, N)."""
    identity, length = one.army.soldiers.identity, one.scenario.days
    scatter, lowest = Scatter(one.luck, identity, length), np.full((length, identity.size), np.inf)
    for day in range(length):
        scatter.read(np.arange(identity.size), np.full(identity.size, LAYERS), day)
        rows, height = scatter.on_day(day, int(identity.max()) + 1)
        np.minimum.at(lowest[day], rows, np.log(height))
    return lowest


def first_day(hazard: Floats, lowest: Floats) -> Ints:
    """First day on which the hazard of each soldier reaches his resistance; the number of days if none."""
    decides = np.vstack((hazard >= lowest, np.ones(lowest.shape[1], dtype=bool)))
    return np.argmax(decides, axis=0)


def went(one: World) -> tuple[Ints, Floats]:
    """Day on which each soldier left, the number of days if he did not; log hazards by day, (T, N)."""
    record, hazards, everyone = Record(), [], np.arange(one.army.size)
    for state in days(one):
        record.take(one, state)
        hazards.append(log_hazard(one, state, everyone))
    gone, day = record.departures.joined(), np.full(one.army.size, one.scenario.days)
    day[gone["row"]] = gone["day"]
    return day, np.array(hazards)


@pytest.mark.parametrize("name", TERMS)
def test_a_term_moves_exactly_those_whose_hazard_it_moves_past_their_resistance(name: str) -> None:
    # Conscription, composition and polarisation are in the personal hazards of day 0, not in the terms.
    on, off = (
        invented(BY_ITSELF, all_off_but(name), TERMS[name], {f"{name}.on": acts}) for acts in (True, False)
    )
    army = build(on, 1)
    one, other = world_of(on, army, 1), world_of(off, army, 1)
    lowest = lowest_points(one)
    with_it, hazards = went(one)
    without, _ = went(other)
    np.testing.assert_array_equal(with_it, first_day(hazards, lowest))
    # With no mechanism on, a hazard is what it was on day 0.
    constant = other.personal + other.unit_effect[army.soldiers.unit]
    cap = np.log(off.law.cap_per_day)
    predicted = first_day(np.tile(np.minimum(constant, cap), (off.days, 1)), lowest)
    np.testing.assert_array_equal(without, predicted)
    moved = with_it != without
    assert moved.sum() >= 5
    felt = (hazards != np.minimum(constant, cap)).any(axis=0)
    assert felt[moved].all()


# Mechanisms of what comes after the decision, in a world in which nobody reaches another.

QUIETLY: Changes = {**ALONE, "army.regulars": 900, "law.reference_hazard_per_week": 0.05}
NOBODY_IS_CAUGHT: Changes = {"attempts.on": False}
NOTHING_BY_LEVEL = dict.fromkeys(("company", "battalion", "brigade", "formation"), 0.0)
Reached = Callable[[set[tuple[Any, ...]]], set[int]]
_WHO, _HOW, _FATE = 1, 4, 5


def who(what: str) -> Reached:
    """Those to whom one thing happened."""
    return lambda found: {line[_WHO] for line in found if line[0] == what}


def left(test: Callable[[tuple[Any, ...]], bool]) -> Reached:
    """Those who left or were caught, in some way."""
    return lambda found: {line[_WHO] for line in found if line[0] == "left" and test(line)}


# What is added to the quiet world so that the mechanism acts, and whom it reaches by the run with it.
REACHED: dict[str, tuple[Changes, Reached]] = {
    "attempts": ({}, left(lambda line: line[_FATE] == Fate.CAUGHT and line[_HOW] != How.DETECTED)),
    "choice": ({}, left(lambda line: line[_FATE] in (Fate.JOINED, Fate.FLED))),
    "reserves": ({}, lambda found: who("arrivals")(found) | who("evaders")(found)),
    "leavers": ({"leavers": {"base_per_day": 0.02, "unpaid_effect": 0.0}}, who("members_left")),
    "deaths": ({"deaths.on": True}, who("deaths")),
    "invitation": (
        {"invitation": {"on": True, "days": 300}, **NOBODY_IS_CAUGHT},
        left(lambda line: line[_HOW] == How.INVITED),
    ),
    "command": (
        {
            "command": {
                "on": True,
                "gone_effect": NOTHING_BY_LEVEL,
                "follow_own_sect": {"company": 0.5, "battalion": 0.2},
            },
            **NOBODY_IS_CAUGHT,
        },
        left(lambda line: line[_HOW] == How.FOLLOWED),
    ),
    "funds": ({"leavers": {"base_per_day": 0.02, "unpaid_effect": 0.0}}, lambda found: set()),
    "bases": ({"bases": {"share": 0.05, "days": 20, "signal": "large"}}, lambda found: set()),
}


def on_and_off(name: str, *changes: Changes, seed: int = 1) -> tuple[Army, list[Record]]:
    """Run a world with a mechanism and without, with the same army and luck."""
    scenarios = [invented(*changes, {f"{name}.on": acts}) for acts in (True, False)]
    army = build(scenarios[0], seed)
    return army, [run_world(world_of(scenario, army, seed))[1] for scenario in scenarios]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", REACHED)
def test_exactly_those_whom_it_reached_fare_otherwise(name: str, seed: int) -> None:
    changes, reached = REACHED[name]
    army, (on, off) = on_and_off(name, QUIETLY, changes, seed=seed)
    before, after = lines(on, army), lines(off, army)
    predicted = reached(before)
    assert identities(before ^ after) == predicted
    assert len(predicted) > 5 or name in ("funds", "bases")
    if name == "funds":
        assert not np.array_equal(np.array(on.accounts), np.array(off.accounts))
    if name == "bases":
        assert sum(row[DAILY_COLUMNS.index("bases_abandoned")] for row in on.daily) > 0


@pytest.mark.parametrize("seed", [1, 2])
def test_without_planning_those_who_planned_leave_when_they_decide(seed: int) -> None:
    scenario = invented(QUIETLY)
    army = build(scenario, seed)
    one, began = world_of(scenario, army, seed), {}
    record = Record()
    for state in days(one):
        record.take(one, state)
        for row in np.flatnonzero((state.plan_ready >= 0) & (state.fate == Fate.PLANNING)):
            began.setdefault(int(army.soldiers.identity[row]), state.day)
    _, off = run_world(world_of(scenario.with_({"planning.on": False}), army, seed))
    before, after = lines(record, army), lines(off, army)
    assert identities(before ^ after) == set(began)
    gone = {line[_WHO]: line[3] for line in after if line[0] == "left"}
    assert {who: gone[who] for who in began} == began
    assert len(began) > 5
    assert (army.soldiers.rank[list(began)] >= Rank.SENIOR).all()


def test_a_company_that_marches_takes_its_own_men_only() -> None:
    marches: Changes = {"movement": {"on": True, "share_per_week": 1.0, "most_share": 0.9, "margin": 1.0}}
    army, (on, off) = on_and_off("movement", QUIETLY, marches, {"deaths.on": False})
    moved = np.unique(on.moves.joined()["unit"])
    men = set(army.soldiers.identity[np.isin(army.soldiers.unit, moved)].tolist())
    changed = identities(lines(on, army) ^ lines(off, army))
    assert changed
    assert changed <= men
    assert 0 < moved.size < army.units.place.size


# Mechanisms that reach everyone: nothing differs before the day on which they begin to act.

STOCKS: dict[str, str] = {"militia": "militia", "knowledge": "knowledge", "morale": "morale"}


@pytest.mark.parametrize("name", STOCKS)
def test_nothing_differs_before_a_stock_begins_and_then_the_stock_alone(name: str) -> None:
    _, (on, off) = on_and_off(name, BUSY, ENDOGENOUS, {"army.regulars": 900})
    column = DAILY_COLUMNS.index(STOCKS[name])
    with_it, without = np.array(on.daily), np.array(off.daily)
    begins = int(np.argmax(with_it[:, column] > 0))
    assert with_it[begins, column] > 0
    assert with_it[:begins].tobytes() == without[:begins].tobytes()
    # It is a stock of the evening, which acts from tomorrow.
    assert np.flatnonzero(with_it[begins] != without[begins]).tolist() == [column]
    assert (without[:, column] == 0).all()
    assert (np.delete(with_it, column, axis=1) != np.delete(without, column, axis=1)).any()


# What each answers to, and how many days after it.
ANSWERS: dict[str, tuple[str, int]] = {
    "casualties": ("killed", 0),
    "comrades": ("exits", 1),
    "surveillance": ("exits", 1),
    "punishment": ("caught", 1),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_nothing_differs_before_that_to_which_it_answers(name: str) -> None:
    what, later = ANSWERS[name]
    calm: Changes = {
        "law.reference_hazard_per_week": 0.001,
        "army.regulars": 900,
        "attempts.interception": 1.0,
    }
    _, (on, off) = on_and_off(name, BUSY, calm)
    kept = [column for column in range(len(DAILY_COLUMNS)) if DAILY_COLUMNS[column] != "surveillance_learned"]
    with_it, without = (np.array(record.daily)[:, kept] for record in (on, off))
    first = int(np.argmax(np.array(on.daily)[:, DAILY_COLUMNS.index(what)] > 0))
    assert first > 0
    assert with_it[: first + later].tobytes() == without[: first + later].tobytes()
    assert with_it.tobytes() != without.tobytes()
