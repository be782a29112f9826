"""Ensembles: the same frames from every engine, failures as rows, interruption, two drivers."""

import errno
import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest

import experiments
from experiments.ensembles.ensemble import Ensemble, ensemble
from experiments.ensembles.faults import EngineError
from experiments.ensembles.plan import Run, pairs
from experiments.ensembles.simulation import Simulation
from experiments.ensembles.standing import Standing
from experiments.ensembles.store import Store
from sim.engine import run
from sim.results.provenance import OutputError, digest
from sim.scenario import Scenario
from sim.scenario_file import load
from tests.ensemble_models import DAYS, Slips, nothing, quick
from tests.interrupted import RUNS, bytes_of, complete, killed_after, wanted
from tests.small import small_scenario

# How long a run of the quick model may take on a machine that is busy.
AMPLE = 60.0


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return small_scenario(days=20, events=[], claims=[])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Frames of the runs of the interrupted tests, made in one go in this process."""
    return bytes_of(
        ensemble(wanted(), tmp_path_factory.mktemp("whole") / "store", engine="serial", model=Slips())
    )


def test_the_model_gives_the_same_bytes_in_this_process_and_in_two_others(tmp_path: Path) -> None:
    short = small_scenario(days=30, events=[], claims=[])
    runs = [*pairs(short, 3), Run(short.with_({"fear.effect": 0.9}), 1, labels={"policy": "fear"})]
    alone = ensemble(runs, tmp_path / "alone", engine="serial")
    two = ensemble(runs, tmp_path / "two", workers=2)
    assert bytes_of(alone) == bytes_of(two)
    assert alone.planned["policy"].isna().tolist() == [True, True, True, False]
    own = run(short, 2)
    assert alone.summary.loc[1, "exits"] == own.summary["exits"].item()
    pd.testing.assert_frame_equal(
        alone.daily[alone.daily["run"] == 2].reset_index(drop=True), own.daily.assign(run=2)
    )


def test_any_executor_gives_the_same_bytes(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    with ThreadPoolExecutor(1) as threads:
        found = ensemble(wanted(), tmp_path / "threads", engine=threads, model=Slips())
        assert bytes_of(found) == undisturbed
        assert threads.submit(len, "abc").result() == 3, "the executor stays open: it is the user's"
    with ProcessPoolExecutor(1, get_context("spawn")) as processes:
        found = ensemble(wanted()[:5], tmp_path / "processes", engine=processes, model=quick)
    assert found.counts() == {"done": 5, "failed": 0, "missing": 0}


def test_the_store_says_what_it_holds(tmp_path: Path, scenario: Scenario) -> None:
    ensemble(pairs(scenario, 2, seed=4, army_seed=9), tmp_path / "store", engine="serial", model=quick)
    found = Ensemble.load(tmp_path / "store")
    assert found.runs["army_seed"].tolist() == [9, 9]
    assert found.runs["luck_seed"].tolist() == [4, 5]
    assert digest(load(tmp_path / "store" / "scenario.yaml")) == digest(scenario)
    (text,) = Store(tmp_path / "store").scenario_texts().values()
    (tmp_path / "again.yaml").write_text(text, encoding="utf-8")
    assert digest(load(tmp_path / "again.yaml")) == digest(scenario), "JSON is YAML"
    assert "2 done" in repr(found)
    assert "2 done" in found._repr_html_()


def test_a_longer_list_of_runs_makes_only_what_is_new(tmp_path: Path, scenario: Scenario) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    model = Slips(notes=str(notes))
    first = ensemble(pairs(scenario, 3), tmp_path / "store", engine="serial", model=model)
    more = ensemble(pairs(scenario, 5), tmp_path / "store", engine="serial", model=model)
    assert len(list(notes.iterdir())) == 5
    pd.testing.assert_frame_equal(more.summary.head(3), first.summary)
    assert len(Ensemble.load(tmp_path / "store").runs) == 5


def test_one_run_under_two_labels_is_made_once(tmp_path: Path, scenario: Scenario) -> None:
    runs = [Run(scenario, 1, labels={"policy": name}) for name in ("as it is", "inert")]
    found = ensemble(runs, tmp_path / "store", engine="serial", model=quick)
    assert found.summary["policy"].tolist() == ["as it is", "inert"]
    assert found.summary["exits"].nunique() == 1
    assert len(Store(tmp_path / "store").runs()) == 1
    assert len(found.daily) == 2 * DAYS


def test_the_army_is_built_once_for_runs_that_share_it(
    tmp_path: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim import synthesis

    built: list[int] = []
    build = synthesis.build

    def counted(plan: Scenario, seed: int) -> Any:
        built.append(seed)
        return build(plan, seed)

    monkeypatch.setattr(synthesis, "build", counted)
    policies = (scenario, scenario.with_({"fear.effect": 0.9}))
    runs = [(policy, seed) for policy in policies for seed in (71, 72, 73)]
    ensemble(runs, tmp_path / "store", engine="serial")
    assert built == [71, 72, 73]


def test_failures_are_rows_and_the_rest_is_done(tmp_path: Path, scenario: Scenario) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    model = Slips(frozenset({2}), frozenset({3}), frozenset({4}), frozenset({5}), notes=str(notes))
    told: list[Standing] = []
    found = ensemble(
        pairs(scenario, 8),
        tmp_path / "store",
        workers=2,
        model=model,
        limit_seconds=1.5,
        progress=told.append,
    )
    assert found.runs["status"].tolist() == ["done", "failed", "failed", "failed", *["done"] * 4]
    raised, hung, died = found.failed.to_dict("records")
    assert (raised["error"], raised["message"]) == ("ArithmeticError", "seed 2 does not add up")
    assert "ensemble_models.py" in raised["traceback"]
    assert (hung["error"], hung["message"]) == ("RunLimit", "not finished after 1.5 seconds")
    assert "ensemble_models.py" in hung["traceback"], "the place where it was"
    assert died["error"] == "WorkerDied"
    assert "signal 9" in died["message"]
    assert len(list(notes.glob("4-*"))) == 3
    assert len(list(notes.glob("5-*"))) == 2, "a worker that was killed once is no fault of the run"
    expected = ensemble(pairs(scenario, 8), tmp_path / "whole", engine="serial", model=quick)
    rows = found.summary.drop(columns="run_id")
    others = expected.summary.drop(columns="run_id")
    pd.testing.assert_frame_equal(rows, others[others["run"].isin(rows["run"])].reset_index(drop=True))
    assert (told[-1].done, told[-1].failed, told[-1].total) == (5, 3, 8)
    assert told[-1].rate > 0


def test_failed_runs_are_made_again_when_asked(tmp_path: Path, scenario: Scenario) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    model = Slips(raises=frozenset({2}), notes=str(notes))
    for retry, made in ((False, 3), (False, 3), (True, 4)):
        found = ensemble(pairs(scenario, 3), tmp_path / "store", engine="serial", model=model, retry=retry)
        assert len(list(notes.iterdir())) == made
        assert found.counts() == {"done": 2, "failed": 1, "missing": 0}


def test_a_model_without_a_summary_is_a_failed_row(tmp_path: Path, scenario: Scenario) -> None:
    found = ensemble(pairs(scenario, 1), tmp_path / "store", engine="serial", model=nothing)
    assert "0 rows of 'summary'" in found.failed.loc[0, "message"]


def test_shards_make_the_whole_together(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    sizes = [
        len(ensemble(wanted(), tmp_path / "store", engine="serial", model=Slips(), shard=(number, 5)).runs)
        for number in range(1, 6)
    ]
    assert sum(sizes) == RUNS
    assert max(sizes) - min(sizes) <= 1
    assert bytes_of(Ensemble.load(tmp_path / "store")) == undisturbed


def test_a_driver_killed_at_two_moments_loses_and_doubles_nothing(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    store = tmp_path / "store"
    for runs, seconds in ((0, 0.1), (6, 0.03)):
        killed_after(runs, seconds, store)
    assert Ensemble.load(store).counts()["missing"] > 0
    complete(store, undisturbed)


def test_two_drivers_on_one_store_make_no_run_twice(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    command = [sys.executable, "-m", "tests.interrupted", str(tmp_path / "store"), str(notes), "1"]
    drivers = [subprocess.Popen(command) for _ in range(2)]
    assert [driver.wait(AMPLE) for driver in drivers] == [0, 0]
    assert len(list(notes.iterdir())) == RUNS
    complete(tmp_path / "store", undisturbed)


def test_children_end_with_their_driver(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    program = (
        "from tests.interrupted import *\n"
        f"ensemble(wanted(), {str(tmp_path / 'store')!r}, workers=1,"
        f" model=Slips(hangs=frozenset(range(99)), notes={str(notes)!r}))"
    )
    driver = subprocess.Popen([sys.executable, "-c", program])
    until = time.monotonic() + AMPLE
    while not (found := list(notes.iterdir())) and time.monotonic() < until:
        time.sleep(0.05)
    driver.kill()
    driver.wait()
    (child,) = {int(path.name.split("-")[1]) for path in found}
    while psutil.pid_exists(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not psutil.pid_exists(child)


def test_no_space_left_keeps_what_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes]
) -> None:
    write, written = Path.write_bytes, [0]

    def full(path: Path, data: Any) -> int:
        written[0] += 1
        if written[0] == 9:
            write(path, bytes(data)[:100])
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, data)

    store = tmp_path / "store"
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        ensemble(wanted(), store, workers=1, model=Slips())
    monkeypatch.undo()
    assert 0 < Ensemble.load(store).counts()["done"] < RUNS
    complete(store, undisturbed)


def test_a_limit_on_the_size_of_files_keeps_what_is_stored(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    store = tmp_path / "store"
    ensemble(wanted()[:5], store, engine="serial", model=Slips())
    program = (
        "import resource; from tests.interrupted import *\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        f"ensemble(wanted(), {str(store)!r}, engine='serial', model=Slips())"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "File too large" in answer.stderr
    assert Ensemble.load(store).counts()["done"] >= 5
    complete(store, undisturbed)


def test_ctrl_c_ends_the_children_and_keeps_what_is_stored(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    def stop(now: Standing) -> None:
        if now.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ensemble(wanted(), tmp_path / "store", workers=1, model=Slips(), progress=stop)
    mine = [each for each in psutil.Process().children() if "child" in " ".join(each.cmdline())]
    assert not mine
    complete(tmp_path / "store", undisturbed)


def test_what_cannot_be_is_refused_before_anything_is_written(tmp_path: Path, scenario: Scenario) -> None:
    runs = [(scenario, 1)]
    for arguments, says in (
        ({"engine": "slurm"}, "no engine 'slurm': choose serial, processes or dask"),
        ({"engine": "dask://nowhere"}, "write dask://HOST:PORT"),
        ({"engine": "dask://nowhere:port"}, "write dask://HOST:PORT"),
        ({"engine": "dask://nowhere:8786", "workers": 2}, "give no number"),
        ({"engine": "serial", "workers": 2}, "one worker"),
        ({"workers": 0}, "at least 1"),
        ({"limit_seconds": 0.0}, "more than 0"),
        ({"shard": (3, 2)}, "no shard 3 of 2"),
        ({"model": lambda *_: {}}, "engine='serial'"),
    ):
        with pytest.raises(ValueError, match=says):
            ensemble(runs, tmp_path / "store", **arguments)
    for wrong, says in (
        ([], "no runs"),
        ([(scenario, -1)], "below 0"),
        ([Run(scenario, 1, labels={"run_id": 3})], "another name"),
    ):
        with pytest.raises(ValueError, match=says):
            ensemble(wrong, tmp_path / "store")
    with pytest.raises(ValueError, match="no frame is called 'weekly'"):
        Simulation(keep=("weekly",))
    assert not (tmp_path / "store").exists()


def test_a_folder_of_something_else_or_of_another_version_is_left_alone(
    tmp_path: Path, scenario: Scenario
) -> None:
    runs = [(scenario, 1)]
    ensemble(runs, tmp_path / "store", engine="serial", model=Slips())
    with pytest.raises(OutputError, match="another version of the model"):
        ensemble(runs, tmp_path / "store", engine="serial", model=Slips(raises=frozenset({2})))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    with pytest.raises(OutputError, match="not an ensemble"):
        ensemble(runs, tmp_path / "mine", engine="serial", model=quick)
    with pytest.raises(OutputError, match="no ensemble"):
        Ensemble.load(tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_an_engine_that_breaks_down_is_told(tmp_path: Path, scenario: Scenario) -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        future = pool.submit(os._exit, 1)
        with pytest.raises(Exception, match="terminated"):
            future.result()
        with pytest.raises(EngineError, match="takes no more tasks: A child process terminated"):
            ensemble([(scenario, 1)], tmp_path / "store", engine=pool, model=quick)


def test_the_public_names_are_there() -> None:
    assert experiments.ensemble is ensemble
    assert experiments.Ensemble is Ensemble
    assert experiments.Run is Run
