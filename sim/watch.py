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

from sim.army import expand
from sim.codes import Fate, Floats, Ints
from sim.pressure import log_hazard
from sim.scatter import EDGES, LAYERS, Scatter, depth_for
from sim.state import State
from sim.terms import Pressure
from sim.world import World

SLACK = 3.0
_COMPANY_RISE = 0.4
"""How far the table of a company may rise before its men are looked at."""
_CHECK_RISE = 0.2
"""How far any profile may rise before it is checked who must be looked at."""
_ORDINARY_SUSCEPTIBILITY = 2.0
"""Above it, a man is looked at whenever it is checked."""
_PROFILES_OF_A_GROUP = 4
"""Profiles of one rank, sect and home: family outside or not, aware or not."""
_LOG_EDGES = np.log(EDGES)


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
    _risen: Floats = field(init=False)
    """(P,) table of the profile, with ordinary susceptibility, that falls only with the situation."""
    _checked: Floats = field(init=False)
    _profile_before: Floats = field(init=False)
    _susceptible: Floats = field(init=False)
    _cell: Floats = field(init=False)
    _quick: Ints = field(init=False)
    _by_group: Ints = field(init=False)
    """(N,) rows in the order of rank, sect and home."""
    _group_start: Ints = field(init=False)
    _started: bool = field(init=False, default=False)

    def look(self, world: World, state: State) -> None:
        """Read all layers that today's hazards can reach."""
        pressure = state.pressure
        assert pressure is not None, "the day's terms are added up before anyone is looked at"
        for gone in (state.escaped, state.caught, state.killed):
            self.scatter.drop(gone)
            if self._started:
                self._limit[gone] = np.inf
        if self.every_day or not self._started or pressure.soldier is not None:
            self._start(world, pressure)
            rows: list[Ints] = [np.arange(world.army.size)]
        else:
            rows = [*state.touched, self._risen_companies(world, pressure)]
            rows += self._overdue(state, pressure)
        state.touched = []
        self._look_at(world, state, union(rows, world.army.size))

    def _start(self, world: World, pressure: Pressure) -> None:
        """Put all bounds at today's pressure."""
        susceptibility = world.army.soldiers.susceptibility
        self._started = True
        self._limit = np.full(world.army.size, np.inf)
        self._quick = np.flatnonzero(susceptibility > _ORDINARY_SUSCEPTIBILITY)
        group = world.profile // _PROFILES_OF_A_GROUP
        self._by_group = np.argsort(group, kind="stable")
        groups = np.arange(pressure.profile.size // _PROFILES_OF_A_GROUP + 1)
        self._group_start = np.searchsorted(group[self._by_group], groups)
        self._susceptible = pressure.susceptible.copy()
        self._risen = pressure.profile + _ORDINARY_SUSCEPTIBILITY * pressure.susceptible
        self._profile_before = pressure.profile
        self._checked = self._risen
        self._cell = pressure.cell.copy()

    def _overdue(self, state: State, pressure: Pressure) -> list[Ints]:
        """Rows whose profile has risen to their limit."""
        # A loss of grievance counts for nothing: it helps the less susceptible less.
        rise = np.maximum(pressure.susceptible - self._susceptible, 0.0)
        stock = self._risen - self._profile_before + _ORDINARY_SUSCEPTIBILITY * rise
        self._risen = pressure.profile + stock
        self._profile_before = pressure.profile
        self._susceptible = pressure.susceptible
        # A man who was looked at while a table was low has only the room from there.
        self._checked = np.minimum(self._checked, self._risen)
        risen = (self._risen - self._checked).reshape(-1, _PROFILES_OF_A_GROUP).max(axis=1) > _CHECK_RISE
        if not risen.any():
            return []
        self._checked = np.where(np.repeat(risen, _PROFILES_OF_A_GROUP), self._risen, self._checked)
        _, place = expand(self._group_start[:-1][risen], self._group_start[1:][risen])
        rows = self._by_group[place]
        overdue = rows[self._risen[state.profile[rows]] > self._limit[rows]]
        return [overdue, self._quick[risen[state.profile[self._quick] // _PROFILES_OF_A_GROUP]]]

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
        self._limit[rows] = self._risen[state.profile[rows]] + room


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
