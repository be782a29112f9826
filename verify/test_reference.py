"""The whole comparison of the core with the second implementation; `make verify` runs it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import sim
from sim.reference import ReferenceModel
from sim.scenario import Scenario
from tests.random_scenarios import random_scenario
from tests.reference_counts import COUNTED, army_in_which_everything_happens, run_and_count
from tests.reference_mornings import disagreements_by_day
from tests.reference_runs import attribution_disagreements, disagreements, run_both

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
FOUNDING_CASE = "syria-2012"
THOUSAND = {"army.scale": 0.003}
"""975 regulars and as many reservists."""
AT_LEAST = 20
"""How often each mechanism must have acted."""


def names(folder: str) -> list[str]:
    """Names of the scenarios of a folder."""
    return sorted(path.stem for path in (SCENARIOS / folder).glob("*.yaml"))


def test_there_are_levers_contrasts_and_theory() -> None:
    assert min(len(names(folder)) for folder in ("levers", "contrasts", "theory")) > 5


@pytest.mark.parametrize("overlay", [*names("levers"), *names("contrasts")])
def test_each_lever_and_contrast_agrees_man_by_man(overlay: str) -> None:
    pair = run_both(sim.load(FOUNDING_CASE, overlays=[overlay]).with_(THOUSAND))
    assert not disagreements(pair)
    assert len(pair.lines_of_core) > 200


@pytest.mark.parametrize("name", names("theory"))
def test_each_case_of_theory_agrees_man_by_man(name: str) -> None:
    assert not disagreements(run_both(sim.load(name)))


@pytest.mark.parametrize("name", names("examples"))
def test_each_example_agrees_man_by_man(name: str) -> None:
    assert not disagreements(run_both(sim.load(name)))


@pytest.mark.parametrize(("soldiers", "seed"), [(1_000, 1), (1_000, 2), (1_000, 3), (5_000, 1), (20_000, 1)])
def test_the_founding_case_agrees_man_by_man(soldiers: int, seed: int) -> None:
    scenario = sim.load(FOUNDING_CASE).with_({"army.scale": soldiers / 325_000})
    pair = run_both(scenario, army_seed=seed, luck_seed=seed + 10)
    assert pair.army.regulars == soldiers
    assert not disagreements(pair)


@pytest.mark.parametrize("seed", range(1, 6))
def test_an_army_in_which_everything_happens_agrees_man_by_man(seed: int) -> None:
    scenario = army_in_which_everything_happens()
    pair = run_both(scenario, army_seed=seed, luck_seed=seed)
    assert not disagreements(pair)
    counts = run_and_count(ReferenceModel(scenario, pair.army, luck_seed=seed))
    assert min(counts[what] for what in COUNTED) >= AT_LEAST
    print("\n".join(f"{counts[what]:6,} {what}" for what in COUNTED))


@pytest.mark.parametrize("number", range(12, 150))
def test_a_scenario_drawn_at_random_agrees_man_by_man(number: int) -> None:
    assert not disagreements(run_both(random_scenario(number), army_seed=1 + number % 3, luck_seed=number))


@pytest.mark.parametrize("number", range(10, 40))
def test_the_parts_of_the_expected_exits_agree(number: int) -> None:
    assert not attribution_disagreements(random_scenario(number), 1 + number % 3, number)


def test_the_parts_of_the_expected_exits_of_the_founding_case_agree() -> None:
    scenario = sim.load(FOUNDING_CASE, overlays=["roadmap", "examples-made", "units-march"])
    assert not attribution_disagreements(scenario.with_(THOUSAND))


def mornings() -> Iterator[tuple[str, Scenario]]:
    """Scenarios that are compared from the same morning, every day."""
    yield "founding case", sim.load(FOUNDING_CASE).with_(THOUSAND)
    yield "dated war", sim.load(FOUNDING_CASE, overlays=["dated-war", "examples-made"]).with_(THOUSAND)
    yield "everything happens", army_in_which_everything_happens()
    for number in range(12, 40):
        yield f"random {number}", random_scenario(number)


@pytest.mark.parametrize(("name", "scenario"), list(mornings()), ids=[name for name, _ in mornings()])
def test_every_day_from_the_same_morning_changes_the_same(name: str, scenario: Scenario) -> None:
    for day, found in disagreements_by_day(scenario):
        assert not found, f"{name}, day {day}"
