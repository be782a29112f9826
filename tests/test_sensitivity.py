"""Sensitivity: known indices through the whole pipeline, the block rule, guards, designs that grow."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments import Factor, Sensitivity, SensitivityError, Study, load_study, run_study
from experiments.cli import app
from experiments.ensembles.standing import Standing
from experiments.factor import faults_of_factor
from experiments.sensitivity.design import design_of, sizes_of
from experiments.sensitivity.figures import save_figures
from experiments.sensitivity.indices import COLUMNS, indices_of
from experiments.sensitivity.outputs import END, Series
from experiments.sensitivity.weekly import FLOWS, by_week
from sim.errors import ScenarioError
from tests.sensitivity_models import (
    ISHIGAMI,
    G,
    fails_once,
    ishigami,
    ishigami_indices,
    lucky,
    not_finite_once,
    sobol_g,
    sobol_g_indices,
)
from tests.small import small_result
from tests.small_files import STUDY, write_small

ROOT = Path(__file__).resolve().parent.parent
WIDE = 4.42 / 1.96
"""Intervals of 95 % are made this much wider: false alarms of 1e-5, as seeds are not chosen to pass."""

Make = Callable[..., Study]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Make a study of a small scenario."""
    scenario = str(write_small(tmp_path_factory.mktemp("small"), events=[], claims=[]))

    def study(**keys: Any) -> Study:
        factors = {name: Factor(low=0.0, high=1.0) for name in ("fear.effect", "deaths.garrison_weight")}
        return Study.model_validate(
            {"name": "small", "scenario": scenario, "factors": factors, "outputs": ["exits"], **keys}
        )

    return study


@pytest.fixture(scope="module")
def found(make: Make, tmp_path_factory: pytest.TempPathFactory) -> Sensitivity:
    study = make(
        method="sobol", size=128, factors=ISHIGAMI, outputs=["exits", "share_gone"], weekly=["exits"]
    )
    return run_study(study, tmp_path_factory.mktemp("ishigami"), engine="serial", model=ishigami)


def assert_within(table: pd.DataFrame, truth: dict[str, tuple[float, float]]) -> None:
    """Every index lies in its interval, and the interval says something."""
    rows = table[(table["output"] == "exits") & (table["day"] == END)].set_index(["index", "factor"])
    for factor, both in truth.items():
        for index, true in zip(("S1", "ST"), both, strict=True):
            row = rows.loc[(index, factor)]
            half = (row["conf_high"] - row["conf_low"]) / 2
            assert abs(row["value"] - true) <= WIDE * half + 1e-4, (factor, index)
            assert half < 0.35


def test_ishigami_has_its_indices(found: Sensitivity) -> None:
    assert_within(found.indices, ishigami_indices())


def test_the_g_function_has_its_indices(make: Make, tmp_path: Path) -> None:
    study = make(method="sobol", size=128, factors=G)
    table = run_study(study, tmp_path, engine="serial", model=sobol_g).indices
    assert_within(table, sobol_g_indices())


def test_second_order_finds_the_pair_that_acts_together(make: Make) -> None:
    study = make(method="sobol", size=512, second_order=True, factors=ISHIGAMI)
    design = design_of(study)
    x, y, z = ((2.0 * design.shares - 1.0) * np.pi).T
    values = np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
    table = indices_of(study, design, [Series("exits", END, values)])
    pairs = table[table["index"] == "S2"].set_index("factor")
    together = pairs.loc["fear.effect x deaths.garrison_weight"]
    half = WIDE * (together["conf_high"] - together["value"])
    assert abs(together["value"] - ishigami_indices()["deaths.garrison_weight"][1]) <= half
    assert pairs["value"].idxmax() == "fear.effect x deaths.garrison_weight"
    assert len(pairs) == 3


def test_the_table_is_tidy_and_has_each_week(found: Sensitivity) -> None:
    assert tuple(found.indices.columns) == COLUMNS
    weeks = found.indices[found.indices["day"] != END]
    assert sorted(weeks["day"].unique()) == [6, 13, 20]
    # In the second week only the first factor acts, in the third only the second one.
    total = weeks[weeks["index"] == "ST"].pivot(index="factor", columns="day", values="value")
    assert total[13].idxmax() == "fear.effect"
    assert total[20].idxmax() == "refuge.floor"
    assert total.loc[["refuge.floor", "deaths.garrison_weight"], 13].tolist() == [0.0, 0.0]


def test_what_is_constant_is_said_and_not_divided(found: Sensitivity) -> None:
    constant = found.indices[found.indices["output"] == "share_gone"]
    assert constant["value"].isna().all()
    assert "share_gone is the same in all runs: no factor moves it here." in found.notes
    assert any(note.startswith("exits is the same in all runs in 1 of 3 weeks") for note in found.notes)


def test_convergence_narrows(found: Sensitivity) -> None:
    table = found.convergence
    assert sorted(table["size"].unique()) == sizes_of(found.study) == [8, 16, 32, 64, 128]
    last = table[table["size"] == 128].drop(columns="size").reset_index(drop=True)
    ends = found.indices[found.indices["day"] == END].reset_index(drop=True)
    pd.testing.assert_frame_equal(last, ends)
    widths = (table["conf_high"] - table["conf_low"]).groupby(table["size"]).median()
    assert widths[128] < widths[8]


def test_figures_are_drawn(found: Sensitivity, tmp_path: Path) -> None:
    made = save_figures(found, tmp_path)
    assert [path.stem for path in made] == ["bars", "heat", "convergence", "weeks", "weeks-heat"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in made)
    assert repr(found) == "Sensitivity(small: sobol, 3 factors, 640 runs)"
    assert "conf_low" in found._repr_html_()


def test_a_and_its_ab_share_one_luck_and_b_has_its_own(make: Make) -> None:
    design = design_of(make(method="sobol", size=4, seed=10))
    assert design.seeds.reshape(4, 4).tolist() == [[10 + 2 * n] * 3 + [11 + 2 * n] for n in range(4)]
    both = design_of(make(method="sobol", size=4, seed=10, second_order=True))
    assert both.seeds.reshape(4, 6)[1].tolist() == [12, 12, 12, 13, 13, 13]
    a, ab, b = both.shares[0], both.shares[1], both.shares[5]
    assert ab.tolist() == [b[0], a[1]]
    assert both.shares[3].tolist() == [a[0], b[1]]  # a BA: on the luck of B


@pytest.mark.parametrize("method", ["morris", "sobol", "pawn", "delta"])
def test_a_design_of_twice_the_size_begins_with_the_smaller_one(make: Make, method: str) -> None:
    size = {"trajectories" if method == "morris" else "size": 8}
    small = make(method=method, **size)
    large = small.sized(16)
    first, second = design_of(small), design_of(large)
    assert len(first.shares) == small.points
    assert len(second.shares) == 2 * small.points
    np.testing.assert_array_equal(second.shares[: small.points], first.shares)
    np.testing.assert_array_equal(second.seeds[: small.points], first.seeds)


def test_twice_the_size_makes_the_new_half_only(make: Make, tmp_path: Path) -> None:
    told: list[Standing] = []
    study = make(method="sobol", size=4)
    run_study(study, tmp_path, engine="serial", model=lucky)
    grown = run_study(study.sized(8), tmp_path, engine="serial", model=lucky, progress=told.append)
    assert (told[0].before, told[0].total, told[-1].done) == (16, 32, 32)
    whole = run_study(study.sized(8), tmp_path / "anew", engine="serial", model=lucky)
    pd.testing.assert_frame_equal(grown.indices, whole.indices)


def test_the_dozen_are_those_that_the_screening_ranks_first() -> None:
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    (ranked,) = [line for line in page.splitlines() if line.startswith("Over all outputs")]
    dozen, all_of_them = load_study("founding-sobol"), load_study("founding-morris")
    assert re.findall(r"`([^`]+)`", ranked) == list(dozen.inputs)
    assert len(dozen.inputs) == 12
    for path, factor in dozen.factors.items():
        assert factor == all_of_them.factors[path], path


def test_groups_are_one_factor(make: Make) -> None:
    factors = {
        name: Factor(low=0.0, high=1.0, group=group)
        for name, group in (("fear.effect", "minds"), ("belief.elite_effect", "minds"), ("refuge.floor", ""))
    }
    study = make(method="sobol", size=64, factors=factors)
    assert study.inputs == ("minds", "refuge.floor")
    assert study.runs == 64 * 4
    design = design_of(study)
    table = indices_of(study, design, [Series("exits", END, design.shares @ np.array([1.0, 1.0, 0.1]))])
    total = table[table["index"] == "ST"].set_index("factor")["value"]
    assert total["minds"] > 0.9 > total["refuge.floor"]
    morris = make(trajectories=4, factors=factors)
    design = design_of(morris)
    assert len(design.shares) == 4 * 3
    table = indices_of(morris, design, [Series("exits", END, design.shares @ np.array([1.0, 1.0, 0.1]))])
    assert table[table["index"] == "mu_star"]["factor"].tolist() == ["minds", "refuge.floor"]


def test_a_factor_that_is_dead_on_the_mean_owns_the_spread(make: Make, tmp_path: Path) -> None:
    study = make(method="sobol", size=16, replicates=12, outputs=["exits", "collapse"])
    found = run_study(study, tmp_path, engine="serial", model=lucky)
    assert found.made.planned.groupby("point")["luck_seed"].nunique().eq(12).all()
    total = found.indices[found.indices["index"] == "ST"].pivot(
        index="factor", columns="output", values="value"
    )
    assert list(total.columns) == ["collapse, chance", "exits, mean", "exits, spread"]
    assert total["exits, spread"].idxmax() == "deaths.garrison_weight"
    assert total["exits, mean"].idxmax() == "fear.effect"


@pytest.mark.parametrize(("method", "index"), [("pawn", "median"), ("delta", "delta")])
def test_methods_on_distributions_rank_the_factors(make: Make, method: str, index: str) -> None:
    study = make(method=method, size=128)
    design = design_of(study)
    values = design.shares @ np.array([1.0, 0.1])
    before = np.random.get_state()[2]  # noqa: NPY002 (SALib's delta sets it)
    table = indices_of(study, design, [Series("exits", END, values)])
    assert np.random.get_state()[2] == before  # noqa: NPY002
    found = table[table["index"] == index].set_index("factor")
    assert found["value"].idxmax() == "fear.effect"
    assert found.loc["fear.effect", "conf_low"] > found.loc["deaths.garrison_weight", "value"]
    if method == "pawn":
        assert "(dummy)" in found.index


def test_one_number_that_is_not_finite_is_refused_by_name(make: Make, tmp_path: Path) -> None:
    study = make(method="sobol", size=16)
    with pytest.raises(SensitivityError, match=r"exits is not a finite number in runs? \d+ \([0-9a-f]{20}\)"):
        run_study(study, tmp_path, engine="serial", model=not_finite_once)


def test_a_run_that_fails_is_refused_by_name(make: Make, tmp_path: Path) -> None:
    study = make(method="pawn", size=32)
    with pytest.raises(
        SensitivityError, match=r"\([0-9a-f]{20}\).* failed, the first with ArithmeticError: does"
    ):
        run_study(study, tmp_path, engine="serial", model=fails_once)


def test_distributions_are_bounded_and_have_their_middle() -> None:
    ends = {"low": 1.0, "high": 100.0}
    for factor, middle in (
        (Factor(**ends), 50.5),
        (Factor(**ends, distribution="log_uniform"), 10.0),
        (Factor(**ends, distribution="triangular", middle=1.0), 100.0 - 99.0 * 0.5**0.5),
        (Factor(**ends, distribution="normal", middle=50.5, sd=1000.0), 50.5),
    ):
        assert not list(faults_of_factor(factor))
        assert [factor.value(share) for share in (0.0, 1.0)] == pytest.approx([1.0, 100.0])
        assert factor.value(0.5) == pytest.approx(middle)
    category = Factor(values=(True, False, "x"))
    assert [category.value(share) for share in (0.0, 0.34, 1.0)] == [True, False, "x"]


def test_whole_numbers_follow_their_distribution() -> None:
    factor = Factor(low=1, high=3, whole=True, distribution="log_uniform")
    found = [factor.value((n + 0.5) / 3000) for n in range(3000)]
    shares = np.bincount(np.array(found, dtype=int), minlength=4)[1:] / 3000
    assert shares == pytest.approx(np.diff(np.log([1, 2, 3, 4])) / np.log(4), abs=2e-3)


def test_weeks_are_sums_of_flows_and_ends_of_stocks() -> None:
    daily = small_result(days=80).daily
    weeks = by_week(daily, ("exits", "deployable"))
    assert weeks["day"].tolist() == [*range(6, 77, 7)]
    assert weeks["exits"].iloc[1] == daily["exits"].iloc[7:14].sum()
    assert weeks["deployable"].iloc[1] == daily["deployable"].iloc[13]
    summary = small_result(days=80).summary
    for flow in FLOWS & set(summary.columns):
        assert daily[flow].sum() == pytest.approx(summary[flow].iloc[0])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("method: sobol\nsize: 96\n", "study.yaml:11:7: size: must be a power of two, such as 64 or 128"),
        ("method: sobl\n", "did you mean 'sobol'"),
        ("size: 64\n", "size: belongs to sobol and pawn and delta; the method is morris"),
        ("weekly: [exitz]\n", "did you mean 'exits'"),
        ("weekly: [exits, exits]\n", "'exits' is named twice"),
        ("second_order: true\n", "second_order: belongs to sobol"),
    ],
)
def test_faults_of_a_study_have_a_place_and_a_mend(tmp_path: Path, text: str, fault: str) -> None:
    write_small(tmp_path)
    path = tmp_path / "study.yaml"
    body = STUDY.replace("trajectories: 3\n", "") if "sobol" in text else STUDY
    path.write_text(body + text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_study(path)
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("factor", "fault"),
    [
        ("{low: 0.1}", "needs high, or values"),
        ("{values: [1]}", "needs at least two values"),
        ("{values: [1, 2], low: 0}", "has values, so it cannot have low"),
        ("{low: 0, high: 1, distribution: log_uniform}", "low must be above 0"),
        ("{low: 0, high: 1, distribution: normal}", "sd belongs to a normal distribution"),
        ("{low: 0, high: 1, distribution: triangular, middle: 2}", "middle must lie between low and high"),
        ("{low: 0, high: 1, middle: 0.5}", "uniform has no middle"),
        ("{low: 0, high: .inf}", "factors.fear.effect"),
    ],
)
def test_faults_of_a_factor_stand_at_it(tmp_path: Path, factor: str, fault: str) -> None:
    write_small(tmp_path)
    path = tmp_path / "study.yaml"
    path.write_text(STUDY.replace("{low: 0.0, high: 1.0}", factor), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_study(path)
    assert fault in str(caught.value)
    assert "study.yaml:9:" in str(caught.value)


def test_a_value_of_a_category_that_is_not_allowed_is_told(tmp_path: Path) -> None:
    write_small(tmp_path)
    path = tmp_path / "study.yaml"
    path.write_text(STUDY.replace("{low: 0.0, high: 1.0}", "{values: [0.1, many, 0.3]}"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"study.yaml:9:3: factors.fear.effect"):
        load_study(path).resolve()


def test_the_command_runs_the_model_and_grows(tmp_path: Path) -> None:
    write_small(tmp_path, events=[], claims=[])
    path, out = tmp_path / "study.yaml", tmp_path / "out"
    text = STUDY.replace("days: 40", "days: 14").replace("trajectories: 3", "method: sobol\nsize: 4")
    path.write_text(text + "weekly: [exits]\n", encoding="utf-8")
    command = ["sensitivity", str(path), "--engine", "serial", "--out", str(out)]
    first = CliRunner().invoke(app, command)
    assert first.exit_code == 0, first.output
    assert "Sensitivity(small-study: sobol, 3 factors, 20 runs)" in first.output
    indices = pd.read_parquet(out / "indices.parquet")
    assert set(indices["day"]) == {END, 6, 13}
    assert (out / "convergence.csv").exists()
    assert (out / "weeks.png").exists()
    again = CliRunner().invoke(app, [*command, "--size", "8"])
    assert again.exit_code == 0, again.output
    assert "40 runs" in again.output
    other = CliRunner().invoke(app, [*command, "--scale", "0.5"])
    assert other.exit_code == 2
    assert "another sensitivity" in other.output
