"""Loyalty of those who serve, counted in bins.

Loyalty is only counted, so single precision does. A man's bin is ``level - slope * erosion`` of his group,
rounded down, with the ends for all that lies beyond; a group is a rank, a sect and a home.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from sim.codes import Fate, Floats, Ints, Singles
from sim.compiled import compiled
from sim.loyalty import LOYALTY_BINS, bin_width, loyal_from, loyalty_edges
from sim.state import State
from sim.world import World

_BLOCK = 1024
_GONE = np.float32(-np.inf)
"""Level of those who do not serve: they fall into the first bin, and are taken out of it as a number."""


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
    gone: Ints
    """(G,) men who stand here and serve no more."""
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
            gone=np.zeros(groups, np.int64),
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

    def _catch_up(self, world: World) -> None:
        """Take in who reported, and let go who went."""
        if self._coming:
            soldiers = world.army.soldiers
            self.came = _take_in(
                np.concatenate(self._coming),
                world.profile,
                soldiers.loyalty,
                soldiers.susceptibility,
                self.first_edge,
                self.width,
                world.army.regulars,
                self.came,
                self.place,
                self.level,
                self.slope,
                self.newcomers,
            )
        _let_go(np.concatenate(self._going), world.profile, self.place, self.level, self.gone)
        self._going, self._coming = [], []

    def count(self, world: World, state: State) -> Ints:
        """Count those who serve, by group and bin; shape (G, `LOYALTY_BINS`)."""
        self._catch_up(world)
        return _count(
            self.end,
            self.level,
            self.slope,
            self.gone,
            world.army.regulars,
            self.newcomers[: self.came],
            _singles(state.erosion),
            LOYALTY_BINS,
        )

    def loyal(self, world: World, state: State, counts: Ints) -> int:
        """Men above the bound of loyalty in companies that have not collapsed."""
        army, soldiers = world.army, world.army.soldiers
        return _loyal(
            counts,
            self.first_loyal,
            state.collapsed_on,
            army.regular_start,
            army.reserve_start,
            state.fate,
            state.profile,
            soldiers.loyalty,
            soldiers.susceptibility,
            self.first_edge,
            self.width,
            _singles(state.erosion),
            LOYALTY_BINS,
        )


def _singles(erosion: Floats) -> Singles:
    """Erosion of each group in single precision."""
    return erosion.ravel().astype(np.float32)


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
def _bin_of(level: np.float32, slope: np.float32, erosion: np.float32, bins: int) -> int:
    """Bin of a man, with the ends for all that lies beyond."""
    height, last = level - slope * erosion, np.float32(bins - 1)
    height = height if height > np.float32(0.0) else np.float32(0.0)
    return int(height if height < last else last)


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
def _let_go(rows: Ints, profile: Ints, place: Ints, level: Singles, gone: Ints) -> None:
    """Count some men out."""
    for row in rows:
        level[place[row]] = _GONE
        gone[_group_of(profile[row])] += 1


@compiled
def _take_in(
    rows: Ints,
    profile: Ints,
    loyalty: Floats,
    susceptibility: Singles,
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
        here = regulars + came
        place[row], newcomers[came] = here, _group_of(profile[row])
        level[here] = _level_of(loyalty[row], first_edge, width)
        slope[here] = _slope_of(susceptibility[row], width)
        came += 1
    return came


@compiled
def _count(
    end: Ints,
    level: Singles,
    slope: Singles,
    gone: Ints,
    regulars: int,
    newcomers: Ints,
    erosion: Singles,
    bins: int,
) -> Ints:
    """Count those who serve, by group and bin."""
    counts = np.zeros((end.size, bins), np.int32)
    heights, parts = np.empty(_BLOCK, np.uint8), np.zeros((4, bins), np.int32)
    begin = 0
    for group in range(end.size):
        while begin < end[group]:
            next_begin = min(begin + _BLOCK, end[group])
            size = next_begin - begin
            _write_bins(
                level[begin:next_begin], slope[begin:next_begin], erosion[group], bins, heights[:size]
            )
            _tally(heights[:size], parts[0], parts[1], parts[2], parts[3])
            begin = next_begin
        for part in range(4):
            for height in range(bins):
                counts[group, height] += parts[part, height]
                parts[part, height] = 0
    for one in range(newcomers.size):
        group, here = newcomers[one], regulars + one
        counts[group, _bin_of(level[here], slope[here], erosion[group], bins)] += 1
    for group in range(end.size):
        counts[group, 0] -= gone[group]
    return counts


@compiled
def _write_bins(level: Singles, slope: Singles, erosion: np.float32, bins: int, heights: Ints) -> None:
    """Write down the bins of some men of a group."""
    for one in range(heights.size):
        heights[one] = _bin_of(level[one], slope[one], erosion, bins)


@compiled
def _tally(heights: Ints, first: Ints, second: Ints, third: Ints, fourth: Ints) -> None:
    """Count bins into four tables by turns, so that no count waits for the one before."""
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
    fate: Ints,
    profile: Ints,
    loyalty: Floats,
    susceptibility: Singles,
    first_edge: float,
    width: float,
    erosion: Singles,
    bins: int,
) -> int:
    """All in the bins of the loyal, less those of collapsed companies."""
    loyal = counts[:, first_loyal:].sum()
    for unit in range(collapsed_on.size):
        if collapsed_on[unit] < 0:
            continue
        for start in (regular_start, reserve_start):
            for row in range(start[unit], start[unit + 1]):
                if fate[row] == Fate.SERVING or fate[row] == Fate.PLANNING:
                    level = _level_of(loyalty[row], first_edge, width)
                    slope = _slope_of(susceptibility[row], width)
                    group = _group_of(profile[row])
                    loyal -= _bin_of(level, slope, erosion[group], bins) >= first_loyal
    return int(loyal)
