"""The muster: what a day asks of soldiers one by one, side by side in memory.

A day looks up a few thousand soldiers out of hundreds of thousands. Fetching a soldier from memory costs
more than all arithmetic on him, so what is asked together lies together: half a cache line a man.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.codes import Fate
from sim.rows import aligned
from sim.world import World

ENTRY = np.dtype(
    [
        ("personal", np.float64),
        ("profile", np.int32),
        ("cell", np.int32),
        ("susceptibility", np.float32),
        ("identity", np.int32),
        ("ties_gone", np.int16),
        ("ties_caught", np.uint8),
        ("tenure", np.int8),
        ("fate", np.int8),
        ("asked_as", np.int8),
        ("sect", np.int8),
        ("in_party", np.bool_),
    ]
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
    size, soldiers = world.army.size, world.army.soldiers
    entries: np.ndarray[Any, Any] = aligned((size,), ENTRY)
    for column in ("ties_gone", "ties_caught", "in_party"):
        entries[column] = 0
    entries["personal"] = world.personal
    entries["profile"] = world.profile
    entries["cell"] = world.cell
    entries["tenure"] = world.tenure
    entries["susceptibility"] = soldiers.susceptibility
    entries["identity"] = soldiers.identity
    entries["asked_as"] = world.asked_as
    entries["sect"] = soldiers.sect
    entries["fate"] = np.where(soldiers.reservist, Fate.RESERVE, Fate.SERVING)
    return entries
