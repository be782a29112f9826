"""Early-warning indicators: a series at rest, a fold that is approached, errors that are counted."""

from datetime import date as Date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from experiments.tipping import __main__ as page_command
from experiments.tipping import page_warnings
from experiments.tipping.alarms import alarm, alarm_rates, discrimination, warnings_of, window_ends
from experiments.tipping.example import BELIEF, FEEDBACKS, GRIEVANCE, founding, ramped, without_feedback
from experiments.tipping.figures import surface_figure, survival_figure
from experiments.tipping.indicators import (
    Settings,
    detrended,
    indicators,
    kendall_tau,
    residuals,
    trends,
)
from experiments.tipping.survival import survival_curve
from sim.codes import Floats
from sim.engine import run
from sim.plots.canvas import axes_of
from tests.small import small_scenario

FALSE_ALARM = 1e-6
"""Rate at which a statement on chance fails on another seed: five standard deviations, or exact binomial."""

FOLD = 2.0 / (3.0 * np.sqrt(3.0))
"""Where the upper branch of 0 = r + x - x^3 ends, as -r."""
STEP, NOISE = 0.5, 0.05
EDGE = small_scenario(outcomes={"collapse_gone_share": 0.58, "collapse_deployable_share": 0.0})
"""Some armies collapse late in it, some do not."""


def fold(series: int, days: int, first: float, last: float, seed: int) -> Floats:
    """Run dx = (r + x - x^3) dt + noise from the upper branch while r goes from one value to another.

    A saddle-node ends that branch at r = -FOLD. Shape (series, days).
    """
    rng = np.random.default_rng(seed)
    r = np.linspace(first, last, days)
    path = np.empty((series, days))
    x = np.full(series, branch(first))
    for day in range(days):
        # Ten small steps a day, so that Euler's rule is exact enough.
        for _ in range(10):
            shock = NOISE * np.sqrt(STEP / 10) * rng.standard_normal(series)
            x = x + (r[day] + x - x**3) * STEP / 10 + shock
        path[:, day] = x
    return path


def branch(r: float) -> float:
    """Upper equilibrium of r + x - x^3."""
    roots = np.roots([-1.0, 0.0, 1.0, r])
    return float(max(roots[np.abs(roots.imag) < 1e-9].real))


@pytest.mark.parametrize("r", [0.3, -0.2])
def test_at_rest_the_indicators_are_those_of_theory(r: float) -> None:
    # Linear near x*: x - x* decays at rate l = 3 x*^2 - 1, so the lag-1 autocorrelation is exp(-l dt) and the
    # variance NOISE^2 / (2 l).
    decay = 3.0 * branch(r) ** 2 - 1.0
    path = fold(40, 600, r, r, 1)[:, 100:]
    found = indicators(detrended(path, 0.0), 0.96)
    variance, memory = (float(found[name].mean()) for name in ("variance", "autocorrelation"))
    assert memory == pytest.approx(np.exp(-decay * STEP), abs=0.03)
    assert variance == pytest.approx(NOISE**2 / (2.0 * decay), rel=0.12)


@pytest.fixture(scope="module")
def approaching() -> Floats:
    """Series that end shortly before the fold, on the branch still."""
    return fold(30, 250, 0.6, -FOLD + 0.05, 2)


@pytest.fixture(scope="module")
def resting() -> Floats:
    return fold(30, 250, 0.6, 0.6, 3)


def rang(series: Floats, settings: Settings, name: str) -> float:
    """Share of series on which an indicator is an alarm."""
    alarms = [alarm(each, settings, surrogates=60, seed=number) for number, each in enumerate(series)]
    return float(np.mean([each[f"alarm_{name}"] for each in alarms]))


def test_a_fold_is_announced_and_rest_is_not(approaching: Floats, resting: Floats) -> None:
    assert (approaching[:, -1] > 0.5).all()
    settings = Settings(bandwidth=0.05)
    up = trends(approaching, settings)
    level = trends(resting, settings)
    for name in ("variance", "autocorrelation"):
        assert up[name].mean() > 0.4
        assert abs(level[name].mean()) < 5 * level[name].std() / np.sqrt(30)
        hits, errors = rang(approaching, settings, name), rang(resting, settings, name)
        # Of 30 runs: at a half fewer than 4 ring once in a million, at 7 % more than 11.
        assert hits > 3 / 30
        assert errors <= 11 / 30
        assert discrimination(np.append(up[name], level[name]), np.repeat([True, False], 30)).low > 0.75


def test_growing_counts_ring_unless_their_scale_is_made_even() -> None:
    # Independent Poisson numbers with a growing mean: nothing slows down, but the variance grows.
    rng = np.random.default_rng(4)
    counts = rng.poisson(np.linspace(5, 60, 300), (30, 300)).astype(float)
    raw, even = Settings(), Settings(transform="anscombe")
    assert rang(counts, raw, "variance") > 0.5
    assert rang(counts, even, "variance") <= 11 / 30
    assert np.var(residuals(counts, even)[:, 100:], axis=1).mean() == pytest.approx(1.0, abs=0.1)


def test_indicators_are_those_of_single_windows() -> None:
    rng = np.random.default_rng(5)
    series = rng.standard_normal(40)
    found = indicators(series, 0.25)
    window = pd.Series(series[-10:])
    assert found["variance"][-1] == pytest.approx(window.var())
    off = window - window.mean()
    known = (off.iloc[1:].to_numpy() @ off.iloc[:-1].to_numpy()) / (off @ off)
    assert found["autocorrelation"][-1] == pytest.approx(known)
    assert found["variance"].shape == (31,)


def test_tau_is_that_of_the_library() -> None:
    values = np.random.default_rng(6).random((3, 25))
    known = [kendalltau(np.arange(25), each).statistic for each in values]
    assert kendall_tau(values) == pytest.approx(known)
    assert kendall_tau(np.arange(9.0)) == 1.0


def test_what_never_varies_is_no_alarm() -> None:
    found = alarm(np.zeros(60), Settings(transform="anscombe"))
    assert (found["tau_variance"], found["alarm_variance"]) == (0.0, False)


def test_settings_out_of_range_are_refused() -> None:
    for wrong in ({"window": 0.0}, {"window": 1.0}, {"bandwidth": -0.1}, {"transform": "log"}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Settings(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="too short"):
        indicators(np.arange(6.0), 0.5)


def test_runs_that_held_are_looked_at_on_days_of_those_that_collapsed() -> None:
    assert window_ends([None, 50, None, 80, None], 10) == [40, 40, 70, 70, 40]
    with pytest.raises(ValueError, match="no run collapsed"):
        window_ends([None, None], 10)


def test_rates_count_hits_and_false_alarms() -> None:
    table = pd.DataFrame(
        {
            "collapsed": [True] * 4 + [False] * 6,
            "alarm_variance": [True, True, False, False] + [True] + [False] * 5,
            "alarm_autocorrelation": [True, False, True, False] + [False] * 6,
        }
    )
    rates = alarm_rates(table).set_index("indicator")
    assert rates["hits"].tolist() == [2, 2, 1]
    assert rates["false_alarms"].tolist() == [1, 0, 0]
    assert rates.loc["variance", "false_rate"] == pytest.approx(1 / 6)
    assert (rates["false_low"] <= rates["false_rate"]).all()
    assert rates["alarms"].tolist() == [3, 2, 1]
    assert rates["right_rate"].tolist() == pytest.approx([2 / 3, 1.0, 1.0])
    assert (rates["right_low"] < rates["right_rate"]).all()
    assert rates["covers"].str.contains("luck and army").all()


def test_discrimination_is_the_chance_of_a_higher_tau() -> None:
    tau, fate = np.array([3.0, 1.0, 2.0, 1.0]), np.array([True, True, False, False])
    # Of four pairs 3 > 2, 3 > 1, 1 < 2, 1 = 1: two and a half.
    assert discrimination(tau, fate).middle == pytest.approx(2.5 / 4)
    assert np.isnan(discrimination(tau, np.ones(4, dtype=bool)).middle)


def test_runs_of_the_model_are_looked_at_before_their_collapse() -> None:
    results = [run(EDGE, seed, army_seed=1) for seed in range(1, 9)]
    table = warnings_of(results, days=40, lead=3)
    assert 0 < table["collapsed"].sum() < len(table)
    collapsed = table[table["collapsed"]]
    assert (collapsed["end"] == collapsed["collapse_day"] - 3).all()
    assert set(table.loc[~table["collapsed"], "end"]) <= set(collapsed["end"])


def invented_runs() -> pd.DataFrame:
    """Build a scan of four armies in which all collapse above a grievance of 1.25."""
    rows = [
        {
            "grievance": grievance,
            "belief": belief,
            "seed": seed,
            "collapsed": grievance > 1.25,
            "collapse_day": 100 + seed if grievance > 1.25 else None,
            "days": 120,
        }
        for grievance in GRIEVANCE.values
        for belief in BELIEF.values
        for seed in range(1, 5)
    ]
    return pd.DataFrame(rows).astype({"collapse_day": "Int64"})


def test_the_page_tells_where_when_and_whether(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_warnings, "WINDOW_DAYS", 40)
    monkeypatch.setattr(page_warnings, "LEAD_DAYS", 3)
    edge = [run(EDGE, seed, army_seed=1) for seed in range(1, 9)]
    table = pd.DataFrame(
        {
            "seed": [1, 1, 2, 2],
            "order": ["low", "high"] * 2,
            "after": ["low", "high"] * 2,
            "level": 1.0,
            "exits": [200, 100, 210, 100],
            "man_days": 10_000,
            "rate": [20.0, 10.0, 21.0, 10.0],
        }
    )
    out = tmp_path / "tipping.md"
    for name, answer in (
        ("founding", small_scenario()),
        ("surface", invented_runs()),
        ("at_the_edge", edge),
        ("memories", {("as it is", 110): table}),
        ("ramped", ramped(range(1, 3))),
    ):
        monkeypatch.setattr(page_command, name, lambda *_, answer=answer: answer)
    monkeypatch.setattr("sys.argv", ["tipping", "--out", str(out), "--few"])
    page_command.main()
    text = out.read_text(encoding="utf-8")
    assert text.count("cover luck and army") >= 3
    assert "| 0.157 | 1.2 to 1.3 |" in text
    assert "| 1.2 | 1.3 | 4 | 0 | 4 | 0.12 |" in text
    assert "-0.71 (" in text
    assert "collapsed, of the alarms" in text
    assert text.count("A simulation, not an observation.*") == 4
    assert "| `gamma-frailty` | under 0: the ready leave first | 40 | " in text
    for name in ("surface", "times", "warnings", "ramps"):
        assert (tmp_path / "figures" / f"tipping-{name}.png").exists()


def test_more_false_alarms_than_promised_are_told() -> None:
    rng = np.random.default_rng(7)
    table = pd.DataFrame({"collapsed": [True] * 40 + [False] * 40})
    for name in ("variance", "autocorrelation"):
        table[f"tau_{name}"] = rng.uniform(-1, 1, 80)
        table[f"alarm_{name}"] = False
    assert "more false alarms" not in page_warnings._verdict(table, alarm_rates(table))
    table["alarm_autocorrelation"] = np.arange(80) % 5 == 0
    said = page_warnings._verdict(table, alarm_rates(table))
    assert "Of autocorrelation there are more false alarms than the 5% that" in said


def test_armies_that_end_alike_tell_nothing(tmp_path: Path) -> None:
    never = small_scenario(days=10, events=())
    said = list(page_warnings.warnings_part([run(never, seed) for seed in (1, 2)], tmp_path / "no.png"))
    assert said == ["No army collapses at a grievance of 1.35: there is nothing to tell apart."]
    assert not (tmp_path / "no.png").exists()


def test_figures_draw_on_the_axes_that_they_are_given() -> None:
    surface = pd.DataFrame({"x": [1, 2], "y": [3, 3], "share": 0.5, "low": 0.2, "high": 0.8, "runs": 9})
    curves = {"all": survival_curve(np.array([3, 5]), np.array([True, True]))}
    one, other = axes_of(None), axes_of(None)
    assert surface_figure(surface, "x", "y", one, titles={"x": "an x"}) is one
    assert (one.get_xlabel(), one.get_ylabel()) == ("an x", "y")
    assert survival_figure(curves, 9, other) is other
    assert other.get_xlabel() == "day of the run"
    assert survival_figure(curves, 9, start=Date(2011, 3, 15)).get_xlabel().endswith("(day 0 is 2011-03-15)")


def test_the_example_moves_what_it_says() -> None:
    scenario = founding(0.01)
    assert scenario.grievance.multiple in GRIEVANCE.values
    assert scenario.belief.effect.enlisted == scenario.belief.effect.nco == BELIEF.values[1]
    bare = without_feedback(scenario)
    assert not any(getattr(bare, name).on for name in FEEDBACKS)
    assert bare.with_({f"{name}.on": True for name in FEEDBACKS}) == scenario
