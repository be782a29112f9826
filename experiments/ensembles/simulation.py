"""Simulation: the model of an ensemble unless another is given; it keeps the army that it built last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from experiments.armies import Armies

if TYPE_CHECKING:
    import pandas as pd

    from sim.mechanisms.order import Mechanism
    from sim.scenario import Scenario

SUMMARY = "summary"
"""Name of the frame that every run must give: one row of outcomes."""


class Model(Protocol):
    """What is run: frames by name from a scenario and its seeds.

    It must be a function or an object of a module that workers can import, and depend on nothing else.
    The frame `summary` has one row; the others any number.
    """

    def __call__(self, scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
        """Run once."""


_ARMIES = Armies()
"""The army that this process built last."""


@dataclass(frozen=True)
class Simulation:
    """A run of `sim`.

    Parameters
    ----------
    keep : sequence of str
        Frames of a result that are kept beside its summary.
    mechanisms : sequence of Mechanism
        Mechanisms of your own, made of functions of a module that workers can import.
    """

    keep: Sequence[str] = ("daily",)
    mechanisms: Sequence[Mechanism] = ()

    def __post_init__(self) -> None:
        from sim.results.frames import FRAMES

        unknown = [name for name in self.keep if name not in FRAMES]
        if unknown:
            raise ValueError(f"no frame is called '{unknown[0]}': choose from {', '.join(FRAMES)}")

    def prepare(self) -> None:
        """Load the libraries that a run needs."""
        for module in ("sim.engine", "sim.results.frames", "sim.synthesis"):
            import_module(module)

    def __call__(self, scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
        """Run once, on the army at hand if it is the same."""
        from sim.engine import simulate

        army = _ARMIES.of(scenario, army_seed)
        made = simulate(scenario, luck_seed, army, mechanisms=tuple(self.mechanisms))
        named = ["scenario", "overlays", "army_seed", "luck_seed"]  # the plan says so already
        frames = {SUMMARY: made.summary.drop(columns=["run", *named])}
        return frames | {name: made.frame(name).drop(columns="run") for name in self.keep if name != SUMMARY}
