"""What a smaller army still tells: the interval, the armies needed, the page."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from experiments import scale_study
from experiments.scale_study import LIMIT, OUTCOMES, Against
from sim.scenario_file import load
from sim.synthesis import build
from tests.small_files import write_small


def samples(part: float, sd: float, armies: int) -> Against:
    """Compare samples of a stated mean and standard deviation with a full size of mean 100 and the same."""
    spread = np.linspace(-1.0, 1.0, armies)
    spread /= spread.std(ddof=1)
    return Against.of(part + sd * spread, 100.0 + sd * spread)


def test_the_interval_is_that_of_welch_where_the_means_agree() -> None:
    against = samples(100.0, 3.0, 20)
    rng = np.linspace(-1.0, 1.0, 20)
    values = 100.0 + 3.0 * rng / rng.std(ddof=1)
    low, high = stats.ttest_ind(values, values).confidence_interval(0.95)
    assert against.difference == pytest.approx(0.0)
    assert (100 * -against.half_width, 100 * against.half_width) == pytest.approx((low, high), rel=1e-6)


def test_the_interval_covers_the_true_difference_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    part, full = rng.normal(104.0, 5.0, (2_000, 20)), rng.normal(100.0, 3.0, (2_000, 20))
    pairs = [Against.of(a, b) for a, b in zip(part, full, strict=True)]
    covered = sum(abs(each.difference - 0.04) <= each.half_width for each in pairs)
    assert stats.binomtest(covered, 2_000, 0.95).pvalue > 1e-5


@pytest.mark.parametrize("part", [100.0, 98.0, 103.5])
def test_so_many_armies_are_needed_and_no_fewer(part: float) -> None:
    needed = samples(part, 6.0, 20).armies
    assert needed is not None
    assert needed > 2

    def half_width(armies: int) -> float:
        spread = 0.06 * np.hypot(100.0 / part, 1.0)
        quantile = stats.t.ppf(0.975, 2 * (armies - 1))
        return float(part / 100.0 * spread * quantile / np.sqrt(armies))

    left = LIMIT - abs(part / 100.0 - 1.0)
    assert half_width(needed) <= left < half_width(needed - 1)


def test_no_number_of_armies_mends_a_difference() -> None:
    against = samples(80.0, 1.0, 20)
    assert not against.within
    assert against.armies is None


def test_an_outcome_that_never_happens_differs_by_all_of_it() -> None:
    against = Against.of(np.zeros(4), np.array([1.0, 2.0, 1.0, 2.0]))
    assert (against.difference, against.armies) == (-1.0, None)


def test_the_page_says_what_holds_and_what_does_not(tmp_path: Path) -> None:
    out = tmp_path / "scale.md"
    scale_study.main(["--scenario", str(write_small(tmp_path)), "--armies", "2", "--out", str(out)])
    text = out.read_text(encoding="utf-8")
    assert "Scenario `small`" in text
    assert "2 armies of each" in text
    for name in OUTCOMES:
        assert f"| {name} | " in text
    assert text.count("armies needed") == 2


@pytest.mark.parametrize("scale", [0.1, 0.03])
def test_a_part_of_the_founding_army_keeps_companies_ties_and_persons(scale: float) -> None:
    founding = load("syria-2012")
    whole = build(founding.with_({"army.scale": 0.5}), 1)
    part = build(founding.with_({"army.scale": scale}), 1)
    companies = [np.diff(army.regular_start) for army in (whole, part)]
    assert companies[1].mean() == pytest.approx(companies[0].mean(), rel=0.02)
    assert companies[1].std() == pytest.approx(companies[0].std(), rel=0.15)
    ties = [army.ties.degree for army in (whole, part)]
    expected = founding.army.ties.barracks + founding.army.ties.home
    assert ties[0].mean() == pytest.approx(expected, rel=0.01)
    assert ties[1].mean() == pytest.approx(expected, rel=0.01)
    assert set(part.persons) == {person.name for person in founding.army.persons}
