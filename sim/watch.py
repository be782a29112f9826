"""Which soldiers' luck must be read beyond the layer that is read for all: the bound on each hazard.

Only points of the scatter under a man's hazard matter. The lowest layer is read for everyone. When a
man is looked at, the upper layers are read so deep that his hazard has room to rise, and his limit is
noted: how far the table of his profile may rise before he must be looked at again. What else may raise
his hazard is charged to the limit: the table of his company when it rises above its ceiling, and what
comrades who left add of their own. The bound decides which numbers are read and never what they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.codes import Fate, Floats, Ints, Singles
from sim.rows import distinct
from sim.scatter import EDGES, Scatter, depth_for
from sim.state import State
from sim.terms import Pressure
from sim.world import World

ROOM = 0.4
"""Log hazard that is left at least, after a look, before a man must be looked at again."""
CEILING = 0.5
"""How far the ceiling of a company is set above its table."""
RISE = 0.4
"""How far a profile may rise before all limits are checked."""
_ROUNDING = 1e-4
"""What single precision and the order of sums can hide of a limit."""
_ORDINARY_SUSCEPTIBILITY = 2.0
_LOG_EDGES: Floats = np.append(np.log(EDGES[:-1]), np.inf)
"""Top of what is read at each depth; nothing lies above the last layer."""


@dataclass
class Watch:
    """Keeper of the bounds of one run.

    Men are watched by profile and class of susceptibility, the men of a class as if all were as
    susceptible as the most susceptible of it: `Q` = 2 * profiles.

    Parameters
    ----------
    scatter : Scatter
    every_day : bool
        Look at the whole army every day: the slow, plain reading.
    """

    scatter: Scatter
    every_day: bool = False
    _limit: Singles = field(init=False)
    """(N,) value of `_risen` at which the man must be looked at again."""
    _watched_as: Ints = field(init=False)
    """(N,) his entry in `_risen`."""
    _ceiling: Floats = field(init=False)
    """(U * S,) value of the company's table that the limits allow for."""
    _risen: Singles = field(init=False)
    """(Q,) how far the table of the profile has risen for the most susceptible of the class."""
    _checked: Singles = field(init=False)
    """(Q,) its value when all limits were last checked, or a lower one since."""
    _most_susceptible: Floats = field(init=False)
    """(2, 1) largest susceptibility of each class."""
    _before: Pressure | None = None

    def look(self, world: World, state: State) -> None:
        """Read all layers that today's hazards can reach."""
        pressure = state.pressure
        assert pressure is not None, "the day's terms are added up before anyone is looked at"
        gone = np.concatenate((state.escaped, state.caught, state.killed))
        self.scatter.drop(gone)
        if self._before is None or self.every_day or self._is_of_soldiers(pressure):
            self._start(world, pressure)
            rows = np.flatnonzero(state.fate == Fate.SERVING)
        else:
            self._limit[gone] = np.inf
            self._rise(pressure)
            rows = distinct(np.concatenate(self._due(world, state, pressure)))
            rows = rows[state.fate[rows] == Fate.SERVING]
        state.touched, state.persuaded = [], []
        self._before = pressure
        self._look_at(state, pressure, rows)

    def _is_of_soldiers(self, pressure: Pressure) -> bool:
        """Whether single soldiers have, or had yesterday, a term of their own."""
        return pressure.soldier is not None or (self._before is not None and self._before.soldier is not None)

    def _start(self, world: World, pressure: Pressure) -> None:
        """Put all bounds at today's pressure."""
        size, most = world.army.size, float(world.army.soldiers.susceptibility.max())
        self._most_susceptible = np.array([[min(most, _ORDINARY_SUSCEPTIBILITY)], [most]])
        self._limit = np.full(size, np.inf, dtype=np.float32)
        self._watched_as = np.zeros(size, dtype=np.int64)
        self._ceiling = pressure.cell + CEILING
        self._risen = self._checked = np.zeros(2 * pressure.profile.size, dtype=np.float32)

    def _rise(self, pressure: Pressure) -> None:
        """Follow the day's change of the profiles' tables."""
        assert self._before is not None, "there is a change from the second day on"
        # A loss of grievance counts for nothing: it helps the less susceptible less.
        gain = np.maximum(pressure.susceptible - self._before.susceptible, 0.0)
        change = pressure.profile - self._before.profile + self._most_susceptible * gain
        self._risen = self._risen + change.ravel().astype(np.float32)
        # A man who was looked at while a table was low has only the room from there.
        self._checked = np.minimum(self._checked, self._risen)

    def _due(self, world: World, state: State, pressure: Pressure) -> list[Ints]:
        """Men who must be looked at: of another profile than before, or with no room left."""
        charged = [self._charge_companies(world, pressure)]
        for rows, risen in state.persuaded:
            np.subtract.at(self._limit, rows, risen.astype(np.float32))
            charged.append(rows)
        if (self._risen - self._checked).max() > RISE:
            self._checked = self._risen
            # Lower ceilings are safe: the limits allow for the higher.
            self._ceiling = np.minimum(self._ceiling, pressure.cell + CEILING)
            may_serve = slice(0, world.army.size if state.called_share > 0.0 else world.army.regulars)
            overdue = self._risen[self._watched_as[may_serve]] > self._limit[may_serve]
            return [*state.touched, np.flatnonzero(overdue)]
        rows = np.concatenate(charged)
        return [*state.touched, rows[self._risen[self._watched_as[rows]] > self._limit[rows]]]

    def _charge_companies(self, world: World, pressure: Pressure) -> Ints:
        """Raise ceilings that tables have passed, charge the men under them, and name them."""
        passed = np.flatnonzero(pressure.cell > self._ceiling)
        if not passed.size:
            return passed
        raised = np.zeros(self._ceiling.size, dtype=np.float32)
        raised[passed] = pressure.cell[passed] + CEILING - self._ceiling[passed]
        self._ceiling[passed] += raised[passed]
        rows = world.army.rows_of(distinct(passed // world.sect_count))
        self._limit[rows] -= raised[world.cell[rows]]
        return rows

    def _look_at(self, state: State, pressure: Pressure, rows: Ints) -> None:
        """Read the layers of some men as deep as they may need, and note their limits."""
        profile, susceptibility = state.profile[rows], state.susceptibility[rows]
        highest = state.personal[rows] + pressure.profile[profile] + self._ceiling[state.cell[rows]]
        highest += susceptibility * pressure.susceptible[profile]
        if pressure.soldier is not None:
            highest += pressure.soldier[rows]
        self.scatter.read(rows, depth_for(highest + (RISE + ROOM)), state.day)
        room = _LOG_EDGES[self.scatter.depth[rows]] - highest - (RISE + _ROUNDING)
        is_more_susceptible = susceptibility > _ORDINARY_SUSCEPTIBILITY
        watched_as = profile + is_more_susceptible * np.int64(pressure.profile.size)
        self._watched_as[rows] = watched_as
        self._limit[rows] = self._risen[watched_as] + room
