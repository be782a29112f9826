"""Men whom something else befell: killed, reported from the reserve or not, left their faction."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.record import Record
from sim.results.columns import LOGGED, dates_of, frame_of, named
from sim.results.people import people
from sim.world import World


def log_frame(world: World, record: Record) -> pd.DataFrame:
    """Men killed, reservists who reported and those who did not, by day."""
    logs = [one.joined() for one in (record.deaths, record.arrivals, record.evaders, record.members_left)]
    day = np.concatenate([lines["day"] for lines in logs])
    row = np.concatenate([lines["row"] for lines in logs])
    what = np.repeat(np.arange(len(LOGGED)), [lines["row"].size for lines in logs])
    # One key for day, event and man; each log is in order already, which a stable sort is quick with.
    order = np.argsort((day * len(LOGGED) + what) * world.army.size + row, kind="stable")
    day, row, what = day[order], row[order], what[order]
    columns = {
        "date": dates_of(world, day),
        "day": day.astype(np.int64),
        "what": named(world, "what", what),
        **people(world, record, row, day),
    }
    return frame_of(columns, row.size)
