"""What the columns of all frames share: names for codes, dates for days, the number of the run."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, get_args

import numpy as np
import pandas as pd

from sim.codes import FATES, RANKS, WAYS, Floats, Ints
from sim.mechanisms.event_kinds import Event
from sim.scenario import Scenario
from sim.world import World

LOYALTY_AXES = ("rank", "sect", "home")
OUTCOMES = ("hold", "rising", "pulse", "collapse")
EVENT_KINDS: tuple[str, ...] = tuple(
    get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Event)[0])
)
LOGGED = ("killed", "reported", "evaded", "left_faction")


def dtypes(scenario: Scenario) -> dict[str, pd.CategoricalDtype]:
    """Categorical types of a scenario's columns, by name of column; only ranks are ordered."""
    return {column: _dtype(names, column == "rank") for column, names in _names(scenario).items()}


@lru_cache(maxsize=256)
def _dtype(names: tuple[str, ...], ordered: bool) -> pd.CategoricalDtype:
    """Type of a column, kept: to make them anew for each column was a fifth of the writing out of a run."""
    return pd.CategoricalDtype(list(names), ordered=ordered)


def _names(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """What each categorical column may hold."""
    sects, places = tuple(scenario.sects), tuple(scenario.places)
    return {
        "rank": RANKS,
        "sect": sects,
        "home": places,
        "place": places,
        "place_at_end": places,
        "place_before": places,
        "branch": tuple(scenario.branches),
        "faction": tuple(scenario.factions),
        "formation": tuple(line.name for line in scenario.army.order_of_battle),
        "how": WAYS,
        "fate": FATES,
        "what": LOGGED,
        "kind": EVENT_KINDS,
        "axis": LOYALTY_AXES,
        "group_name": tuple(dict.fromkeys([*RANKS, *sects, *places])),
        "outcome": OUTCOMES,
    }


def named(world: World, column: str, codes: Ints) -> pd.Categorical:
    """Name the codes of a column."""
    dtype = _dtype(_names(world.scenario)[column], column == "rank")
    return pd.Categorical.from_codes(codes.astype(np.int64), dtype=dtype)


def dates_of(world: World, day: Ints) -> Any:
    """Date of each numbered day."""
    start = np.datetime64(world.scenario.start, "D")
    return (start + day.astype("timedelta64[D]")).astype("datetime64[ns]")


def frame_of(columns: dict[str, Any], rows: int) -> pd.DataFrame:
    """Put the number of the run in front."""
    return pd.DataFrame({"run": np.ones(rows, dtype=np.int64), **columns})


def share(part: Any, whole: Any) -> Floats:
    """Share of a whole, element by element; NaN where the whole is 0."""
    part, whole = np.broadcast_arrays(np.asarray(part, float), np.asarray(whole, float))
    shares: Floats = np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
    return shares
