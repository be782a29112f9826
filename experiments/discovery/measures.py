"""What a box is worth: coverage, density and mass, and on fresh runs their intervals.

coverage = runs of interest in the box / all runs of interest
density  = runs of interest in the box / runs in the box
mass     = runs in the box / all runs
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.discovery.box import Box
from experiments.discovery.factors import FactorTable
from experiments.intervals import wilson
from sim.codes import Flags

FRESH = (
    "luck, army and the choice of points within the ranges, of runs that the box was not found on; not "
    "factors that were held, other ranges, or the model's rules"
)
"""What the intervals of a box on fresh runs cover."""


def measures(inside: Flags, interest: Flags, restricted: int) -> dict[str, Any]:
    """Measure a box by which runs are inside and which are of interest; some must be each."""
    runs, hits = int(inside.sum()), int((inside & interest).sum())
    return {
        "coverage": hits / int(interest.sum()),
        "density": hits / runs,
        "mass": runs / inside.size,
        "restricted": restricted,
        "runs": runs,
        "of_interest": hits,
    }


def fresh_measures(
    box: Box, experiments: pd.DataFrame, interest: Flags, among: Flags | None = None
) -> pd.DataFrame:
    """Measure a box on runs that it was not found on.

    On its own runs a box looks better than it is, since it was chosen for that.

    Parameters
    ----------
    box : Box
    experiments : DataFrame
        With the factors that the box restricts.
    interest : (runs,) array of bool
    among : (runs,) array of bool, optional
        Runs that may be inside: those in no box before. All where none are named.

    Returns
    -------
    DataFrame
        A row a measure: measure, hits, of, share, low, high (Wilson, 95 %), covers. NaN where there is
        nothing to divide by.
    """
    inside = box.holds(FactorTable.of(experiments, box.restricted))
    if among is not None:
        inside &= among
    runs, hits = int(inside.sum()), int((inside & interest).sum())
    parts = (
        ("coverage", hits, int(interest.sum())),
        ("density", hits, runs),
        ("mass", runs, len(experiments)),
    )
    rows = []
    for name, part, whole in parts:
        share = wilson(part, whole)
        rows.append((name, part, whole, share.middle, share.low, share.high, FRESH))
    return pd.DataFrame(rows, columns=["measure", "hits", "of", "share", "low", "high", "covers"])


def fresh_of_boxes(boxes: Sequence[Box], experiments: pd.DataFrame, interest: Flags) -> list[pd.DataFrame]:
    """Measure boxes that were found one after another, each among the runs in none before."""
    rest, found = np.ones(len(experiments), dtype=bool), []
    for box in boxes:
        found.append(fresh_measures(box, experiments, interest, rest))
        rest = rest & ~box.holds(FactorTable.of(experiments, box.restricted))
    return found
