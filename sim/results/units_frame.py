"""Companies, with what became of their men."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.codes import Fate, Flags, Ints
from sim.results.columns import dates_of, frame_of, named, share
from sim.state import State
from sim.world import World


def units_frame(world: World, state: State, exits: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """Companies, with what became of their men; `share_gone` is that of the regulars of day 0.

    `place` and `deployed` say where they stood on day 0, `..._at_end` where at the end.
    """
    units, unit_count = world.army.units, world.unit_count
    caught, what = (exits["fate"] == Fate.CAUGHT.name.lower()).to_numpy(), log["what"]

    def count(who: pd.DataFrame, chosen: Flags) -> Ints:
        return np.bincount(who["unit"].to_numpy()[chosen], minlength=unit_count)

    regulars = world.strength.sum(axis=0).astype(np.int64)
    gone = count(exits, ~exits["reservist"].to_numpy())
    collapsed, abandoned = state.collapsed_on, state.abandoned_on
    columns = {
        "unit": np.arange(unit_count),
        "battalion": units.battalion.astype(np.int64),
        "brigade": units.brigade.astype(np.int64),
        "formation": named(world, "formation", units.formation),
        "branch": named(world, "branch", units.branch),
        "place": named(world, "place", units.place),
        "deployed": units.deployed,
        "place_at_end": named(world, "place_at_end", state.station // 2),
        "deployed_at_end": state.station % 2 == 1,
        "regulars": regulars,
        "escaped": count(exits, ~caught),
        "caught": count(exits, caught),
        "killed": count(log, (what == "killed").to_numpy()),
        "reported": count(log, (what == "reported").to_numpy()),
        "share_gone": share(gone, regulars),
        "collapse_date": pd.Series(dates_of(world, collapsed)).where(collapsed >= 0),
        "abandoned_date": pd.Series(dates_of(world, abandoned)).where(abandoned >= 0),
    }
    return frame_of(columns, unit_count)
