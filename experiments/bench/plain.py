"""Plain loops: what an army and the bare days of its runs take, in a process of its own, by the wall clock.

``python -m experiments.bench.plain LOOPS`` reads a scenario as JSON and prints the seconds as JSON. It is the
side that an ensemble is measured against: one synthesis, then the days of one luck seed after another,
without frames, without a store, without anybody to report to.
"""

from __future__ import annotations

import json
import subprocess
import sys
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import Scenario

Seconds = dict[str, float]
"""synthesis_s, loop_s (bare days of a seed), run_s (a whole run, set-up and frames included); means."""


def at_once(scenario: Scenario, loops: int, processes: int) -> Seconds:
    """Time plain loops in some processes at once, as cores may share what they need.

    Parameters
    ----------
    scenario : Scenario
    loops : int
        In each process.
    processes : int

    Returns
    -------
    Seconds
        Mean over the processes.
    """
    command = [sys.executable, "-m", "experiments.bench.plain", str(loops)]
    text = scenario.model_dump_json(by_alias=True)
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write(text)
        process.stdin.close()
    found = [_answer(process) for process in started]
    return {name: sum(each[name] for each in found) / processes for name in found[0]}


def _answer(process: subprocess.Popen[str]) -> Seconds:
    assert process.stdout is not None
    with process.stdout:
        text = process.stdout.read()
    if process.wait() != 0:
        raise RuntimeError(f"plain loops ended with exit code {process.returncode}")
    seconds: Seconds = json.loads(text)
    return seconds


def measure(scenario: Scenario, loops: int) -> Seconds:
    """Time one synthesis, then bare days and whole runs in turns, after a run that is not counted.

    Parameters
    ----------
    scenario : Scenario
    loops : int
        Luck seeds.
    """
    from sim.engine import days, run
    from sim.record import Record
    from sim.setting import world_of
    from sim.synthesis import build

    run(scenario, 1)  # loads the compiled loops, which no army and no day is to be charged with
    begin = perf_counter()
    army = build(scenario, 1)
    synthesis, bare, whole = perf_counter() - begin, 0.0, 0.0
    for seed in range(1, loops + 1):
        world, record = world_of(scenario, army, seed), Record()
        begin = perf_counter()
        for state in days(world):
            record.take(world, state)
        between = perf_counter()
        run(scenario, seed, army=army)
        bare, whole = bare + between - begin, whole + perf_counter() - between
    return {"synthesis_s": synthesis, "loop_s": bare / loops, "run_s": whole / loops}


def main() -> None:
    """Read a scenario, measure, print."""
    from sim.scenario import Scenario

    scenario = Scenario.model_validate_json(sys.stdin.read())
    print(json.dumps(measure(scenario, int(sys.argv[1]))))


if __name__ == "__main__":
    main()
