"""Cases whose answer is known, run from scenario files."""

import numpy as np
import pytest
from scipy import stats

from sim.codes import Floats, Ints
from sim.engine import days
from sim.scenario import Scenario
from sim.scenario_file import load
from tests.armies import run, world

FALSE_ALARM = 1e-5


def exits_by_day(scenario: Scenario, seed: int = 1) -> Ints:
    """Men who leave on each day, shape (T,)."""
    return np.array([state.escaped.size for state in days(world(scenario, seed, seed))])


# Granovetter 1978: the law is deterministic, so the answers are exact.


def test_dominoes_fall_one_a_day_until_all_have_acted() -> None:
    scenario = load("dominoes-100")
    assert scenario.army.regulars == 100
    assert exits_by_day(scenario).tolist() == [1] * 100 + [0] * 20


def test_dominoes_fall_in_the_order_of_their_thresholds() -> None:
    _, record = run(load("dominoes-100"))
    left = record.departures.joined()
    assert left["row"].tolist() == left["day"].tolist() == list(range(100))


def test_one_threshold_more_and_one_man_acts() -> None:
    scenario = load("dominoes-1")
    assert exits_by_day(scenario).tolist() == [1] + [0] * 119
    before, after = load("dominoes-100").law, scenario.law
    assert before.kind == after.kind == "threshold"
    expected = [2.0 if number == 1 else float(number) for number in range(100)]
    assert list(after.thresholds.values) == expected


@pytest.mark.parametrize("seed", [2, 3])
def test_dominoes_do_not_depend_on_luck(seed: int) -> None:
    assert exits_by_day(load("dominoes-100"), seed).sum() == 100
    assert exits_by_day(load("dominoes-1"), seed).sum() == 1


@pytest.mark.parametrize("reference", ["army", "unit"])
def test_dominoes_as_shares_fall_like_numbers(reference: str) -> None:
    # 128 people, so that every share is exact in binary.
    thresholds = {"distribution": "evenly_spaced", "first": 0.0, "step": 1.0 / 128}
    law = {"kind": "threshold", "reference": reference, "measure": "share"}
    changes = {"law": {**law, "thresholds": thresholds}, "army.regulars": 128, "days": 140}
    scenario = load("dominoes-100", overrides=changes)
    assert exits_by_day(scenario).tolist() == [1] * 128 + [0] * 12


def test_normal_thresholds_jump_between_two_spreads() -> None:
    # Granovetter 1978: mean 25 of 100, tangency at a standard deviation of 12.22. In an army of
    # 20,000 the sample is fine enough: 0.5 to either side decides.
    below = load("thresholds-normal")
    above = below.with_({"law.thresholds.sd": 0.1272})
    gone = [exits_by_day(scenario).sum() / 20_000 for scenario in (below, above)]
    assert 0.02 < gone[0] < 0.09
    assert gone[1] > 0.99


def test_uniform_thresholds_rest_where_as_many_act_as_are_moved_to() -> None:
    # share = (share + 0.1) / 1.5 at 0.2. A deviation of the sample comes out 3 times as large, since each
    # who acts moves 1 / 1.5 others.
    gone = exits_by_day(load("thresholds-uniform")).sum() / 20_000
    assert abs(gone - 0.2) < 4.5 * 3.0 * np.sqrt(0.2 * 0.8 / 20_000)


# Constant hazard.


def left_by_day(scenario: Scenario, seeds: range) -> Floats:
    """Men who leave on each day, over several seeds together."""
    return np.sum([exits_by_day(scenario, seed) for seed in seeds], axis=0)


@pytest.fixture(scope="module")
def constant() -> Floats:
    return left_by_day(load("constant-hazard"), range(1, 4))


@pytest.mark.parametrize("day", [1, 5, 30, 69, 100, 200, 300])
def test_constant_hazard_survives_exponentially(day: int, constant: Floats) -> None:
    # Binomial of 30,000 men; 0.5 % points of difference would be found.
    serving = 30_000 - int(constant[:day].sum())
    assert stats.binomtest(serving, 30_000, np.exp(-0.01 * day)).pvalue > FALSE_ALARM


def test_constant_hazard_makes_the_day_of_exit_geometric(constant: Floats) -> None:
    day = np.arange(300)
    expected = 30_000 * np.exp(-0.01 * day) * (1.0 - np.exp(-0.01))
    last = 30_000 * np.exp(-3.0)
    observed = np.append(constant, 30_000 - constant.sum())
    assert stats.chisquare(observed, np.append(expected, last)).pvalue > FALSE_ALARM


def test_the_cap_is_part_of_the_law() -> None:
    law = {"kind": "hazard", "reference_hazard_per_week": 7.0, "cap_per_day": 0.05}
    left = left_by_day(load("constant-hazard", overrides={"law": law, "days": 10}), range(1, 3))
    expected = 1.0 - np.exp(-0.5)
    assert stats.binomtest(int(left.sum()), 20_000, expected).pvalue > FALSE_ALARM


@pytest.mark.parametrize("variance", [0.5, 2.0])
def test_gamma_frailty_declines_by_selection(variance: float) -> None:
    # The Laplace transform of a gamma of mean 1: survival (1 + v h t) ** (-1 / v), at every day's end.
    overrides = {"army.frailty_variance": variance}
    left = left_by_day(load("constant-hazard", overrides=overrides), range(1, 4))
    for day in (10, 50, 150, 300):
        survival = (1.0 + variance * 0.01 * day) ** (-1.0 / variance)
        serving = 30_000 - int(left[:day].sum())
        assert stats.binomtest(serving, 30_000, survival).pvalue > FALSE_ALARM


def test_coefficients_are_log_hazard_ratios() -> None:
    # Half the men with a loyalty of log 3 more leave a third as fast.
    slow = {"role": "in", "initial_loyalty": float(np.log(3.0))}
    shares = {"people": 0.5, "slow": 0.5}
    ranks = ("enlisted", "nco", "junior", "senior", "general")
    overrides = {
        "sects.slow": slow,
        "places.plain.sects": shares,
        **{f"army.compositions.people.{rank}": shares for rank in ranks},
    }
    one = world(load("constant-hazard", overrides=overrides))
    gone = np.zeros(2)
    for state in days(one):
        gone += np.bincount(one.army.soldiers.sect[state.escaped], minlength=2)
    men = np.bincount(one.army.soldiers.sect, minlength=2)
    for sect, hazard in enumerate((0.01, 0.01 / 3.0)):
        chance = 1.0 - np.exp(-300 * hazard)
        assert stats.binomtest(int(gone[sect]), int(men[sect]), chance).pvalue > FALSE_ALARM
