"""Time the founding scenario beside the plain C loop: JSON on standard output, a table on standard error.

The loop is compiled for as many men as the scenario's regulars. Both are timed in turns, and the fastest
round of each counts, in time of the processor, so that a busy machine slows both alike. Each size has a
process of its own, whose memory is told. Without a C compiler the ratios are absent. Exit code 1 says that
the ratio at full size has grown beyond what `stored.json` allows; ``--store`` writes that file anew, and
``--page`` a page of all figures.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from experiments.bench.lookups import lookups
from experiments.bench.page import page
from experiments.bench.report import against_stored, processor, store, table
from experiments.bench.sizes import command_line, line_through, many_seeds
from experiments.bench.stages import by_mechanism, by_stage
from experiments.bench.timing import Bench, imports
from experiments.showing.progress import shown
from sim.scenario_file import load
from sim.synthesis import build

SOURCE = Path(__file__).resolve().with_name("loop.c")
STORED = Path(__file__).resolve().with_name("stored.json")
FLAGS = ("-O3", "-march=native", "-ffast-math")
COMPILERS = ("cc", "gcc", "clang")
SMALLEST = 120
SIZES = {0.1: 3, 100 / 325: 3, 1.0: 10, 1000 / 325: 2, 10.0: 1}
"""Rounds by size of the army, 1 for the real one of 325,000."""
SEEDS = 3


@dataclass
class CLoop:
    """The compiled loop, and its fastest round so far."""

    program: Path
    compiler: str
    soldiers: int
    ns_per_soldier_day: float = field(default=math.inf)

    def take_round(self) -> None:
        """Run it once; it takes the best of five itself."""
        answer = subprocess.run([str(self.program)], capture_output=True, text=True, check=True).stdout
        found = re.match(r"([\d.]+) ns", answer)
        if found is None:
            raise RuntimeError(f"{SOURCE.name} printed no time: {answer!r}")
        self.ns_per_soldier_day = min(self.ns_per_soldier_day, float(found[1]))

    def figures(self, ours: float) -> dict[str, Any]:
        """What it took, and how many times as long `ours` is."""
        return {
            "c_loop_ns_per_soldier_day": self.ns_per_soldier_day,
            "c_loop_soldiers": self.soldiers,
            "c_loop_compiled_with": " ".join((self.compiler, *FLAGS)),
            "ratio_to_c_loop": round(ours / self.ns_per_soldier_day, 3),
        }


def compiled(soldiers: int, folder: Path) -> CLoop | None:
    """Compile the loop for so many men; None where there is no compiler that does."""
    compiler = next((name for name in COMPILERS if shutil.which(name)), None)
    if compiler is None:
        return None
    program, men = folder / "loop", max(soldiers, SMALLEST)
    command = [compiler, *FLAGS, f"-DSOLDIERS={men}", str(SOURCE), "-o", str(program), "-lm"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        print(f"{' '.join(command)} failed:\n{answer.stderr}", file=sys.stderr)
        return None
    return CLoop(program, compiler, men)


def measure(scenario: str, scale: float | None, rounds: int) -> dict[str, Any]:
    """Time one size of a scenario and, where it can be compiled, the loop.

    Parameters
    ----------
    scenario : str
        Name or path.
    scale : float, optional
        Size of the army.
    rounds : int

    Returns
    -------
    dict
        As `experiments.bench.timing.Bench.figures`, with the regulars; with the loop's figures where there is
        a compiler.
    """
    plan = load(scenario, overrides={} if scale is None else {"army.scale": scale})
    bench = Bench(plan)
    with TemporaryDirectory() as folder:
        loop = compiled(plan.army.regulars_built, Path(folder))
        for _ in range(rounds):
            bench.take_round()
            if loop is not None:
                loop.take_round()
    figures = {"regulars": plan.army.regulars_built, **bench.figures()}
    return figures | (loop.figures(figures["ns_per_soldier_day"]) if loop else {})


def apart(scenario: str, scale: float | None, rounds: int) -> dict[str, Any]:
    """Measure one size in a process of its own, so that the memory is its own, too."""
    command = [sys.executable, __file__, "--one", "--scenario", scenario, "--rounds", str(rounds)]
    command += [] if scale is None else ["--scale", str(scale)]
    # The model that is measured is the one beside this file, whatever is installed.
    environment = {**os.environ, "PYTHONPATH": str(SOURCE.parent.parent)}
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    figures: dict[str, Any] = json.loads(answer.stdout)
    return figures


def everything(scenario: str, sizes: dict[float, int], seeds: int) -> dict[str, Any]:
    """Measure all that `make bench` reports; the size 1 must be among the sizes."""
    measured = {}
    with shown(f"{len(sizes)} sizes") as show:
        for done, (scale, rounds) in enumerate(sizes.items(), start=1):
            measured[scale] = apart(scenario, scale, rounds)
            show(done, len(sizes))
    plan, headline = load(scenario), measured[1.0]
    army = build(plan, 1)
    stages = by_stage(plan, army, 1, seeds)
    return {
        "processor": processor(),
        "headline": headline,
        "sizes": list(measured.values()),
        "line": line_through(list(measured.values())),
        "ns_of_largest_over_headline": round(_largest_over(measured, headline), 3),
        "us_per_day_of_first": headline["us_per_day_of_first"],
        "us_per_day_by_mechanism": _rounded(by_mechanism(stages)),
        "us_per_day_by_stage": _rounded(stages),
        "lookups": lookups(plan, army, 1),
        "seeds": many_seeds(plan, seeds),
        "commands": command_line(scenario) | imports(),
    }


def _largest_over(measured: dict[float, dict[str, Any]], headline: dict[str, Any]) -> float:
    """How many times the nanoseconds a man of the headline the largest army takes."""
    largest: float = measured[max(measured)]["ns_per_soldier_day"]
    return largest / float(headline["ns_per_soldier_day"])


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in figures.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, measure, print.

    Returns
    -------
    int
        1 if the ratio at full size has grown too far, else 0.
    """
    asked = _asked(arguments)
    if asked.one:
        print(json.dumps(measure(asked.scenario, asked.scale, asked.rounds), indent=2))
        return 0
    if asked.quick or asked.store:
        figures = {"processor": processor(), "headline": apart(asked.scenario, asked.scale, asked.rounds)}
    else:
        figures = everything(asked.scenario, SIZES, SEEDS)
        print(table(figures), file=sys.stderr)
        if asked.page is not None:
            asked.page.write_text(page(figures), encoding="utf-8")
    print(json.dumps(figures, indent=2))
    return _judge(figures["headline"], asked.store)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time the model beside plain C.")
    parser.add_argument("--quick", action="store_true", help="one size only: the headline ratio")
    parser.add_argument("--store", action="store_true", help="as --quick, and store the ratio anew")
    parser.add_argument("--one", action="store_true", help="one size only, in this process, not compared")
    parser.add_argument("--page", type=Path, help="write the figures of all sizes there, too")
    parser.add_argument("--scenario", default="syria-2012")
    parser.add_argument("--scale", type=float, help="size of the army, where there is one size only")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, where there is one size only")
    return parser.parse_args(arguments)


def _judge(headline: dict[str, Any], storing: bool) -> int:
    """Compare the ratio at full size with the stored one, or store it."""
    if storing and "ratio_to_c_loop" in headline:
        store(STORED, headline)
    holds, words = against_stored(STORED, headline)
    print(words, file=sys.stderr)
    return int(not holds)


if __name__ == "__main__":
    sys.exit(main())
