"""Who some soldiers are, by name: columns that frames of men share."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.codes import Ints
from sim.record import Record
from sim.results.columns import named
from sim.results.event_frames import stations_on
from sim.world import World


def people(world: World, record: Record, row: Ints, day: Ints) -> dict[str, Any]:
    """Who some soldiers are, and where their companies stand on a day of each."""
    soldiers, units = world.army.soldiers, world.army.units
    unit = soldiers.unit[row]
    return {
        "person": soldiers.identity[row].astype(np.int64),
        "rank": named(world, "rank", soldiers.rank[row]),
        "sect": named(world, "sect", soldiers.sect[row]),
        "home": named(world, "home", soldiers.home[row]),
        "reservist": soldiers.reservist[row],
        "branch": named(world, "branch", units.branch[unit]),
        "place": named(world, "place", stations_on(world, record, unit, day) // 2),
        "formation": named(world, "formation", units.formation[unit]),
        "unit": unit.astype(np.int64),
    }
