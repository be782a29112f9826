"""Named codes and array types that the whole model shares.

Only ranks and fates are code; sects, branches, places, factions and havens are tables of a scenario.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]
Words = NDArray[np.uint64]
Entries = NDArray[np.void]
"""Entries of the muster (`sim.muster.ENTRY`)."""


class Rank(IntEnum):
    """Rank of a soldier, from the ranks upward; `SENIOR` is major to colonel."""

    ENLISTED = 0
    NCO = 1
    JUNIOR = 2
    SENIOR = 3
    GENERAL = 4


class Fate(IntEnum):
    """What has become of a soldier. Codes from `JOINED` on are final."""

    RESERVE = 0
    SERVING = 1
    PLANNING = 2
    JOINED = 3
    FLED = 4
    HIDING = 5
    CAUGHT = 6
    KILLED = 7
    EVADED = 8


class Level(IntEnum):
    """Level of a command post."""

    COMPANY = 0
    BATTALION = 1
    BRIGADE = 2
    FORMATION = 3


class How(IntEnum):
    """How a soldier came to leave: on his own decision, or by one of the few named exceptions."""

    DECIDED = 0
    PLANNED = 1
    INVITED = 2
    FOLLOWED = 3
    DATED = 4
    DETECTED = 5


RANKS = tuple(rank.name.lower() for rank in Rank)
FATES = tuple(fate.name.lower() for fate in Fate)
LEVELS = tuple(level.name.lower() for level in Level)
WAYS = tuple(how.name.lower() for how in How)

ESCAPED = (Fate.JOINED, Fate.FLED, Fate.HIDING)
OFFICERS = (Rank.JUNIOR, Rank.SENIOR, Rank.GENERAL)
