"""Policies and doses through an ensemble: the same tables as in this process, continued, refused by name."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from experiments import How, compare, dose_response
from experiments.asking import first_days
from experiments.ensembles.ensemble import Ensemble
from experiments.ensembles.faults import RunsFailedError
from experiments.ensembles.standing import Standing
from experiments.policies.comparison import Comparison
from experiments.policies.dose_response import DoseResponse
from sim.scenario import Scenario
from sim.scenario_file import load
from tests.small_files import write_small
from tests.test_cli import erosion

TABLES = ("runs", "effects", "cost", "interactions", "only_because")
CALM = "overlay: {name: calm}\nfear: {effect: 0.0}\n"
OTHER_ARMY = "overlay: {name: stayers}\narmy: {stayers_share: 0.9}\n"
PAY = "salary_plan.usd_per_month"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with the small scenario and its levers, one more among them."""
    write_small(tmp_path)
    (tmp_path / "calm.yaml").write_text(CALM, encoding="utf-8")
    (tmp_path / "stayers.yaml").write_text(OTHER_ARMY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def base(here: Path) -> Scenario:
    return first_days(load(here / "small.yaml"), 40)


LEVERS = {name: f"{name}.yaml" for name in ("pays", "calm")}


def assert_same(one: Comparison, other: Comparison) -> None:
    """All tables of two comparisons are alike to the bit, types included."""
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    assert one.notes == other.notes


def test_a_stored_comparison_has_the_tables_of_one_in_this_process(here: Path, base: Scenario) -> None:
    alone = compare(base, LEVERS, runs=2, seed=5, combine=2)
    assert len(alone.only_because) > 20
    serial = compare(base, LEVERS, runs=2, seed=5, combine=2, folder="serial", how=How("serial"))
    assert_same(serial, alone)
    two = compare(base, LEVERS, runs=2, seed=5, combine=2, folder="two", how=How(workers=2))
    assert_same(two, alone)
    with ThreadPoolExecutor(1) as threads:
        assert_same(compare(base, LEVERS, runs=2, seed=5, combine=2, folder="t", how=How(threads)), alone)


def test_more_pairs_and_more_levers_make_only_what_is_new(here: Path, base: Scenario) -> None:
    told: list[Standing] = []
    how = How("serial", progress=told.append)
    compare(base, {"pays": "pays.yaml"}, runs=2, folder="store", how=how)
    grown = compare(base, LEVERS, runs=3, folder="store", how=how)
    assert (told[-1].before, told[-1].done, told[-1].total) == (4, 9, 9)
    assert_same(grown, compare(base, LEVERS, runs=3))


def test_men_of_another_army_are_not_compared(here: Path, base: Scenario) -> None:
    levers = {"stayers": "stayers.yaml"}
    alone, kept = (
        compare(base, levers, runs=2, **where) for where in ({}, {"folder": "store", "how": How("serial")})
    )
    assert kept.only_because.empty
    assert_same(kept, alone)


def test_stored_doses_are_those_of_this_process(here: Path, base: Scenario) -> None:
    doses = {PAY: [0, 400], "salary_plan.prior_paid": [0.1, 0.9]}

    def cells(found: DoseResponse) -> tuple[pd.DataFrame, pd.DataFrame]:
        return found.cells, found.runs

    alone = dose_response(base, doses, lever="pays.yaml", runs=2)
    kept = dose_response(base, doses, lever="pays.yaml", runs=2, folder="store", how=How("serial"))
    for one, other in zip(cells(alone), cells(kept), strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_a_run_that_fails_is_named_and_the_others_are_kept(
    here: Path, base: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim import engine

    run = engine.run

    def fails(scenario: Scenario, seed: int, **more: object) -> object:
        if scenario.overlays and seed == 2:
            raise ArithmeticError("does not add up")
        return run(scenario, seed, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "run", fails)
    message = r"1 of 4 runs failed, the first is policy pays, seed 2: ArithmeticError: does not add up"
    with pytest.raises(RunsFailedError, match=message):
        compare(base, {"pays": "pays.yaml"}, runs=2, folder="store", how=How("serial"))
    monkeypatch.undo()
    monkeypatch.chdir(here)
    found = compare(base, {"pays": "pays.yaml"}, runs=2, folder="store", how=How("serial", retry=True))
    assert_same(found, compare(base, {"pays": "pays.yaml"}, runs=2))


def test_the_command_stores_continues_and_takes_more_pairs(here: Path) -> None:
    command = ("compare", "small.yaml", "--lever", "pays.yaml", "--days", 30, "--engine", "serial")
    answer = erosion(*command, "--runs", 2)
    assert answer.exit_code == 0, answer.stderr
    assert "4 runs of small: 4 of 4 done" in answer.stderr
    (folder,) = (here / "results").iterdir()
    kept = pd.read_parquet(folder / "comparison.parquet")
    assert erosion(*command, "--runs", 3).exit_code == 0
    assert len(list((here / "results").iterdir())) == 1
    assert len(Ensemble.load(folder / "runs").runs) == 6
    about = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    assert len(about["runs"]) == 3
    plain = erosion(*command[:-2], "--runs", 2, "--out", "plain")
    assert plain.exit_code == 0
    pd.testing.assert_frame_equal(pd.read_parquet("plain/comparison.parquet"), kept, check_exact=True)
    assert "4 runs: 4 done" not in plain.stdout


def test_parts_of_a_comparison_are_made_apart(here: Path) -> None:
    command = ("compare", "small.yaml", "--lever", "pays.yaml", "--days", 20, "--runs", 2, "--out", "mine")
    first = erosion(*command, "--engine", "serial", "--shard", "1/2")
    assert first.exit_code == 0, first.stderr
    assert "2 runs: 2 done" in first.stdout
    assert "without --shard compares" in first.stdout
    assert not Path("mine/comparison.parquet").exists()
    assert erosion(*command, "--engine", "serial", "--shard", "2/2").exit_code == 0
    whole = erosion(*command, "--engine", "serial")
    assert "4 of 4 done" in whole.stderr
    assert Path("mine/comparison.parquet").exists()
    assert erosion(*command, "--engine", "serial", "--shard", "3/2").exit_code == 2


def test_doses_take_an_engine_too(here: Path) -> None:
    command = ("dose", "small.yaml", "--lever", "pays.yaml", "--vary", f"{PAY}=0,400", "--days", 20)
    answer = erosion(*command, "--runs", 2, "--engine", "serial")
    assert answer.exit_code == 0, answer.stderr
    assert "6 runs of small: 6 of 6 done" in answer.stderr
    (folder,) = (here / "results").iterdir()
    assert erosion(*command, "--runs", 2, "--out", "plain").exit_code == 0
    pd.testing.assert_frame_equal(
        pd.read_parquet(folder / "doses.parquet"), pd.read_parquet("plain/doses.parquet"), check_exact=True
    )
    wrong = erosion(*command, "--engine", "slurm")
    assert wrong.exit_code == 2
    assert "no engine 'slurm'" in wrong.stderr
    nobody = erosion(*command, "--engine", "dask://127.0.0.1:9")
    assert nobody.exit_code == 1
    assert "no scheduler answers" in nobody.stderr
