"""A driver killed at twenty random moments, again and again on one store, loses and doubles nothing."""

from pathlib import Path

import numpy as np

from experiments.ensembles.ensemble import ensemble
from experiments.ensembles.store import Store
from tests.ensemble_models import Slips
from tests.interrupted import RUNS, bytes_of, complete, killed_after, wanted

MOMENTS = 20
MOST_RUNS = 8
LONGEST_SECONDS = 0.2
"""Four times what a run takes."""


def test_a_driver_killed_at_twenty_moments_loses_and_doubles_nothing(tmp_path: Path) -> None:
    undisturbed = bytes_of(ensemble(wanted(), tmp_path / "whole", engine="serial", model=Slips()))
    luck, stored = np.random.default_rng(5), list[int]()
    for number in range(MOMENTS):
        # A new store whenever the last one is almost complete: each kill meets runs under way.
        store = tmp_path / f"store-{len([each for each in stored if each > RUNS - 6])}"
        killed_after(int(luck.integers(MOST_RUNS)), float(luck.uniform(0.0, LONGEST_SECONDS)), store, 2)
        stored.append(runs_in(store))
        if number == MOMENTS - 1 or stored[-1] > RUNS - 6:
            complete(store, undisturbed)
    print(f"runs in the store after each kill: {stored}")
    assert max(stored) > 0, "some kill met a driver that had stored runs"


def runs_in(store: Path) -> int:
    """Runs that a store holds after a kill."""
    return len(Store(store).runs())
