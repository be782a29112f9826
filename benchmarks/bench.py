"""Time the founding scenario beside the plain C loop, round about; print JSON.

The loop is compiled for as many men as the scenario's regulars. Both are timed in turns, and the fastest
round of each counts, so that a busy machine slows both alike. Without a C compiler the ratio is absent.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from experiments.bench import Bench
from sim.scenario_file import load

SOURCE = Path(__file__).resolve().with_name("loop.c")
FLAGS = ("-O3", "-march=native", "-ffast-math")
COMPILERS = ("cc", "gcc", "clang")
SMALLEST = 120


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
    """Time a scenario and, where it can be compiled, the loop.

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
        As `experiments.bench.Bench.run`; with the loop's figures where there is a compiler.
    """
    plan = load(scenario, overrides={} if scale is None else {"army.scale": scale})
    with TemporaryDirectory() as folder:
        loop = compiled(plan.army.regulars_built, Path(folder))
        figures = Bench(plan).run(rounds, between=loop.take_round if loop else None)
    return figures | (loop.figures(figures["ns_per_soldier_day"]) if loop else {})


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description="Time the model beside plain C.")
    parser.add_argument("--scenario", default="syria-2012")
    parser.add_argument("--scale", type=float)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(arguments)
    print(json.dumps(measure(asked.scenario, asked.scale, asked.rounds), indent=2))


if __name__ == "__main__":
    main()
