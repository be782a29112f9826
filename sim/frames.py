"""Record to frames: tidy tables with dates, names and units, one call a run.

`daily` a row a day, `units` a row a company, `exits` a row a man who left or was caught leaving, `log` a
row a man killed, reported or evading, `loyalty` a row a week and group, `roster` a row a kind of soldier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.codes import ESCAPED, FATES, RANKS, WAYS, Fate, Floats, How, Ints
from sim.mechanisms.events import EliteExit
from sim.record import DAILY_COLUMNS, LOYALTY_BINS, Record, loyalty_edges, loyalty_index
from sim.scenario import Scenario
from sim.state import State
from sim.world import World

FRAMES = ("summary", "daily", "units", "exits", "loyalty", "log", "roster")
LOYALTY_AXES = ("rank", "sect", "home")
OUTCOMES = ("hold", "rising", "pulse", "collapse")
LOGGED = ("killed", "reported", "evaded")

_MEASURES = {
    "belief",
    "surveillance_learned",
    "control_day",
    "control_night",
    "civilians_killed",
    "paid_probability",
    "owed_usd",
    "paid_usd",
    "arrears_usd",
}
"""Daily columns that are no counts of men."""


@dataclass(frozen=True)
class Frames:
    """The frames of one run, each with `run` = 1 in front; `summary` is made from them."""

    daily: pd.DataFrame
    units: pd.DataFrame
    exits: pd.DataFrame
    loyalty: pd.DataFrame
    log: pd.DataFrame
    roster: pd.DataFrame


def frames_of(world: World, state: State, record: Record) -> Frames:
    """Write a run out as frames.

    Parameters
    ----------
    world : World
    state : State
        At the end of the last day.
    record : Record

    Returns
    -------
    Frames
    """
    exits = _exits(world, record)
    log = _log(world, record)
    return Frames(
        daily=_daily(world, record),
        units=_units(world, state, exits, log),
        exits=exits,
        loyalty=_loyalty(world, record),
        log=log,
        roster=_roster(world),
    )


def dtypes(scenario: Scenario) -> dict[str, pd.CategoricalDtype]:
    """Categorical types of a scenario's columns, by name of column; only ranks are ordered."""
    sects, places = list(scenario.sects), list(scenario.places)
    names: dict[str, list[str]] = {
        "sect": sects,
        "home": places,
        "place": places,
        "branch": list(scenario.branches),
        "formation": [line.name for line in scenario.army.order_of_battle],
        "how": list(WAYS),
        "fate": list(FATES),
        "what": list(LOGGED),
        "axis": list(LOYALTY_AXES),
        "group_name": list(dict.fromkeys([*RANKS, *sects, *places])),
        "outcome": list(OUTCOMES),
    }
    kinds = {column: pd.CategoricalDtype(values) for column, values in names.items()}
    return {"rank": pd.CategoricalDtype(list(RANKS), ordered=True), **kinds}


def _named(world: World, column: str, codes: Ints) -> pd.Categorical:
    """Name the codes of a column."""
    return pd.Categorical.from_codes(codes.astype(np.int64), dtype=dtypes(world.scenario)[column])


def _dates(world: World, day: Ints) -> Any:
    """Date of each numbered day."""
    start = np.datetime64(world.scenario.start, "D")
    return (start + day.astype("timedelta64[D]")).astype("datetime64[ns]")


def _frame(columns: dict[str, Any], rows: int) -> pd.DataFrame:
    """Put the number of the run in front."""
    return pd.DataFrame({"run": np.ones(rows, dtype=np.int64), **columns})


def _daily(world: World, record: Record) -> pd.DataFrame:
    """Totals of each day."""
    table = np.array(record.daily, dtype=np.float64).reshape(-1, len(DAILY_COLUMNS))
    day = np.arange(len(table))
    columns: dict[str, Any] = {"date": _dates(world, day), "day": day}
    for name, values in zip(DAILY_COLUMNS, table.T, strict=True):
        columns[name] = values.copy() if name in _MEASURES else np.rint(values).astype(np.int64)
    return _frame(columns, day.size)


def _people(world: World, row: Ints) -> dict[str, Any]:
    """Who some soldiers are."""
    soldiers, units = world.army.soldiers, world.army.units
    unit = soldiers.unit[row]
    return {
        "person": soldiers.identity[row].astype(np.int64),
        "rank": _named(world, "rank", soldiers.rank[row]),
        "sect": _named(world, "sect", soldiers.sect[row]),
        "home": _named(world, "home", soldiers.home[row]),
        "reservist": soldiers.reservist[row],
        "branch": _named(world, "branch", units.branch[unit]),
        "place": _named(world, "place", units.place[unit]),
        "formation": _named(world, "formation", units.formation[unit]),
        "unit": unit.astype(np.int64),
    }


def _exits(world: World, record: Record) -> pd.DataFrame:
    """Men who left or were caught leaving, group after group."""
    lines = record.departures.joined()
    day, row, leader = lines["day"], lines["row"], lines["leader"]
    _, group, size = np.unique(
        day * np.int64(world.army.size) + leader, return_inverse=True, return_counts=True
    )
    leads = row == leader
    frame = _frame(
        {
            "date": _dates(world, day),
            "day": day.astype(np.int64),
            **_people(world, row),
            "how": _named(world, "how", lines["how"]),
            "fate": _named(world, "fate", lines["fate"]),
            "group": group.astype(np.int64) + 1,
            "group_size": size[group].astype(np.int64),
            "leader": leads,
            "aware": lines["aware"].astype(bool),
            "family": _family(world, lines),
        },
        row.size,
    )
    order = np.lexsort((row, ~leads, group))
    return frame.iloc[order].reset_index(drop=True)


def _family(world: World, lines: dict[str, Ints]) -> Floats:
    """People whom each man who got away takes along: none if they are out already, or stay."""
    row, soldiers = lines["row"], world.army.soldiers
    size = np.array(world.scenario.family.size.values_in_order())[soldiers.rank[row]]
    comes = np.isin(lines["fate"], ESCAPED) & ~soldiers.family_outside[row]
    alone = [
        world.army.persons[event.person]
        for event in world.scenario.events
        if isinstance(event, EliteExit) and not event.accompanied
    ]
    comes &= ~((lines["how"] == How.DATED) & np.isin(row, alone))
    return np.where(comes, size, 0.0)


def _log(world: World, record: Record) -> pd.DataFrame:
    """Men killed, reservists who reported and those who did not, by day."""
    logs = [one.joined() for one in (record.deaths, record.arrivals, record.evaders)]
    day = np.concatenate([lines["day"] for lines in logs])
    row = np.concatenate([lines["row"] for lines in logs])
    what = np.repeat(np.arange(len(LOGGED)), [lines["row"].size for lines in logs])
    columns = {
        "date": _dates(world, day),
        "day": day.astype(np.int64),
        "what": _named(world, "what", what),
        **_people(world, row),
    }
    order = np.lexsort((row, what, day))
    return _frame(columns, row.size).iloc[order].reset_index(drop=True)


def _units(world: World, state: State, exits: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """Companies, with what became of their men; `share_gone` is that of the regulars of day 0."""
    units, unit_count = world.army.units, world.unit_count
    fate, what = exits["fate"], log["what"]

    def count(who: pd.Series) -> Ints:
        return np.bincount(who.to_numpy(), minlength=unit_count)

    regulars = world.strength.sum(axis=1).astype(np.int64)
    gone = count(exits.loc[~exits["reservist"], "unit"])
    collapsed = state.collapsed_on
    columns = {
        "unit": np.arange(unit_count),
        "battalion": units.battalion.astype(np.int64),
        "brigade": units.brigade.astype(np.int64),
        "formation": _named(world, "formation", units.formation),
        "branch": _named(world, "branch", units.branch),
        "place": _named(world, "place", units.place),
        "deployed": units.deployed,
        "regulars": regulars,
        "escaped": count(exits.loc[fate != Fate.CAUGHT.name.lower(), "unit"]),
        "caught": count(exits.loc[fate == Fate.CAUGHT.name.lower(), "unit"]),
        "killed": count(log.loc[what == "killed", "unit"]),
        "reported": count(log.loc[what == "reported", "unit"]),
        "share_gone": share(gone, regulars),
        "collapse_date": pd.Series(_dates(world, collapsed)).where(collapsed >= 0),
    }
    return _frame(columns, unit_count)


def share(part: Any, whole: Any) -> Floats:
    """Share of a whole, element by element; NaN where the whole is 0."""
    part, whole = np.broadcast_arrays(np.asarray(part, float), np.asarray(whole, float))
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)


def _roster(world: World) -> pd.DataFrame:
    """Regulars and reservists of day 0 by rank, sect, home and formation."""
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
        "rank": _named(world, "rank", rank),
        "sect": _named(world, "sect", sect),
        "home": _named(world, "home", home),
        "branch": _named(world, "branch", branch[line]),
        "place": _named(world, "place", place[line]),
        "formation": _named(world, "formation", line),
        "regulars": regulars[real],
        "reservists": reservists[real],
    }
    return _frame(columns, real.size)


def _loyalty(world: World, record: Record) -> pd.DataFrame:
    """Mean and quantiles of the loyalty index of serving men, each week, by each axis in turn."""
    shape = (*world.profile_shape[:3], LOYALTY_BINS)
    counts = np.stack([counts for _, counts in record.loyalty]).reshape(-1, *shape)
    day = np.array([day for day, _ in record.loyalty])
    parts = []
    for number, axis in enumerate(LOYALTY_AXES):
        others = tuple(each + 1 for each in range(len(LOYALTY_AXES)) if each != number)
        parts.append(_loyalty_by(world, axis, day, counts.sum(axis=others)))
    return pd.concat(parts, ignore_index=True)


def _loyalty_by(world: World, axis: str, day: Ints, counts: Ints) -> pd.DataFrame:
    """Loyalty by the groups of one axis; `counts` is (weeks, groups, bins)."""
    kinds, rules = dtypes(world.scenario), world.scenario.loyalty_index
    weeks, group_count, bins = counts.shape
    names = np.tile(np.asarray(kinds[axis].categories), weeks)
    flat = counts.reshape(-1, bins)
    men = flat.sum(axis=1)
    edges = loyalty_edges(rules)
    index = loyalty_index((edges[:-1] + edges[1:]) / 2.0, rules.middle, rules.width)
    columns = {
        "date": _dates(world, np.repeat(day, group_count)),
        "axis": pd.Categorical([axis] * names.size, dtype=kinds["axis"]),
        "group": pd.Categorical(names, dtype=kinds["group_name"]),
        "men": men,
        "mean_index": share(flat @ index, men),
    }
    for percent in (10, 50, 90):
        loyalty = _quantile(flat, edges, percent / 100.0)
        columns[f"p{percent}"] = loyalty_index(loyalty, rules.middle, rules.width)
    return _frame(columns, names.size)


def _quantile(counts: Ints, edges: Floats, level: float) -> Floats:
    """Quantile of each row of a histogram, its men spread evenly within a bin; NaN where it is empty."""
    men = counts.sum(axis=1)
    cumulative = np.cumsum(counts, axis=1)
    wanted = level * men
    at = np.argmax(cumulative >= np.maximum(wanted, 1e-12)[:, np.newaxis], axis=1)
    row = np.arange(men.size)
    within = share(wanted - (cumulative - counts)[row, at], counts[row, at])
    return edges[at] + within * (edges[at + 1] - edges[at])
