"""Who left only because of a lever: the same men under the same luck, with the lever and without it.

Luck is dealt once, so a man can be followed through both runs of a pair. He who left with the lever and not
without it left only because of it, within the rules of the model; so did he who stayed only because of it.
Of those who left in both, some went sooner and some later. Runs on independent luck cannot tell this: they
give the difference of two counts, in which those who came and those who stayed away cancel.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.intervals import paired
from experiments.policies.effects import covers
from sim.codes import Flags, Ints

AXES = ("rank", "sect", "home")
COLUMNS = ("person", "day", "fate", *AXES)
"""What must be known of the exits of a run."""
ALL = "all"
CHANGES = {
    "left_only_with": "left only with the lever",
    "left_only_without": "left only without it",
    "sooner": "left in both, sooner with it",
    "later": "left in both, later with it",
    "joined_only_with": "joined a faction only with it",
    "joined_only_without": "joined one only without it",
}
"""What can differ between the two runs of a man, and how it is said."""

_KEYS = ["policy", "axis", "group", "change"]


@dataclass(frozen=True)
class _Side:
    """Those who escaped in one run, by person ascending."""

    frame: pd.DataFrame
    person: Ints
    day: Ints
    joined: Flags

    @classmethod
    def of(cls, exits: pd.DataFrame) -> _Side:
        """Keep those who got away."""
        frame = exits[exits["fate"] != "caught"].sort_values("person", ignore_index=True)
        joined = (frame["fate"] == "joined").to_numpy()
        return cls(frame, frame["person"].to_numpy(), frame["day"].to_numpy(), joined)

    def is_in(self, other: _Side) -> Flags:
        """Whether each escaped in the other run too, shape (n,)."""
        return np.isin(self.person, other.person, assume_unique=True)


def moved(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Count the men whose fate differs between two runs of one army under one luck.

    Parameters
    ----------
    before, after : DataFrame
        Frame `exits` of the run without and of the run with the lever.

    Returns
    -------
    DataFrame
        axis (all, rank, sect, home), group, change (a key of `CHANGES`), men; groups without a man too.
    """
    without, with_it = _Side.of(before), _Side.of(after)
    stays, comes = ~without.is_in(with_it), ~with_it.is_in(without)
    # Those of both runs stand in the same order on both sides.
    hastened = with_it.day[~comes] - without.day[~stays]
    joins, joined = with_it.joined[~comes], without.joined[~stays]
    both = with_it.frame[~comes]
    chosen = {
        "left_only_with": [with_it.frame[comes]],
        "left_only_without": [without.frame[stays]],
        "sooner": [both[hastened < 0]],
        "later": [both[hastened > 0]],
        "joined_only_with": [with_it.frame[comes & with_it.joined], both[joins & ~joined]],
        "joined_only_without": [without.frame[stays & without.joined], both[joined & ~joins]],
    }
    return pd.DataFrame([row for change, parts in chosen.items() for row in _counted(change, parts)])


def _counted(change: str, parts: list[pd.DataFrame]) -> Iterator[dict[str, object]]:
    """Count some men by each axis."""
    yield {"axis": ALL, "group": ALL, "change": change, "men": sum(map(len, parts))}
    for axis in AXES:
        counts = sum(part[axis].value_counts(sort=False) for part in parts)
        assert isinstance(counts, pd.Series)
        for group, men in counts.items():
            yield {"axis": axis, "group": str(group), "change": change, "men": int(men)}


def only_because_of(counts: pd.DataFrame) -> pd.DataFrame:
    """Mean over the pairs, with intervals.

    Parameters
    ----------
    counts : DataFrame
        policy, seed and the columns of `moved`, for each pair.

    Returns
    -------
    DataFrame
        policy, axis, group, change, men (mean), low (not below 0: men are counted), high, pairs, covers.
    """
    columns = [*_KEYS, "men", "low", "high", "pairs", "covers"]
    if counts.empty:
        return pd.DataFrame(columns=columns)
    rows = []
    for keys, own in counts.groupby(_KEYS, sort=False):
        found = paired(own["men"].to_numpy(dtype=np.float64))
        low = max(found.low, 0.0) if math.isfinite(found.low) else found.low
        rows.append((*keys, found.middle, low, found.high, len(own), covers(len(own))))
    return pd.DataFrame(rows, columns=columns)
