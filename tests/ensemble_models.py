"""Models for ensembles that are quick, or go wrong as they are told: workers import them from here."""

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from sim.scenario import Scenario

DAYS = 12


def quick(scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
    """Invent outcomes and a daily series that depend on the scenario and the seeds alone."""
    luck = np.random.default_rng([army_seed, luck_seed, scenario.days])
    exits = luck.poisson(5.0, DAYS)
    total = int(exits.sum())
    outcome = "collapse" if total > 60 else "hold"
    summary = pd.DataFrame({"exits": [total], "share": [luck.random()], "outcome": [outcome]})
    summary["outcome"] = summary["outcome"].astype("category")
    dates = pd.date_range("2030-01-01", periods=DAYS)
    daily = pd.DataFrame({"day": np.arange(DAYS), "date": dates, "exits": exits})
    return {"summary": summary, "daily": daily}


@dataclass(frozen=True)
class Slips:
    """The quick model, but for some luck seeds.

    Parameters
    ----------
    raises, hangs, dies : set of int
        Seeds that raise an error, never end, or kill their process each time.
    dies_once : set of int
        Seeds whose process is killed the first time; `notes` remembers it.
    seconds : float
        How long each run takes.
    notes : str
        Folder in which each run leaves its process and its seed; empty for none.
    """

    raises: frozenset[int] = frozenset()
    hangs: frozenset[int] = frozenset()
    dies: frozenset[int] = frozenset()
    dies_once: frozenset[int] = frozenset()
    seconds: float = field(default=0.0, repr=False)
    notes: str = field(default="", repr=False)

    def __call__(self, scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
        first = self._note(luck_seed)
        if luck_seed in self.raises:
            raise ArithmeticError(f"seed {luck_seed} does not add up")
        if luck_seed in self.dies or (luck_seed in self.dies_once and first):
            os.kill(os.getpid(), signal.SIGKILL)
        while luck_seed in self.hangs:
            pass
        time.sleep(self.seconds)
        return quick(scenario, army_seed, luck_seed)

    def _note(self, seed: int) -> bool:
        """Leave a note of the run; tell whether it is the first of its seed."""
        if not self.notes:
            return True
        folder = Path(self.notes)
        first = not any(folder.glob(f"{seed}-*"))
        (folder / f"{seed}-{os.getpid()}-{time.monotonic_ns()}").touch()
        return first


def nothing(scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
    """Give no summary."""
    return {}
