"""Members of each faction by day, from the log of those who joined."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.codes import OFFICERS, Fate, Flags, Ints
from sim.record import Record
from sim.results.columns import dates_of, frame_of, named
from sim.world import World


def factions_frame(world: World, record: Record) -> pd.DataFrame:
    """Write the factions out day by day.

    Parameters
    ----------
    world : World
    record : Record

    Returns
    -------
    DataFrame
        run, date, day, faction; men who joined on the day, members at its end, officers among them (from
        junior officer upward).
    """
    shape = (len(record.daily), len(world.scenario.factions))
    departures = record.departures.joined()
    officer = np.isin(world.army.soldiers.rank[departures["row"]], OFFICERS)
    has_joined = departures["fate"] == Fate.JOINED
    joined = _by_day(departures, has_joined, shape)
    day, faction = (index.ravel() for index in np.indices(shape))
    columns = {
        "date": dates_of(world, day),
        "day": day.astype(np.int64),
        "faction": named(world, "faction", faction),
        "joined": joined.ravel(),
        "members": joined.cumsum(axis=0).ravel(),
        "officers": _by_day(departures, has_joined & officer, shape).cumsum(axis=0).ravel(),
    }
    return frame_of(columns, day.size)


def _by_day(lines: dict[str, Ints], chosen: Flags, shape: tuple[int, int]) -> Ints:
    """Count some lines of a log by day and faction, shape (T, F)."""
    cell = lines["day"][chosen] * shape[1] + lines["faction"][chosen]
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
