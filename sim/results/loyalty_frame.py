"""Loyalty by group and week, from the histograms of the record."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.codes import Floats, Ints
from sim.loyalty import LOYALTY_BINS, loyalty_edges, loyalty_index
from sim.record import Record
from sim.results.columns import LOYALTY_AXES, dates_of, dtypes, frame_of, share
from sim.world import World


def loyalty_frame(world: World, record: Record) -> pd.DataFrame:
    """Mean and quantiles of the loyalty index of serving men, each week, by each axis in turn."""
    shape = (*world.profile_shape[:3], LOYALTY_BINS)
    counts = np.stack([counts for _, counts in record.loyalty]).reshape(-1, *shape)
    day = np.array([day for day, _ in record.loyalty])
    parts = []
    for number, axis in enumerate(LOYALTY_AXES):
        others = tuple(each + 1 for each in range(len(LOYALTY_AXES)) if each != number)
        parts.append(_loyalty_by(world, axis, day, counts.sum(axis=others, dtype=counts.dtype)))
    return pd.concat(parts, ignore_index=True)


def _loyalty_by(world: World, axis: str, day: Ints, counts: Ints) -> pd.DataFrame:
    """Loyalty by the groups of one axis; `counts` is (weeks, groups, bins)."""
    kinds, rules = dtypes(world.scenario), world.scenario.loyalty_index
    weeks, group_count, bins = counts.shape
    names = np.tile(np.asarray(kinds[axis].categories), weeks)
    flat = counts.reshape(-1, bins)
    men = flat.sum(axis=1, dtype=np.int64)
    edges = loyalty_edges(rules)
    index = loyalty_index((edges[:-1] + edges[1:]) / 2.0, rules.middle, rules.width)
    columns = {
        "date": dates_of(world, np.repeat(day, group_count)),
        "axis": pd.Categorical([axis] * names.size, dtype=kinds["axis"]),
        "group": pd.Categorical(names, dtype=kinds["group_name"]),
        "men": men,
        "mean_index": share(flat @ index, men),
    }
    so_far = np.cumsum(flat, axis=1)
    for percent in (10, 50, 90):
        loyalty = _quantile(flat, so_far, edges, percent / 100.0)
        columns[f"p{percent}"] = loyalty_index(loyalty, rules.middle, rules.width)
    return frame_of(columns, names.size)


def _quantile(counts: Ints, so_far: Ints, edges: Floats, level: float) -> Floats:
    """Quantile of each row of a histogram, even within its bins; NaN where it is empty.

    `so_far` is the running sum of each row.
    """
    wanted = level * so_far[:, -1]
    at = np.argmax(so_far >= np.maximum(wanted, 1e-12)[:, np.newaxis], axis=1)
    row = np.arange(len(counts))
    here = counts[row, at]
    within = share(wanted - (so_far[row, at] - here), here)
    quantile: Floats = edges[at] + within * (edges[at + 1] - edges[at])
    return quantile
