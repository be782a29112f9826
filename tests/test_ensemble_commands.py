"""The commands of ensembles: run with an engine, status, export; the figure; what is refused."""

import errno
import json
import socket
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.io import netcdf_file

from experiments.ensembles.ensemble import Ensemble, ensemble
from experiments.ensembles.export import export, tables_of
from experiments.ensembles.plan import pairs
from experiments.ensembles.spread import bands_of, series_of, shares_of
from experiments.ensembles.standing import Standing
from sim.result import Result
from sim.results.frames import Frames
from tests.ensemble_models import DAYS, Slips
from tests.small import small_scenario
from tests.small_files import write_small
from tests.test_cli import erosion


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with the small scenario."""
    write_small(tmp_path, days=30, events=[], claims=[])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Ensemble:
    """Six runs of the quick model, one of which fails."""
    folder = tmp_path_factory.mktemp("some") / "store"
    runs = pairs(small_scenario(days=20, events=[], claims=[]), 6)
    return ensemble(runs, folder, engine="serial", model=Slips(raises=frozenset({3})))


def test_runs_are_stored_continued_and_drawn(here: Path) -> None:
    command = ("run", "small.yaml", "--engine", "serial")
    answer = erosion(*command, "--runs", 3)
    assert answer.exit_code == 0, answer.stderr
    (folder,) = (here / "results").iterdir()
    for part in ("3 runs: 3 done", "Class of outcome", "median", "The spread covers army and luck"):
        assert part in answer.stdout
    assert "3 of 3 done" in answer.stderr
    assert (folder / "ensemble.png").stat().st_size > 20_000
    first = Ensemble.load(folder)
    assert erosion(*command, "--runs", 5, "--no-figures").exit_code == 0
    more = Ensemble.load(folder)
    assert len(list((here / "results").iterdir())) == 1
    assert more.summary["luck_seed"].tolist() == [1, 2, 3, 4, 5]
    pd.testing.assert_frame_equal(more.summary.head(3), first.summary)
    erosion("run", "small.yaml", "--runs", 2, "--out", "plain", "--no-figures")
    plain = Result.load("plain").summary
    assert plain["exits"].tolist() == more.summary["exits"].head(2).tolist()
    about = json.loads((folder / "experiment.json").read_text(encoding="utf-8"))
    assert (about["engine"], about["scenario"]) == ("serial", "small")


def test_parts_and_one_army(here: Path) -> None:
    command = ("run", "small.yaml", "--engine", "serial", "--runs", 4, "--army-seed", 9, "--out", "mine")
    answer = erosion(*command, "--shard", "1/2", "--no-figures")
    assert "2 runs: 2 done" in answer.stdout
    assert "luck; the army is one" in answer.stdout
    assert "4 runs: 2 done, 2 missing" in erosion("status", "mine").stdout
    assert erosion(*command, "--shard", "2/2", "--no-figures").exit_code == 0
    assert Ensemble.load("mine").summary["army_seed"].tolist() == [9, 9, 9, 9]


def test_status_tells_what_failed_and_run_ends_with_code_3(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim import engine

    simulate = engine.simulate

    def fail(scenario: Any, seed: int, *arguments: Any, **options: Any) -> Frames:
        if seed == 2:
            raise ArithmeticError("does not add up")
        return simulate(scenario, seed, *arguments, **options)

    monkeypatch.setattr(engine, "simulate", fail)
    command = ("run", "small.yaml", "--engine", "serial", "--runs", 3, "--out", "mine", "--no-figures")
    answer = erosion(*command)
    assert answer.exit_code == 3
    assert "1 of 3 runs failed: 'erosion status mine --failed' says why" in answer.stderr
    told = erosion("status", "mine").stdout
    for part in ("3 runs: 2 done, 1 failed", "ArithmeticError", "does not add up", "0 drivers"):
        assert part in told
    whole = erosion("status", "mine", "--failed").stdout
    assert "Run 2 (army seed 2, luck seed 2):" in whole
    assert "Traceback" in whole
    monkeypatch.undo()
    monkeypatch.chdir(here)
    assert erosion(*command).exit_code == 3, "a failed run is not made again unless asked"
    assert erosion(*command, "--retry").exit_code == 0


def test_no_space_left_is_one_line_and_the_same_command_goes_on(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, command = (
        Path.write_bytes,
        ("run", "small.yaml", "--engine", "serial", "--runs", 2, "--out", "mine"),
    )

    def full(path: Path, data: Any) -> int:
        if path.parent.name == "daily":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    answer = erosion(*command, "--no-figures")
    assert answer.exit_code == 1
    assert answer.stderr.splitlines()[-1].endswith("No space left on device")
    assert "what is finished is in mine: the same command goes on" in answer.stderr
    monkeypatch.undo()
    monkeypatch.chdir(here)
    assert erosion(*command, "--no-figures").exit_code == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--engine", "slurm"), "there is no engine 'slurm'"),
        (("--engine", "dask://nowhere"), "dask://HOST:PORT"),
        (("--workers", 0), "greater than or equal to 1"),
        (("--limit", 0), "more than 0"),
        (("--limit", -1), "more than 0"),
        (("--shard", "3"), "write 2/8"),
        (("--shard", "3/2"), "write 2/8"),
        (("--shard", "0/2"), "write 2/8"),
        (("--engine", "serial", "--workers", 2), "one worker"),
        (("--engine", "serial", "--attribution", "daily"), "--attribution"),
        (("--engine", "serial", "--csv"), "erosion export"),
        (("--engine", "serial", "--force"), "never written over"),
    ],
)
def test_wrong_options_are_one_message_and_nothing_is_written(
    here: Path, options: tuple[object, ...], says: str
) -> None:
    answer = erosion("run", "small.yaml", *options)
    assert answer.exit_code == 2
    assert says in " ".join(answer.stderr.replace("│", " ").split())
    assert not (here / "results").exists()


def test_what_is_no_ensemble_is_refused(here: Path) -> None:
    for command in ("status", "export"):
        answer = erosion(command, here)
        assert answer.exit_code == 2
        assert "holds no ensemble" in answer.stderr
    erosion("run", "small.yaml", "--out", "result", "--no-figures")
    answer = erosion("run", "small.yaml", "--engine", "serial", "--out", "result")
    assert answer.exit_code == 2
    assert "not an ensemble" in answer.stderr


def test_csv_holds_the_tables(some: Ensemble, tmp_path: Path) -> None:
    paths = export(some, "csv", tmp_path / "csv")
    assert {path.name for path in paths} == {"runs.csv", "summary.csv", "daily.csv"}
    for name, table in tables_of(some).items():
        read = pd.read_csv(tmp_path / "csv" / f"{name}.csv", keep_default_na=name != "runs")
        assert list(read.columns) == list(table.columns)
        assert len(read) == len(table)
    assert pd.read_csv(tmp_path / "csv" / "summary.csv")["exits"].tolist() == some.summary["exits"].tolist()


def test_netcdf_holds_outcomes_and_series(some: Ensemble, tmp_path: Path) -> None:
    (path,) = export(some, "netcdf", tmp_path)
    with netcdf_file(str(path), "r", mmap=False) as file:
        assert (file.dimensions["run"], file.dimensions["day"]) == (6, DAYS)
        exits = file.variables["daily_exits"][:].copy()
        totals, seeds = file.variables["exits"][:].copy(), file.variables["luck_seed"][:].copy()
        status = [b"".join(row).decode().rstrip("\0") for row in file.variables["status"][:]]
        dates = file.variables["daily_date"]
        first_day = dates[:].copy()[0, 0], dates.units.decode()
    assert status == ["done", "done", "failed", "done", "done", "done"]
    assert seeds.tolist() == [1, 2, 3, 4, 5, 6]
    assert np.isnan(exits[2]).all()
    assert np.isnan(totals[2])
    done = [0, 1, 3, 4, 5]
    assert totals[done].tolist() == some.summary["exits"].tolist()
    assert exits[done].sum(axis=1).tolist() == some.summary["exits"].tolist()
    assert pd.Timestamp("1970-01-01") + pd.Timedelta(days=first_day[0]) == pd.Timestamp("2030-01-01")
    assert first_day[1] == "days since 1970-01-01"


def test_bands_are_quantiles_and_shares_have_intervals(some: Ensemble) -> None:
    series = series_of(some.daily, "exits", so_far=True)
    bands = some.bands("exits", so_far=True)
    assert bands["runs"].tolist() == [5] * DAYS
    last = series.to_numpy()[-1]
    assert sorted(last.tolist()) == sorted(some.summary["exits"].tolist())
    assert bands["q50"].iloc[-1] == np.median(last)
    assert bands["q95"].iloc[-1] == pytest.approx(np.quantile(last, 0.95))
    shares = some.outcomes()
    assert shares["runs"].sum() == 5
    assert shares["share"].sum() == pytest.approx(1.0)
    assert (shares["low"] < shares["share"]).all()


def test_runs_of_different_length_have_bands_over_those_that_last() -> None:
    daily = pd.DataFrame({"run": [1, 1, 2], "day": [0, 1, 0], "exits": [1.0, 2.0, 3.0]})
    bands = bands_of(series_of(daily, "exits"), (0.5,))
    assert bands["runs"].tolist() == [2, 1]
    assert bands["q50"].tolist() == [2.0, 2.0]
    assert shares_of(pd.Series(["hold", "hold"])).loc[0, "share"] == 1.0


def test_progress_tells_done_failed_rate_and_time_left() -> None:
    now = Standing(done=30, failed=2, total=200, before=12, seconds=40.0)
    assert str(now) == "30 of 200 done, 2 failed, 30 runs a minute, 5 min 36 s left"
    assert str(Standing(0, 0, 5, 0, 0.0)) == "0 of 5 done"
    assert str(Standing(5, 0, 5, 0, 10.0)) == "5 of 5 done, 30 runs a minute"


def test_an_engine_that_does_not_answer_fails_within_10_seconds(here: Path) -> None:
    begin = time.monotonic()
    answer = erosion("run", "small.yaml", "--runs", 3, "--engine", "dask://127.0.0.1:9")
    assert time.monotonic() - begin < 10
    assert answer.exit_code == 1
    assert "no scheduler answers at tcp://127.0.0.1:9: start one with 'dask scheduler'" in answer.stderr
    assert not (here / "results").exists()


def test_a_scheduler_that_takes_the_call_and_says_nothing_is_told_within_10_seconds(here: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        begin = time.monotonic()
        answer = erosion("run", "small.yaml", "--runs", 3, "--engine", f"dask://127.0.0.1:{port}")
        assert time.monotonic() - begin < 10
    assert answer.exit_code == 1
    assert f"no scheduler answers at tcp://127.0.0.1:{port}" in answer.stderr
    assert not (here / "results").exists()
