"""The country and the army day by day: totals, with the names and types of their columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.record import DAILY_COLUMNS, Record
from sim.results.columns import dates_of, frame_of
from sim.world import World

_MEASURES = {
    "belief",
    "surveillance_learned",
    "control_day",
    "control_night",
    "civilians_killed",
    "destruction",
    "fighters",
    "militia",
    "unity",
    "morale",
    "knowledge",
    "paid_probability",
    "owed_usd",
    "paid_usd",
    "arrears_usd",
}
"""Daily columns that are no whole counts of men."""


def totals_of(row: Sequence[float]) -> dict[str, float]:
    """Name the totals of one day, as they stand in `daily`: counts of men as whole numbers.

    Parameters
    ----------
    row : sequence of float
        In the order of `DAILY_COLUMNS`.

    Returns
    -------
    dict
    """
    named = zip(DAILY_COLUMNS, row, strict=True)
    return {name: float(value) if name in _MEASURES else round(value) for name, value in named}


def daily_frame(world: World, record: Record) -> pd.DataFrame:
    """Totals of each day."""
    table = np.array(record.daily, dtype=np.float64).reshape(-1, len(DAILY_COLUMNS))
    day = np.arange(len(table))
    columns: dict[str, Any] = {"date": dates_of(world, day), "day": day}
    for name, values in zip(DAILY_COLUMNS, table.T, strict=True):
        columns[name] = values.copy() if name in _MEASURES else np.rint(values).astype(np.int64)
    return frame_of(columns, day.size)
