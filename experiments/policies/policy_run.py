"""Policy run: the model of a comparison that is stored, which keeps who left of each run, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.ensembles.simulation import Simulation
from experiments.policies.only_because import AXES, escaped

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

LEAVERS = "leavers"
"""Name of the frame of those who left: person, day, fate, rank, sect, home."""
_COLUMNS = ["person", "day", "fate", *AXES]


@dataclass(frozen=True)
class PolicyRun:
    """A run of `sim` of which the summary is kept, and those who left.

    Two runs can be compared man by man only when both are there, and runs are made one by one, on whatever
    machine: so each leaves behind what a comparison needs, about half a megabyte for the founding army.
    """

    def prepare(self) -> None:
        """Load the libraries that a run needs."""
        Simulation(keep=()).prepare()

    def __call__(self, scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
        """Run once."""
        frames = dict(Simulation(keep=("exits",))(scenario, army_seed, luck_seed))
        left = escaped(frames.pop("exits"))
        return {**frames, LEAVERS: left[_COLUMNS]}
