"""Purge: a share of the officers of some ranks and groups is sidelined, by a number dealt to each.

    sidelined if uniform("sidelined", purges so far) < share,  of those who serve and are not sidelined yet

A sidelined officer serves on, and holds no post any more: his posts stand empty until they are filled,
he takes none and leads nobody out. His exit is a weaker signal (`belief.sidelined_weight`). His company
and his group pay for it:

    weakness(company) <- min(1, weakness + capability_loss * newly sidelined / its officers of day 0)
    E(rank, sect) <- E + multiple * grievance * newly sidelined / those of the rank and sect who could be

The regime's own account of a general who left was that he had been sidelined for months, without effect
on the ground (ledger, row 22).
"""

from __future__ import annotations

import numpy as np

from sim.codes import OFFICERS, RANKS, Fate, Flags, Ints
from sim.mechanisms import command
from sim.mechanisms.event_kinds import Purge
from sim.state import State
from sim.world import World


def sideline(world: World, state: State, event: Purge) -> None:
    """Sideline officers, and let their companies and groups pay for it."""
    could_be = _who_could_be(world, state, event)
    identity = world.army.soldiers.identity[could_be]
    is_out = world.luck.uniform("sidelined", identity, state.purges) < event.share
    state.purges += 1
    rows = could_be[is_out]
    state.sidelined[rows] = True
    _weaken(world, state, rows, event.capability_loss)
    if world.rules.command.on:
        command.leave_posts(world, state, rows)
    if world.rules.grievance.on:
        _aggrieve(world, state, (could_be, rows), event.grievance)


def _who_could_be(world: World, state: State, event: Purge) -> Ints:
    """Rows of those of the purged ranks and groups who serve and are not sidelined yet."""
    ranks = [RANKS.index(rank) for rank in event.ranks]
    fits = np.isin(world.army.soldiers.rank, ranks) & _purged_sects(world, event)[state.sect]
    serves = (state.fate == Fate.SERVING) | (state.fate == Fate.PLANNING)
    return np.flatnonzero(fits & serves & ~state.sidelined)


def _purged_sects(world: World, event: Purge) -> Flags:
    """Whether each sect is purged, shape (S,)."""
    sects = world.rules.sects
    if event.role is not None:
        return np.array([sect.role == event.role for sect in sects.values()])
    return np.array([not event.sects or name in event.sects for name in sects])


def _weaken(world: World, state: State, rows: Ints, loss: float) -> None:
    """Take from companies what they lose with their officers."""
    soldiers, units = world.army.soldiers, world.unit_count
    regulars = slice(0, world.army.regulars)
    officers = soldiers.unit[regulars][np.isin(soldiers.rank[regulars], OFFICERS)]
    of_day_0 = np.maximum(np.bincount(officers, minlength=units), 1)
    lost = loss * np.bincount(soldiers.unit[rows], minlength=units) / of_day_0
    state.weakness = np.minimum(state.weakness + lost, 1.0)


def _aggrieve(world: World, state: State, who: tuple[Ints, Ints], grievance: float) -> None:
    """Add to the grievance of the ranks and sects from which men were sidelined."""
    shape = world.profile_shape[:2]
    could_be, sidelined = (
        np.bincount(world.army.soldiers.rank[rows] * shape[1] + state.sect[rows], minlength=5 * shape[1])
        for rows in who
    )
    share = (sidelined / np.maximum(could_be, 1)).reshape(shape)
    state.erosion += (world.rules.grievance.multiple * grievance) * share[:, :, np.newaxis]
