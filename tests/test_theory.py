"""Cases whose answer is known, run from scenario files."""

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib import image
from scipy import stats

from experiments.theory import __main__ as program
from experiments.theory import dominoes, page
from experiments.theory.contagion import by_step, companies, slope_of
from experiments.theory.contagion_map import Contagion
from experiments.theory.normal_thresholds import chance_spread, expected_jump, jumps_of
from experiments.theory.outcomes import course_to_rest, exits_by_day, share_at_rest
from experiments.theory.random_graphs import TiedArmy, window
from experiments.theory.survival import population_hazard, survival
from experiments.theory.thresholds import course, distribution_of, jump_of_normal, law_of, rest
from experiments.theory.uniform_thresholds import error_at_rest
from experiments.theory.watts import GLOBAL, Cascades, cascades_of, courses_of
from sim.codes import Floats
from sim.engine import days
from sim.scenario import Scenario
from sim.scenario_file import load, scenario_folder
from tests.armies import run, world

FALSE_ALARM = 1e-6  # of each statistical statement; fewer than 100 are made in this file
FAR = float(stats.norm.isf(FALSE_ALARM / 2))


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


@pytest.mark.parametrize("name", ["dominoes-100", "dominoes-1"])
def test_dominoes_fall_by_the_map(name: str) -> None:
    scenario = load(name)
    gone = np.cumsum(exits_by_day(scenario)) / 100
    np.testing.assert_allclose(gone, course(scenario, scenario.days), atol=1e-12)


# Normal thresholds. A share at rest x varies by sqrt(x (1 - x) / N) / (1 - F'(x)): each who acts moves F'(x).


def test_the_jump_is_where_the_curve_touches_the_diagonal() -> None:
    sd, share = jump_of_normal(0.25)
    assert sd == pytest.approx(0.122221, abs=5e-7)
    assert share == pytest.approx(0.0620, abs=5e-5)
    scenario = load("thresholds-normal")
    just = [rest(scenario.with_({"law.thresholds.sd": sd + step})) for step in (-1e-5, 1e-5)]
    assert just[0] == pytest.approx(share, abs=0.002)
    assert just[1] > 0.99


@pytest.mark.parametrize("sd", [0.09, 0.1, 0.11, 0.1172, 0.13, 0.15, 0.2, 0.4])
def test_normal_thresholds_rest_at_the_smallest_fixed_point(sd: float) -> None:
    scenario = load("thresholds-normal", overrides={"law.thresholds.sd": sd})
    share = rest(scenario)
    steep = float(stats.norm.pdf(share, 0.25, sd))
    error = np.sqrt(share * (1.0 - share) / 20_000) / (1.0 - steep)
    assert abs(share_at_rest(scenario) - share) < FAR * error + 1.0 / 20_000


@pytest.mark.parametrize("men", [1_000, 5_000])
def test_armies_jump_where_the_noise_of_a_sample_puts_it(men: int) -> None:
    jumps = jumps_of(load("thresholds-normal"), men, range(1, 13))
    error = chance_spread(0.25, men) / np.sqrt(jumps.size)
    # What is beyond the order of N^(-2/3) is of the order of 1 / N, with dF/dsd and F'' of about 2 and 13.
    assert abs(jumps.mean() - expected_jump(0.25, men)) < FAR * error + 10.0 / men
    spread = (jumps.size - 1) * jumps.var(ddof=1) / chance_spread(0.25, men) ** 2
    assert stats.chi2(jumps.size - 1).sf(spread / 1.2) > FALSE_ALARM


@pytest.mark.parametrize("last", [1.1, 1.4, 1.9])
def test_uniform_thresholds_rest_where_as_many_act_as_are_moved_to(last: float) -> None:
    # share = (share + 0.1) / (last + 0.1); a deviation of the sample comes out larger, since each who acts
    # moves others.
    scenario = load("thresholds-uniform", overrides={"law.thresholds.last": last, "days": 200})
    assert rest(scenario) == pytest.approx(0.1 / (last - 0.9), abs=1e-6)
    assert abs(share_at_rest(scenario) - rest(scenario)) < FAR * error_at_rest(scenario)


def test_uniform_thresholds_go_by_the_map() -> None:
    scenario = load("thresholds-uniform")
    gone = np.cumsum(exits_by_day(scenario)) / 20_000
    away = np.abs(gone - course(scenario, 60))
    assert away.max() < 2.0 * FAR * error_at_rest(scenario)


@pytest.mark.parametrize("name", ["thresholds-normal", "thresholds-uniform", "dominoes-1", "watts-poisson"])
def test_the_distribution_in_theory_is_that_of_the_thresholds_dealt(name: str) -> None:
    scenario = load(name)
    dealt = world(scenario.with_({"law.initiators": 0})).threshold
    assert dealt is not None
    below = distribution_of(law_of(scenario).thresholds, scenario.army.regulars)
    for value in np.quantile(dealt, [0.02, 0.3, 0.5, 0.98]):
        share = float(below(np.array([value]))[0])
        error = np.sqrt(share * (1.0 - share) / dealt.size)
        assert abs((dealt <= value).mean() - share) <= FAR * error + 1e-12


def test_an_army_that_is_not_at_rest_is_not_reported() -> None:
    with pytest.raises(ValueError, match="not at rest after 50 days"):
        course_to_rest(load("dominoes-100", overrides={"days": 50}))


# Watts 2002, and Gleeson and Cahalane 2007.


def test_the_window_is_that_of_watts() -> None:
    low, high = window(load("watts-poisson"))
    assert (low, high) == pytest.approx((1.0207, 5.7647), abs=5e-5)
    for mean in (low, high):
        # A threshold of 0.18 is met by one of five ties, not of six.
        vulnerable = stats.poisson(mean).pmf(np.arange(6)) * np.arange(6) * (np.arange(6) - 1)
        assert vulnerable.sum() == pytest.approx(mean, abs=1e-9)


@pytest.mark.parametrize("mean", [1.5, 3.0, 5.0])
def test_the_size_of_a_cascade_on_a_poisson_graph_by_another_sum(mean: float) -> None:
    # Of a man's Poisson number of ties those gone and those not are Poisson by themselves. By a tie he is
    # met like any other, with that tie more.
    army = TiedArmy.of(load("watts-poisson", overrides={"army.ties.graph.mean_degree": mean}))
    gone, here = np.meshgrid(np.arange(40), np.arange(40), indexing="ij")

    def moved(tied: float, more: int) -> float:
        chance = stats.poisson(mean * tied).pmf(gone) * stats.poisson(mean * (1.0 - tied)).pmf(here)
        return float(chance[(gone > 0) & (gone >= 0.18 * (gone + here + more))].sum())

    tied = 1e-4
    for _ in range(400):
        tied = moved(tied, 1)
    assert army.size() == pytest.approx(moved(tied, 0), abs=1e-5)


@pytest.fixture(scope="module", params=[2.0, 3.0, 4.0])
def cascades(request: pytest.FixtureRequest) -> tuple[Cascades, int]:
    """Cascades well inside the window, five men on each of 24 graphs."""
    overrides = {"army.ties.graph.mean_degree": request.param}
    return cascades_of(load("watts-poisson", overrides=overrides), 24, 5), 5


def test_one_man_sets_off_a_cascade_as_often_as_generating_functions_say(
    cascades: tuple[Cascades, int],
) -> None:
    found, _ = cascades
    chance = found.theory.trigger_chance
    assert stats.binomtest(found.number, found.shares.size, chance).pvalue > FALSE_ALARM


def test_global_cascades_are_of_the_size_that_mean_field_says(cascades: tuple[Cascades, int]) -> None:
    found, starts = cascades
    by_graph = found.shares.reshape(-1, starts)
    sizes = np.array([row[row > GLOBAL].mean() for row in by_graph if (row > GLOBAL).any()])
    assert stats.ttest_1samp(sizes, found.theory.size()).pvalue > FALSE_ALARM
    # Who begins hardly matters for the size: the cascade is of the graph.
    assert sizes.std() < 0.01


@pytest.mark.parametrize("mean", [0.7, 8.0])
def test_outside_the_window_no_cascade_is_global(mean: float) -> None:
    scenario = load("watts-poisson", overrides={"army.ties.graph.mean_degree": mean})
    found = cascades_of(scenario, 5, 8)
    assert found.theory.branching < 1.0
    assert found.theory.trigger_chance < 1e-9
    assert found.number == 0


@pytest.mark.parametrize("name", ["watts-poisson", "watts-two-degrees"])
def test_cascades_go_day_by_day_as_what_a_tie_says(name: str) -> None:
    scenario = load(name, overrides={"army.regulars": 40_000, "law.initiators": 400})
    gone = courses_of(scenario, range(1, 9), 13)
    expected = TiedArmy.of(scenario).course(0.01, 13)
    assert gone[:, 0] == pytest.approx(0.01)
    for day in range(1, 13):
        spread = gone[:, day].std(ddof=1)
        # At the end nearly all are gone in every army, and the spread is that of a few men.
        error = max(spread, 1e-4) / np.sqrt(8)
        assert abs(gone[:, day].mean() - expected[day]) < stats.t(7).isf(FALSE_ALARM / 2) * error


def test_another_file_of_theory_needs_no_code(tmp_path: Path) -> None:
    path = tmp_path / "three-ties.yaml"
    shutil.copy(Path(str(scenario_folder())) / "theory" / "parts" / "all-alike.yaml", tmp_path)
    path.write_text(
        """
extends: all-alike.yaml
name: three-ties
days: 500
law:
  kind: threshold
  reference: ties
  initiators: 3000
  thresholds: {distribution: uniform, first: 0.1, last: 0.9}
army:
  regulars: 30000
  order_of_battle:
    - {name: crowd, companies_per_battalion: 10}
  ties:
    graph: {kind: configuration, degrees: [{degree: 3}, {degree: 7, weight: 0.5}]}
""",
        encoding="utf-8",
    )
    scenario = load(str(path))
    gone = courses_of(scenario, range(1, 7), 60)
    expected = TiedArmy.of(scenario).course(0.1, 60)
    assert 0.15 < expected[-1] < 0.9
    for day in (1, 5, 20, 59):
        error = gone[:, day].std(ddof=1) / np.sqrt(6)
        assert abs(gone[:, day].mean() - expected[day]) < stats.t(5).isf(FALSE_ALARM / 2) * error
    assert gone[:, -1].std() < 0.02


def test_theory_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="not that of thresholds"):
        TiedArmy.of(load("constant-hazard"))
    with pytest.raises(ValueError, match="not a law on the share of the ties"):
        TiedArmy.of(load("thresholds-normal"))
    with pytest.raises(ValueError, match="not that of hazards"):
        survival(load("dominoes-100"))


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


@pytest.fixture(scope="module", params=[0.5, 2.0])
def frail(request: pytest.FixtureRequest) -> tuple[Scenario, Floats]:
    """A variance of frailty, and men who leave on each day, 30,000 in all."""
    scenario = load("gamma-frailty", overrides={"army.frailty_variance": request.param})
    return scenario, left_by_day(scenario, range(1, 4))


def test_gamma_frailty_survives_as_its_laplace_transform(frail: tuple[Scenario, Floats]) -> None:
    scenario, left = frail
    for day in (1, 10, 50, 150, 300):
        serving = 30_000 - int(left[:day].sum())
        assert stats.binomtest(serving, 30_000, survival(scenario)[day - 1]).pvalue > FALSE_ALARM


def test_the_hazard_of_those_who_are_left_falls_by_selection(frail: tuple[Scenario, Floats]) -> None:
    scenario, left = frail
    at_start = np.append(1.0, survival(scenario))
    serving = 30_000
    for first in range(0, 300, 60):
        leave = int(left[first : first + 60].sum())
        chance = 1.0 - at_start[first + 60] / at_start[first]
        assert stats.binomtest(leave, serving, chance).pvalue > FALSE_ALARM
        serving -= leave
    # The step of a day adds nothing: the exact survival is that of the falling hazard in continuous time.
    hazard, day = population_hazard(scenario), np.arange(1, 301)
    variance = scenario.army.frailty_variance
    np.testing.assert_allclose(hazard, 0.01 / (1.0 + variance * 0.01 * day))
    middle = (np.append(0.01, hazard[:-1]) + hazard) / 2.0
    np.testing.assert_allclose(-np.diff(np.log(at_start)), middle, rtol=2e-4)


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


# Contagion.


def test_the_leavers_of_a_day_are_binomial_by_what_comrades_feel() -> None:
    # A martingale: whatever went before, each who serves leaves with the chance p of the morning.
    scenario = load("contagion", overrides={"army.regulars": 2_000})
    known = Contagion.of(scenario)
    sums = np.zeros((2, 2))
    for seed in range(1, 9):
        serving, felt = 2_000, 0.0
        for left in exits_by_day(scenario, seed):
            chance = 1.0 - np.exp(-known.hazard * np.exp(known.effect * felt))
            weight = np.array([1.0, felt])
            sums[0] += weight * (left - serving * chance)
            sums[1] += weight**2 * serving * chance * (1.0 - chance)
            serving, felt = serving - int(left), felt * np.exp(-1.0 / 500) + left / 2_000
    assert (np.abs(sums[0]) < FAR * np.sqrt(sums[1])).all()


RUNS = {400: 80, 1_600: 50, 6_400: 36, 25_600: 20}


def test_the_difference_from_the_map_falls_as_one_over_the_root_of_the_men() -> None:
    scenario = load("contagion")
    found = {men: companies(scenario, men, range(1, runs + 1)) for men, runs in RUNS.items()}
    # About one free deviation a run: the log of a root mean square of n runs varies by sqrt(1 / 2n).
    log_men = np.log(list(RUNS))
    leverage = (log_men - log_men.mean()) / ((log_men - log_men.mean()) ** 2).sum()
    error = np.sqrt((leverage**2 / (2.0 * np.array(list(RUNS.values())))).sum())
    assert abs(slope_of(found, 400) + 0.5) < FAR * error
    for men in (6_400, 25_600):
        day = 40
        each = found[men]
        away = (each.gone[:, day] - each.expected[day]) / each.spread[day]
        # To first order; what is left is of the order of one over the root of the men.
        assert abs(away.mean()) < FAR / np.sqrt(away.size) + 0.1
        low, high = stats.chi2(away.size).ppf([FALSE_ALARM / 2, 1.0 - FALSE_ALARM / 2])
        assert 0.9 * low < (away**2).sum() < 1.1 * high


def test_in_small_steps_contagion_goes_to_its_differential_equation() -> None:
    found = by_step(load("contagion", overrides={"army.regulars": 60_000}), range(1, 4))
    for each in found.values():
        assert abs(each.simulated - each.by_map) < FAR * each.error
    # An error of the order of the step: half the step, half the error.
    ratios = [one / half for one, half in pairwise(each.by_map for each in found.values())]
    assert ratios == pytest.approx([2.0] * 3, abs=0.1)


# The page.


def test_the_page_shows_each_case_with_its_figure(tmp_path: Path) -> None:
    case = dominoes.study()
    path = tmp_path / "figure.png"
    case.draw(path)
    assert image.imread(path).shape[1] == 1400
    text = page.page([case])
    assert "![Dominoes](figures/theory-dominoes.png)" in text
    assert "| 100 | 100 | 0 |" in text


def test_the_command_draws_one_case(tmp_path: Path) -> None:
    program.main(["--only", "dominoes", "--out", str(tmp_path)])
    assert (tmp_path / "figures" / "theory-dominoes.png").exists()
    assert not (tmp_path / "theory.md").exists()
