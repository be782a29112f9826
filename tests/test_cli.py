"""The command line as a user meets it: what it prints and writes, wrong input, interruptions, encodings."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from experiments.asking import first_days
from experiments.cli import app
from sim.errors import SimulationError
from tests.small import small_scenario
from tests.small_files import STUDY, write_small

TABLES = {"summary", "daily", "units", "exits", "factions", "loyalty", "log", "roster", "moves", "events"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with the small scenario, its levers and its study."""
    write_small(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def erosion(*arguments: object) -> Any:
    """Run the command in this process."""
    return CliRunner().invoke(app, [str(each) for each in arguments])


def erosion_outside(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "experiments", *map(str, arguments)]
    path = os.pathsep.join([str(Path(sim.__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, **options.pop("environment", {})}
    return subprocess.run(command, capture_output=True, check=False, env=environment, **options)


def only_result(here: Path) -> Path:
    """The one folder in results/."""
    (folder,) = (here / "results").iterdir()
    return folder


def test_a_run_says_what_happened_and_writes_it(here: Path) -> None:
    answer = erosion("run", "small.yaml", "--no-figures")
    assert answer.exit_code == 0, answer.stderr
    folder = only_result(here)
    assert folder.name.startswith("small-")
    assert f"Written to {Path('results') / folder.name}" in answer.stdout
    names = {f"{table}.parquet" for table in TABLES} | {"experiment.json", "scenario.yaml"}
    assert {path.name for path in folder.iterdir()} == names
    summary = sim.Result.load(folder).summary.iloc[0]
    for part in ("Attempts", "Caught leaving", "Peak", "loyal", "Class of outcome", "North", "enlisted"):
        assert part in answer.stdout
    assert str(summary["outcome"]) in answer.stdout
    assert f"{summary['exits']:,}" in answer.stdout
    assert "A simulation, not an observation" in answer.stdout
    assert "The war is a dated table" in answer.stdout
    assert "1 run of small: 100 %" in answer.stderr


def test_figures_and_csv_are_written_when_asked(here: Path) -> None:
    assert erosion("run", "small.yaml", "--csv", "--days", 70).exit_code == 0
    folder = only_result(here)
    assert {path.stem for path in folder.glob("*.csv")} == TABLES
    assert len(list(folder.glob("*.png"))) == 11


def test_attribution_is_written_when_asked(here: Path) -> None:
    command = ("run", "small.yaml", "--no-figures", "--days", 40)
    assert erosion(*command, "--attribution", "weekly").exit_code == 0
    folder = only_result(here)
    assert {path.stem for path in folder.glob("*.parquet")} == {*TABLES, "attribution"}
    frame = sim.Result.load(folder).attribution
    assert frame is not None
    assert frame["day"].unique().tolist() == [0, 7, 14, 21, 28, 35]
    # Without it the folder is another one.
    erosion(*command)
    assert len(list((here / "results").iterdir())) == 2


def test_the_same_command_has_the_same_folder_and_numbers(here: Path) -> None:
    command = ("run", "small.yaml", "--no-figures", "--days", 40)
    erosion(*command)
    first = sim.Result.load(only_result(here))
    assert erosion(*command).exit_code == 0
    pd.testing.assert_frame_equal(sim.Result.load(only_result(here)).daily, first.daily)
    erosion(*command, "--seed", 2)
    erosion(*command, "--set", "fear.effect=0.9")
    assert len(list((here / "results").iterdir())) == 3


@pytest.mark.parametrize(
    ("options", "army_seeds", "says"),
    [((), [4, 5, 6], "Army and luck vary"), (("--army-seed", 9), [9, 9, 9], "Luck varies, the army is one")],
)
def test_several_runs_vary_army_and_luck(
    here: Path, options: tuple[object, ...], army_seeds: list[int], says: str
) -> None:
    answer = erosion("run", "small.yaml", "--runs", 3, "--seed", 4, "--no-figures", "--out", "mine", *options)
    assert answer.exit_code == 0, answer.stderr
    summary = sim.Result.load("mine").summary
    assert summary["luck_seed"].tolist() == [4, 5, 6]
    assert summary["army_seed"].tolist() == army_seeds
    assert summary["exits"].nunique() > 1
    assert says in answer.stdout
    assert "parameters are held" in answer.stdout
    assert "highest" in answer.stdout


def test_scale_days_overlay_and_set_reach_the_scenario(here: Path) -> None:
    options = ("--scale", 0.5, "--days", 60, "--overlay", "pays.yaml", "--set", "fear.effect=0.9")
    assert erosion("run", "small.yaml", "--no-figures", "--out", "mine", *options).exit_code == 0
    scenario = sim.Result.load("mine").scenario
    assert (scenario.army.scale, scenario.days, scenario.fear.effect) == (0.5, 60, 0.9)
    assert scenario.overlays == ("pays",)
    assert scenario.salary_plan.usd_per_month == 400
    assert scenario.last_date == date(2030, 3, 1)


def test_a_shorter_run_leaves_later_events_out_and_changes_no_day_before() -> None:
    whole = small_scenario()
    short = first_days(whole, 60)
    assert {event.name for event in short.events} < {event.name for event in whole.events}
    before = sim.run(whole, 3).daily.head(60)
    pd.testing.assert_frame_equal(sim.run(short, 3).daily, before)


def test_all_faults_are_told_at_once_and_nothing_is_written(here: Path) -> None:
    (here / "bad.yaml").write_text("overlay: {name: bad}\nfear: {efect: 1}\n", encoding="utf-8")
    answer = erosion(
        "run", "small.yaml", "--overlay", "bad.yaml", "--set", "nonsense", "--set", "belief.on=3"
    )
    assert answer.exit_code == 2
    assert answer.stdout == ""
    lines = answer.stderr.splitlines()
    assert len(lines) == 3
    assert any(line.startswith("bad.yaml:2:") and "did you mean 'effect'" in line for line in lines)
    assert not (here / "results").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "nosuch"),
        ("run", "pays.yaml"),
        ("run", "small.yaml", "--scale", 1000),
        ("run", "small.yaml", "--set", "fear.effect=1", "--set", "fear.effect=2"),
        ("run", "small.yaml", "--runs", 0),
        ("run", "small.yaml", "--days", 0),
        ("run", "small.yaml", "--attribution", "hourly"),
        ("run",),
        ("compare", "small.yaml"),
        ("compare", "small.yaml", "--lever", "nosuch.yaml"),
        ("compare", "small.yaml", "--lever", "pays.yaml", "--lever", "pays.yaml"),
        ("screen", "nosuch"),
        ("screen", "small.yaml"),
        ("validate", "study.yaml"),
        ("show", "small.yaml", "--set", "=1"),
        ("bench", "--scenario", "nosuch"),
        ("nonsense",),
    ],
)
def test_wrong_input_is_code_2_without_a_traceback(here: Path, arguments: tuple[object, ...]) -> None:
    answer = erosion(*arguments)
    assert answer.exit_code == 2
    assert answer.stderr.strip()
    assert "Traceback" not in answer.output
    assert not (here / "results").exists()


def test_a_run_that_goes_wrong_is_code_3(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise SimulationError(12, "fear", "cell", "a term is not finite")

    monkeypatch.setattr(sim, "run", fail)
    answer = erosion("run", "small.yaml")
    assert answer.exit_code == 3
    assert answer.stderr == "day 12: fear: cell: a term is not finite\n"
    assert not (here / "results").exists()


def test_a_screening_that_cannot_be_analysed_is_code_3_and_keeps_its_runs(here: Path) -> None:
    text = STUDY.replace("[exits, strength_nominal]", "[end_over_peak]").replace("days: 40", "days: 1")
    (here / "study.yaml").write_text(text, encoding="utf-8")
    answer = erosion("screen", "study.yaml", "--out", "mine")
    assert answer.exit_code == 3
    assert "end_over_peak is not a finite number in run" in answer.stderr
    assert "the runs are in mine" in answer.stderr
    assert len(pd.read_parquet("mine/runs.parquet")) == 12


@pytest.mark.parametrize("moment", ["running", "saving"])
def test_stopping_leaves_no_half_written_file(
    here: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    if moment == "running":
        monkeypatch.setattr(sim, "run", stop)
    else:
        monkeypatch.setattr(pd.DataFrame, "to_parquet", stop)
    answer = erosion("run", "small.yaml", "--days", 20, "--out", "mine", "--no-figures")
    assert answer.exit_code == 130
    assert answer.stderr.splitlines()[-1].startswith("stopped")
    left = [path.name for path in (here / "mine").glob("*")] if (here / "mine").exists() else []
    assert set(left) <= {"experiment.json", "scenario.yaml"}


def test_what_the_system_refuses_is_one_line(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "mine/daily.parquet")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", refuse)
    answer = erosion("run", "small.yaml", "--days", 20, "--out", "mine", "--no-figures")
    assert answer.exit_code == 1
    assert answer.stderr.splitlines()[-1] == "mine/daily.parquet: No space left on device"


def test_a_folder_that_may_not_be_written_to_is_refused_before_the_run(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    answer = erosion("run", "small.yaml")
    assert answer.exit_code == 2
    assert "may not be written to" in answer.stderr
    assert "100 %" not in answer.stderr


def test_a_folder_that_holds_something_else_is_left_alone(here: Path) -> None:
    (here / "mine").mkdir()
    (here / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    for command in (
        ("run", "small.yaml"),
        ("compare", "small.yaml", "--lever", "pays.yaml"),
        ("screen", "study.yaml"),
    ):
        answer = erosion(*command, "--out", "mine")
        assert answer.exit_code == 2
        assert "--force" in answer.stderr
        assert [path.name for path in (here / "mine").iterdir()] == ["thesis.txt"]
    assert (
        erosion("run", "small.yaml", "--days", 20, "--no-figures", "--out", "mine", "--force").exit_code == 0
    )
    assert (here / "mine" / "thesis.txt").read_text(encoding="utf-8") == "years of work"
    assert erosion("run", "small.yaml", "--out", "small.yaml").exit_code == 2
    assert erosion("run", "small.yaml", "--out", "small.yaml/below").exit_code == 2


def test_the_result_of_another_command_is_left_alone(here: Path) -> None:
    command = ("run", "small.yaml", "--no-figures", "--days", 20, "--out", "mine")
    erosion(*command)
    answer = erosion(*command, "--seed", 2)
    assert answer.exit_code == 2
    assert "another command" in answer.stderr
    assert sim.Result.load("mine").summary["luck_seed"].item() == 1


def test_compare_writes_tables_figure_and_what_they_cover(here: Path) -> None:
    command = ("compare", "small.yaml", "--lever", "pays.yaml", "--lever", "inert.yaml", "--runs", 2)
    answer = erosion(*command, "--days", 30)
    assert answer.exit_code == 0, answer.stderr
    folder = only_result(here)
    tables = ("comparison", "cost", "only_because", "runs")
    names = {f"{name}.{end}" for name in tables for end in ("csv", "parquet")}
    names |= {"comparison.json", "comparison.png", "only_because.png"}
    assert {path.name for path in folder.iterdir()} == names
    assert "left only with the lever" in answer.stdout
    assert answer.stdout.count("Intervals cover luck and army; not the parameters") == 2
    assert "by construction" in answer.stdout
    about = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    assert list(about["policies"]) == ["baseline", "pays", "inert"]
    assert len(pd.read_parquet(folder / "runs.parquet")) == 6
    pd.testing.assert_frame_equal(
        pd.read_csv(folder / "comparison.csv"), pd.read_parquet(folder / "comparison.parquet")
    )
    assert erosion(*command, "--days", 30).exit_code == 0, "the same command may write there again"
    answer = erosion(*command, "--days", 20, "--out", folder)
    assert answer.exit_code == 2
    assert "another comparison" in answer.stderr


def test_compare_lays_levers_over_one_another(here: Path) -> None:
    (here / "calm.yaml").write_text("overlay: {name: calm}\nfear: {effect: 0.0}\n", encoding="utf-8")
    command = ("compare", "small.yaml", "--lever", "pays.yaml", "--lever", "calm.yaml", "--runs", 2)
    answer = erosion(*command, "--combine", 2, "--days", 30)
    assert answer.exit_code == 0, answer.stderr
    assert "8 runs of small: 100 %" in answer.stderr
    assert "pays + calm" in answer.stdout
    assert len(pd.read_parquet(only_result(here) / "interactions.parquet")) > 3
    inert = erosion(*command[:4], "--lever", "inert.yaml", "--runs", 1, "--combine", 2)
    assert inert.exit_code == 2
    assert "cannot be combined" in inert.stderr


def test_dose_writes_a_table_and_a_figure(here: Path) -> None:
    vary = (
        "--vary",
        "salary_plan.usd_per_month=0,400",
        "--vary",
        "salary_plan.announced=2030-01-05,2030-01-20",
    )
    command = ("dose", "small.yaml", "--lever", "pays.yaml", *vary, "--runs", 2, "--days", 30)
    answer = erosion(*command)
    assert answer.exit_code == 0, answer.stderr
    assert "They cover luck and army; not the parameters" in answer.stdout
    folder = only_result(here)
    names = {f"{name}.{end}" for name in ("doses", "runs") for end in ("csv", "parquet")}
    assert {path.name for path in folder.iterdir()} == names | {"dose.json", "doses.png"}
    assert len(pd.read_parquet(folder / "runs.parquet")) == 10
    assert erosion(*command).exit_code == 0, "the same command may write there again"
    another = erosion(*command, "--seed", 9, "--out", folder)
    assert another.exit_code == 2
    assert "another dose" in another.stderr


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        (["salary_plan.usd_per_month"], "is not PATH=VALUE"),
        (["salary_plan.usd_per_month=1,,2"], "is not PATH=VALUE"),
        (["salary_plan.usd_per_month=1,1"], "twice"),
        (["fear.effect=1", "fear.effect=2"], "twice"),
        (["fear.effect=1", "army.ties.home=2", "salary_plan.usd_per_month=3"], "at most 2 keys"),
        (["surveillance.learning_per_year=1,2"], "is coercive"),
        (["salary_plan.usd=1,2"], "is not known here"),
        (["salary_plan.usd_per_month=much"], "salary_plan.usd_per_month"),
    ],
)
def test_doses_that_make_no_sense_are_refused(here: Path, vary: list[str], message: str) -> None:
    options = [part for each in vary for part in ("--vary", each)]
    answer = erosion("dose", "small.yaml", *options, "--runs", 1, "--days", 30)
    assert answer.exit_code == 2
    assert message in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (here / "results").exists()


def test_screen_writes_tables_and_figure(here: Path) -> None:
    answer = erosion("screen", "study.yaml")
    assert answer.exit_code == 0, answer.stderr
    names = {path.name for path in only_result(here).iterdir()}
    tables = {"screening.csv", "screening.parquet", "runs.csv", "runs.parquet"}
    assert names == tables | {"screening.json", "screening.png"}
    assert "mu*" in answer.stdout
    assert "law.reference_hazard_per_week" in answer.stdout


def test_show_prints_a_scenario_that_loads_to_the_same(here: Path) -> None:
    answer = erosion("show", "small.yaml", "--overlay", "pays.yaml")
    (here / "shown.yaml").write_text(answer.stdout, encoding="utf-8")
    assert sim.load("shown.yaml") == sim.load("small.yaml", overlays=["pays.yaml"])


def test_show_origin_names_the_line_of_each_value(here: Path) -> None:
    options = ("--overlay", "pays.yaml", "--set", "fear.effect=0.9", "--origin")
    lines = erosion("show", "small.yaml", *options).stdout.splitlines()
    assert "fear.effect: 0.9  # --set" in lines
    assert "salary_plan.usd_per_month: 400.0  # pays.yaml:3" in lines
    number = (here / "small.yaml").read_text(encoding="utf-8").splitlines().index("days: 120") + 1
    assert f"days: 120  # small.yaml:{number}" in lines


def test_validate_looks_at_every_file(here: Path) -> None:
    (here / "bad.yaml").write_text("name: bad\ndays: many\n", encoding="utf-8")
    answer = erosion("validate", "bad.yaml", "small.yaml", "nosuch.yaml")
    assert answer.exit_code == 2
    assert "small.yaml: valid (small, 2030-01-01 to 2030-04-30)" in answer.stdout
    assert "bad.yaml:2:7: days" in answer.stderr
    assert "nosuch.yaml: there is no such file" in answer.stderr
    assert erosion("validate", "small.yaml", "--overlay", "inert.yaml").exit_code == 0


def test_schema_is_written_where_asked(here: Path) -> None:
    assert erosion("schema", "--out", "made/schema.json").exit_code == 0
    schema = json.loads((here / "made" / "schema.json").read_text(encoding="utf-8"))
    assert "salary_plan" in schema["properties"]
    assert json.loads(erosion("schema", "--out", "-").stdout) == schema


@pytest.mark.parametrize(("up_to_date", "code"), [(True, 0), (False, 1)])
def test_docs_says_whether_they_are_up_to_date(
    monkeypatch: pytest.MonkeyPatch, up_to_date: bool, code: int
) -> None:
    monkeypatch.setattr("experiments.docs_tables.main", lambda check: up_to_date)
    assert erosion("docs", "--check").exit_code == code


def test_bench_prints_json(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.bench.timing.fastest_import", lambda _: 0.5)
    answer = erosion("bench", "--scenario", "small.yaml", "--rounds", 1, "--days", 30)
    figures = json.loads(answer.stdout)
    names = {"soldiers", "days", "synthesis_s", "ns_per_soldier_day", "us_per_day", "peak_rss_mb", "import_s"}
    assert names <= figures.keys()
    assert figures["days"] == 30


def test_it_runs_as_a_module_and_says_its_version(tmp_path: Path) -> None:
    answer = erosion_outside("--version", cwd=tmp_path)
    assert answer.stdout.decode().strip() == f"erosion {sim.__version__}"
    assert answer.returncode == 0


def test_text_in_a_pipe_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    write_small(tmp_path, title="Armée – جيش")
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    answer = erosion_outside("show", "small.yaml", cwd=tmp_path, environment=environment)
    assert answer.returncode == 0, answer.stderr
    assert "Armée – جيش" in answer.stdout.decode("utf-8")


def test_a_terminal_that_lacks_a_letter_gets_another(capsys: pytest.CaptureFixture[str]) -> None:
    from experiments.cli import _speak_utf8

    class Terminal:
        def isatty(self) -> bool:
            return True

        def reconfigure(self, **options: str) -> None:
            print(options)

    _speak_utf8(Terminal())
    assert capsys.readouterr().out == "{'errors': 'replace'}\n"
    _speak_utf8(object())


def test_a_closed_pipe_ends_it_quietly(tmp_path: Path) -> None:
    write_small(tmp_path)
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "experiments", "show", "small.yaml", "--origin"]
    environment = {**os.environ, "PYTHONPATH": str(Path(sim.__file__).parent.parent)}
    answer = subprocess.run(
        command, cwd=tmp_path, env=environment, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert answer.returncode not in (0, 2, 3)
    assert b"Traceback" not in answer.stderr
    assert b"Exception" not in answer.stderr


def test_hashes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    write_small(tmp_path)
    command = ("run", "small.yaml", "--days", 20, "--no-figures")
    first, second = (
        erosion_outside(*command, cwd=tmp_path, environment={"PYTHONHASHSEED": seed}) for seed in ("1", "2")
    )
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert len(list((tmp_path / "results").iterdir())) == 1
