"""What the cases of theory take from a run: how many left on each day."""

from __future__ import annotations

import numpy as np

from sim.army import Army
from sim.codes import Floats, Ints
from sim.engine import days
from sim.scenario import Scenario
from sim.setting import world_of
from sim.synthesis import build


def exits_by_day(scenario: Scenario, seed: int = 1, *, army: Army | None = None) -> Ints:
    """Run a scenario to its end and count who left.

    Parameters
    ----------
    scenario : Scenario
    seed : int
        Seed of luck, and of the army where none is given.
    army : Army, optional
        Built before, from a scenario that differs only in rates.

    Returns
    -------
    (T,) array of int
        Men who escaped on each day.
    """
    world = world_of(scenario, army or build(scenario, seed), seed)
    return np.array([state.escaped.size for state in days(world)])


def course_to_rest(scenario: Scenario, seed: int = 1, *, army: Army | None = None) -> Ints:
    """Run a scenario under the threshold law until a day on which nobody leaves.

    From then on nobody does if no other mechanism acts, since thresholds are fixed and so is who is gone.

    Parameters
    ----------
    scenario, seed, army
        As in `exits_by_day`.

    Returns
    -------
    (t,) array of int
        Men gone by the end of each day up to the last on which someone left; empty if nobody did.

    Raises
    ------
    ValueError
        If the scenario ends before the army is at rest.
    """
    world, gone = world_of(scenario, army or build(scenario, seed), seed), [0]
    for state in days(world):
        if not state.escaped.size:
            return np.array(gone[1:], dtype=np.int64)
        gone.append(gone[-1] + state.escaped.size)
    raise ValueError(f"{scenario.name}: the army is not at rest after {scenario.days} days")


def share_at_rest(scenario: Scenario, seed: int = 1, *, army: Army | None = None) -> float:
    """Share of the regulars gone when nobody leaves any more; arguments as in `course_to_rest`."""
    gone = course_to_rest(scenario, seed, army=army)
    return float(gone[-1]) / scenario.army.regulars_built if gone.size else 0.0


def share_serving(scenario: Scenario, seeds: range) -> tuple[Floats, int]:
    """Share of all men still serving at the end of each day, (T,), over several seeds; and how many men."""
    left = np.sum([exits_by_day(scenario, seed) for seed in seeds], axis=0)
    men = scenario.army.regulars_built * len(seeds)
    return 1.0 - np.cumsum(left) / men, men
