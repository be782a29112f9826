"""Regressions on simulated exits find what was put in, and what they find where something is unseen."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from matplotlib import image
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg

from experiments.recovery.figure import save_recovery
from experiments.recovery.page import page, standardised
from experiments.recovery.panel import between_soldiers, panel_of, terms_of, unseen
from experiments.recovery.regressions import Fit, RiskSet, adjusted, cox, piecewise_exponential
from experiments.recovery.study import COMPANIES, LEVEL, MEN, VARIANTS, Recovered, recovered
from sim.engine import days, run
from sim.mechanisms.order import Mechanism
from sim.pressure import hazard_of, log_hazards
from sim.scenario import Scenario
from sim.scenario_file import load
from sim.setting import world_of
from sim.synthesis import build
from tests.armies import with_soldiers

FALSE_ALARM = 1e-6  # of each statistical statement; fewer than 20 are made in this file
FEW = {"army.regulars": 4_000}


# The regressions, beside those of a library.


def made_up(seed: int, sizes: Sequence[int] = (40, 35, 30, 25, 24)) -> list[RiskSet]:
    """Risk sets of single soldiers with two covariates and 1; several leave on a day, on the last nobody."""
    generator = np.random.default_rng(seed)
    found = []
    for size in sizes:
        x = np.column_stack((generator.integers(0, 3, (size, 2)), np.ones(size))).astype(float)
        offset = generator.normal(0.0, 0.3, size)
        leave = generator.random(size) < 0.1 * np.exp(0.5 * x[:, 0] - 0.4 * x[:, 1] + offset)
        found.append(RiskSet(x, np.ones(size), leave * (size != 24.0), offset))
    return found


def stacked(risk_sets: list[RiskSet]) -> tuple[RiskSet, np.ndarray]:
    """All rows in one, and the day of each."""
    day = np.repeat(np.arange(len(risk_sets)), [each.at_risk.size for each in risk_sets])
    return RiskSet(*(np.concatenate(parts) for parts in zip(*risk_sets, strict=True))), day


def without_level(risk_sets: list[RiskSet]) -> list[RiskSet]:
    return [each._replace(covariates=each.covariates[:, :-1]) for each in risk_sets]


def assert_same(fit: Fit, estimate: object, error: object) -> None:
    np.testing.assert_allclose(fit.estimate, estimate, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(fit.error, error, rtol=1e-5)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cox_is_that_of_a_library(seed: int) -> None:
    sets = without_level(made_up(seed))
    rows, day = stacked(sets)
    model = PHReg(
        np.ones(day.size), rows.covariates, rows.exits, strata=day, ties="efron", offset=rows.offset
    )
    theirs = model.fit()
    assert_same(cox(lambda: sets), theirs.params, theirs.bse)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_piecewise_exponential_is_that_of_a_library(seed: int) -> None:
    sets = made_up(seed)
    rows, _ = stacked(sets)
    offset = rows.offset + np.log(rows.at_risk - rows.exits / 2.0)
    theirs = sm.GLM(rows.exits, rows.covariates, family=sm.families.Poisson(), offset=offset).fit(tol=1e-12)
    assert_same(piecewise_exponential(lambda: sets), theirs.params, theirs.bse)


def counted(day: RiskSet) -> RiskSet:
    """The same day by soldiers who are alike."""
    table = np.column_stack((day.covariates, day.offset))
    alike, which = np.unique(table, axis=0, return_inverse=True)
    counts = [np.bincount(which.ravel(), weights=column) for column in (day.at_risk, day.exits)]
    return RiskSet(alike[:, :-1], counts[0], counts[1], alike[:, -1])


def test_counts_of_soldiers_who_are_alike_give_the_same() -> None:
    single = [each._replace(offset=0.0 * each.offset) for each in made_up(4, (200, 180, 150))]
    together = [counted(each) for each in single]
    assert together[0].at_risk.size == 9
    for one, other in (
        (cox(lambda: without_level(single)), cox(lambda: without_level(together))),
        (piecewise_exponential(lambda: single), piecewise_exponential(lambda: together)),
    ):
        np.testing.assert_allclose(one.estimate, other.estimate, rtol=1e-9)
        np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-8)


def test_without_a_maximum_it_is_said() -> None:
    # All who leave have the covariate, and nobody without: the ratio is infinite.
    day = RiskSet(np.array([[1.0], [0.0]]), np.array([5.0, 5.0]), np.array([2.0, 0.0]), np.zeros(2))
    with pytest.raises((RuntimeError, np.linalg.LinAlgError)):
        cox(lambda: [day])


# The covariates.


def test_covariates_and_what_was_put_in_make_the_hazard_of_every_soldier_every_day() -> None:
    # With nothing else: covariates times what the scenario states, plus what nobody sees, is the log hazard.
    scenario = load("recovery", overrides={**FEW, **COMPANIES, **MEN, "army.stayers_share": 0.1, "days": 200})
    army = build(scenario, 2)
    army = with_soldiers(army, susceptibility=np.ones_like(army.soldiers.susceptibility))
    panel = panel_of(run(scenario, 2, army=army), army, with_offsets=True)
    put_in = np.array([term.put_in for term in terms_of(scenario)])
    world, mornings = world_of(scenario, army, 2), []
    witness = Mechanism("witness", update=lambda _, state: mornings.append(state.personal.copy()))
    sets = list(panel.all_terms())
    for day, state in enumerate(days(world, [witness])):
        rows = panel.days[day].row
        hazard = hazard_of(world, state)._replace(personal=mornings[day])
        expected = sets[day].covariates @ put_in + sets[day].offset
        np.testing.assert_allclose(log_hazards(hazard, rows), expected, atol=1e-9)
        leaves = rows[panel.days[day].exits > 0]
        np.testing.assert_array_equal(np.sort(leaves), np.sort(state.escaped))


def test_rows_of_those_who_are_alike_hold_everybody_once() -> None:
    scenario = load("recovery", overrides=FEW)
    army = build(scenario, 1)
    result = run(scenario, 1, army=army)
    single, alike = (panel_of(result, army, with_offsets=by_man) for by_man in (True, False))
    assert alike.rows < 0.9 * single.rows
    for one, other in zip(single.between(), alike.between(), strict=True):
        assert one.at_risk.sum() == other.at_risk.sum()
        assert one.exits.sum() == other.exits.sum()
        np.testing.assert_allclose(one.at_risk @ one.covariates, other.at_risk @ other.covariates)
        np.testing.assert_allclose(one.exits @ one.covariates, other.exits @ other.covariates)
    # Where nothing is unseen, the offset is nothing.
    np.testing.assert_allclose(unseen(scenario, army), 0.0, atol=1e-12)


# Recovery.


def on_few(changes: dict[str, float], with_offsets: bool = False) -> Recovered:
    scenario: Scenario = load("recovery", overrides={**FEW, **changes})
    return recovered(scenario, 3, with_offsets)


@pytest.fixture(scope="module")
def alike() -> Recovered:
    return on_few({})


@pytest.fixture(scope="module")
def hidden() -> Recovered:
    return on_few({**COMPANIES, **MEN})


@pytest.fixture(scope="module")
def given() -> Recovered:
    return on_few({**COMPANIES, **MEN}, with_offsets=True)


@pytest.mark.parametrize("name", ["alike", "given"])
def test_what_was_put_in_is_recovered(name: str, request: pytest.FixtureRequest) -> None:
    one: Recovered = request.getfixturevalue(name)
    assert one.exits > 800
    for fit, put_in in ((one.cox, one.put_in[: one.cox.estimate.size]), (one.exponential, one.put_in)):
        away = (fit.estimate - put_in) / fit.error
        assert np.abs(away).max() < adjusted(1.0 - FALSE_ALARM, put_in.size)
        assert stats.chi2(put_in.size).sf(away @ np.linalg.inv(_correlation(fit)) @ away) > FALSE_ALARM


def _correlation(fit: Fit) -> np.ndarray:
    return fit.covariance / np.outer(fit.error, fit.error)


def test_intervals_are_as_wide_as_the_data_allow(alike: Recovered) -> None:
    # A check that finds nothing since its intervals are wide would find nothing wrong, either.
    by_name = dict(zip((term.name for term in alike.terms), alike.half_width, strict=True))
    assert by_name["home north"] < 0.25
    assert by_name["belief"] < 0.25
    assert by_name["own group gone"] < 2.5


def test_what_is_hidden_biases_contagion_up_and_effects_of_men_down(hidden: Recovered) -> None:
    estimate, error, put_in = (
        dict(zip((term.name for term in hidden.terms), values, strict=True))
        for values in (hidden.estimate, hidden.error, hidden.put_in)
    )
    far = adjusted(1.0 - FALSE_ALARM, 1)
    # Companies whose hazard is high have lost many: that looks like contagion, and takes the sect's part.
    assert estimate["own group gone"] > put_in["own group gone"] + far * error["own group gone"]
    assert abs(estimate["sect hill"]) < abs(put_in["sect hill"]) - far * error["sect hill"]
    # Selection looks like a brake that grows.
    name = "learned surveillance"
    assert estimate[name] < put_in[name] - far * error[name]


def ratio_of(fit: Fit, put_in: np.ndarray, size: int) -> tuple[float, float]:
    """One ratio of recovered to put in for the first terms together, by least squares; and its error."""
    precision = np.linalg.inv(fit.covariance[:size, :size])
    weight = put_in[:size] @ precision
    return float(weight @ fit.estimate[:size] / (weight @ put_in[:size])), float(
        (weight @ put_in[:size]) ** -0.5
    )


def test_frailty_of_men_alone_attenuates(alike: Recovered) -> None:
    # With no contagion to take anything over: two groups draw together by selection, so that the ratio found
    # over a time is nearer to 0 than that of any two men (Struthers and Kalbfleisch 1986).
    quiet = {"comrades.on": False, "surveillance.on": False, "army.frailty_variance": 3.0}
    scenario = load("recovery", overrides={**FEW, **quiet, "law.reference_hazard_per_week": 0.05})
    army, size = build(scenario, 1), len(between_soldiers(scenario))
    fit = cox(panel_of(run(scenario, 1, army=army), army).between)
    put_in = np.array([term.put_in for term in terms_of(scenario)])
    far = adjusted(1.0 - FALSE_ALARM, 1)
    ratio, error = ratio_of(fit, put_in, size)
    assert far * error < ratio < 1.0 - far * error
    ratio, error = ratio_of(alike.cox, alike.put_in, size)
    assert abs(ratio - 1.0) < far * error


def test_bonferroni_holds_all_together() -> None:
    assert adjusted(LEVEL, 1) == pytest.approx(1.959964)
    assert 2 * stats.norm.sf(adjusted(0.95, 17)) * 17 == pytest.approx(0.05)


# The page.


def test_the_page_tells_what_was_put_in_and_recovered(
    alike: Recovered, hidden: Recovered, given: Recovered, tmp_path: Path
) -> None:
    found = {"alike": [alike, alike], "companies": [hidden], "men": [hidden], "unobserved": [hidden]}
    found["offsets"] = [given]
    text = page(found)
    assert list(found) == list(VARIANTS)
    assert "| own group gone | `comrades.own_group` | Cox | +1.970 |" in text
    assert "| belief | `belief.effect` | piecewise exponential | +0.400 |" in text
    own = next(line for line in text.splitlines() if line.startswith("| own group gone | +1.970"))
    assert own.count("**") == 6  # three variants, in bold
    assert standardised([alike]).shape == (1, len(alike.terms))
    missed = replace(alike, terms=[replace(term, put_in=9.0) for term in alike.terms])
    assert "**no**" in page({**found, "alike": [missed]})
    path = tmp_path / "recovery.png"
    save_recovery(found, path)
    assert image.imread(path).shape[1] == 1400
