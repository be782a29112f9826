"""What happened and who moved, as frames; and where a company stood on a day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.codes import Ints
from sim.mechanisms.event_kinds import Triggered
from sim.record import Record
from sim.results.columns import EVENT_KINDS, dates_of, frame_of, named
from sim.world import World


def stations_on(world: World, record: Record, unit: Ints, day: Ints) -> Ints:
    """Station (place * 2 + deployed) of companies on a day of each, shape (n,)."""
    moves, station = record.moves.joined(), world.station[unit]
    order = np.argsort(moves["day"], kind="stable")
    for begin in np.unique(moves["day"]):
        now = np.full(world.unit_count, -1, dtype=np.int64)
        these = order[moves["day"][order] == begin]
        # Of several moves of a company that begin on one day the last holds.
        now[moves["unit"][these]] = moves["after"][these]
        goes = (day >= begin) & (now[unit] >= 0)
        station = np.where(goes, now[unit], station)
    return station


def moves_frame(world: World, record: Record) -> pd.DataFrame:
    """Companies that went elsewhere or changed posture, from the first day on which they stand there."""
    lines = record.moves.joined()
    unit, before, after = lines["unit"], lines["before"], lines["after"]
    columns = {
        "date": dates_of(world, lines["day"]),
        "day": lines["day"].astype(np.int64),
        "unit": unit.astype(np.int64),
        "formation": named(world, "formation", world.army.units.formation[unit]),
        "place_before": named(world, "place_before", before // 2),
        "deployed_before": before % 2 == 1,
        "place": named(world, "place", after // 2),
        "deployed": after % 2 == 1,
        "men": lines["men"].astype(np.int64),
    }
    return frame_of(columns, unit.size)


def events_frame(world: World, record: Record) -> pd.DataFrame:
    """Events that happened; `until` is the first day without what lasts, NaT if it lasts to the end."""
    by_name = {event.name: event for event in world.scenario.events}
    happened = [by_name[name] for _, name, _ in record.events]
    day = np.array([day for day, _, _ in record.events], dtype=np.int64)
    end = np.array([end for _, _, end in record.events], dtype=np.int64)
    ends = (end > day) & (end < world.scenario.days)
    kinds = np.array([EVENT_KINDS.index(event.kind) for event in happened], dtype=np.int64)
    triggered = [isinstance(event, Triggered) and event.trigger is not None for event in happened]
    columns = {
        "date": dates_of(world, day),
        "day": day,
        "name": pd.array([event.name for event in happened], dtype="str"),
        "kind": named(world, "kind", kinds),
        "triggered": np.array(triggered, dtype=bool),
        "until": pd.Series(dates_of(world, end)).where(ends),
    }
    return frame_of(columns, day.size)
