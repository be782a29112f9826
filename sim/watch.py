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
from sim.compiled import compiled
from sim.pressure import HazardOf, hazard_of, log_hazard_of
from sim.scatter import EDGES, Scatter, depth_for
from sim.state import State
from sim.terms import Pressure
from sim.world import World

ROOM = 0.4
"""Log hazard that is left at least, after a look, before a man must be looked at again."""
CEILING = 0.5
"""How far the ceiling of a company is set above its table."""
RISE = 0.6
"""How far a profile may rise before all limits are checked."""
_ROUNDING = 1e-4
"""What single precision and the order of sums can hide of a limit."""
ORDINARY_SUSCEPTIBILITY = 2.0
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
    _risen: Floats = field(init=False)
    """(Q,) how far the table of the profile has risen for the most susceptible of the class."""
    _checked: Floats = field(init=False)
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
            rows = np.concatenate([*state.touched, *self._out_of_room(world, state, pressure)])
        state.touched, state.persuaded = [], []
        self._before = pressure
        wanted = _look_at(
            rows,
            state.fate,
            hazard_of(world, state)._replace(by_cell=self._ceiling),
            self.scatter.depth,
            self._risen,
            self._watched_as,
            self._limit,
        )
        self.scatter.read(rows, wanted, state.day)

    def _is_of_soldiers(self, pressure: Pressure) -> bool:
        """Whether single soldiers have, or had yesterday, a term of their own."""
        return pressure.soldier is not None or (self._before is not None and self._before.soldier is not None)

    def _start(self, world: World, pressure: Pressure) -> None:
        """Put all bounds at today's pressure."""
        size, most = world.army.size, float(world.army.soldiers.susceptibility.max())
        self._most_susceptible = np.array([[min(most, ORDINARY_SUSCEPTIBILITY)], [most]])
        # Side by side, so that they are fetched from memory together.
        entries = np.zeros(size, dtype=[("limit", np.float32), ("watched_as", np.uint32)])
        self._limit, self._watched_as = entries["limit"], entries["watched_as"]
        self._limit[:] = np.inf
        self._ceiling = pressure.cell + CEILING
        self._risen = self._checked = np.zeros(2 * pressure.profile.size)

    def _rise(self, pressure: Pressure) -> None:
        """Follow the day's change of the profiles' tables."""
        assert self._before is not None, "there is a change from the second day on"
        # A loss of grievance counts for nothing: it helps the less susceptible less.
        gain = np.maximum(pressure.susceptible - self._before.susceptible, 0.0)
        change = pressure.profile - self._before.profile + self._most_susceptible * gain
        self._risen = self._risen + change.ravel()
        # A man who was looked at while a table was low has only the room from there.
        self._checked = np.minimum(self._checked, self._risen)

    def _out_of_room(self, world: World, state: State, pressure: Pressure) -> list[Ints]:
        """Men with no room left."""
        bounds = (self._risen.astype(np.float32), self._watched_as, self._limit)
        starts = (world.army.regular_start, world.army.reserve_start)
        found = [_charge_companies(pressure.cell, self._ceiling, starts, world.cell, bounds)]
        found += [_charge(rows, risen, bounds) for rows, risen in state.persuaded]
        if (self._risen - self._checked).max() > RISE:
            self._checked = self._risen
            # Lower ceilings are safe: the limits allow for the higher.
            self._ceiling = np.minimum(self._ceiling, pressure.cell + CEILING)
            may_serve = world.army.size if state.called_share > 0.0 else world.army.regulars
            found.append(_overdue(may_serve, bounds))
        return found


Bounds = tuple[Singles, Ints, Singles]
"""How far profiles have risen, each man's profile and his limit: see `Watch`."""


@compiled
def _overdue(may_serve: int, bounds: Bounds) -> Ints:
    """Rows whose limit has been reached."""
    risen, watched_as, limit = bounds
    found, reached = np.empty(may_serve, np.int64), 0
    # Without a branch: most limits are far.
    for row in range(may_serve):
        found[reached] = row
        reached += risen[watched_as[row]] > limit[row]
    return found[:reached].copy()


@compiled
def _charge(rows: Ints, rise: Floats, bounds: Bounds) -> Ints:
    """Take from the limit of each row; those who then have reached it."""
    risen, watched_as, limit = bounds
    found = [np.int64(0) for _ in range(0)]
    for place in range(rows.size):
        row = rows[place]
        limit[row] -= rise[place]
        if risen[watched_as[row]] > limit[row]:
            found.append(row)
    return np.array(found, dtype=np.int64)


@compiled
def _charge_companies(
    table: Floats, ceiling: Floats, starts: tuple[Ints, Ints], cell_of: Ints, bounds: Bounds
) -> Ints:
    """Raise ceilings that tables have passed and charge the men under them; those out of room."""
    risen, watched_as, limit = bounds
    units = starts[0].size - 1
    sects = table.size // units
    rise = np.zeros(sects, dtype=np.float32)
    found = [0 for _ in range(0)]
    for unit in range(units):
        first, any_rise = unit * sects, False
        for sect in range(sects):
            passed = table[first + sect] > ceiling[first + sect]
            rise[sect] = table[first + sect] + CEILING - ceiling[first + sect] if passed else 0.0
            any_rise |= passed
        if any_rise:
            for sect in range(sects):
                ceiling[first + sect] += rise[sect]
            for start in starts:
                for row in range(start[unit], start[unit + 1]):
                    limit[row] -= rise[cell_of[row] - first]
                    if risen[watched_as[row]] > limit[row]:
                        found.append(row)
    return np.array(found, dtype=np.int64)


@compiled
def _look_at(
    rows: Ints, fate: Ints, highest: HazardOf, depth: Ints, risen: Floats, watched_as: Ints, limit: Singles
) -> Ints:
    """Note the limits of some men, under the ceilings of their companies; how deep each must be read."""
    wanted = np.zeros(rows.size, dtype=np.int8)
    profiles = highest.by_profile.size
    for place in range(rows.size):
        row = rows[place]
        if fate[row] != Fate.SERVING:
            continue
        bound = log_hazard_of(highest, row) + RISE
        wanted[place] = depth_for(bound + ROOM)
        is_more_susceptible = highest.susceptibility[row] > ORDINARY_SUSCEPTIBILITY
        watched_as[row] = highest.profile[row] + (profiles if is_more_susceptible else 0)
        edge = _LOG_EDGES[max(depth[row], wanted[place])]
        limit[row] = risen[watched_as[row]] + (edge - bound - _ROUNDING)
    return wanted
