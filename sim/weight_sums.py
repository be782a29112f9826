"""Weights of men, summed by what terms are looked up by: profile, company, sect and rank.

part of a mechanism = sum over the men of weight_i * change of its term for i
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from sim.codes import RANKS, Floats, Ints
from sim.mechanisms.order import OF_HIS_OWN
from sim.personal import own_changes
from sim.pressure import by_company
from sim.state import State
from sim.terms import Term
from sim.world import World


@dataclass(frozen=True)
class WeightSums:
    """Sums over men, by their traits.

    A part is then a product of small tables, whatever the number of mechanisms.
    """

    weight: Floats
    """By profile of today, and family and awareness of day 0, (R, S, H, 2, 2, 2, 2)."""
    felt: Floats
    """The same, times susceptibility."""
    own: dict[str, Floats]
    """The same, times the change of his own log hazard by each mechanism that changes it."""
    chance: Floats
    """Of the chances in the reference situation, which are no weights."""
    cell: Floats
    """By sect, company and rank, (S, U, R)."""

    @classmethod
    def empty(cls, world: World) -> Self:
        """Begin with nobody."""
        by_profile = (*world.profile_shape, 2, 2)
        by_cell = (world.sect_count, world.unit_count, len(RANKS))
        weight, felt, chance = (np.zeros(by_profile) for _ in range(3))
        own = {name: np.zeros(by_profile) for name in OF_HIS_OWN}
        return cls(weight, felt, own, chance, np.zeros(by_cell))

    def add(self, world: World, state: State, rows: Ints, weight: Floats, chance: Floats) -> None:
        """Add some men with their weights and their chances in the reference situation, each (n,)."""
        soldiers = world.army.soldiers
        profile = state.profile[rows] * np.int64(4) + world.profile[rows] % 4
        cell = world.cell[rows] * np.int64(len(RANKS)) + soldiers.rank[rows]
        own = own_changes(world, state, rows)
        for table, index, values in (
            (self.weight, profile, weight),
            (self.felt, profile, weight * soldiers.susceptibility[rows]),
            *((self.own[name], profile, weight * change) for name, change in own.items()),
            (self.chance, profile, chance),
            (self.cell, cell, weight),
        ):
            table += sum_by(index, values, table.shape)

    def part(self, world: World, stations: tuple[Ints, Ints], now: Term, before: Term) -> Floats:
        """Part of a mechanism but for what it says of single soldiers, (R, S).

        Parameters
        ----------
        world : World
        stations : pair of (U,) arrays
            Where each company stands today, and stood in the reference situation.
        now, before : Term
            What the mechanism says today, and said then.
        """
        part = np.zeros(self.weight.shape[:2])
        for weights, today, day_0 in (
            (self.weight, now.profile, before.profile),
            (self.felt, now.susceptible, before.susceptible),
        ):
            change = _change_by_profile(today, day_0, self.weight.shape[:5])
            if change is not None:
                part += by_group(weights * change)
        change = difference(by_company(world, stations[0], now), by_company(world, stations[1], before))
        if change is not None:
            part += np.einsum("sur,su->rs", self.cell, np.broadcast_to(change.T, self.cell.shape[:2]))
        return part


def _change_by_profile(today: Floats | None, day_0: Floats | None, shape: tuple[int, ...]) -> Floats | None:
    """Change by profile of today, and family and awareness of day 0: each man's other traits are for good."""
    if today is not None:
        today = np.broadcast_to(today, shape)[..., np.newaxis, np.newaxis]
    if day_0 is not None:
        day_0 = np.broadcast_to(day_0, shape)[..., np.newaxis, np.newaxis, :, :]
    return difference(today, day_0)


def sum_by(index: Ints, values: Floats, shape: tuple[int, ...]) -> Floats:
    """Sum values by place in a table of a shape."""
    sums = np.bincount(index, weights=values, minlength=math.prod(shape)).reshape(shape)
    return sums.astype(np.float64, copy=False)


def by_group(table: Floats) -> Floats:
    """Sum a table over all axes but rank and sect, (R, S)."""
    total: Floats = table.sum(axis=tuple(range(2, table.ndim)))
    return total


def difference(now: Floats | None, before: Floats | None) -> Floats | None:
    """Change of a table; what is None is 0."""
    if now is None:
        return None if before is None else -before
    return now if before is None else now - before
