"""The muster: what a day asks of soldiers one by one, side by side in memory.

A day looks up a few thousand soldiers out of hundreds of thousands. Fetching a soldier from memory costs
more than all arithmetic on him, so what is asked of one man lies together: a cache line for each.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.codes import Fate, Flags, Floats, Ints, Singles
from sim.compiled import compiled
from sim.rows import aligned
from sim.world import World

ENTRY = np.dtype(
    [
        ("personal", np.float64),
        ("lasting", np.float64),
        ("profile", np.int32),
        ("cell", np.int32),
        ("unit", np.int32),
        ("seat", np.int32),
        ("identity", np.int32),
        ("susceptibility", np.float32),
        ("post_held", np.int32),
        ("asked", np.int32),
        ("line", np.int32),
        ("ties_gone", np.int16),
        ("ties_caught", np.uint8),
        ("tenure", np.int8),
        ("fate", np.int8),
        ("rank", np.int8),
        ("sect", np.int8),
        ("asked_as", np.int8),
        ("is_bound", np.bool_),
        ("in_party", np.bool_),
        ("sidelined", np.bool_),
        ("depth", np.int8),
    ],
    align=True,
)

MOST_TIES = int(np.iinfo(ENTRY["ties_caught"]).max)
"""Most strong ties of a soldier: all of them may be caught, and are counted."""


def muster(world: World) -> np.ndarray[Any, Any]:
    """Enter all soldiers as they are on the first morning.

    Returns
    -------
    (N,) array of `ENTRY`
        Each column is a view that may be read and written by itself.
    """
    soldiers = world.army.soldiers
    entries: np.ndarray[Any, Any] = aligned((world.army.size,), ENTRY)
    _enter(
        entries,
        world.personal,
        world.lasting,
        world.profile,
        world.cell,
        soldiers.unit,
        world.alike.seat,
        soldiers.identity,
        soldiers.susceptibility,
        world.tenure,
        soldiers.rank,
        soldiers.sect,
        world.asked_as,
        world.is_bound,
        soldiers.reservist,
    )
    commands = np.flatnonzero(world.army.posts.commander >= 0)
    entries["post_held"][world.army.posts.commander[commands]] = commands
    return entries


@compiled
def _enter(
    entries: Any,
    personal: Floats,
    lasting: Floats,
    profile: Ints,
    cell: Ints,
    unit: Ints,
    seat: Ints,
    identity: Ints,
    susceptibility: Singles,
    tenure: Ints,
    rank: Ints,
    sect: Ints,
    asked_as: Ints,
    is_bound: Flags,
    is_reservist: Flags,
) -> None:
    """Write the entries one by one, each whole: a table is fetched from memory once."""
    for row in range(entries.size):
        entry = entries[row]
        entry["personal"], entry["lasting"] = personal[row], lasting[row]
        entry["profile"], entry["cell"], entry["unit"], entry["seat"] = (
            profile[row],
            cell[row],
            unit[row],
            seat[row],
        )
        entry["identity"], entry["susceptibility"], entry["tenure"] = (
            identity[row],
            susceptibility[row],
            tenure[row],
        )
        entry["rank"], entry["sect"], entry["asked_as"], entry["is_bound"] = (
            rank[row],
            sect[row],
            asked_as[row],
            is_bound[row],
        )
        entry["fate"] = Fate.RESERVE if is_reservist[row] else Fate.SERVING
        entry["post_held"], entry["line"] = -1, -1
        entry["asked"], entry["ties_gone"], entry["ties_caught"], entry["depth"] = 0, 0, 0, 0
        entry["in_party"], entry["sidelined"] = False, False


@compiled
def how_many_serve(rows: Ints, fate: Ints) -> int:
    """How many of some men serve; they are at hand afterwards, for whatever else is asked of them.

    Each man is a wait for memory. A loop by place that does nothing but count waits for very many of them
    together, and so takes half as long as one that also writes, or that goes through the rows themselves.
    """
    serve = 0
    for one in range(rows.size):
        serve += fate[rows[one]] == Fate.SERVING
    return serve
