"""Men who left or were caught leaving, by name."""

from __future__ import annotations

import pandas as pd

from sim.record import Record
from sim.results.columns import dates_of, frame_of, named
from sim.results.departures import Departures
from sim.results.people import people
from sim.world import World


def exits_frame(world: World, record: Record, departures: Departures) -> pd.DataFrame:
    """Write the departures of a run out, group after group."""
    return frame_of(
        {
            "date": dates_of(world, departures.day),
            "day": departures.day,
            **people(world, record, departures.row, departures.day),
            "how": named(world, "how", departures.how),
            "fate": named(world, "fate", departures.fate),
            "faction": named(world, "faction", departures.faction),
            "group": departures.group,
            "group_size": departures.group_size,
            "leader": departures.row == departures.leader,
            "aware": departures.aware,
            "family": departures.family,
        },
        departures.row.size,
    )
