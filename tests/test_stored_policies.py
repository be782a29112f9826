"""Comparisons and doses whose runs are kept: the same tables, and what was made is not made again."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments import compare, dose_response
from experiments.asking import first_days
from experiments.ensembles.ensemble import Ensemble
from experiments.ensembles.faults import FailedRunsError
from experiments.policies.comparison import Comparison
from sim.errors import SimulationError
from sim.scenario import Scenario
from sim.scenario_file import load
from tests.small_files import write_small
from tests.test_cli import erosion

TABLES = ("runs", "effects", "cost", "interactions", "only_because")
LARGER = "overlay: {name: larger}\narmy: {scale: 1.5}\n"
FEARLESS = "overlay: {name: fearless}\nfear: {effect: 0.0}\n"
PAID = "salary_plan.usd_per_month=0,300"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_small(tmp_path)
    (tmp_path / "larger.yaml").write_text(LARGER, encoding="utf-8")
    (tmp_path / "fearless.yaml").write_text(FEARLESS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def base(here: Path) -> Scenario:
    return first_days(load(here / "small.yaml"), 60)


def same(one: Comparison, other: Comparison) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.notes == other.notes


def failing(*_: Any, **__: Any) -> None:
    raise SimulationError(2, "fear", "cell", "a term is not finite")


def test_a_comparison_is_the_same_from_a_store_and_from_any_engine(base: Scenario, here: Path) -> None:
    # The third lever changes the army, so that nobody can be followed into its runs.
    levers = {name: here / f"{name}.yaml" for name in ("pays", "fearless", "larger")}
    plain = compare(base, levers, runs=2, seed=5, combine=2)
    same(compare(base, levers, runs=2, seed=5, combine=2, folder="one", engine="serial"), plain)
    same(compare(base, levers, runs=2, seed=5, combine=2, folder="two", workers=2), plain)
    assert set(plain.only_because["policy"]) == {"pays", "fearless", "pays + fearless"}


def test_what_was_made_is_not_made_again(base: Scenario, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    levers = {"pays": here / "pays.yaml"}
    first = compare(base, levers, runs=2, folder="kept", engine="serial")
    with monkeypatch.context() as patched:
        patched.setattr("sim.engine.simulate", failing)
        same(compare(base, levers, runs=2, folder="kept", engine="serial"), first)
        with pytest.raises(FailedRunsError, match=r"2 runs failed, .* run 5 \(policy baseline, seed 3\)"):
            compare(base, levers, runs=3, folder="kept", engine="serial")
    more = compare(base, levers, runs=3, folder="kept", engine="serial", retry=True)
    same(more, compare(base, levers, runs=3))
    assert Ensemble.load("kept").counts()["done"] == 6


def test_doses_are_the_same_from_a_store(base: Scenario, here: Path) -> None:
    doses = {"salary_plan.usd_per_month": (0, 300)}
    plain = dose_response(base, doses, lever=here / "pays.yaml", runs=2)
    kept = dose_response(base, doses, lever=here / "pays.yaml", runs=2, folder="kept", engine="serial")
    pd.testing.assert_frame_equal(kept.cells, plain.cells)
    pd.testing.assert_frame_equal(kept.runs, plain.runs)


@pytest.mark.parametrize(
    ("command", "table"),
    [
        (("compare", "small.yaml", "--lever", "pays.yaml", "--lever", "inert.yaml"), "comparison"),
        (
            ("dose", "small.yaml", "--lever", "pays.yaml", "--vary", "salary_plan.usd_per_month=0,300"),
            "doses",
        ),
    ],
)
def test_a_command_that_failed_is_gone_on_with(
    here: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], table: str
) -> None:
    asked = (*command, "--runs", 2, "--days", 30)
    assert erosion(*asked, "--out", "plain").exit_code == 0
    stored = (*asked, "--out", "kept", "--engine", "serial")
    with monkeypatch.context() as patched:
        patched.setattr("sim.engine.simulate", failing)
        failed = erosion(*stored)
    assert failed.exit_code == 3
    assert "6 runs failed, the first is run 1 (policy baseline, seed 1): SimulationError" in failed.stderr
    assert erosion(*stored).exit_code == 3, "failed runs are made again only when asked"
    again = erosion(*stored, "--retry")
    assert again.exit_code == 0, again.stderr
    one, other = (pd.read_parquet(here / name / f"{table}.parquet") for name in ("plain", "kept"))
    pd.testing.assert_frame_equal(one, other)
    more = erosion(*command, "--runs", 3, "--days", 30, "--out", "kept", "--engine", "serial")
    assert more.exit_code == 0, more.stderr
    assert Ensemble.load("kept/runs").counts()["done"] == 9, "the same folder takes more pairs"
    assert erosion("status", "kept/runs").exit_code == 0


COMPARED = ("compare", "small.yaml", "--lever", "pays.yaml", "--lever", "fearless.yaml", "--combine", 2)
DOSED = ("dose", "small.yaml", "--lever", "pays.yaml", "--vary", PAID)


@pytest.mark.parametrize(
    ("command", "tables"), [(COMPARED, ("comparison", "interactions", "only_because")), (DOSED, ("doses",))]
)
def test_parts_together_are_the_whole(
    here: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[Any, ...], tables: tuple[str, ...]
) -> None:
    asked = (*command, "--runs", 3, "--days", 30)
    assert erosion(*asked, "--out", "plain").exit_code == 0
    stored = (*asked, "--out", "kept", "--engine", "serial")
    runs = 12 if command is COMPARED else 9
    sizes = []
    for number in (2, 1):
        answer = erosion(*stored, "--shard", f"{number}/3")
        assert answer.exit_code == 0, answer.stderr
        assert f", part {number} of 3" in answer.stdout
        assert "the same command without --shard" in answer.stdout
        sizes.append(Ensemble.load("kept/runs").counts()["done"])
    assert 0 < sizes[0] < sizes[1] < runs
    assert not (here / "kept" / f"{tables[0]}.parquet").exists(), "a part compares nothing"
    assert erosion(*stored, "--shard", "3/3").exit_code == 0
    with monkeypatch.context() as patched:
        patched.setattr("sim.engine.simulate", failing)
        whole = erosion(*stored)
    assert whole.exit_code == 0, whole.stderr
    for name in tables:
        one, other = (pd.read_parquet(here / where / f"{name}.parquet") for where in ("plain", "kept"))
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("command", [COMPARED, DOSED])
def test_a_part_that_is_none_is_refused(here: Path, command: tuple[Any, ...]) -> None:
    answer = erosion(*command, "--shard", "4/3")
    assert answer.exit_code == 2
    assert "write 2/8" in answer.stderr
    assert not (here / "results").exists()


@pytest.mark.parametrize("command", ["compare", "dose"])
def test_an_unknown_engine_is_refused(here: Path, command: str) -> None:
    options = ["--vary", PAID] if command == "dose" else []
    answer = erosion(command, "small.yaml", "--lever", "pays.yaml", *options, "--engine", "steam")
    assert answer.exit_code == 2
    assert "steam" in answer.stderr
    assert not (here / "results").exists()
