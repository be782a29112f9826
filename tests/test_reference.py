"""The core against a second implementation: the same fate of every soldier, on the same day.

The quick part; the whole stands in `verify/`.
"""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

import sim
from sim.reference import ReferenceModel, belief, command, deaths
from sim.reference.raising import raise_army
from sim.reference.roll import Roll, roll_of
from sim.reference.soldier import Officer, Soldier
from sim.scenario import Scenario
from tests.armies import BUSY, ENDOGENOUS, Changes, invented
from tests.random_scenarios import random_scenario
from tests.reference_counts import COUNTED, army_in_which_everything_happens, run_and_count
from tests.reference_mornings import disagreements_by_day
from tests.reference_runs import attribution_disagreements, disagreements, run_both
from tests.test_layers import IMPORTS

AT_LEAST = 20
"""How often each mechanism must have acted."""

SOME_OVERLAYS = ("regime-by-rule", "roadmap", "purge", "units-march", "everyone-deployed")
THOUSAND: Changes = {"army.scale": 0.003}

REALS = ("loyalty", "log_frailty", "effect")
"""Columns of the roll that go through functions of the numerical library."""


def test_the_founding_case_at_1000_soldiers_agrees_man_by_man() -> None:
    pair = run_both(sim.load("syria-2012").with_(THOUSAND))
    assert not disagreements(pair)
    assert len(pair.lines_of_core) > 250


def test_the_founding_case_under_many_levers_agrees_man_by_man() -> None:
    pair = run_both(sim.load("syria-2012", overlays=SOME_OVERLAYS).with_(THOUSAND))
    assert not disagreements(pair)
    assert len(pair.lines_of_core) > 250


@pytest.mark.parametrize("name", ["dominoes-100", "dominoes-1", "watts-two-degrees"])
def test_a_case_of_theory_agrees_man_by_man(name: str) -> None:
    scenario = sim.load(name)
    if scenario.army.regulars > 1000:
        scenario = scenario.with_({"army.regulars": 1000})
    assert not disagreements(run_both(scenario))


def test_an_army_in_which_everything_happens_agrees_man_by_man() -> None:
    scenario = army_in_which_everything_happens()
    pair = run_both(scenario)
    assert not disagreements(pair)
    counts = run_and_count(ReferenceModel(scenario, pair.army))
    assert set(counts) == set(COUNTED)
    assert not {what: number for what, number in counts.items() if number < AT_LEAST}


@pytest.mark.parametrize("number", range(12))
def test_a_scenario_drawn_at_random_agrees_man_by_man(number: int) -> None:
    pair = run_both(random_scenario(number), army_seed=1 + number % 3, luck_seed=number)
    assert not disagreements(pair)


MOVED_ON_DAY_0: Changes = {
    "events": [
        {"name": "away", "date": "2030-01-01", "kind": "movement", "formations": ["third"], "place": "alpha"},
        {"name": "out", "date": "2030-01-01", "kind": "deployment", "share": 0.5},
    ]
}
BY_THRESHOLD: Changes = {
    "law": {
        "kind": "threshold",
        "reference": "unit",
        "initiators": 5,
        "thresholds": {"distribution": "normal", "mean": 0.1, "sd": 0.2},
    }
}
WITHOUT_A_LAW = {path: value for path, value in BUSY.items() if not path.startswith("law.")}

TAKEN_APART: dict[str, Callable[[], Scenario]] = {
    "everything": lambda: army_in_which_everything_happens().with_({"days": 60, "events": []}),
    "moves on day 0": lambda: invented(BUSY, ENDOGENOUS, MOVED_ON_DAY_0),
    "thresholds": lambda: invented(WITHOUT_A_LAW, BY_THRESHOLD),
    "at random": lambda: random_scenario(9),
}


@pytest.mark.parametrize("name", TAKEN_APART)
def test_the_parts_of_the_expected_exits_agree(name: str) -> None:
    assert not attribution_disagreements(TAKEN_APART[name](), luck_seed=4)


@pytest.mark.parametrize("distribution", ["normal", "uniform", "constant", "evenly_spaced"])
def test_thresholds_of_each_kind_agree_man_by_man(distribution: str) -> None:
    change = {"law.thresholds": {"distribution": distribution, "mean": 0.01, "first": -0.05, "step": 0.002}}
    assert not disagreements(run_both(invented(WITHOUT_A_LAW, ENDOGENOUS, BY_THRESHOLD, change)))


# From the same morning.


@pytest.mark.parametrize("changes", [(BUSY,), (BUSY, ENDOGENOUS)], ids=["dated war", "endogenous war"])
def test_every_day_from_the_same_morning_changes_the_same(changes: tuple[Changes, ...]) -> None:
    for day, found in disagreements_by_day(invented(*changes)):
        assert not found, f"on day {day}"


def test_many_events_from_the_same_morning_change_the_same() -> None:
    scenario = army_in_which_everything_happens().with_({"days": 40, "events": []})
    for day, found in disagreements_by_day(scenario):
        assert not found, f"on day {day}"
    for day, found in disagreements_by_day(random_scenario(7), luck_seed=7):
        assert not found, f"on day {day}"


# A rule that is read differently is found, at the day and the field where it first matters.


def _no_bases(situation: Any) -> float:
    return 0.0


def _higher_cap(man: Soldier, chance: float, day: int) -> bool:
    return man.luck.uniform_of("follow", day, man.identity) < 1.2 * chance


def test_a_misread_rule_of_belief_is_found_in_belief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(belief, "_bases", _no_bases)
    found = [line for _, lines in disagreements_by_day(invented(BUSY, ENDOGENOUS)) for line in lines]
    assert found
    assert found[0].startswith("belief: ")


@pytest.mark.parametrize(
    ("where", "name", "other"),
    [(belief, "_bases", _no_bases), (Soldier, "follows", _higher_cap), (deaths, "MOST_A_DAY", 0.001)],
    ids=["belief", "followers", "deaths"],
)
def test_a_misread_rule_changes_a_fate(
    where: Any, name: str, other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, name, other)
    assert any("fates" in line for line in disagreements(run_both(invented(BUSY, ENDOGENOUS))))


# The army.


def _assert_same_roll(core: Roll, reference: Roll) -> None:
    for part in ("men", "units", "commands"):
        ours, theirs = getattr(reference, part), getattr(core, part)
        assert len(ours) == len(theirs)
        for field in fields(theirs[0]):
            one, other = ([getattr(row, field.name) for row in rows] for rows in (theirs, ours))
            same = pytest.approx(one, rel=1e-12, abs=1e-12) if field.name in REALS else one
            assert other == same, f"{field.name} of {part}"
    assert core.ties == reference.ties
    assert core.persons == reference.persons
    assert core.regulars == reference.regulars


ARMIES: dict[str, Callable[[], Scenario]] = {
    "invented": lambda: invented(BUSY),
    "halved": lambda: invented(BUSY, {"army.scale": 0.5, "army.frailty_variance": 0.8, "army.ties.home": 2}),
    "doubled": lambda: invented(BUSY, {"army.scale": 2.2, "army.ties.barracks": 8}),
    "officers": army_in_which_everything_happens,
    "many seniors": lambda: invented(
        {
            "army.posted_away_from_home": False,
            "army.rank_shares": {"enlisted": 0.1, "nco": 0.1, "junior": 0.1, "senior": 0.3, "general": 0.4},
        }
    ),
    "founding case": lambda: sim.load("syria-2012").with_(THOUSAND),
    "poisson": lambda: invented(BUSY, {"army.ties.graph": {"kind": "poisson", "mean_degree": 3}}),
    "everybody tied": lambda: invented(
        {"army.ties.graph": {"kind": "poisson", "mean_degree": 200}, "army.regulars": 150}
    ),
    "degrees": lambda: sim.load("watts-two-degrees").with_({"army.regulars": 1000}),
}


@pytest.mark.parametrize("name", ARMIES)
def test_the_army_is_raised_alike(name: str) -> None:
    scenario = ARMIES[name]()
    for seed in (1, 5):
        _assert_same_roll(roll_of(sim.build_army(scenario, seed)), raise_army(scenario, seed))


# The two share who is who and what the scenario says, and no rule.


def test_the_reference_shares_no_rule_with_the_core() -> None:
    used = {
        name
        for module, names in IMPORTS.items()
        if module.startswith("sim.reference")
        for name in names
        if not name.startswith("sim.reference")
    }
    assert used == {"sim.army", "sim.codes", "sim.scenario", "sim.synthesis"}


def test_the_reference_raises_its_own_army_without_the_core() -> None:
    scenario = invented(BUSY)
    by_core = ReferenceModel(scenario, army_seed=2).run()
    by_itself = ReferenceModel(scenario, raise_army(scenario, 2)).run()
    assert by_core.lines == by_itself.lines


# The model as Mesa has it.


def test_it_is_a_mesa_model_with_an_agent_a_man() -> None:
    scenario = invented(BUSY)
    model = ReferenceModel(scenario, raise_army(scenario))
    assert len(model.agents) == len(model.soldiers) == 800
    officers = [man for man in model.agents_by_type[Officer] if isinstance(man, Officer)]
    assert all(man.rank >= 2 for man in officers)
    assert len(model.agents_by_type[Soldier]) + len(officers) == 800
    model.step()
    assert (model.day, model.steps, model.running) == (1, 1, True)
    model.run()
    assert (model.day, model.running) == (scenario.days, False)
    frame = model.datacollector.get_model_vars_dataframe()
    assert len(frame) == scenario.days
    assert frame["exits"].sum() == sum(man.escaped for man in model.soldiers)


def test_a_commander_is_followed_by_the_ways_that_the_page_names() -> None:
    assert [how.name.lower() for how in command.LEADING] == ["decided", "planned", "invited", "dated"]
