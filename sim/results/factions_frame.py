"""The factions by day: members, from the log of those who joined and of those who left, and accounts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.codes import OFFICERS, Fate, Floats, Ints
from sim.mechanisms.funds import MONTHS_OWED, OWED, PAID
from sim.record import Record
from sim.results.columns import dates_of, frame_of, named
from sim.world import World


def factions_frame(world: World, record: Record) -> pd.DataFrame:
    """Write the factions out day by day.

    Parameters
    ----------
    world : World
    record : Record

    Returns
    -------
    DataFrame
        run, date, day, faction; men who joined it and who left it on the day; at its end members, officers
        among them (from junior officer upward), what it owed and paid of its own money (US dollars), and the
        months owed to members, a salary plan included.
    """
    shape = (len(record.daily), len(world.scenario.factions))
    joined = _joined(record)
    left = _left(world, record, joined)
    came, went = _by_day(joined, shape), _by_day(left, shape)
    officers = _by_day(_officers(world, joined), shape) - _by_day(_officers(world, left), shape)
    day, faction = (index.ravel() for index in np.indices(shape))
    accounts: Floats = np.array(record.accounts).reshape(shape[0], 3, shape[1])
    columns = {
        "date": dates_of(world, day),
        "day": day.astype(np.int64),
        "faction": named(world, "faction", faction),
        "joined": came.ravel(),
        "left": went.ravel(),
        "members": (came - went).cumsum(axis=0).ravel(),
        "officers": officers.cumsum(axis=0).ravel(),
        "owed_usd": accounts[:, OWED].ravel(),
        "paid_usd": accounts[:, PAID].ravel(),
        "months_owed": accounts[:, MONTHS_OWED].ravel(),
    }
    return frame_of(columns, day.size)


def _joined(record: Record) -> Ints:
    """Day, row and faction of each who joined one, shape (3, n)."""
    lines = record.departures.joined()
    has_joined = lines["fate"] == Fate.JOINED
    return np.array([lines[name][has_joined] for name in ("day", "row", "faction")])


def _left(world: World, record: Record, joined: Ints) -> Ints:
    """Day, row and faction of each who left the one that he had joined, shape (3, n)."""
    faction = np.full(world.army.size, -1)
    faction[joined[1]] = joined[2]
    lines = record.members_left.joined()
    return np.array([lines["day"], lines["row"], faction[lines["row"]]])


def _officers(world: World, lines: Ints) -> Ints:
    """Lines of officers."""
    return lines[:, np.isin(world.army.soldiers.rank[lines[1]], OFFICERS)]


def _by_day(lines: Ints, shape: tuple[int, int]) -> Ints:
    """Count lines by day and faction, shape (T, F)."""
    cell = lines[0] * shape[1] + lines[2]
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
