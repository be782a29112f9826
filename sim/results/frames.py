"""Record to frames: tidy tables with dates, names and units, one call a run.

`daily` a row a day, `units` a row a company, `exits` a row a man who left or was caught leaving,
`log` a row a man killed, reported or evading, `factions` a row a day and faction, `loyalty` a row a
week and group, `roster` a row for each kind of soldier, `moves` a row a company that went elsewhere or
changed posture, `events` a row an event that happened; if asked for, `attribution` a row a day,
mechanism, rank and sect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.attribution import Attribution
from sim.codes import ESCAPED, RANKS, Fate, Floats, How, Ints
from sim.mechanisms.event_kinds import EliteExit
from sim.record import DAILY_COLUMNS, Record
from sim.results.attribution_frame import attribution_frame
from sim.results.columns import LOGGED, dates_of, frame_of, named, share
from sim.results.event_frames import events_frame, moves_frame, stations_on
from sim.results.factions_frame import factions_frame
from sim.results.loyalty_frame import loyalty_frame
from sim.state import State
from sim.world import World

FRAMES = (
    "summary",
    "daily",
    "units",
    "exits",
    "factions",
    "loyalty",
    "log",
    "roster",
    "moves",
    "events",
)

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


@dataclass(frozen=True)
class Frames:
    """The frames of one run, each with `run` = 1 in front; `summary` is made from them."""

    daily: pd.DataFrame
    units: pd.DataFrame
    exits: pd.DataFrame
    factions: pd.DataFrame
    loyalty: pd.DataFrame
    log: pd.DataFrame
    roster: pd.DataFrame
    moves: pd.DataFrame
    events: pd.DataFrame
    attribution: pd.DataFrame | None = None


def frames_of(world: World, state: State, record: Record, attribution: Attribution | None = None) -> Frames:
    """Write a run out as frames.

    Parameters
    ----------
    world : World
    state : State
        At the end of the last day.
    record : Record
    attribution : Attribution, optional

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
        factions=factions_frame(world, record),
        loyalty=loyalty_frame(world, record),
        log=log,
        roster=_roster(world),
        moves=moves_frame(world, record),
        events=events_frame(world, record),
        attribution=None if attribution is None else attribution_frame(world, attribution.looks),
    )


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


def _daily(world: World, record: Record) -> pd.DataFrame:
    """Totals of each day."""
    table = np.array(record.daily, dtype=np.float64).reshape(-1, len(DAILY_COLUMNS))
    day = np.arange(len(table))
    columns: dict[str, Any] = {"date": dates_of(world, day), "day": day}
    for name, values in zip(DAILY_COLUMNS, table.T, strict=True):
        columns[name] = values.copy() if name in _MEASURES else np.rint(values).astype(np.int64)
    return frame_of(columns, day.size)


def _people(world: World, record: Record, row: Ints, day: Ints) -> dict[str, Any]:
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


def _exits(world: World, record: Record) -> pd.DataFrame:
    """Men who left or were caught leaving, group after group."""
    lines = record.departures.joined()
    together = lines["day"] * np.int64(world.army.size) + lines["leader"]
    _, group, size = np.unique(together, return_inverse=True, return_counts=True)
    # What is known of each is put in order first: there are three times as many columns afterwards.
    order = np.lexsort((lines["row"], lines["row"] != lines["leader"], group))
    lines, group = {name: values[order] for name, values in lines.items()}, group[order]
    day, row = lines["day"], lines["row"]
    return frame_of(
        {
            "date": dates_of(world, day),
            "day": day.astype(np.int64),
            **_people(world, record, row, day),
            "how": named(world, "how", lines["how"]),
            "fate": named(world, "fate", lines["fate"]),
            "faction": named(world, "faction", lines["faction"]),
            "group": group.astype(np.int64) + 1,
            "group_size": size[group].astype(np.int64),
            "leader": row == lines["leader"],
            "aware": lines["aware"].astype(bool),
            "family": _family(world, lines),
        },
        row.size,
    )


def _family(world: World, lines: dict[str, Ints]) -> Floats:
    """People whom each man who got away takes along: none if they are out already, or stay."""
    row, soldiers = lines["row"], world.army.soldiers
    size = world.scenario.family.size.in_order()[soldiers.rank[row]]
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
    logs = [one.joined() for one in (record.deaths, record.arrivals, record.evaders, record.members_left)]
    day = np.concatenate([lines["day"] for lines in logs])
    row = np.concatenate([lines["row"] for lines in logs])
    what = np.repeat(np.arange(len(LOGGED)), [lines["row"].size for lines in logs])
    order = np.lexsort((row, what, day))
    day, row, what = day[order], row[order], what[order]
    columns = {
        "date": dates_of(world, day),
        "day": day.astype(np.int64),
        "what": named(world, "what", what),
        **_people(world, record, row, day),
    }
    return frame_of(columns, row.size)


def _units(world: World, state: State, exits: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """Companies, with what became of their men; `share_gone` is that of the regulars of day 0.

    `place` and `deployed` say where they stood on day 0, `..._at_end` where at the end.
    """
    units, unit_count = world.army.units, world.unit_count
    fate, what = exits["fate"], log["what"]

    def count(who: pd.Series) -> Ints:
        return np.bincount(who.to_numpy(), minlength=unit_count)

    regulars = world.strength.sum(axis=0).astype(np.int64)
    gone = count(exits.loc[~exits["reservist"], "unit"])
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
        "escaped": count(exits.loc[fate != Fate.CAUGHT.name.lower(), "unit"]),
        "caught": count(exits.loc[fate == Fate.CAUGHT.name.lower(), "unit"]),
        "killed": count(log.loc[what == "killed", "unit"]),
        "reported": count(log.loc[what == "reported", "unit"]),
        "share_gone": share(gone, regulars),
        "collapse_date": pd.Series(dates_of(world, collapsed)).where(collapsed >= 0),
        "abandoned_date": pd.Series(dates_of(world, abandoned)).where(abandoned >= 0),
    }
    return frame_of(columns, unit_count)


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
