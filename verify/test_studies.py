"""Studies in full: known indices at a size where intervals are tight; killed, continued and doubled."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.ensembles.store import Store
from experiments.sensitivity.analysis import STORE, run_study
from experiments.sensitivity.outputs import END
from experiments.study import Study
from tests.sensitivity_models import (
    ISHIGAMI,
    G,
    ishigami,
    ishigami_indices,
    lucky,
    sobol_g,
    sobol_g_indices,
)
from tests.small_files import write_small

SIZE = 1024
TIGHT = 0.1
"""Half of an interval of 95 % at most; at the size of the quick tests 0.35 is asked for."""
WIDE = 4.42 / 1.96
"""As in the quick tests: intervals are made this much wider, for false alarms of 1e-5 a statement."""
TO_START_SECONDS = 300.0


def study_of(folder: Path, **keys: Any) -> Study:
    """A study by Sobol's method of a small scenario."""
    scenario = folder / "small.yaml"
    if not scenario.exists():
        write_small(folder, events=[], claims=[])
    return Study.model_validate(
        {"name": "small", "scenario": str(scenario), "method": "sobol", "outputs": ["exits"], **keys}
    )


@pytest.mark.parametrize(
    ("model", "factors", "truth"),
    [(ishigami, ISHIGAMI, ishigami_indices), (sobol_g, G, sobol_g_indices)],
    ids=["ishigami", "g"],
)
def test_known_indices_lie_in_tight_intervals(
    tmp_path: Path, model: Any, factors: Any, truth: Callable[[], dict[str, tuple[float, float]]]
) -> None:
    study = study_of(tmp_path, size=SIZE, factors=factors)
    table = run_study(study, tmp_path / "study", workers=2, model=model).indices
    rows = table[(table["output"] == "exits") & (table["day"] == END)].set_index(["index", "factor"])
    inside = []
    for factor, both in truth().items():
        for index, true in zip(("S1", "ST"), both, strict=True):
            row = rows.loc[(index, factor)]
            half = (row["conf_high"] - row["conf_low"]) / 2
            print(f"{index} {factor}: {row['value']:.3f} +- {half:.3f}, known {true:.3f}")
            assert abs(row["value"] - true) <= WIDE * half + 1e-4, (factor, index)
            assert half < TIGHT, (factor, index)
            inside.append(row["conf_low"] - 1e-4 <= true <= row["conf_high"] + 1e-4)
    print(f"{sum(inside)} of {len(inside)} known indices lie in the interval of 95 % itself")


def killed_after(runs: int, study: Study, folder: Path) -> int:
    """Kill the driver of a study once its store holds so many runs; give how many it then holds."""
    program = (
        "import sys; from experiments.sensitivity.analysis import run_study\n"
        "from experiments.study import Study; from tests.sensitivity_models import lucky\n"
        "run_study(Study.model_validate_json(sys.argv[1]), sys.argv[2], workers=2, model=lucky)"
    )
    command = [
        sys.executable,
        "-c",
        program,
        study.model_dump_json(by_alias=True, exclude_unset=True),
        str(folder),
    ]
    driver, store = subprocess.Popen(command), Store(folder / STORE)
    until = time.monotonic() + TO_START_SECONDS
    while driver.poll() is None and (not store.folder.exists() or len(store.runs()) < runs):
        assert time.monotonic() < until, "the driver did not get so far"
        time.sleep(0.02)
    assert driver.poll() is None, "the driver was done before it could be killed"
    driver.kill()
    driver.wait()
    return len(store.runs())


def test_a_study_that_is_killed_twice_and_then_doubled_is_one_that_was_never_disturbed(
    tmp_path: Path,
) -> None:
    factors = {name: {"low": 0.0, "high": 1.0} for name in ("fear.effect", "deaths.garrison_weight")}
    study = study_of(tmp_path, size=128, factors=factors)
    whole = run_study(study, tmp_path / "whole", engine="serial", model=lucky)
    disturbed = tmp_path / "disturbed"
    stored = [killed_after(runs, study, disturbed) for runs in (1, 200)]
    print(f"runs in the store after each kill, of {study.runs}: {stored}")
    assert 0 < stored[0] < stored[1] < study.runs
    again = run_study(study, disturbed, workers=2, model=lucky)
    pd.testing.assert_frame_equal(again.indices, whole.indices, check_exact=True)
    assert len(Store(disturbed / STORE).runs()) == study.runs
    grown = run_study(study.sized(256), disturbed, workers=2, model=lucky)
    anew = run_study(study.sized(256), tmp_path / "anew", engine="serial", model=lucky)
    pd.testing.assert_frame_equal(grown.indices, anew.indices, check_exact=True)
    pd.testing.assert_frame_equal(grown.convergence, anew.convergence, check_exact=True)
    made = pd.concat(Store(disturbed / STORE).rows_of(shard) for shard in Store(disturbed / STORE).shards())
    assert len(made) == made["run_id"].nunique() == study.sized(256).runs
