"""Paired comparison: intervals with known answers, inert levers, shared armies, honest notes."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments import compare
from experiments.armies import Armies
from experiments.asking import first_days
from experiments.intervals import fieller, paired
from experiments.policies.comparison import Comparison
from experiments.policies.effects import cost_of, effects_of
from experiments.policies.levers import lay_over
from experiments.showing.figures import save_comparison
from sim.engine import run
from sim.errors import ScenarioError, SimulationError
from sim.scenario import Scenario
from sim.scenario_file import load
from tests.small_files import write_small

PAIRS = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small scenario and its levers."""
    folder = tmp_path_factory.mktemp("scenarios")
    write_small(folder)
    return folder


@pytest.fixture(scope="module")
def base(folder: Path) -> Scenario:
    return first_days(load(folder / "small.yaml"), 60)


@pytest.fixture(scope="module")
def found(folder: Path, base: Scenario) -> Comparison:
    levers = {"pays": folder / "pays.yaml", "inert": folder / "inert.yaml"}
    return compare(base, levers, runs=PAIRS, seed=5)


def effect(found: Comparison, policy: str, outcome: str) -> pd.Series:
    """One row of the effects."""
    rows = found.effects
    return rows[(rows["policy"] == policy) & (rows["outcome"] == outcome)].iloc[0]


def test_paired_interval_is_that_of_student() -> None:
    interval = paired(np.array([1.0, 2.0, 3.0, 4.0]))
    half = 3.182446305284263 * np.std([1, 2, 3, 4], ddof=1) / 2
    assert interval.middle == 2.5
    assert (interval.low, interval.high) == pytest.approx((2.5 - half, 2.5 + half))
    assert not paired(np.array([7.0])).excludes_zero
    assert math.isnan(paired(np.array([7.0])).low)


def test_equal_differences_have_an_interval_of_no_width() -> None:
    interval = paired(np.zeros(5))
    assert (interval.low, interval.middle, interval.high) == (0.0, 0.0, 0.0)
    assert not interval.excludes_zero


def test_fieller_is_the_set_of_ratios_that_are_not_refuted() -> None:
    luck = np.random.default_rng(3)
    above, below = luck.normal(50, 8, 9), luck.normal(5, 1, 9)
    interval = fieller(above, below)
    assert interval is not None
    for ratio, inside in (
        (interval.low * 1.001, True),
        (interval.high * 0.999, True),
        (interval.low * 0.999, False),
        (interval.high * 1.001, False),
    ):
        assert paired(above - ratio * below).excludes_zero is not inside


def test_fieller_covers_as_often_as_it_says() -> None:
    luck = np.random.default_rng(11)
    hits = 0
    for _ in range(1000):
        below = luck.normal(4.0, 2.0, 8)
        above = 3.0 * below + luck.normal(0.0, 5.0, 8)
        interval = fieller(above, below)
        hits += interval is None or interval.low <= 3.0 <= interval.high
    assert 0.93 <= hits / 1000 <= 0.975


def test_no_ratio_where_the_gain_may_be_nothing() -> None:
    assert fieller(np.array([9.0, 8.0, 7.0]), np.array([1.0, -1.0, 0.5])) is None


def test_runs_are_the_same_as_single_runs(found: Comparison, base: Scenario) -> None:
    assert len(found.runs) == 3 * PAIRS
    row = found.runs[(found.runs["policy"] == "baseline") & (found.runs["seed"] == 6)].iloc[0]
    alone = run(base, 6).summary.iloc[0]
    for column in ("army_seed", "luck_seed", "exits", "joined", "killed", "strength_deployable"):
        assert row[column] == alone[column]


def test_an_inert_lever_makes_no_difference_at_all(found: Comparison) -> None:
    rows = found.effects[found.effects["policy"] == "inert"]
    assert (rows[["difference", "low", "high", "sd_paired"]] == 0).all(axis=None)
    own = found.runs.set_index("policy").drop(columns="overlays")
    pd.testing.assert_frame_equal(
        own.loc["baseline"].reset_index(drop=True), own.loc["inert"].reset_index(drop=True)
    )
    cost = found.cost[found.cost["policy"] == "inert"]
    assert cost["usd"].isna().all()
    assert (cost["why_not"] == "the policy pays nothing more").all()


def test_pay_that_works_has_a_cost(found: Comparison) -> None:
    assert effect(found, "pays", "exits")["low"] > 0
    assert effect(found, "pays", "paid_usd")["low"] > 0
    cost = found.cost[(found.cost["policy"] == "pays") & (found.cost["gain"] == "additional exit")].iloc[0]
    ratio = effect(found, "pays", "paid_usd")["difference"] / effect(found, "pays", "exits")["difference"]
    assert cost["usd"] == pytest.approx(ratio)
    assert cost["low"] < cost["usd"] < cost["high"]
    assert "Fieller" in cost["method"]


def test_effects_are_those_of_the_runs(found: Comparison) -> None:
    table = found.runs.pivot_table(index="seed", columns="policy", values="exits")
    difference = table["pays"] - table["baseline"]
    row = effect(found, "pays", "exits")
    assert row["difference"] == pytest.approx(difference.mean())
    assert row["sd_paired"] == pytest.approx(difference.std())
    unpaired = math.hypot(table["pays"].std(), table["baseline"].std())
    assert row["sd_unpaired"] == pytest.approx(unpaired)
    assert row["pairing_factor"] == pytest.approx(unpaired / difference.std())
    assert row["correlation"] == pytest.approx(table["pays"].corr(table["baseline"]))


def test_every_table_says_what_it_covers_and_what_is_missing(found: Comparison) -> None:
    for table in (found.effects, found.cost):
        assert table["covers"].str.contains("luck and army; not the parameters").all()
    notes = " ".join(found.notes)
    assert "dated table" in notes
    assert "by construction" in notes
    assert "simulation" in notes


def test_a_dated_war_has_no_row_of_what_it_leaves_unknown(found: Comparison) -> None:
    assert "destruction" not in set(found.effects["outcome"])
    killed = found.effects[found.effects["outcome"] == "civilians_killed"]
    assert (killed[["difference", "low", "high"]] == 0).all(axis=None)


def test_an_endogenous_war_says_so_and_shows_what_a_lever_costs(
    base: Scenario, folder: Path, tmp_path: Path
) -> None:
    rising = {"uprising.mobilisation": [{"from": "2030-01-01", "intensity": {"beta": 1.0, "gamma": 1.0}}]}
    endogenous = base.with_({"war.kind": "endogenous", **rising})
    found = compare(endogenous, {"pays": folder / "pays.yaml"}, runs=2)
    assert any("endogenous" in note for note in found.notes)
    assert not any("dated table" in note for note in found.notes)
    for outcome in ("civilians_killed", "destruction"):
        assert effect(found, "pays", outcome)["baseline"] > 0
    assert save_comparison(found, tmp_path / "figure.png").stat().st_size > 0


def test_without_a_war_nothing_is_said_of_it(base: Scenario, folder: Path) -> None:
    peace = first_days(base, 20).with_({"war.periods": []})
    found = compare(peace, {"pays": folder / "pays.yaml"}, runs=2)
    assert not any("dated table" in note for note in found.notes)


def test_one_pair_has_no_interval(base: Scenario, folder: Path) -> None:
    found = compare(base, {"pays": folder / "pays.yaml"}, runs=1)
    assert found.effects[["low", "high", "sd_paired", "correlation"]].isna().all(axis=None)
    assert found.cost["usd"].isna().all()
    assert found.effects["covers"].str.startswith("no interval").all()


def test_fewer_exits_have_no_price() -> None:
    runs = pd.DataFrame(
        {
            "policy": ["baseline"] * 3 + ["bad"] * 3,
            "seed": [1, 2, 3] * 2,
            "exits": [100, 110, 120, 50, 61, 69],
            "joined": [10, 11, 12, 11, 9, 13],
            "paid_usd": [0, 0, 0, 5, 6, 7],
        }
    )
    cost = cost_of(runs)
    assert cost["why_not"].str.startswith("fewer").tolist() == [True, False]
    assert "includes 0" in cost["why_not"].iloc[1]
    assert effects_of(runs, ["exits"])["high"].item() < 0


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Seeds of the armies that are built during a test."""
    from sim import synthesis

    seeds: list[int] = []
    build = synthesis.build

    def counted(scenario: Scenario, seed: int) -> Any:
        seeds.append(seed)
        return build(scenario, seed)

    monkeypatch.setattr(synthesis, "build", counted)
    return seeds


def test_an_army_is_built_once_a_seed(built: list[int], base: Scenario, folder: Path) -> None:
    short = first_days(base, 20)
    levers = {"pays": folder / "pays.yaml", "inert": folder / "inert.yaml"}
    compare(short, levers, runs=2, seed=8)
    assert built == [8, 9]


def test_a_lever_on_the_army_has_an_army_of_its_own(built: list[int], base: Scenario) -> None:
    armies = Armies()
    first = armies.of(base, 1)
    assert armies.of(base.with_({"fear.effect": 0.9}), 1) is first
    assert armies.of(base.with_({"places.beta.distance_km": {"abroad": 5.0}}), 1) is first
    other = armies.of(base.with_({"army.stayers_share": 0.9}), 1)
    assert other.soldiers.stayer.sum() > first.soldiers.stayer.sum()
    assert built == [1, 1]


def test_a_lever_is_laid_over_the_scenario_as_it_was_changed(base: Scenario, folder: Path) -> None:
    changed = base.with_({"fear.effect": 0.9, "salary_plan.usd_per_month": 50})
    lever = lay_over(changed, folder / "pays.yaml")
    assert lever.overlays == ("pays",)
    assert lever.fear.effect == 0.9
    assert lever.salary_plan.usd_per_month == 400


def test_all_faults_of_levers_are_told_at_once(base: Scenario, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("overlay: {name: bad}\nfear: {efect: 1}\n", encoding="utf-8")
    (tmp_path / "late.yaml").write_text("overlay: {name: late}\ndays: 20\n", encoding="utf-8")
    levers = {"bad": tmp_path / "bad.yaml", "late": tmp_path / "late.yaml", "none": "no-such-lever"}
    with pytest.raises(ScenarioError) as caught:
        compare(base, levers)
    text = str(caught.value)
    assert "bad.yaml:2:" in text
    assert "did you mean 'effect'" in text
    assert "no-such-lever" in text
    assert "outside the window" in text
    assert "erosion-" not in text, "the temporary file is nobody's business"


@pytest.mark.parametrize(
    ("levers", "message"),
    [({}, "at least one lever"), ({"baseline": "inert.yaml"}, "no lever can be called 'baseline'")],
)
def test_levers_need_names_of_their_own(base: Scenario, levers: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare(base, levers)


def test_a_failing_run_says_which_it_is(base: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SimulationError(3, "fear", "cell", "a term is not finite")

    monkeypatch.setattr("sim.engine.simulate", fail)
    with pytest.raises(SimulationError) as caught:
        compare(base, {"same": base}, runs=1, seed=7)
    assert caught.value.__notes__ == ["policy baseline, seed 7"]


def test_progress_counts_the_days_of_all_runs(base: Scenario) -> None:
    seen: list[tuple[int, int]] = []
    short = first_days(base, 20)
    compare(short, {"same": short}, runs=2, progress=lambda *done: seen.append(done))
    assert seen == [(day, 80) for day in range(1, 81)]


def test_it_shows_itself(found: Comparison, tmp_path: Path) -> None:
    assert repr(found) == "Comparison(pays, inert with small as it is, 3 pairs)"
    assert "additional member" in found._repr_html_()
    picture = save_comparison(found, tmp_path / "comparison.png")
    assert picture.read_bytes().startswith(b"\x89PNG")
