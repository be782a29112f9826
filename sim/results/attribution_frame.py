"""Expected exits by day, mechanism, rank and sect, from the looks of an attribution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.attribution import Parts
from sim.codes import RANKS
from sim.results.columns import dates_of, frame_of, named
from sim.world import World


def attribution_frame(world: World, looks: Sequence[tuple[int, Parts]]) -> pd.DataFrame:
    """Write the parts of each look below one another.

    Parameters
    ----------
    world : World
    looks : sequence of (int, Parts)
        Day and parts; the same names on every day.

    Returns
    -------
    DataFrame
        run, date, day, mechanism, rank, sect, expected_exits (men a day; negative for a brake).
    """
    names = list(looks[0][1]) if looks else []
    shape = (len(looks), len(names), len(RANKS), world.sect_count)
    parts = np.array([[day_parts[name] for name in names] for _, day_parts in looks], dtype=np.float64)
    look, name, rank, sect = (index.ravel() for index in np.indices(shape))
    day = np.array([day for day, _ in looks], dtype=np.int64)[look]
    columns = {
        "date": dates_of(world, day),
        "day": day,
        "mechanism": pd.array(np.array(names, dtype=object)[name], dtype="str"),
        "rank": named(world, "rank", rank),
        "sect": named(world, "sect", sect),
        "expected_exits": parts.ravel(),
    }
    return frame_of(columns, day.size)
