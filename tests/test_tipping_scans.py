"""Scans, P(collapse) and time to collapse against known answers; memory against its formula."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import CensoredData, ecdf

from experiments.asking import first_days
from experiments.tipping.collapse import day_of_collapse
from experiments.tipping.drives import DatedKey
from experiments.tipping.memory import histories, memory_by_seed, memory_of, ramps
from experiments.tipping.probability import crossings, probabilities, steps
from experiments.tipping.scan import Scanned, scan
from experiments.tipping.schedule import Schedule, history, ramp
from experiments.tipping.survival import median_day, survival_curve, survival_of
from sim.engine import run
from sim.errors import ScenarioError, SimulationError
from sim.scenario import Scenario
from sim.scenario_file import load
from tests.small import small_result, small_scenario

FALSE_ALARM = 1e-6
"""Rate at which a statement on chance fails on another seed: five standard deviations, or exact binomial."""

FEAR = Scanned("fear", ("fear.effect",), (0.0, 0.25, 0.5, 0.75, 1.0))
LOYALTY = Scanned("grievance", ("grievance.multiple",), (0.5, 1.0, 1.5))
SEEDS = range(1, 61)


def chance(fear: float, grievance: float) -> float:
    """P(collapse) of an invented model: logistic in fear, at a half where fear + grievance is 1.5."""
    return 1.0 / (1.0 + math.exp(-8.0 * (fear + grievance - 1.5)))


def invented_trial(scenario: Scenario, seed: int, army: object) -> dict[str, Any]:
    """Collapse by one number of luck a seed, the same at all points."""
    luck = float(np.random.default_rng(seed).random())
    return {"collapsed": luck < chance(scenario.fear.effect, scenario.grievance.multiple)}


@pytest.fixture(scope="module")
def runs() -> pd.DataFrame:
    return scan(small_scenario(), (FEAR, LOYALTY), SEEDS, trial=invented_trial)


def test_all_points_share_their_seeds(runs: pd.DataFrame) -> None:
    assert len(runs) == 5 * 3 * 60
    assert (runs.groupby(["fear", "grievance"])["seed"].apply(list).map(len) == 60).all()
    # On the same luck a run that collapses under little pressure does so under more.
    wide = runs.pivot(index=["seed", "grievance"], columns="fear", values="collapsed").astype(int)
    assert (wide.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_the_surface_covers_a_logistic_threshold() -> None:
    inside = []
    for block in range(10):
        seeds = range(1000 * block, 1000 * block + 30)
        table = probabilities(scan(small_scenario(), (FEAR,), seeds, trial=invented_trial), ["fear"])
        known = [chance(fear, 1.0) for fear in table["fear"]]
        inside += list((table["low"] <= known) & (known <= table["high"]))
    # 50 intervals of 95 %, five to a block on the same luck: at the worst ten, and five deviations are 34 %.
    assert np.mean(inside) > 0.6


def test_crossings_lie_where_the_model_has_a_half(runs: pd.DataFrame) -> None:
    table = probabilities(runs, ["fear", "grievance"])
    for grievance, known in ((0.5, 1.0), (1.0, 0.5), (1.5, 0.0)):
        part = table[table["grievance"] == grievance]
        found = crossings(part, "fear")
        if 0.0 < known < 1.0:
            assert len(found) == 1
            # The share of 60 is within 5 * 0.065 of the truth, and the slope there is 8 / 4.
            assert found[0]["at"] == pytest.approx(known, abs=5 * 0.065 / 2 + 0.05)
            assert found[0]["low"] <= found[0]["at"] <= found[0]["high"]
    assert set(table["covers"]) == {
        "luck and army, a point at a time; not the parameters, which are held at their values"
    }


def test_certain_crossings_are_told_apart() -> None:
    table = pd.DataFrame(
        {"x": [1, 2, 3], "share": [0.1, 0.6, 0.9], "low": [0.0, 0.4, 0.8], "high": [0.2, 0.8, 1.0]}
    )
    (found,) = crossings(table, "x")
    assert (found["low"], found["high"], found["certain"]) == (1, 2, False)
    assert found["at"] == pytest.approx(1.8)
    (sure,) = crossings(table.iloc[[0, 2]], "x")
    assert sure["certain"]


def test_steps_compare_run_by_run() -> None:
    runs = pd.DataFrame(
        {
            "seed": [*range(8)] * 2,
            "x": [0] * 8 + [1] * 8,
            "collapsed": [True] + [False] * 7 + [False] + [True] * 7,
        }
    )
    (row,) = steps(runs, "x").to_dict("records")
    assert (row["gained"], row["lost"], row["pairs"]) == (7, 1, 8)
    # P of 7 to 1 or further: 2 * (1 + 8) / 256.
    assert row["p"] == pytest.approx(18 / 256)


def test_a_scan_refuses_what_it_cannot_run() -> None:
    for parameters, seeds in (((), SEEDS), ((FEAR, FEAR), SEEDS), ((FEAR,), ())):
        with pytest.raises(ValueError, match=r"name one or two|move one key"):
            scan(small_scenario(), parameters, seeds, trial=invented_trial)
    with pytest.raises(ScenarioError, match=r"fear.effect"):
        scan(small_scenario(), (Scanned("f", ("fear.effect",), (0.0, 99.0)),), [1], trial=invented_trial)
    with pytest.raises(ValueError, match="two or more"):
        Scanned("one", ("fear.effect",), (1.0,))


def test_a_scan_of_the_model_is_that_of_single_runs() -> None:
    scenario = first_days(small_scenario(), 60)
    pressure = Scanned("pressure", ("law.reference_hazard_per_week",), (0.01, 0.2))
    table = scan(scenario, (pressure,), [1, 2])
    for row in table.to_dict("records"):
        single = run(scenario.with_({"law.reference_hazard_per_week": row["pressure"]}), row["seed"])
        assert row["outcome"] == single.summary["outcome"].item()
        assert row["share_gone"] == single.summary["share_gone"].item()
        day = day_of_collapse(single)
        assert pd.isna(row["collapse_day"]) if day is None else row["collapse_day"] == day
    assert table["collapsed"].any()


def test_a_scan_is_the_same_from_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = first_days(small_scenario(), 50)
    pressure = Scanned("pressure", ("law.reference_hazard_per_week",), (0.01, 0.2))
    plain = scan(scenario, (pressure,), [1, 2])
    kept = scan(scenario, (pressure,), [1, 2], folder=tmp_path / "store", engine="serial")
    pd.testing.assert_frame_equal(kept, plain, check_dtype=False)
    assert kept["collapse_day"].notna().any()
    with pytest.raises(ValueError, match="cannot be kept"):
        scan(scenario, (pressure,), [1], folder=tmp_path / "store", trial=invented_trial)

    def fail(*_: object, **__: object) -> None:
        raise SimulationError(2, "fear", "cell", "a term is not finite")

    monkeypatch.setattr("sim.engine.run", fail)
    with pytest.raises(
        RuntimeError, match=r"2 runs failed, the first is run 1 \(pressure 0.01, seed 3\): SimulationError"
    ):
        scan(scenario, (pressure,), [3], folder=tmp_path / "other", engine="serial")


def test_the_day_of_collapse_is_the_first_on_which_a_run_would_be_classed_so() -> None:
    result = small_result(law={"kind": "hazard", "reference_hazard_per_week": 0.2})
    day = day_of_collapse(result)
    assert day is not None
    assert result.summary["outcome"].item() == "collapse"
    scenario = small_scenario(law={"kind": "hazard", "reference_hazard_per_week": 0.2})
    for days, outcome in ((day + 1, True), (day, False)):
        shorter = run(first_days(scenario, days), 1, army_seed=1)
        assert (shorter.summary["outcome"].item() == "collapse") == outcome
    assert day_of_collapse(run(first_days(small_scenario(), 5), 1)) is None


def test_survival_is_that_of_the_library() -> None:
    rng = np.random.default_rng(1)
    times = rng.integers(1, 100, 60)
    seen = rng.random(60) < 0.6
    curve = survival_curve(times, seen)
    other = ecdf(CensoredData(uncensored=times[seen], right=times[~seen])).sf
    with np.errstate(all="ignore"):
        ends = other.confidence_interval(method="log-log")
    days = curve["day"].to_numpy()[1:]
    places = np.searchsorted(other.quantiles, days)
    assert curve["share"].to_numpy()[1:] == pytest.approx(other.probabilities[places])
    inner = slice(1, len(days))
    assert curve["low"].to_numpy()[inner] == pytest.approx(ends.low.probabilities[places][: len(days) - 1])
    assert curve["high"].to_numpy()[inner] == pytest.approx(ends.high.probabilities[places][: len(days) - 1])


def test_survival_of_a_constant_hazard_is_exponential() -> None:
    rng, inside = np.random.default_rng(2), 0
    for _ in range(200):
        times = rng.geometric(0.02, 80)
        curve = survival_curve(np.minimum(times, 60), times <= 60)
        at_30 = curve[curve["day"] <= 30].iloc[-1]
        inside += at_30["low"] <= 0.98**30 <= at_30["high"]
    # 95 % of 200, at 94.5 % fewer than 171 come about once in a million.
    assert inside >= 171


def test_nobody_collapses_and_everybody_does() -> None:
    none = survival_curve(np.array([9, 9]), np.array([False, False]))
    assert none["share"].tolist() == [1.0]
    assert median_day(none) is None
    every = survival_curve(np.array([3, 5]), np.array([True, True]))
    assert every["share"].tolist() == [1.0, 0.5, 0.0]
    assert median_day(every) == 3
    assert np.isnan(every["low"].iloc[-1])
    table = pd.DataFrame({"collapse_day": pd.array([4, None], dtype="Int64"), "days": [10, 10]})
    assert survival_of(table)["at_risk"].tolist() == [2, 2]


def test_schedules_go_there_and_back() -> None:
    up = ramp([2.0, 0.5, 1.0], 3, up_first=True)
    assert up.levels == (0.5, 1.0, 2.0, 2.0, 1.0, 0.5)
    assert up.length == 18
    assert up.by_day()[:4] == [0.5, 0.5, 0.5, 1.0]
    assert ramp([1.0, 2.0], 1, up_first=False).levels == (2.0, 1.0, 1.0, 2.0)
    assert [hold.first for hold in history(0.5, 4, 1.0, 6).holds()] == [0, 4]
    for wrong in (((), ()), ((1.0,), ()), ((0.0,), (1,)), ((1.0,), (0,))):
        with pytest.raises(ValueError, match=r"schedule|above 0"):
            Schedule(*wrong)


def theory(name: str) -> Scenario:
    """A case of theory at a hazard of 0.2 % a day."""
    folder = Path(__file__).resolve().parent.parent / "scenarios" / "theory"
    return load(folder / f"{name}.yaml").with_({"law.reference_hazard_per_week": 0.014})


LEVELS = (0.5, 1.0, 2.0)


def test_an_army_whose_hazard_is_constant_forgets() -> None:
    table = ramps(theory("constant-hazard"), LEVELS, 20, range(1, 5), settle=0.0)
    rates = table.groupby("level")["exits"].sum() / table.groupby("level")["man_days"].sum()
    for level, rate in rates.items():
        known = 1.0 - math.exp(-0.002 * float(level))  # type: ignore[arg-type]
        exits = table.loc[table["level"] == level, "exits"].sum()
        assert rate == pytest.approx(known, rel=5 / math.sqrt(exits))
    # The variance of a logarithm of a count is one over the count.
    error = math.sqrt((4.0 / table.groupby("level")["exits"].sum()).sum()) / len(LEVELS)
    assert memory_by_seed(table).mean() == pytest.approx(0.0, abs=5 * error)


def test_an_army_of_unlike_men_uses_its_past_up_as_the_formula_says() -> None:
    # Gamma frailty of variance 2: hazard of those who are left = h m / (1 + 2 H), H the hazard so far.
    table = histories(theory("gamma-frailty"), 0.25, 4.0, 1.0, 60, 40, range(1, 9))
    so_far = {"low": 0.002 * 0.25 * 60, "high": 0.002 * 4.0 * 60}
    known = {}
    for past, before in so_far.items():
        start, end = 1.0 + 2.0 * before, 1.0 + 2.0 * (before + 0.002 * 40)
        # Serving falls as (1 + 2 H)^(-1/2), from 1 when the pasts end: who left, over the days served.
        left = 1.0 - math.sqrt(start / end)
        served = math.sqrt(start) * (math.sqrt(end) - math.sqrt(start)) / 0.002
        known[past] = left / served
    expected = math.log(known["high"] / known["low"])
    exits = table.groupby("after")["exits"].sum()
    error = math.sqrt((1.0 / exits).sum())
    assert memory_of(table).middle == pytest.approx(expected, abs=5 * error + 0.01)
    assert expected < -0.5
    ramped = memory_of(ramps(theory("gamma-frailty"), LEVELS, 20, range(1, 5)))
    assert ramped.middle < 0.0


def test_an_army_in_which_exits_draw_others_drags_its_past_on() -> None:
    held = {days: memory_of(ramps(theory("contagion"), LEVELS, days, range(1, 9))) for days in (10, 20)}
    assert held[10].low > 0.0
    # It is a stock of those who have gone, and no lag: it grows with the days.
    assert held[20].low > held[10].high


def test_an_army_that_is_gone_has_no_memory() -> None:
    fast = theory("contagion").with_({"law.reference_hazard_per_week": 2.0})
    with pytest.raises(ValueError, match=r"nobody serves at level 0\.5, up first, seed 1: hold"):
        memory_of(ramps(fast, LEVELS, 40, [1]))


def test_pasts_share_dates_army_and_luck() -> None:
    table = histories(small_scenario(events=()), 1.0, 1.0, 1.0, 20, 10, [1, 2])
    low, high = (
        table[table["after"] == name].drop(columns=["order", "after"]).reset_index(drop=True)
        for name in ("low", "high")
    )
    pd.testing.assert_frame_equal(low, high)
    assert memory_by_seed(table).tolist() == [0.0, 0.0]


def test_dated_tables_are_driven_too() -> None:
    drive = DatedKey("opposition.unity_by_date", "unity")
    scenario, mechanisms = drive.applied(small_scenario(events=()), ramp([0.2, 0.8], 5, up_first=True))
    rows = scenario.opposition.unity_by_date
    assert [row.unity for row in rows] == [0.2, 0.8, 0.8, 0.2]
    assert (rows[1].date - rows[0].date).days == 5
    assert mechanisms == ()
    table = ramps(small_scenario(events=()), [0.2, 0.8], 5, [1], drive=drive)
    assert len(table) == 8
    with pytest.raises(ScenarioError):
        ramps(small_scenario(events=()), [0.2, 8.0], 5, [1], drive=drive)


def test_what_has_no_hazard_is_refused() -> None:
    folder = Path(__file__).resolve().parent.parent / "scenarios" / "theory"
    with pytest.raises(ValueError, match="threshold law"):
        ramps(load(folder / "thresholds-uniform.yaml"), LEVELS, 5, [1])
    with pytest.raises(ValueError, match="two or more different levels"):
        ramps(small_scenario(), [1.0, 1.0], 5, [1])
    with pytest.raises(ValueError, match="at least one seed"):
        ramps(small_scenario(), LEVELS, 5, [])
