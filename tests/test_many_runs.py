"""What many runs cost, beside plain loops: the figures hang together; how large they are is not tested."""

import json
from typing import Any

import pytest

from experiments.bench import many_runs, plain
from experiments.bench.many_runs import Waits, on_processes, timed
from tests.small import small_scenario
from tests.test_cli import erosion

PLAIN = {"synthesis_s": 2.0, "loop_s": 0.5, "run_s": 0.75}
AT_ONCE = {"synthesis_s": 4.0, "loop_s": 1.0, "run_s": 1.5}


def test_an_ensemble_is_set_against_one_synthesis_and_as_many_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many_runs, "at_once", lambda *found: PLAIN if found[2] == 1 else AT_ONCE)
    monkeypatch.setattr(many_runs, "timed", lambda *_: 102.0)
    found = on_processes(small_scenario(), 200, 2)
    assert found["ratio"] == pytest.approx(102.0 / ((2.0 + 200 * 0.5) / 2))
    assert found["ratio_at_once"] == pytest.approx(102.0 / ((4.0 + 200 * 1.0) / 2))
    assert found["ratio_to_whole_runs"] == pytest.approx(102.0 / ((2.0 + 200 * 0.75) / 2), abs=1e-3)
    assert (found["plain"], found["plain_at_once"]) == (PLAIN, AT_ONCE)


def test_plain_loops_are_timed_in_processes_of_their_own() -> None:
    scenario = small_scenario(days=20, events=[], claims=[])
    here = plain.measure(scenario, 2)
    assert 0 < here["loop_s"] < here["run_s"]
    assert plain.at_once(scenario, 1, 1).keys() == here.keys() == PLAIN.keys()
    with pytest.raises(RuntimeError, match="exit code 1"):
        plain.at_once(scenario, 0, 1)


def test_an_ensemble_that_waits_takes_as_long() -> None:
    scenario = small_scenario(days=20, events=[], claims=[])
    assert timed(scenario, 2, "serial", model=Waits(0.1)) >= 0.2
    with pytest.raises(RuntimeError, match="not all of 1 runs were made"):
        timed(scenario, 1, "serial", model=Waits(-1.0))


def test_the_command_prints_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def named(name: str) -> Any:
        return lambda scenario, runs, workers: {"what": name, "runs": runs, "workers": workers}

    monkeypatch.setattr(many_runs, "on_processes", named("processes"))
    monkeypatch.setattr(many_runs, "on_dask", named("dask"))
    command = ("bench", "--scenario", "invented-army", "--ensemble", 6, "--workers", 3)
    assert json.loads(erosion(*command).stdout) == {
        "processes": {"what": "processes", "runs": 6, "workers": 3}
    }
    both = json.loads(erosion(*command, "--dask", 4).stdout)
    assert both["dask"] == {"what": "dask", "runs": 4, "workers": 3}
