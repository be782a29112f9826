"""How fast the model runs: fastest of several rounds, for men who serve, day by day.

Times are those of the processor, not of the clock on the wall, so that a busy machine hardly matters; a run
uses one thread, and with nothing beside it the two are the same. Imports alone go by the wall.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from time import process_time
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
LENGTHS = (90, 180, 365)
"""Days over which the beginning of a run is looked at, beside all of it."""


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
    setting_s: float = field(init=False, default=float("inf"))
    """Seconds to gather what no day changes, for a new army."""
    days_s: float = field(init=False, default=float("inf"))
    since_start_s: list[float] = field(init=False, default_factory=list)
    """Seconds from the beginning to the end of each day, in the fastest round."""
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
            As `figures`, with import_s, import_all_s.
        """
        for _ in range(rounds):
            self.take_round()
            if between is not None:
                between()
        return self.figures() | imports()

    def take_round(self) -> None:
        """Build the army and run through the days, and keep the fastest of each so far."""
        from sim.synthesis import build

        before = process_time()
        army = build(self.scenario, self.seed)
        self.synthesis_s = min(self.synthesis_s, process_time() - before)
        self.soldiers = army.size
        self.setting_s = min(self.setting_s, self._setting_s(army))
        since_start = self._days(army)
        if since_start[-1] < self.days_s:
            self.days_s, self.since_start_s = since_start[-1], since_start
        if self.attribution is not None:
            self.attributed_s = min(self.attributed_s, self._days(army, self.attribution)[-1])

    def _setting_s(self, army: Army) -> float:
        """Seconds to gather what no day changes; it is kept with the army."""
        from sim.setting import world_of

        before = process_time()
        world_of(self.scenario, army, self.seed)
        return process_time() - before

    def _days(self, army: Army, attribution: Cadence | None = None) -> list[float]:
        """Seconds from the beginning to the end of each day, the record of each included."""
        from sim.attribution import Attribution
        from sim.engine import days
        from sim.record import DAILY_COLUMNS, Record
        from sim.setting import world_of

        world, record = world_of(self.scenario, army, self.seed), Record()
        split = None if attribution is None else Attribution.on(attribution)
        since_start, before = [], process_time()
        for state in days(world, attribution=split):
            record.take(world, state)
            since_start.append(process_time() - before)
        serving = DAILY_COLUMNS.index("serving")
        self.soldier_days = int(sum(day[serving] for day in record.daily))
        return since_start

    def figures(self) -> dict[str, Any]:
        """Figures of the rounds so far.

        Returns
        -------
        dict
            soldiers (rows built), days, synthesis_s, setting_s, soldier_days, ns_per_soldier_day, us_per_day,
            us_per_day_of_first (by number of days), peak_rss_mb (None where the system does not tell); if
            asked, attribution, ratio_with_attribution.
        """
        days = self.scenario.days
        return {
            "scenario": self.scenario.name,
            "soldiers": self.soldiers,
            "days": days,
            "synthesis_s": round(self.synthesis_s, 4),
            "setting_s": round(self.setting_s, 4),
            "soldier_days": self.soldier_days,
            "ns_per_soldier_day": round(1e9 * self.days_s / max(self.soldier_days, 1), 4),
            "us_per_day": round(1e6 * self.days_s / days, 1),
            "us_per_day_of_first": {
                length: round(1e6 * self.since_start_s[length - 1] / length, 1)
                for length in (*LENGTHS, days)
                if length <= days
            },
            "peak_rss_mb": peak_rss_mb(),
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


def imports() -> dict[str, float]:
    """Seconds that imports take: import_s of the package, import_all_s of all that a run needs."""
    return {name: round(fastest_import(text), 4) for name, text in _IMPORTS.items()}


def fastest_import(text: str, rounds: int = 3) -> float:
    """Seconds that a line takes in a fresh interpreter, the fastest of some rounds."""
    return min(_seconds(text) for _ in range(rounds))


def _seconds(text: str) -> float:
    command = [sys.executable, "-c", _TIMED.format(text)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(answer.stdout)
