"""Which soldiers' luck must be read beyond the layer that is read for all: the bound on each hazard.

Only points of the scatter under a man's hazard matter. The lowest layer is read for everyone. When a
man is looked at, the upper layers are read up to `SLACK` times his hazard, and it is noted how far the
table of his profile may rise before the edge of what was read could be reached. He is looked at again
when it has risen so far, when the table of his company has, or when something of his own changed. The
bound decides which numbers are read and never what they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from sim.codes import Fate, Flags, Floats, Ints
from sim.pressure import log_hazard
from sim.scatter import EDGES, LAYERS, Scatter, depth_for
from sim.state import State
from sim.terms import Pressure
from sim.world import World

SLACK = 4.0
_COMPANY_RISE = 0.6
"""How far the table of a company may rise before its men are looked at."""
_CHECK_RISE = 0.2
"""How far a profile may rise before the near men are checked."""
_FAR_RISE = 1.5
"""How far a profile may rise before it is asked anew who is near."""
_ORDINARY_SUSCEPTIBILITY = 2.0
_LOG_EDGES = np.log(EDGES)
assert math.log(SLACK) >= _COMPANY_RISE + _CHECK_RISE, "a look must last until the next check"


@dataclass
class _Class:
    """Men up to one susceptibility, and how far their tables have risen.

    A man is overdue when the table of his profile has risen to his limit. Only men whose limit is near
    are checked; who is near is asked when a table has risen far.
    """

    rows: Ints
    most_susceptible: float
    risen: Floats
    """(P,) table of the profile for the most susceptible; it falls only with the situation."""
    checked: Floats
    far_checked: Floats
    near: Ints
    is_near: Flags
    """(N,) whether a row is among them."""

    def add_near(self, rows: Ints) -> None:
        """Check some men from now on."""
        new = rows[~self.is_near[rows]]
        self.is_near[new] = True
        self.near = np.concatenate((self.near, new))

    def rise(self, change: Floats, stock_gain: Floats) -> None:
        """Follow the day's change of the tables."""
        # A loss of grievance counts for nothing: it helps the less susceptible less.
        self.risen = self.risen + change + self.most_susceptible * stock_gain
        # A man who was looked at while a table was low has only the room from there.
        self.checked = np.minimum(self.checked, self.risen)
        self.far_checked = np.minimum(self.far_checked, self.risen)

    def overdue(self, profile: Ints, limit: Floats) -> Ints:
        """Rows that must be looked at again."""
        if (self.risen - self.far_checked).max() > _FAR_RISE:
            self.far_checked = self.risen
            room = limit[self.rows] - self.risen[profile[self.rows]]
            self.is_near[:] = False
            self.near = self.rows[:0]
            self.add_near(self.rows[room < _FAR_RISE + _CHECK_RISE])
            self.checked = np.full(self.risen.size, -np.inf)
        if (self.risen - self.checked).max() <= _CHECK_RISE:
            return self.rows[:0]
        self.checked = self.risen
        return self.near[self.risen[profile[self.near]] > limit[self.near]]


@dataclass
class Watch:
    """Keeper of the bounds of one run.

    Parameters
    ----------
    scatter : Scatter
    every_day : bool
        Look at the whole army every day: the slow, plain reading.
    """

    scatter: Scatter
    every_day: bool = False
    _limit: Floats = field(init=False)
    """(N,) value of the profile's risen table at which the man must be looked at again."""
    _classes: list[_Class] = field(init=False, default_factory=list)
    _class_of: Ints = field(init=False)
    _before: Pressure = field(init=False)
    _cell: Floats = field(init=False)

    def look(self, world: World, state: State) -> None:
        """Read all layers that today's hazards can reach."""
        pressure = state.pressure
        assert pressure is not None, "the day's terms are added up before anyone is looked at"
        for gone in (state.escaped, state.caught, state.killed):
            self.scatter.drop(gone)
            if self._classes:
                self._limit[gone] = np.inf
        if self.every_day or not self._classes or self._is_of_soldiers(pressure):
            self._start(world, pressure)
            rows: list[Ints] = [np.arange(world.army.size)]
        else:
            rows = [*state.touched, self._risen_companies(world, pressure)]
            rows += self._overdue(state, pressure)
        state.touched = []
        self._before = pressure
        self._look_at(world, state, union(rows, world.army.size))

    def _is_of_soldiers(self, pressure: Pressure) -> bool:
        """Whether single soldiers have, or had yesterday, a term of their own."""
        return pressure.soldier is not None or self._before.soldier is not None

    def _start(self, world: World, pressure: Pressure) -> None:
        """Put all bounds at today's pressure."""
        susceptibility = world.army.soldiers.susceptibility
        self._limit = np.full(world.army.size, np.inf)
        self._cell = pressure.cell.copy()
        self._class_of = (susceptibility > _ORDINARY_SUSCEPTIBILITY).astype(np.int8)
        risen, never = np.zeros(pressure.profile.size), np.full(pressure.profile.size, -np.inf)
        self._classes = []
        for number, most in enumerate((_ORDINARY_SUSCEPTIBILITY, float(susceptibility.max()))):
            rows, nobody = np.flatnonzero(self._class_of == number), np.zeros(world.army.size, dtype=bool)
            self._classes.append(_Class(rows, most, risen, risen, never, rows[:0], nobody))

    def _overdue(self, state: State, pressure: Pressure) -> list[Ints]:
        """Rows whose profile has risen to their limit."""
        change = pressure.profile - self._before.profile
        stock_gain = np.maximum(pressure.susceptible - self._before.susceptible, 0.0)
        rows = []
        for one in self._classes:
            one.rise(change, stock_gain)
            rows.append(one.overdue(state.profile, self._limit))
        return rows

    def _risen_companies(self, world: World, pressure: Pressure) -> Ints:
        """Rows of companies whose own table has risen too far, which is then up to date."""
        self._cell = np.minimum(self._cell, pressure.cell)
        risen = pressure.cell - self._cell > _COMPANY_RISE
        if not risen.any():
            return np.empty(0, dtype=np.int64)
        units = np.flatnonzero(risen.reshape(-1, world.sect_count).any(axis=1))
        cells = (units[:, np.newaxis] * world.sect_count + np.arange(world.sect_count)).ravel()
        self._cell[cells] = pressure.cell[cells]
        return world.army.rows_of(units)

    def _look_at(self, world: World, state: State, rows: Ints) -> None:
        """Read the layers of some men as deep as they may need, and note their limits."""
        rows = rows[state.fate[rows] == Fate.SERVING]
        hazard = log_hazard(world, state, rows)
        self.scatter.read(rows, depth_for(hazard + math.log(SLACK)), state.day)
        depth = self.scatter.depth[rows]
        room = _LOG_EDGES[depth] - hazard - _COMPANY_RISE - _CHECK_RISE
        room[depth == LAYERS] = np.inf
        for number, one in enumerate(self._classes):
            of_class = np.flatnonzero(self._class_of[rows] == number)
            here, left = rows[of_class], room[of_class]
            self._limit[here] = one.risen[state.profile[here]] + left
            one.add_near(here[left < _FAR_RISE + _CHECK_RISE])


def union(parts: list[Ints], size: int) -> Ints:
    """Rows that are in any of several sets, ascending.

    Parameters
    ----------
    parts : list of (n,) array of int
    size : int
        Number of rows of the roster.

    Returns
    -------
    (m,) array of int
    """
    together = np.concatenate(parts)
    if together.size > size // 100:
        marked = np.zeros(size, dtype=bool)
        marked[together] = True
        return np.flatnonzero(marked)
    together = np.sort(together)
    distinct: Ints = together[np.diff(together, prepend=-1) != 0]
    return distinct
