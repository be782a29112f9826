"""Loyalty of those who serve, counted in bins.

Loyalty is only counted, so single precision does. A man's bin is ``level - slope * erosion`` of his group,
rounded down, with the ends for all that lies beyond; a group is a rank, a sect and a home.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from sim.codes import Entries, Fate, Floats, Ints, Singles
from sim.compiled import compiled
from sim.loyalty import LOYALTY_BINS, bin_width, loyal_from, loyalty_edges
from sim.state import State
from sim.world import World

_BLOCK = 1024
_GONE = np.float32(np.nan)
"""Level of those who do not serve: they fall into a bin of their own, behind all others."""


@dataclass
class LoyaltyGauge:
    """Men in the order in which they are counted: regulars group by group, then reservists as they came.

    `N` soldiers, `G` groups in C order of rank, sect and home.
    """

    place: Ints
    """(N,) where each row of the roster stands; of a reservist, once he has reported."""
    level: Singles
    slope: Singles
    end: Ints
    """(G,) where the regulars of each group end."""
    newcomers: Ints
    """(reservists,) group of each who has reported, in the order in which they came."""
    came: int
    first_edge: float
    width: float
    first_loyal: int
    """First bin of those who count as loyal."""
    _going: list[Ints] = field(default_factory=list)
    _coming: list[Ints] = field(default_factory=list)
    """Rows of those who went and came since men were counted: many are looked up together sooner."""

    @staticmethod
    def of(world: World) -> LoyaltyGauge:
        """Put the regulars of an army in their order."""
        rules, army = world.scenario.loyalty_index, world.army
        edges = loyalty_edges(rules)
        size, groups = army.size, math.prod(world.profile_shape[:3])
        gauge = LoyaltyGauge(
            place=np.empty(size, np.int32),
            level=np.empty(size, np.float32),
            slope=np.empty(size, np.float32),
            end=np.zeros(groups, np.int64),
            newcomers=np.empty(size - army.regulars, np.int32),
            came=0,
            first_edge=float(edges[0]),
            width=bin_width(rules),
            first_loyal=int(np.searchsorted(edges, loyal_from(rules))),
        )
        _line_up(
            world.profile[: army.regulars],
            army.soldiers.loyalty,
            army.soldiers.susceptibility,
            gauge.first_edge,
            gauge.width,
            gauge.place,
            gauge.level,
            gauge.slope,
            gauge.end,
        )
        return gauge

    def follow(self, state: State) -> None:
        """Note who left, was caught or was killed today, and who reported."""
        self._going += (state.attempt.row, state.killed)
        if state.reported.size:
            self._coming.append(state.reported)

    def _catch_up(self, world: World, state: State) -> None:
        """Take in who reported, and let go who went."""
        if self._coming:
            self.came = _take_in(
                np.concatenate(self._coming),
                state.muster,
                world.army.soldiers.loyalty,
                self.first_edge,
                self.width,
                world.army.regulars,
                self.came,
                self.place,
                self.level,
                self.slope,
                self.newcomers,
            )
        _let_go(np.concatenate(self._going), self.place, self.level)
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
        army, erosion = world.army, state.erosion.ravel().astype(np.float32)
        counts = _count(
            self.end,
            self.level,
            self.slope,
            army.regulars,
            self.newcomers[: self.came],
            erosion,
            LOYALTY_BINS,
        )
        loyal = _loyal(
            counts,
            self.first_loyal,
            state.collapsed_on,
            army.regular_start,
            army.reserve_start,
            state.muster,
            army.soldiers.loyalty,
            self.first_edge,
            self.width,
            erosion,
        )
        return counts, loyal


@compiled
def _group_of(profile: int) -> int:
    """Rank, sect and home of a profile, whose last two bits say more."""
    return profile >> 2


@compiled
def _level_of(loyalty: float, first_edge: float, width: float) -> np.float32:
    """Bin without any erosion, as a real number."""
    return np.float32((loyalty - first_edge) / width)


@compiled
def _slope_of(susceptibility: np.float32, width: float) -> np.float32:
    """Bins lost to erosion of 1."""
    return np.float32(np.float64(susceptibility) / width)


@compiled
def _bin_of(level: np.float32, slope: np.float32, erosion: np.float32, bins: int) -> np.uint8:
    """Bin of a man, with the ends for all that lies beyond; `bins` for one who serves no more."""
    height, last = level - slope * erosion, np.float32(bins - 1)
    height = last if height > last else height
    height = np.float32(0.0) if height < np.float32(0.0) else height
    return np.uint8(np.float32(bins) if np.isnan(height) else height)


@compiled
def _line_up(
    profile: Ints,
    loyalty: Floats,
    susceptibility: Singles,
    first_edge: float,
    width: float,
    place: Ints,
    level: Singles,
    slope: Singles,
    end: Ints,
) -> None:
    """Give each regular his place in his group, and note where the groups end."""
    for row in range(profile.size):
        end[_group_of(profile[row])] += 1
    begin = 0
    for group in range(end.size):
        # The end moves there as the places of the group are given away.
        begin, end[group] = begin + end[group], begin
    for row in range(profile.size):
        here = end[_group_of(profile[row])]
        end[_group_of(profile[row])] += 1
        place[row] = here
        level[here] = _level_of(loyalty[row], first_edge, width)
        slope[here] = _slope_of(susceptibility[row], width)


@compiled
def _let_go(rows: Ints, place: Ints, level: Singles) -> None:
    """Count some men out."""
    for row in rows:
        level[place[row]] = _GONE


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
    level: Singles,
    slope: Singles,
    newcomers: Ints,
) -> int:
    """Put reservists behind all others; how many have come so far."""
    for row in rows:
        here, man = regulars + came, men[row]
        place[row], newcomers[came] = here, _group_of(man["profile"])
        level[here] = _level_of(loyalty[row], first_edge, width)
        slope[here] = _slope_of(man["susceptibility"], width)
        came += 1
    return came


@compiled
def _count(
    end: Ints,
    level: Singles,
    slope: Singles,
    regulars: int,
    newcomers: Ints,
    erosion: Singles,
    bins: int,
) -> Ints:
    """Count those who serve, by group and bin."""
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
    for one in range(newcomers.size):
        group, here = newcomers[one], regulars + one
        found = _bin_of(level[here], slope[here], erosion[group], bins)
        # Who has gone since is asked without a branch, which nobody could foresee.
        serves = found < bins
        counts[group, found if serves else 0] += serves
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
                level = _level_of(loyalty[row], first_edge, width)
                slope = _slope_of(man["susceptibility"], width)
                found = _bin_of(level, slope, erosion[_group_of(man["profile"])], bins)
                loyal -= ((man["fate"] == Fate.SERVING) | (man["fate"] == Fate.PLANNING)) & (
                    found >= first_loyal
                )
    return int(loyal)
