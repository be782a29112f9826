"""The figures of `erosion bench` and `make bench` hang together; how large they are is not tested."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from experiments.bench import Bench, fastest_import
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
    monkeypatch.setattr("experiments.bench.fastest_import", lambda _: 0.5)


def test_without_a_compiler_the_ratio_is_absent(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script.shutil, "which", lambda _: None)
    script.main(["--scenario", str(write_small(tmp_path)), "--rounds", "1"])
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
