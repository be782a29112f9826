"""Avalanches: exits put together by who left with whom, and by who left soon after a strong tie.

Of the men who escaped in a run,

- one who was invited or followed has the leader of his group as his parent;
- one who left as a leader has as his parent the strong tie who escaped last before him, if that was 1
  to `days` days earlier; of several on one day, the one with the lowest row;
- one whose exit was dated, and everyone else, has none.

An avalanche is a man without a parent with all who descend from him. The last tie is taken as in the
study of diffusion online (Bakshy and others, 2011, "Everyone's an influencer"; Goel and others, 2016,
"The structural virality of online diffusion", doi:10.1287/mnsc.2015.2158). A parent is a link and no
cause: men of one company or home leave in the same weeks for reasons that they share, and some of them
are tied by chance (`sim.results.cascades`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date

import numpy as np
import pandas as pd

from sim.army import Army
from sim.codes import Fate, Flags, How, Ints

_CAUGHT, _DATED = Fate.CAUGHT.name.lower(), How.DATED.name.lower()


@dataclass(frozen=True)
class Escapes:
    """Men of one run who escaped, numbered as they stand in the frame of exits; all (n,)."""

    row: Ints
    day: Ints
    head: Ints
    """Number of the man who led his group; his own if he did."""
    dated: Flags

    @staticmethod
    def of(army: Army, exits: pd.DataFrame) -> Escapes:
        """Take the escapes of one run from its frame of exits.

        Raises
        ------
        ValueError
            If the men are not those of the army.
        """
        left = exits[exits["fate"] != _CAUGHT]
        _, first, group = np.unique(left["group"].to_numpy(), return_index=True, return_inverse=True)
        return Escapes(
            row=_rows(army, left),
            day=left["day"].to_numpy(),
            head=first[group],
            dated=(left["how"] == _DATED).to_numpy(),
        )

    @property
    def count(self) -> int:
        """Number of men."""
        return int(self.row.size)

    @property
    def leads(self) -> Flags:
        """Whether each man led his group, which may be himself alone."""
        leads: Flags = self.head == np.arange(self.count)
        return leads


def _rows(army: Army, exits: pd.DataFrame) -> Ints:
    """Rows of the men of a frame in the army."""
    soldiers, person = army.soldiers, exits["person"].to_numpy()
    row_of = np.full(max(int(soldiers.identity.max()), int(person.max(initial=0))) + 1, -1)
    row_of[soldiers.identity] = np.arange(army.size)
    row: Ints = row_of[person]
    same = row >= 0
    for name in ("unit", "reservist"):
        same &= getattr(soldiers, name)[row] == exits[name].to_numpy()
    for name in ("rank", "sect", "home"):
        same &= getattr(soldiers, name)[row] == exits[name].cat.codes.to_numpy()
    if not same.all():
        raise ValueError("the exits are not those of this army: give the army that was run")
    return row


def real_ties(army: Army, escapes: Escapes) -> tuple[Ints, Ints]:
    """Strong ties among the escaped, as numbers; each tie both ways."""
    number = np.full(army.size, -1)
    number[escapes.row] = np.arange(escapes.count)
    one, neighbour = army.ties.neighbours(escapes.row)
    other = number[neighbour]
    return one[other >= 0], other[other >= 0]


def last_before(escapes: Escapes, ties: tuple[Ints, Ints], days: int) -> Ints:
    """Tie of each man who escaped last before him.

    Parameters
    ----------
    escapes : Escapes
    ties : tuple of two (m,) arrays of int
        Numbers of tied men, each tie both ways.
    days : int
        Most days between the two exits; those of one day do not count, as nobody had heard.

    Returns
    -------
    (n,) array of int
        Number, or -1 if there is none.
    """
    one, other = ties
    lag = escapes.day[one] - escapes.day[other]
    near = (lag >= 1) & (lag <= days)
    one, other, lag = one[near], other[near], lag[near]
    order = np.lexsort((escapes.row[other], lag, one))
    who, first = np.unique(one[order], return_index=True)
    last = np.full(escapes.count, -1)
    last[who] = other[order][first]
    return last


def parents(escapes: Escapes, last: Ints) -> Ints:
    """Parent of each man, -1 if he has none; `last` as from `last_before`."""
    alone = np.where(escapes.dated, -1, last)
    return np.where(escapes.leads, alone, escapes.head)


def roots_of(parent: Ints) -> tuple[Ints, Ints]:
    """Follow everyone back to the man in whom his avalanche began.

    Parameters
    ----------
    parent : (n,) array of int
        -1 for those without one; no circles.

    Returns
    -------
    root : (n,) array of int
    generation : (n,) array of int
        Steps back to him.
    """
    itself = np.arange(parent.size)
    root = np.where(parent < 0, itself, parent)
    generation = (parent >= 0).astype(np.int64)
    while (root[root] != root).any():
        generation = generation + generation[root]
        root = root[root]
    return root, generation


def sizes_of(parent: Ints) -> Ints:
    """Men of each avalanche, in no order; argument as in `roots_of`."""
    sizes = np.bincount(roots_of(parent)[0])
    return sizes[sizes > 0]


def avalanche_frame(escapes: Escapes, parent: Ints, start: Date) -> pd.DataFrame:
    """Describe avalanches.

    Parameters
    ----------
    escapes : Escapes
    parent : (n,) array of int
    start : date
        Day 0.

    Returns
    -------
    DataFrame
        A row an avalanche, by its first day: avalanche (from 1), date and day of its first exit, days
        until its last, size (men), groups (men alone among them), generations (of descent; 0 for a man
        alone).
    """
    root, generation = roots_of(parent)
    men = pd.DataFrame(
        {"root": root, "day": escapes.day, "generation": generation, "leads": escapes.leads}
    ).groupby("root")
    day = men["day"].agg(["min", "max"])
    frame = pd.DataFrame(
        {
            "day": day["min"],
            "days": day["max"] - day["min"],
            "size": men.size(),
            "groups": men["leads"].sum(),
            "generations": men["generation"].max(),
        }
    ).reset_index(drop=True)
    frame = frame.sort_values("day", kind="stable", ignore_index=True)
    frame.insert(0, "date", pd.Timestamp(start) + pd.to_timedelta(frame["day"], unit="D"))
    frame.insert(0, "avalanche", np.arange(1, len(frame) + 1))
    return frame
