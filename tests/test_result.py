"""Results are put together, saved whole or not at all, and loaded back equal."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.codes import RANKS
from sim.engine import run
from sim.result import Result
from sim.results import provenance
from sim.results.frames import FRAMES
from sim.results.provenance import Experiment, OutputError, digest, origin_of
from sim.scenario_file import load
from tests.small import small_result, small_scenario, small_tree


@pytest.fixture(scope="module")
def result() -> Result:
    return small_result()


@pytest.fixture(scope="module")
def several() -> Result:
    return Result.together([small_result(seed) for seed in (1, 2, 3)])


def assert_equal(one: Result, other: Result) -> None:
    for name in FRAMES:
        pd.testing.assert_frame_equal(one.frame(name), other.frame(name), check_freq=True)
    assert (one.attribution is None) == (other.attribution is None)
    if one.attribution is not None:
        pd.testing.assert_frame_equal(one.attribution, other.attribution, check_freq=True)
    assert one.experiment == other.experiment
    assert one.scenario.model_dump() == other.scenario.model_dump()


def test_loaded_back_equal(result: Result, tmp_path: Path) -> None:
    folder = result.save(tmp_path / "deep" / "result", figures=False)
    assert folder == tmp_path / "deep" / "result"
    assert_equal(Result.load(folder), result)


def test_several_runs_are_loaded_back_equal(several: Result, tmp_path: Path) -> None:
    several.save(tmp_path, figures=False)
    assert_equal(Result.load(tmp_path), several)


@pytest.fixture(scope="module")
def attributed() -> Result:
    return Result.together(
        [run(small_scenario(), seed, army_seed=1, attribution="weekly") for seed in (1, 2)]
    )


def test_attribution_is_loaded_back_equal(attributed: Result, tmp_path: Path) -> None:
    assert attributed.attribution is not None
    names = ["run", "date", "day", "mechanism", "rank", "sect", "expected_exits"]
    assert list(attributed.attribution.columns) == names
    assert attributed.attribution["run"].unique().tolist() == [1, 2]
    attributed.save(tmp_path, figures=False, csv=True)
    assert_equal(Result.load(tmp_path), attributed)
    assert len(pd.read_csv(tmp_path / "attribution.csv")) == len(attributed.attribution)


def test_an_attribution_does_not_outlive_its_result(
    attributed: Result, result: Result, tmp_path: Path
) -> None:
    attributed.save(tmp_path, figures=False, csv=True)
    (tmp_path / "attribution.png").touch()
    result.save(tmp_path, figures=False)
    assert not list(tmp_path.glob("attribution.*"))
    assert Result.load(tmp_path).attribution is None


def test_runs_with_and_without_attribution_are_put_together(attributed: Result, result: Result) -> None:
    both = Result.together([result, attributed])
    assert both.runs == 3
    assert both.attribution is not None
    assert both.attribution["run"].unique().tolist() == [2, 3]
    assert Result.together([result, result]).attribution is None


def test_a_run_without_exits_is_loaded_back_equal(tmp_path: Path) -> None:
    army = small_tree()["army"] | {"stayers_share": 1.0, "persons": []}
    result = small_result(army=army, events=[], war={})
    result.save(tmp_path, figures=False)
    assert_equal(Result.load(tmp_path), result)


def test_breakdown_is_the_same_after_loading(several: Result, tmp_path: Path) -> None:
    loaded = Result.load(several.save(tmp_path, figures=False))
    pd.testing.assert_frame_equal(loaded.groups("home"), several.groups("home"))


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    folders = [small_result().save(tmp_path / name, figures=False, csv=True) for name in ("one", "two")]
    for name in (*(f"{frame}.parquet" for frame in FRAMES), "exits.csv", "scenario.yaml"):
        one, two = ((folder / name).read_bytes() for folder in folders)
        assert one == two, f"{name} differs between two runs on the same luck"


def test_runs_are_numbered_anew(several: Result) -> None:
    assert several.runs == 3
    assert several.summary["run"].tolist() == [1, 2, 3]
    assert several.summary["luck_seed"].tolist() == [1, 2, 3]
    assert [origin.run for origin in several.experiment.runs] == [1, 2, 3]
    assert len(several.daily) == 360
    again = Result.together([several, several])
    assert again.summary["run"].tolist() == [1, 2, 3, 4, 5, 6]
    second = small_result(2)
    for name in FRAMES:
        frame = several.frame(name)
        part = frame[frame["run"] == 2].assign(run=1).reset_index(drop=True)
        pd.testing.assert_frame_equal(part, second.frame(name))


def test_breakdown_keeps_runs_apart(several: Result) -> None:
    groups = several.groups("rank")
    assert len(groups) == 3 * 120 * len(RANKS)
    exits = groups.groupby("run")["exits"].sum()
    assert exits.tolist() == several.summary["exits"].tolist()


def test_only_runs_of_one_scenario_are_put_together(result: Result) -> None:
    with pytest.raises(ValueError, match="different scenarios"):
        Result.together([result, small_result(days=60, claims=[], events=[])])
    with pytest.raises(ValueError, match="no results"):
        Result.together([])


def test_a_foreign_folder_is_refused(result: Result, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="holds something that is not a result"):
        result.save(tmp_path, figures=False)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    result.save(tmp_path, force=True, figures=False)
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert_equal(Result.load(tmp_path), result)


def test_a_foreign_experiment_is_refused(result: Result, tmp_path: Path) -> None:
    for text in ('{"format": "another"}', "[]", "no JSON", '{"format": null}'):
        (tmp_path / "experiment.json").write_text(text, encoding="utf-8")
        with pytest.raises(OutputError):
            result.save(tmp_path, figures=False)


def test_a_file_is_no_folder(result: Result, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is a file"):
        result.save(tmp_path / "file", force=True)


def test_an_older_result_is_replaced_whole(result: Result, several: Result, tmp_path: Path) -> None:
    several.save(tmp_path, csv=True)
    assert (tmp_path / "fates.png").exists()
    result.save(tmp_path, figures=False)
    assert not list(tmp_path.glob("*.csv"))
    assert not list(tmp_path.glob("*.png"))
    assert_equal(Result.load(tmp_path), result)


def test_csv_holds_the_same_rows(result: Result, tmp_path: Path) -> None:
    result.save(tmp_path, csv=True, figures=False)
    daily = pd.read_csv(tmp_path / "daily.csv", parse_dates=["date"])
    assert daily["exits"].tolist() == result.daily["exits"].tolist()
    assert b"\r" not in (tmp_path / "daily.csv").read_bytes()


@pytest.mark.parametrize("broken", ["exits", "summary"])
def test_an_interrupted_save_leaves_no_half_file(
    result: Result, several: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    several.save(tmp_path, figures=False)
    write = pd.DataFrame.to_parquet

    def fail(frame: pd.DataFrame, path: Path, **options: Any) -> None:
        write(frame, path, **options)
        if f"{broken}.parquet" in path.name:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pd.DataFrame, "to_parquet", fail)
        with pytest.raises(KeyboardInterrupt):
            result.save(tmp_path, figures=False)
    names = {path.name for path in tmp_path.iterdir()}
    assert f"{broken}.parquet" not in names
    assert not [name for name in names if name.startswith(".")]
    with pytest.raises(OutputError, match="cut short"):
        Result.load(tmp_path)
    result.save(tmp_path, figures=False)
    assert_equal(Result.load(tmp_path), result)


def test_leftovers_of_a_killed_save_are_ignored_and_cleaned(result: Result, tmp_path: Path) -> None:
    leftover = tmp_path / ".exits.parquet.unfinished"
    leftover.write_bytes(b"half")
    result.save(tmp_path, figures=False)
    assert not leftover.exists()
    leftover.write_bytes(b"half")
    assert_equal(Result.load(tmp_path), result)


def test_loading_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="holds no result"):
        Result.load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scenario.yaml", b"name: ["),
        ("scenario.yaml", b"name: small"),
        ("exits.parquet", b"PAR1 half"),
        ("exits.parquet", b""),
    ],
)
def test_loading_a_damaged_result(result: Result, tmp_path: Path, name: str, content: bytes) -> None:
    result.save(tmp_path, figures=False)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(OutputError, match="cannot be read"):
        Result.load(tmp_path)


def test_loading_a_result_of_which_a_file_is_gone(result: Result, tmp_path: Path) -> None:
    result.save(tmp_path, figures=False)
    (tmp_path / "units.parquet").unlink()
    with pytest.raises(OutputError, match="cannot be read"):
        Result.load(tmp_path)


def test_the_saved_scenario_gives_the_same_run(result: Result, tmp_path: Path) -> None:
    result.save(tmp_path, figures=False)
    scenario = load(tmp_path / "scenario.yaml")
    assert digest(scenario) == result.experiment.scenario_sha256
    again = run(scenario, 1, army_seed=1)
    pd.testing.assert_frame_equal(again.exits, result.exits)


def test_experiment_says_how_to_repeat_it(result: Result, tmp_path: Path) -> None:
    result.save(tmp_path, figures=False)
    tree = json.loads((tmp_path / "experiment.json").read_text(encoding="utf-8"))
    assert tree["scenario"] == "small"
    assert tree["scenario_sha256"] == digest(small_scenario())
    assert tree["libraries"]["numpy"]
    assert tree["python"].startswith(f"{sys.version_info.major}.")
    (run,) = tree["runs"]
    assert (run["run"], run["army_seed"], run["luck_seed"]) == (1, 1, 1)


def test_time_of_a_run_is_kept_when_it_is_known() -> None:
    started = datetime.now(UTC) - timedelta(seconds=5)
    origin = origin_of(1, 2, ["fatigue"], started)
    assert origin.mechanisms == ("fatigue",)
    assert origin.seconds == pytest.approx(5, abs=4)
    assert str(origin.started).endswith("+00:00")
    assert origin_of(1, 2, [], None).started is None


def test_digest_depends_on_values_and_on_the_order_of_tables() -> None:
    tree = small_tree()
    turned = dict(reversed(tree["sects"].items()))
    digests = {
        digest(small_scenario()),
        digest(small_scenario(days=119)),
        digest(small_scenario(sects=turned)),
    }
    assert len(digests) == 3
    assert digest(small_scenario()) == digest(small_scenario())


def test_experiment_survives_json(several: Result) -> None:
    assert Experiment.from_json(several.experiment.to_json()) == several.experiment


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["/home/somebody/bin/erosion", "run", "syria-2012"], "erosion run syria-2012"),
        (["run me.py", "--days", "3"], "'run me.py' --days 3"),
        (["/x/ipykernel_launcher.py", "-f", "/x/kernel.json"], "interactive"),
        (["-c"], "interactive"),
        ([""], "interactive"),
        ([], "interactive"),
    ],
)
def test_command_says_nothing_of_the_machine(arguments: list[str], command: str) -> None:
    assert provenance._command(arguments) == command


def test_without_git_there_is_no_commit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    provenance._git.cache_clear()
    assert provenance._git() is None
    provenance._git.cache_clear()


def test_an_unknown_distribution_has_no_version() -> None:
    assert provenance.version_of("no-such-distribution") == "unknown"


def test_shown_in_a_notebook(several: Result) -> None:
    html = several._repr_html_()
    assert "simulation, not observation" in html
    assert html.count("<tr") == 4
    titled = small_result(title="<b>Bold</b> & co", days=10, events=[], claims=[])
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; co" in titled._repr_html_()
    assert repr(several).startswith("Result(small, 120 days, 3 runs: ")


def test_saving_without_figures_does_not_load_matplotlib(tmp_path: Path) -> None:
    program = (
        "import sys; from tests.small import small_result;"
        f"small_result(days=10, events=[], claims=[]).save({str(tmp_path)!r}, figures=False);"
        "print('matplotlib' in sys.modules)"
    )
    root = Path(__file__).resolve().parent.parent
    process = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert process.stdout.strip() == "False"
