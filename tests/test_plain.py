"""Plain objects of a scenario read as its sections do."""

from typing import Any

import pytest

import sim
from sim.parameters import Section
from sim.plain import plain
from sim.scenario import Scenario


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return sim.load("syria-2012")


def same(section: Section, written: Any) -> bool:
    """Whether all values of a section are read from a plain object, those of sections in it one by one."""
    return all(
        same(value, getattr(written, name)) if isinstance(value, Section) else getattr(written, name) is value
        for name, value in section
    )


def test_a_plain_scenario_has_every_value_of_the_scenario(scenario: Scenario) -> None:
    assert same(scenario, plain(scenario))


def test_it_answers_for_no_other_name(scenario: Scenario) -> None:
    written = plain(scenario)
    assert not isinstance(written.belief, Section)
    with pytest.raises(AttributeError, match="no attribute 'sections'"):
        _ = written.sections  # type: ignore[attr-defined]


def test_it_is_frozen_as_a_section_is(scenario: Scenario) -> None:
    written = plain(scenario)
    with pytest.raises(AttributeError, match="'effect' is of the scenario"):
        written.fear.effect = 1.0
    assert written.fear.effect == scenario.fear.effect


def test_it_has_what_a_section_works_out(scenario: Scenario) -> None:
    written = plain(scenario)
    assert written.belief.effect.in_order() is scenario.belief.effect.in_order()
    assert written.punishment.acts == scenario.punishment.acts
    assert written.comrades.acts == scenario.comrades.acts


def test_what_is_told_apart_by_its_kind_stays_what_it_is(scenario: Scenario) -> None:
    written = plain(scenario)
    assert written.law is scenario.law
    assert written.war is scenario.war
    assert written.events is scenario.events
