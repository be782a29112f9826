"""Which soldiers' luck must be read beyond the layer that is read for all: the bound on each hazard.

Only points of the scatter under a man's hazard matter. The lowest layer is read for everyone. When a
man is looked at, the upper layers are read so deep that his hazard has room to rise, and his limit is
noted: how far the table of his profile may rise before he must be looked at again. What else may raise
his hazard is charged to the limit: the table of his company when it rises above its ceiling, and what
comrades who left add of their own. Companies also rise and fall together: their tide lifts and lowers all
ceilings, and counts as if it were of the profiles. The bound decides which numbers are read and never what
they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.alike import BLOCK
from sim.boxes import EDGES, depth_for
from sim.ceilings import CEILINGS_FOR, charge_companies, lower_ceilings, tide_of
from sim.codes import RANKS, Entries, Fate, Floats, Ints, Singles
from sim.compiled import compiled
from sim.limits import Bounds, Limits, charge, mark_of, reached, release, set_limit
from sim.muster import how_many_serve
from sim.pressure import HazardOf, Tables, hazard_in, hazard_of, log_hazard_by, tables_of
from sim.readers import Read, read_no_more
from sim.scatter import Scatter
from sim.state import State
from sim.terms import Pressure
from sim.world import World

ROOM = 0.5
"""Log hazard that is left at least, after a look, before a man must be looked at again."""
FIRST_DEPTH = 2
"""Layers that are read of a man when any is: most of those of whom one is read soon need the next."""
_NOBODY: Ints = np.empty(0, np.int64)
_RANKS = len(RANKS)
_KINDS = 4
"""Profiles of one rank, sect and home: by family and awareness."""
_AT_ONCE = 512
"""Men who are fetched from memory together."""
_ROUNDING = 1e-4
"""What single precision and the order of sums can hide of a limit."""
_LOG_EDGES: Floats = np.append(np.log(EDGES[:-1]), np.inf)
"""Top of what is read at each depth; nothing lies above the last layer."""


@dataclass
class Watch:
    """Keeper of the bounds of one run.

    The mark of a group of men who are alike (`sim.alike`) is how far the table of their profiles and the tide
    of their sect have risen, for the most susceptible of them and the profile that rose most.

    Parameters
    ----------
    scatter : Scatter
    every_day : bool
        Look at the whole army every day: the slow, plain reading.
    """

    scatter: Scatter
    every_day: bool = False
    _limits: Limits = field(init=False)
    _mark: Floats = field(init=False)
    """(G,)"""
    _ceiling: Singles = field(init=False)
    """(S * U,) height above the tide of the company's table that the limits allow for."""
    _tide: Floats = field(init=False)
    """(S,)"""
    _before: Pressure | None = None

    def look(self, world: World, state: State) -> None:
        """Read all layers that today's hazards can reach."""
        pressure = state.pressure
        assert pressure is not None, "the day's terms are added up before anyone is looked at"
        gone = state.escaped, state.caught, state.killed
        if self._before is None or self.every_day or self._is_of_soldiers(pressure):
            rows, wanted = self._all_anew(world, state, pressure, gone)
        else:
            rows, wanted = self._out_of_room(world, state, gone)
        state.touched, state.persuaded = [], []
        self._before = pressure
        self.scatter.read(rows, wanted, state.day)

    def _is_of_soldiers(self, pressure: Pressure) -> bool:
        """Whether single soldiers have, or had yesterday, a term of their own."""
        return pressure.soldier is not None or (self._before is not None and self._before.soldier is not None)

    def _all_anew(
        self, world: World, state: State, pressure: Pressure, gone: tuple[Ints, Ints, Ints]
    ) -> tuple[Ints, Ints]:
        """Put all bounds at today's pressure; all who can be serving, and how deep each must be read."""
        for rows in gone:
            self.scatter.drop(rows)
        if self._before is None:
            self._limits = Limits.of(world)
        self._limits.forget()
        self._mark = np.zeros(self._limits.bounds.lowest.size // 2)
        self._tide = tide_of(pressure.cell, world.sect_count)
        self._ceiling = np.full(pressure.cell.size, np.inf, np.float32)
        lower_ceilings(pressure.cell, self._tide, self._ceiling)
        rows = np.arange(world.army.size if state.called_share > 0.0 else world.army.regulars)
        hazard, reading, bounds = hazard_of(world, state), self.scatter.reading, self._limits.bounds
        wanted = _look_at(rows, state.muster, hazard, self._ceiling, self._tide, reading, self._mark, bounds)
        return rows, wanted

    def _out_of_room(self, world: World, state: State, gone: tuple[Ints, Ints, Ints]) -> tuple[Ints, Ints]:
        """Men with no room left and those who were touched, and how deep each must be read."""
        before, limits, army = self._before, self._limits, world.army
        assert before is not None, "there is a change from the second day on"
        for rows, risen in state.persuaded:
            charge(rows, risen, state.fate, state.seat, limits.bounds)
        return _look_again(
            gone,
            np.concatenate(state.touched) if state.touched else _NOBODY,
            state.muster,
            tables_of(world, state),
            before.profile,
            before.susceptible,
            limits.most_susceptible,
            self._tide,
            self._mark,
            self._ceiling,
            state.day % CEILINGS_FOR == 0,
            army.regular_start,
            army.reserve_start,
            army.soldiers.sect,
            limits.seat,
            state.called_share > 0.0,
            limits.first_block,
            limits.row,
            limits.bounds,
            limits.passed,
            limits.opened,
            self.scatter.reading,
        )


@compiled
def _look_again(
    gone: tuple[Ints, Ints, Ints],
    touched: Ints,
    men: Entries,
    tables: Tables,
    profile_before: Floats,
    susceptible_before: Floats,
    most_susceptible: Floats,
    tide: Floats,
    mark: Floats,
    ceiling: Singles,
    lowers_ceilings: bool,
    regular_start: Ints,
    reserve_start: Ints,
    sect_of: Ints,
    seat_of: Ints,
    with_reserve: bool,
    first_block: Ints,
    row: Ints,
    bounds: Bounds,
    passed: Ints,
    opened: Ints,
    reading: Read,
) -> tuple[Ints, Ints]:
    """Follow the day's change of the tables; who must be looked at, and how deep each must be read."""
    for left in gone:
        read_no_more(reading, left)
        release(left, men["seat"], bounds)
    profile, susceptible, table, _, _ = tables
    lift = tide_of(table, tide.size) - tide
    tide += lift
    if lowers_ceilings:
        lower_ceilings(table, tide, ceiling)
    _rise(profile, profile_before, susceptible, susceptible_before, most_susceptible, lift, mark)
    charge_companies(
        table, tide, ceiling, regular_start, reserve_start, with_reserve, sect_of, seat_of, bounds
    )
    out = reached(mark, 2 if with_reserve else 1, first_block, row, bounds, passed, opened)
    rows = np.concatenate((touched, out)) if touched.size else out
    return rows, _look_at(rows, men, hazard_in(men, tables), ceiling, tide, reading, mark, bounds)


@compiled
def _rise(
    profile: Floats,
    profile_before: Floats,
    susceptible: Floats,
    susceptible_before: Floats,
    most_susceptible: Floats,
    lift: Floats,
    mark: Floats,
) -> None:
    """Follow the day's change of the profiles' tables, and of the tide."""
    alike = profile.size // _KINDS
    places = alike // (_RANKS * lift.size)
    rise, gain = np.empty(alike), np.empty(alike)
    for one in range(alike):
        highest, most = -np.inf, 0.0
        for kind in range(one * _KINDS, (one + 1) * _KINDS):
            highest = max(highest, profile[kind] - profile_before[kind])
            # A loss of grievance counts for nothing: it helps the less susceptible less.
            most = max(most, susceptible[kind] - susceptible_before[kind])
        rise[one], gain[one] = highest + lift[one // places % lift.size], most
    for of_class in range(most_susceptible.size):
        marks = mark[of_class * alike : (of_class + 1) * alike]
        for one in range(alike):
            marks[one] += rise[one] + most_susceptible[of_class] * gain[one]


@compiled
def _look_at(
    rows: Ints,
    men: Entries,
    hazard: HazardOf,
    ceiling: Singles,
    tide: Floats,
    reading: Read,
    mark: Floats,
    bounds: Bounds,
) -> Ints:
    """Note the limits of some men, under the ceilings of their companies; how deep each must be read."""
    fate, sect, seat_of, depth = men["fate"], men["sect"], men["seat"], reading.depth
    wanted = np.zeros(rows.size, np.int8)
    bound = np.empty(_AT_ONCE)
    for begin in range(0, rows.size, _AT_ONCE):
        some = rows[begin : begin + _AT_ONCE]
        if how_many_serve(some, fate) == 0:
            continue
        for one in range(some.size):
            bound[one] = np.nan
            if fate[some[one]] == Fate.SERVING:
                bound[one] = log_hazard_by(hazard, ceiling, tide[sect[some[one]]], some[one]) + _ROUNDING
        for one in range(some.size):
            if bound[one] == bound[one]:
                row = some[one]
                needed = depth_for(bound[one] + ROOM)
                wanted[begin + one] = max(needed, FIRST_DEPTH) if needed else 0
                room = _LOG_EDGES[max(depth[row], wanted[begin + one])] - bound[one]
                seat = seat_of[row]
                set_limit(seat, mark_of(mark, bounds.group[seat // BLOCK]) + room, bounds)
    return wanted
