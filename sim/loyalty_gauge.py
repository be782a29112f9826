"""Loyalty of those who serve, counted in bins.

A man's bin is ``level - slope * erosion`` of his group, in single precision, rounded down, with the ends for
all that lies beyond; levels, slopes and groups are those of `sim.loyalty_order`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.codes import Entries, Fate, Floats, Ints, Singles
from sim.compiled import compiled
from sim.loyalty import LOYALTY_BINS, loyal_from, loyalty_edges
from sim.loyalty_order import LoyaltyOrder, group_of, level_of, slope_of
from sim.state import State
from sim.world import World

_BLOCK = 1024
_GONE = np.float32(np.nan)
"""Level of those who do not serve: they fall into a bin of their own, behind all others."""


@dataclass
class Newcomers:
    """Reservists who have reported, in the order in which they came.

    `M` reservists, of whom the first `came` places are taken.
    """

    place: Ints
    """(M,) where each row of the reserve stands, once he has reported."""
    group: Ints
    level: Singles
    slope: Singles
    came: int = 0

    @staticmethod
    def none_of(reservists: int) -> Newcomers:
        """Leave room for a whole reserve, of which nobody has come."""
        return Newcomers(
            place=np.empty(reservists, np.int32),
            group=np.empty(reservists, np.int32),
            level=np.empty(reservists, np.float32),
            slope=np.empty(reservists, np.float32),
        )


@dataclass
class LoyaltyGauge:
    """Men in the order in which they are counted: regulars group by group, then reservists as they came.

    `G` groups in C order of rank, sect and home.
    """

    order: LoyaltyOrder
    level: Singles
    """Of the regulars, as far as they serve."""
    newcomers: Newcomers
    first_loyal: int
    """First bin of those who count as loyal."""
    _going: list[Ints] = field(default_factory=list)
    _coming: list[Ints] = field(default_factory=list)
    """Rows of those who went and came since men were counted: many are looked up together sooner."""

    @staticmethod
    def of(world: World) -> LoyaltyGauge:
        """Begin with the army of day 0."""
        rules, army, order = world.scenario.loyalty_index, world.army, world.loyalty_order
        return LoyaltyGauge(
            order=order,
            level=order.level.copy(),
            newcomers=Newcomers.none_of(army.size - army.regulars),
            first_loyal=int(np.searchsorted(loyalty_edges(rules), loyal_from(rules))),
        )

    def follow(self, state: State) -> None:
        """Note who left, was caught or was killed today, and who reported."""
        self._going += (state.attempt.row, state.killed)
        if state.reported.size:
            self._coming.append(state.reported)

    def _catch_up(self, world: World, state: State) -> None:
        """Take in who reported, and let go who went."""
        order, newcomers, regulars = self.order, self.newcomers, world.army.regulars
        if self._coming:
            newcomers.came = _take_in(
                np.concatenate(self._coming),
                state.muster,
                world.army.soldiers.loyalty,
                order.first_edge,
                order.width,
                regulars,
                newcomers.came,
                newcomers.place,
                newcomers.group,
                newcomers.level,
                newcomers.slope,
            )
        gone = np.concatenate(self._going)
        _let_go(gone, regulars, order.place, self.level, newcomers.place, newcomers.level)
        self._going, self._coming = [], []

    def count(self, world: World, state: State) -> tuple[Ints, int]:
        """Count those who serve, and the loyal.

        Returns
        -------
        counts : (G, `LOYALTY_BINS`) array of int
            Men by group and bin.
        loyal : int
            Men above the bound of loyalty in companies that have not collapsed.
        """
        self._catch_up(world, state)
        army, order, newcomers = world.army, self.order, self.newcomers
        erosion = state.erosion.ravel().astype(np.float32)
        counts = _count(order.end, self.level, order.slope, erosion, LOYALTY_BINS)
        _add(newcomers.group[: newcomers.came], newcomers.level, newcomers.slope, erosion, counts)
        loyal = _loyal(
            counts,
            self.first_loyal,
            state.collapsed_on,
            army.regular_start,
            army.reserve_start,
            state.muster,
            army.soldiers.loyalty,
            order.first_edge,
            order.width,
            erosion,
        )
        return counts, loyal


@compiled
def _bin_of(level: np.float32, slope: np.float32, erosion: np.float32, bins: int) -> np.uint8:
    """Bin of a man, with the ends for all that lies beyond; `bins` for one who serves no more."""
    height, last = level - slope * erosion, np.float32(bins - 1)
    height = last if height > last else height
    height = np.float32(0.0) if height < np.float32(0.0) else height
    return np.uint8(np.float32(bins) if np.isnan(height) else height)


@compiled
def _let_go(
    rows: Ints, regulars: int, place: Ints, level: Singles, place_come: Ints, level_come: Singles
) -> None:
    """Count some men out, regulars first: one loop for both would wait for each man by himself."""
    for one in range(rows.size):
        row = rows[one]
        if row < regulars:
            level[place[row]] = _GONE
    for one in range(rows.size):
        row = rows[one]
        if row >= regulars:
            level_come[place_come[row - regulars]] = _GONE


@compiled
def _take_in(
    rows: Ints,
    men: Entries,
    loyalty: Floats,
    first_edge: float,
    width: float,
    regulars: int,
    came: int,
    place: Ints,
    group: Ints,
    level: Singles,
    slope: Singles,
) -> int:
    """Put reservists behind those who came before; how many have come so far."""
    for row in rows:
        man = men[row]
        place[row - regulars], group[came] = came, group_of(man["profile"])
        level[came] = level_of(loyalty[row], first_edge, width)
        slope[came] = slope_of(man["susceptibility"], width)
        came += 1
    return came


@compiled
def _count(end: Ints, level: Singles, slope: Singles, erosion: Singles, bins: int) -> Ints:
    """Count regulars who serve, by group and bin."""
    counts, tables = np.empty((end.size, bins), np.int32), np.zeros((4, bins + 1), np.int32)
    heights, begin = np.empty(_BLOCK, np.uint8), 0
    for group in range(end.size):
        while begin < end[group]:
            next_begin = min(begin + _BLOCK, end[group])
            size = next_begin - begin
            _write_bins(
                level[begin:next_begin], slope[begin:next_begin], erosion[group], bins, heights[:size]
            )
            _tally(heights[:size], tables)
            begin = next_begin
        for height in range(bins):
            counts[group, height] = (
                tables[0, height] + tables[1, height] + tables[2, height] + tables[3, height]
            )
        tables[:] = 0
    return counts


@compiled
def _write_bins(level: Singles, slope: Singles, erosion: np.float32, bins: int, heights: Ints) -> None:
    """Write down the bins of some men of a group."""
    for one in range(heights.size):
        heights[one] = _bin_of(level[one], slope[one], erosion, bins)


@compiled
def _tally(heights: Ints, tables: Ints) -> None:
    """Count bins into four tables by turns, so that no count waits for the one before."""
    first, second, third, fourth = tables[0], tables[1], tables[2], tables[3]
    whole = heights.size // 4 * 4
    for one in range(0, whole, 4):
        first[heights[one]] += 1
        second[heights[one + 1]] += 1
        third[heights[one + 2]] += 1
        fourth[heights[one + 3]] += 1
    for one in range(whole, heights.size):
        first[heights[one]] += 1


@compiled
def _add(group: Ints, level: Singles, slope: Singles, erosion: Singles, counts: Ints) -> None:
    """Count newcomers who serve, too."""
    bins = counts.shape[1]
    for one in range(group.size):
        found = _bin_of(level[one], slope[one], erosion[group[one]], bins)
        # Who has gone since is asked without a branch, which nobody could foresee.
        serves = found < bins
        counts[group[one], found if serves else 0] += serves


@compiled
def _loyal(
    counts: Ints,
    first_loyal: int,
    collapsed_on: Ints,
    regular_start: Ints,
    reserve_start: Ints,
    men: Entries,
    loyalty: Floats,
    first_edge: float,
    width: float,
    erosion: Singles,
) -> int:
    """All in the bins of the loyal, less those of collapsed companies."""
    bins = counts.shape[1]
    of_all = np.zeros(bins, np.int32)
    for group in range(counts.shape[0]):
        for height in range(bins):
            of_all[height] += counts[group, height]
    loyal = of_all[first_loyal:].sum()
    for unit in range(collapsed_on.size):
        if collapsed_on[unit] < 0:
            continue
        for start in (regular_start, reserve_start):
            for row in range(start[unit], start[unit + 1]):
                man = men[row]
                level = level_of(loyalty[row], first_edge, width)
                slope = slope_of(man["susceptibility"], width)
                found = _bin_of(level, slope, erosion[group_of(man["profile"])], bins)
                loyal -= ((man["fate"] == Fate.SERVING) | (man["fate"] == Fate.PLANNING)) & (
                    found >= first_loyal
                )
    return int(loyal)
