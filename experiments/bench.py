"""How fast the model runs: fastest of several rounds, for men who serve, day by day."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.army import Army
    from sim.attribution import Cadence
    from sim.scenario import Scenario

_IMPORTS = {
    "import_s": "import sim",
    "import_all_s": "import sim; sim.load, sim.run, sim.Result, sim.build_army",
}
_TIMED = """
import time
before = time.perf_counter()
{}
print(time.perf_counter() - before)
"""
_MEGABYTE = 1e6


@dataclass
class Bench:
    """Timing of one scenario.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Seed of army and luck.
    attribution : {"daily", "weekly"}, optional
        Whether to time the days with an attribution, too, in turns with those without.
    """

    scenario: Scenario
    seed: int = 1
    attribution: Cadence | None = None
    synthesis_s: float = field(init=False, default=float("inf"))
    days_s: float = field(init=False, default=float("inf"))
    attributed_s: float = field(init=False, default=float("inf"))
    soldier_days: int = field(init=False, default=0)
    soldiers: int = field(init=False, default=0)

    def run(self, rounds: int, between: Callable[[], None] | None = None) -> dict[str, Any]:
        """Take some rounds, and say what was found.

        Parameters
        ----------
        rounds : int
            At least 1.
        between : callable, optional
            Done in each round, such as timing something to compare with.

        Returns
        -------
        dict
            soldiers (rows built), days, synthesis_s, soldier_days, ns_per_soldier_day, us_per_day,
            peak_rss_mb (None where the system does not tell), import_s, import_all_s; if asked,
            attribution, ratio_with_attribution.
        """
        for _ in range(rounds):
            self.take_round()
            if between is not None:
                between()
        return self.figures()

    def take_round(self) -> None:
        """Build the army and run through the days, and keep the fastest of each so far."""
        from sim.synthesis import build

        before = perf_counter()
        army = build(self.scenario, self.seed)
        self.synthesis_s = min(self.synthesis_s, perf_counter() - before)
        self.soldiers = army.size
        self.days_s = min(self.days_s, self._days(army))
        if self.attribution is not None:
            self.attributed_s = min(self.attributed_s, self._days(army, self.attribution))

    def _days(self, army: Army, attribution: Cadence | None = None) -> float:
        """Seconds that all days take, the record of each included."""
        from sim.attribution import Attribution
        from sim.engine import days
        from sim.record import DAILY_COLUMNS, Record
        from sim.setting import world_of

        world, record = world_of(self.scenario, army, self.seed), Record()
        before = perf_counter()
        split = None if attribution is None else Attribution.on(attribution)
        for state in days(world, attribution=split):
            record.take(world, state)
        seconds = perf_counter() - before
        serving = DAILY_COLUMNS.index("serving")
        self.soldier_days = int(sum(day[serving] for day in record.daily))
        return seconds

    def figures(self) -> dict[str, Any]:
        """Figures of the rounds so far; see `run`."""
        days = self.scenario.days
        return {
            "scenario": self.scenario.name,
            "soldiers": self.soldiers,
            "days": days,
            "synthesis_s": round(self.synthesis_s, 4),
            "soldier_days": self.soldier_days,
            "ns_per_soldier_day": round(1e9 * self.days_s / max(self.soldier_days, 1), 4),
            "us_per_day": round(1e6 * self.days_s / days, 1),
            "peak_rss_mb": peak_rss_mb(),
            **{name: round(fastest_import(text), 4) for name, text in _IMPORTS.items()},
            **self._with_attribution(),
        }

    def _with_attribution(self) -> dict[str, Any]:
        """How many times as long the days take with an attribution; nothing if none was asked for."""
        if self.attribution is None:
            return {}
        ratio = round(self.attributed_s / self.days_s, 3)
        return {"attribution": self.attribution, "ratio_with_attribution": ratio}


def peak_rss_mb() -> float | None:
    """Largest memory that this process has held, in megabytes; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / _MEGABYTE, 1)


def fastest_import(text: str, rounds: int = 3) -> float:
    """Seconds that a line takes in a fresh interpreter, the fastest of some rounds."""
    return min(_seconds(text) for _ in range(rounds))


def _seconds(text: str) -> float:
    command = [sys.executable, "-c", _TIMED.format(text)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(answer.stdout)
