"""How many men of each kind there were on day 0."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.by_army import ByArmy
from sim.codes import RANKS
from sim.results.columns import frame_of, named
from sim.world import World

_ROSTERS = ByArmy[pd.DataFrame]()


def roster_frame(world: World) -> pd.DataFrame:
    """Regulars and reservists of day 0 by rank, sect, home and formation."""
    return _ROSTERS.of(world.scenario, world.army, lambda: _roster(world)).copy()


def _roster(world: World) -> pd.DataFrame:
    soldiers, scenario = world.army.soldiers, world.scenario
    formation = world.army.units.formation[soldiers.unit]
    shape = (len(RANKS), world.sect_count, world.place_count, len(scenario.army.order_of_battle))
    kind = np.ravel_multi_index((soldiers.rank, soldiers.sect, soldiers.home, formation), shape)
    size = int(np.prod(shape))
    regulars = np.bincount(kind[: world.army.regulars], minlength=size)
    reservists = np.bincount(kind[world.army.regulars :], minlength=size)
    real = np.flatnonzero(regulars + reservists)
    rank, sect, home, line = np.unravel_index(real, shape)
    lines, branches = scenario.army.order_of_battle, list(scenario.branches)
    branch = np.array([branches.index(one.branch) for one in lines])
    place = np.array([list(scenario.places).index(one.place) for one in lines])
    columns = {
        "rank": named(world, "rank", rank),
        "sect": named(world, "sect", sect),
        "home": named(world, "home", home),
        "branch": named(world, "branch", branch[line]),
        "place": named(world, "place", place[line]),
        "formation": named(world, "formation", line),
        "regulars": regulars[real],
        "reservists": reservists[real],
    }
    return frame_of(columns, real.size)
