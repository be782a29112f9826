"""Screening: a model with known effects, shared luck, failures as rows, studies refused with their places."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments import Screening, ScreeningError, Study, load_study, screen
from experiments.factor import Factor
from experiments.sensitivity.screening import design, effects_of, refuse_what_is_not_finite
from experiments.showing.figures import save_screening
from experiments.study import OUTPUTS, study_names
from sim.errors import ScenarioError, SimulationError
from sim.scenario import Scenario
from tests.small import small_result
from tests.small_files import STUDY, write_small

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a study beside the small scenario."""
    write_small(tmp_path)

    def write_study(text: str) -> Path:
        path = tmp_path / "study.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write_study


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Screening:
    folder = tmp_path_factory.mktemp("study")
    write_small(folder)
    return screen(folder / "study.yaml")


def faults_of(path: Path) -> list[str]:
    """Faults of a study, its scenario and its ranges."""
    with pytest.raises(ScenarioError) as caught:
        load_study(path).resolve()
    return str(caught.value).splitlines()


def test_known_effects_are_found() -> None:
    factors = {name: {"low": 0, "high": 1} for name in ("strong", "weak", "none")}
    study = Study.model_validate(
        {"name": "known", "scenario": "x", "trajectories": 6, "factors": factors, "outputs": ["exits"]}
    )
    shares = design(study)
    assert shares.shape == (6 * 4, 3)
    runs = pd.DataFrame({"exits": shares @ np.array([5.0, -0.5, 0.0])})
    table = effects_of(study, shares, runs).set_index("factor")
    assert table["mu_star"].tolist() == pytest.approx([5.0, 0.5, 0.0])
    assert table["mu"].tolist() == pytest.approx([5.0, -0.5, 0.0])
    assert table["sigma"].tolist() == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    assert set(table["method"]) == {"morris"}


def test_each_trajectory_changes_one_factor_at_a_time_on_one_luck(found: Screening) -> None:
    factors = list(found.study.factors)
    assert len(found.runs) == found.study.runs == 12
    assert found.runs["seed"].tolist() == [3] * 4 + [4] * 4 + [5] * 4
    for _, trajectory in found.runs.groupby("trajectory"):
        moved = (trajectory[factors].diff().iloc[1:] != 0).sum(axis=1)
        assert (moved <= 1).all()
    assert (found.runs["status"] == "done").all()


def test_the_same_study_gives_the_same_table(found: Screening) -> None:
    again = screen(found.study)
    pd.testing.assert_frame_equal(again.runs, found.runs)
    pd.testing.assert_frame_equal(again.effects, found.effects)


def test_the_table_is_tidy(found: Screening) -> None:
    columns = ["method", "output", "factor", "mu_star", "mu_star_conf", "mu", "sigma"]
    assert found.effects.columns.tolist() == columns
    assert len(found.effects) == 3 * 2
    exits = found.effects[found.effects["output"] == "exits"].set_index("factor")
    assert exits["mu_star"].idxmax() == "law.reference_hazard_per_week"


def test_it_shows_itself(found: Screening, tmp_path: Path) -> None:
    assert repr(found) == "Screening(small-study: 3 factors, 12 runs)"
    assert "mu_star" in found._repr_html_()
    assert save_screening(found, tmp_path / "screening.png").read_bytes().startswith(b"\x89PNG")


def test_whole_numbers_are_equally_frequent() -> None:
    factor = Factor(low=1, high=3, whole=True)
    assert [factor.value(share) for share in (0.0, 0.32, 0.34, 0.66, 0.67, 1.0)] == [1, 1, 2, 2, 3, 3]
    assert Factor(low=2, high=4).value(0.25) == 2.5


def test_a_constant_output_is_said_and_not_divided(write: Write) -> None:
    text = STUDY.replace("[exits, strength_nominal]", "[paid_usd]").replace("days: 40", "days: 10")
    found = screen(write(text))
    assert (found.effects[["mu_star", "mu_star_conf", "mu", "sigma"]] == 0).all(axis=None)
    assert any("paid_usd is the same in all runs" in note for note in found.notes)


def test_a_failing_run_is_a_row(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim import engine

    real = engine.simulate

    def fail_at_high_fear(scenario: Scenario, *arguments: Any, **options: Any) -> Any:
        if scenario.fear.effect > 0.5:
            raise SimulationError(2, "fear", "cell", "a term is not finite")
        return real(scenario, *arguments, **options)

    monkeypatch.setattr(engine, "simulate", fail_at_high_fear)
    with pytest.raises(ScreeningError, match="failed, the first with SimulationError: day 2: fear") as caught:
        screen(write(STUDY.replace("days: 40", "days: 10")))
    runs = caught.value.runs
    assert len(runs) == 12
    assert set(runs["status"]) == {"done", "failed"}
    assert runs.loc[runs["status"] == "failed", "exits"].isna().all()
    first = runs.loc[runs["status"] == "failed", "run"].iloc[0]
    assert str(caught.value).startswith(f"not analysed: runs {first}, ")


def test_what_is_not_finite_is_refused_by_name() -> None:
    runs = pd.DataFrame(
        {"run": [1, 2, 3], "status": "done", "exits": [1.0, 2.0, 3.0], "single_share": [np.nan, 1.0, np.inf]}
    )
    with pytest.raises(ScreeningError, match="single_share is not a finite number in runs 1, 3"):
        refuse_what_is_not_finite(runs, ("exits", "single_share"))
    refuse_what_is_not_finite(runs, ("exits",))


def test_faults_of_a_study_have_places(write: Write) -> None:
    text = STUDY.replace("trajectories: 3", "trajectories: 1").replace("exits,", "exitz,") + "levls: 4\n"
    faults = faults_of(write(text))
    assert len(faults) == 3
    assert any("study.yaml:5:15: trajectories" in fault for fault in faults)
    assert any("did you mean 'exits'" in fault for fault in faults)
    assert any("levls" in fault and "did you mean 'levels'" in fault for fault in faults)


def test_disagreements_within_a_study_are_told_together(write: Write) -> None:
    text = STUDY.replace("{low: 0.0, high: 1.0}", "{low: 1.0, high: 0.5}") + "levels: 5\n"
    text = text.replace("high: 300, whole", "high: 300.5, whole") + "set: {fear.effect: 1}\n"
    text = text.replace("[exits, strength_nominal]", "[exits, exits]")
    faults = "\n".join(faults_of(write(text)))
    for part in ("levels: must be even", "low must be under high", "whole numbers", "`set`", "named twice"):
        assert part in faults


def test_faults_of_ranges_stand_at_their_factors(write: Write) -> None:
    text = STUDY.replace("fear.effect:", "fear.efect:").replace("high: 0.1}", "high: 9e9}")
    faults = faults_of(write(text))
    assert any("study.yaml:7:3: factors.law.reference_hazard_per_week: must be" in fault for fault in faults)
    assert any("study.yaml:9:3: factors.fear.efect" in fault and "'effect'" in fault for fault in faults)


def test_faults_of_settings_and_of_the_scenario_stand_in_the_study(write: Write) -> None:
    faults = faults_of(write(STUDY + "set: {fear.on: perhaps, nosuch.key: 1}\n"))
    assert any("study.yaml:11:7: set.fear.on: must be true or false" in fault for fault in faults)
    assert any("study.yaml:11:25: set.nosuch.key: nosuch" in fault for fault in faults)
    faults = faults_of(write(STUDY.replace("small.yaml", "no-such-name")))
    assert any("study.yaml:2:1: scenario: there is no shipped scenario" in fault for fault in faults)


def test_a_study_made_in_python_is_screened_too(write: Write) -> None:
    scenario = str(write(STUDY).with_name("small.yaml"))
    study = Study(
        name="mine",
        scenario=scenario,
        days=10,
        trajectories=2,
        factors={"fear.effect": Factor(low=0, high=1)},
        outputs=("exits",),
    )
    assert len(screen(study).runs) == 4


def test_what_only_sensitivity_can_run_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"method: is not for a screening .*sensitivity founding-sobol"):
        screen("founding-sobol")
    with pytest.raises(ScenarioError, match="weekly: is not for a screening"):
        screen("founding-morris")


def test_an_unknown_study_names_those_that_are_shipped() -> None:
    with pytest.raises(ScenarioError, match="first-screening"):
        load_study("frist-screening")


@pytest.mark.parametrize("name", list(study_names()))
def test_shipped_studies_can_run(name: str) -> None:
    study = load_study(name)
    assert study.name == name
    study.resolve()


def test_outputs_are_numbers_of_the_summary() -> None:
    summary = small_result(days=80).summary
    for output in OUTPUTS:
        assert pd.api.types.is_numeric_dtype(summary[output]), output
    fixed = {"run", "army_seed", "luck_seed", "regulars"}
    assert set(summary.select_dtypes("number").columns) - fixed == set(OUTPUTS)
