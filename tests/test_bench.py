"""The figures of `erosion bench` and `make bench` hang together; how large they are is not tested."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from experiments.bench import report as bench_report
from experiments.bench.page import Target, page
from experiments.bench.sizes import line_through, many_seeds
from experiments.bench.stages import Stopwatches, by_mechanism, by_stage
from experiments.bench.timing import Bench, fastest_import
from sim import engine
from sim.mechanisms import exits
from sim.mechanisms.order import DEPARTURE, EVENING, MORNING, TERMS
from sim.synthesis import build
from tests.small import small_result, small_scenario
from tests.small_files import write_small

SCRIPT = Path(__file__).resolve().parent.parent / "benchmarks" / "bench.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that `make bench` runs."""
    spec = importlib.util.spec_from_file_location("make_bench", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_an_import_is_timed_in_a_fresh_interpreter() -> None:
    assert 0 < fastest_import("import sim", rounds=1) < 60


def test_figures_hang_together() -> None:
    turns: list[int] = []
    figures = Bench(small_scenario()).run(2, between=lambda: turns.append(1))
    assert len(turns) == 2
    assert figures["soldiers"] == 800
    assert figures["days"] == 120
    assert figures["soldier_days"] == small_result().daily["serving"].sum()
    per_day = figures["ns_per_soldier_day"] * figures["soldier_days"] / figures["days"] / 1000
    assert per_day == pytest.approx(figures["us_per_day"], rel=1e-2)
    assert list(figures["us_per_day_of_first"]) == [90, 120]
    assert figures["us_per_day_of_first"][120] == figures["us_per_day"]
    for name in ("synthesis_s", "peak_rss_mb", "import_s", "import_all_s"):
        assert figures[name] > 0
    json.dumps(figures, allow_nan=False)


def test_what_an_attribution_costs_is_told_when_asked() -> None:
    assert "ratio_with_attribution" not in Bench(small_scenario()).run(1)
    figures = Bench(small_scenario(), attribution="daily").run(1)
    assert figures["attribution"] == "daily"
    assert figures["ratio_with_attribution"] > 0


@pytest.fixture(autouse=True)
def quick_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time no imports but where a test does."""
    monkeypatch.setattr("experiments.bench.timing.fastest_import", lambda _: 0.5)


def test_without_a_compiler_the_ratio_is_absent(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script.shutil, "which", lambda _: None)
    script.main(["--one", "--scenario", str(write_small(tmp_path)), "--rounds", "1"])
    figures = json.loads(capsys.readouterr().out)
    assert "ns_per_soldier_day" in figures
    assert "ratio_to_c_loop" not in figures


def test_with_a_compiler_the_ratio_states_its_flags(script: ModuleType, tmp_path: Path) -> None:
    figures = script.measure(str(write_small(tmp_path)), None, 1)
    has_compiler = any(shutil.which(name) for name in script.COMPILERS)
    assert ("ratio_to_c_loop" in figures) is has_compiler
    if has_compiler:
        assert figures["ratio_to_c_loop"] > 0
        assert figures["c_loop_compiled_with"].endswith("-O3 -march=native -ffast-math")
        assert figures["c_loop_soldiers"] == 600


def test_a_line_through_sizes_finds_what_is_fixed_and_what_each_man_costs() -> None:
    sizes = [
        {"soldier_days": 50 * men, "days": 50, "us_per_day": 120.0 + 0.002 * men} for men in (1e3, 1e5, 1e7)
    ]
    line = line_through(sizes)
    assert line["fixed_us_per_day"] == pytest.approx(120.0)
    assert line["marginal_ns_per_soldier_day"] == pytest.approx(2.0)


def test_every_stage_and_term_is_timed_and_the_day_stays_as_it_was() -> None:
    scenario = small_scenario()
    functions = (engine.MORNING, engine.DEPARTURE, engine.EVENING, engine.TERMS, exits.decide)
    stages = by_stage(scenario, build(scenario, 1), 1, rounds=1)
    assert functions == (engine.MORNING, engine.DEPARTURE, engine.EVENING, engine.TERMS, exits.decide)
    for stage in (*MORNING, *DEPARTURE, *EVENING):
        assert f"{stage.act.__module__.rpartition('.')[2]}.{stage.act.__name__}" in stages
    assert {f"{name}, term" for name, _ in TERMS} < stages.keys()
    assert {"record", "exits.decide", "adding up", "all the rest"} < stages.keys()
    assert all(spent >= 0.0 for spent in stages.values())


def test_a_stopwatch_counts_the_time_of_its_function_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(0, 10_000, 250))
    monkeypatch.setattr("experiments.bench.stages.process_time_ns", lambda: next(ticks))
    monkeypatch.setattr("experiments.bench.stages.overhead_ns", lambda: 50.0)
    watches = Stopwatches()
    twice = watches.round("twice", lambda number: 2 * number)
    assert [twice(number) for number in (1, 2)] == [2, 4]
    assert watches.spent == {"twice": 500}
    assert watches.of_a_day(days=4) == {"twice": (500 - 2 * 50) / 4 / 1e3}


def test_stages_and_term_of_a_mechanism_go_together() -> None:
    stages = {"comrades.count": 1.0, "record": 4.0, "comrades, term": 2.5}
    assert by_mechanism(stages) == {"record": 4.0, "comrades": 3.5}


def test_many_seeds_are_reckoned_from_one_army() -> None:
    figures = many_seeds(small_scenario(), seeds=2)
    hundred = figures["synthesis_s"] + 100 * figures["seed_s"]
    assert figures["hundred_seeds_s"] == pytest.approx(hundred, abs=0.1)
    least = hundred / (figures["synthesis_s"] + 100 * figures["loop_s"])
    assert figures["over_synthesis_and_loops"] == pytest.approx(least, rel=0.1)
    assert figures["loop_s"] < figures["seed_s"]


HEADLINE: dict[str, Any] = {"scenario": "small", "soldiers": 800, "days": 120, "ratio_to_c_loop": 2.0}


@pytest.mark.parametrize(("ratio", "holds"), [(2.0, True), (2.6, True), (2.61, False), (1.0, True)])
def test_a_ratio_that_grows_too_far_fails(tmp_path: Path, ratio: float, holds: bool) -> None:
    file = tmp_path / "stored.json"
    bench_report.store(file, HEADLINE)
    assert list(json.loads(file.read_text(encoding="utf-8"))) == [bench_report.processor()]
    found, words = bench_report.against_stored(file, {**HEADLINE, "ratio_to_c_loop": ratio})
    assert found is holds
    assert f"{ratio:.2f} times the C loop, stored 2.00" in words


def test_what_cannot_be_compared_says_so(tmp_path: Path) -> None:
    file = tmp_path / "stored.json"
    assert "no ratio is stored" in bench_report.against_stored(file, HEADLINE)[1]
    bench_report.store(file, HEADLINE)
    assert "no C compiler" in bench_report.against_stored(file, {"soldiers": 800})[1]
    other = bench_report.against_stored(file, {**HEADLINE, "days": 90, "ratio_to_c_loop": 9.0})
    assert other == (True, "the stored ratio is of another days: not compared")


def test_each_processor_has_its_own_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "stored.json"
    monkeypatch.setattr(bench_report, "processor", lambda: "an abacus")
    bench_report.store(file, HEADLINE)
    monkeypatch.setattr(bench_report, "processor", lambda: "a slide rule")
    slower = {**HEADLINE, "ratio_to_c_loop": 9.0}
    holds, words = bench_report.against_stored(file, slower)
    assert holds
    assert "no ratio is stored for a slide rule (stored: 2.00 on an abacus)" in words
    bench_report.store(file, slower)
    assert "stored 9.00: within" in bench_report.against_stored(file, slower)[1]
    monkeypatch.setattr(bench_report, "processor", lambda: "an abacus")
    assert not bench_report.against_stored(file, slower)[0]


def test_the_command_fails_when_the_ratio_has_grown(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "STORED", tmp_path / "stored.json")
    monkeypatch.setattr(script, "apart", lambda *_: HEADLINE)
    assert script.main(["--store"]) == 0
    assert script.main(["--quick"]) == 0
    monkeypatch.setattr(script, "apart", lambda *_: {**HEADLINE, "ratio_to_c_loop": 3.0})
    assert script.main(["--quick"]) == 1


def test_everything_is_reported_and_fits_into_a_table(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "command_line", lambda _: {"erosion_run_s": 2.0})
    figures = script.everything(str(write_small(tmp_path)), {1.0: 1, 2.0: 1}, seeds=1)
    assert [size["regulars"] for size in figures["sizes"]] == [600, 1200]
    assert figures["headline"] == figures["sizes"][0]
    assert figures["ns_of_largest_over_headline"] > 0
    assert set(figures["us_per_day_by_mechanism"]) > {"grievance", "surveillance", "record"}
    json.dumps(figures, allow_nan=False)
    table = bench_report.table(figures)
    for words in ("1,200", "us fixed", "us a day by mechanism", "seed_s", "erosion_run_s"):
        assert words in table
    written = page(figures)
    for words in ("| 1,200 |", "| memory at full size | 500 MB |", "others |", "a day looks at"):
        assert words in written
    exits = small_result().summary["exits"].iloc[0]
    assert figures["lookups"]["exits"] == pytest.approx(exits / 120, abs=0.05)
    assert figures["lookups"]["looked_at"] > 600 / 120
    assert figures["lookups"]["points"] > 0


def test_a_target_is_held_missed_or_not_measured() -> None:
    told = [Target("a day", 2, "s", found).row for found in (2.0, 2.01, None)]
    assert [row[""] for row in told] == ["held", "**missed**", ""]
    assert told[2]["here"] == "not measured"
