"""What the columns of all frames share: names for codes, dates for days, the number of the run."""

from __future__ import annotations

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
    return {column: _dtype(column, names) for column, names in _names(scenario).items()}


def _dtype(column: str, names: list[str]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(names, ordered=column == "rank")


def _names(scenario: Scenario) -> dict[str, list[str]]:
    """What each categorical column may hold."""
    sects, places = list(scenario.sects), list(scenario.places)
    return {
        "rank": list(RANKS),
        "sect": sects,
        "home": places,
        "place": places,
        "place_at_end": places,
        "place_before": places,
        "branch": list(scenario.branches),
        "faction": list(scenario.factions),
        "formation": [line.name for line in scenario.army.order_of_battle],
        "how": list(WAYS),
        "fate": list(FATES),
        "what": list(LOGGED),
        "kind": list(EVENT_KINDS),
        "axis": list(LOYALTY_AXES),
        "group_name": list(dict.fromkeys([*RANKS, *sects, *places])),
        "outcome": list(OUTCOMES),
    }


def named(world: World, column: str, codes: Ints) -> pd.Categorical:
    """Name the codes of a column."""
    # One type alone: to make all of them for each column took a third of the time of writing a run out.
    dtype = _dtype(column, _names(world.scenario)[column])
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
