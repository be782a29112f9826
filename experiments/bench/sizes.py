"""What one size does not show: a line through sizes, many seeds of one army, a run from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import numpy as np

from sim.engine import days, run
from sim.record import Record
from sim.scenario import Scenario
from sim.setting import world_of
from sim.synthesis import build

HUNDRED = 100


def line_through(sizes: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Fixed microseconds a day and marginal nanoseconds of a soldier's day.

    A line through the microseconds of a day by the men who serve on it, fitted to relative deviations, so
    that small armies count as much as large ones.

    Parameters
    ----------
    sizes : sequence of mapping
        Figures of at least two sizes, as `experiments.bench.timing.Bench.figures` gives them.

    Examples
    --------
    >>> small = {"soldier_days": 10_000_000, "days": 100, "us_per_day": 300.0}
    >>> large = {"soldier_days": 100_000_000, "days": 100, "us_per_day": 1_200.0}
    >>> line_through([small, large])
    {'fixed_us_per_day': 200.0, 'marginal_ns_per_soldier_day': 1.0}
    """
    serving = np.array([each["soldier_days"] / each["days"] for each in sizes])
    spent = np.array([each["us_per_day"] for each in sizes])
    slope, fixed = np.polyfit(serving, spent, 1, w=1.0 / spent)
    return {
        "fixed_us_per_day": round(float(fixed), 1),
        "marginal_ns_per_soldier_day": round(1e3 * float(slope), 4),
    }


def many_seeds(scenario: Scenario, seeds: int) -> dict[str, float]:
    """What one more luck seed costs on an army that is built already.

    Parameters
    ----------
    scenario : Scenario
    seeds : int
        Seeds that are run; the fastest counts.

    Returns
    -------
    dict
        synthesis_s; set_up_s (the world of a seed); loop_s (its bare days, all recorded) and seed_s (a whole
        run, its frames included), in turns; hundred_seeds_s, reckoned from these; and how many times the cost
        of one synthesis and a hundred loops that is.
    """
    before = process_time()
    army = build(scenario, 1)
    synthesis = process_time() - before
    set_up = loop = whole = float("inf")
    for seed in range(1, seeds + 1):
        times = [process_time()]
        world, record = world_of(scenario, army, seed), Record()
        times.append(process_time())
        for state in days(world):
            record.take(world, state)
        times.append(process_time())
        run(scenario, seed, army=army)
        times.append(process_time())
        spent = [after - before for before, after in pairwise(times)]
        set_up, loop, whole = min(set_up, spent[0]), min(loop, spent[1]), min(whole, spent[2])
    hundred = synthesis + HUNDRED * whole
    return {
        "synthesis_s": round(synthesis, 3),
        "set_up_s": round(set_up, 4),
        "loop_s": round(loop, 4),
        "seed_s": round(whole, 4),
        "hundred_seeds_s": round(hundred, 1),
        "over_synthesis_and_loops": round(hundred / (synthesis + HUNDRED * loop), 3),
    }


def command_line(scenario: str) -> dict[str, float]:
    """Seconds of `erosion run` in a fresh process, tables and figures written: usual, and the first ever.

    They go by the clock on the wall. The first on a machine compiles the loops, too; it is had with an empty
    place for machine code.
    """
    with TemporaryDirectory() as code:
        first = _erosion_run(scenario, {"NUMBA_CACHE_DIR": code})
    usual = min(_erosion_run(scenario, {}) for _ in range(2))
    return {"erosion_run_s": round(usual, 2), "erosion_run_first_ever_s": round(first, 2)}


def _erosion_run(scenario: str, environment: Mapping[str, str]) -> float:
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "experiments", "run", scenario, "--out", f"{folder}/result"]
        before = perf_counter()
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment})
        return perf_counter() - before
