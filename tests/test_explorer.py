"""A salary plan by hand: the plan that is asked for is run beside one baseline, and both are drawn."""

from datetime import date as Date
from typing import Any

import numpy as np
import pytest

from experiments.policies import explorer
from experiments.policies.explorer import explore_salary
from experiments.policies.salary_pair import Pairs, draw_pair, draw_salary, pairs_of, run_plan
from sim.errors import ScenarioError
from sim.scenario import Scenario
from tests.small import small_scenario

STARTS = Date(2030, 2, 1)
PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return small_scenario()


@pytest.fixture(scope="module")
def pairs(scenario: Scenario) -> Pairs:
    return pairs_of(scenario, scale=1.0, seed=3)


def test_plan_is_the_lever_with_three_values_changed(pairs: Pairs) -> None:
    plan = run_plan(pairs, 300.0, 0.5, STARTS).scenario.salary_plan
    assert (plan.usd_per_month, plan.delivered_share, plan.starts) == (300.0, 0.5, STARTS)
    shipped = pairs.lever.salary_plan
    assert shipped.announced is not None
    assert shipped.starts is not None
    assert plan.announced == STARTS - (shipped.starts - shipped.announced)
    changed = {"usd_per_month", "delivered_share", "starts", "announced"}
    assert plan.model_dump(exclude=changed) == shipped.model_dump(exclude=changed)


def test_pair_has_one_army_and_one_luck(pairs: Pairs) -> None:
    seeds = ["army_seed", "luck_seed"]
    for result in (pairs.baseline, run_plan(pairs, 200.0, 1.0, STARTS)):
        assert result.summary[seeds].to_numpy().tolist() == [[3, 3]]


def test_offer_of_nothing_is_the_baseline(pairs: Pairs) -> None:
    nothing = run_plan(pairs, 0.0, 1.0, STARTS)
    assert nothing.daily.equals(pairs.baseline.daily)
    assert nothing.exits.equals(pairs.baseline.exits)


def test_figure_has_both_in_one_axes_and_says_what_it_is(pairs: Pairs) -> None:
    lever = run_plan(pairs, 200.0, 1.0, STARTS)
    ax = draw_pair(pairs.baseline, lever)
    lines = {str(line.get_label()): np.asarray(line.get_ydata()) for line in ax.get_lines()}
    assert lines["Baseline: left"][-1] == pairs.baseline.summary["exits"].iloc[0]
    assert lines["Plan: left"][-1] == lever.summary["exits"].iloc[0]
    assert lines["Plan: joined a faction"][-1] == lever.summary["joined"].iloc[0]
    words = "\n".join(text.get_text() for text in ax.texts)
    assert "$200 a month from 1 February 2030" in words
    assert "simulation, not observation" in words
    assert "no interval" in words


def test_drawn_for_one_setting(scenario: Scenario) -> None:
    ax = draw_salary(scenario, usd_per_month=250, starts="2030-02-01", scale=1.0)
    assert "$250 a month" in ax.texts[0].get_text()


def test_values_out_of_range_are_refused(scenario: Scenario) -> None:
    with pytest.raises(ScenarioError, match="delivered_share"):
        draw_salary(scenario, delivered_share=1.5, starts=STARTS, scale=1.0)
    with pytest.raises(ValueError, match="isoformat"):
        draw_salary(scenario, starts="soon", scale=1.0)


def test_slider_reruns_the_plan(scenario: Scenario) -> None:
    box = explore_salary(scenario, scale=1.0, seed=3)
    amount, share, starts, picture = box.children
    assert (amount.value, share.value) == (200.0, 1.0)
    assert scenario.start <= starts.value <= scenario.last_date
    pictures = [bytes(picture.value)]
    for slider, value in ((amount, 500.0), (share, 0.0), (starts, STARTS)):
        slider.value = value
        pictures.append(bytes(picture.value))
    assert all(image.startswith(PNG) for image in pictures)
    assert len(set(pictures)) == len(pictures)


def test_says_what_to_install(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named '{name}'")

    monkeypatch.setattr(explorer, "import_module", missing)
    with pytest.raises(ImportError, match=r"loyalty-erosion\[notebook\]"):
        explore_salary(scenario)
