"""Ceilings of companies: how far the table of a company may rise before its men are charged with it.

Companies rise and fall together, too. Ceilings are counted from their tide, which is the same for all
companies and so is a matter of whole groups of men (`sim.watch`).
"""

from __future__ import annotations

import numpy as np

from sim.codes import Floats, Ints, Singles
from sim.compiled import compiled
from sim.limits import Bounds, how_many_limited, lower

CEILING = 0.8
"""How far the ceiling of a company is set above its table."""
CEILINGS_FOR = 14
"""Days after which ceilings are lowered to where tables are."""
_TIDE_GAUGES = 16
"""One company in so many tells the tide."""


@compiled
def tide_of(table: Floats, sects: int) -> Floats:
    """Mean of the tables of some companies, by sect.

    Bounds hold whatever the tide is taken to be, as it moves marks and ceilings alike.
    """
    units, tide = table.size // sects, np.zeros(sects)
    for sect in range(sects):
        for unit in range(0, units, _TIDE_GAUGES):
            tide[sect] += table[sect * units + unit]
    return tide / ((units - 1) // _TIDE_GAUGES + 1)


@compiled
def lower_ceilings(table: Floats, tide: Floats, ceiling: Singles) -> None:
    """Lower ceilings to where tables are, which is safe: the limits allow for the higher."""
    units = table.size // tide.size
    for sect in range(tide.size):
        cells = slice(sect * units, (sect + 1) * units)
        highest = (table[cells] - (tide[sect] - CEILING)).astype(np.float32)
        ceiling[cells] = np.minimum(ceiling[cells], highest)


@compiled
def charge_companies(
    table: Floats,
    tide: Floats,
    ceiling: Singles,
    regular_start: Ints,
    reserve_start: Ints,
    with_reserve: bool,
    sect_of: Ints,
    seat_of: Ints,
    bounds: Bounds,
) -> None:
    """Raise the ceilings that tables have passed, and charge the men under them."""
    units = regular_start.size - 1
    rise, has_passed = np.zeros(tide.size), np.zeros(units, np.bool_)
    for sect in range(tide.size):
        cells = slice(sect * units, (sect + 1) * units)
        heights, tops = table[cells], ceiling[cells]
        for unit in range(units):
            has_passed[unit] |= heights[unit] - tide[sect] > tops[unit]
    for unit in range(units):
        if has_passed[unit]:
            for sect in range(tide.size):
                cell = sect * units + unit
                above = table[cell] - tide[sect]
                rise[sect] = 0.0
                if above > ceiling[cell]:
                    before = ceiling[cell]
                    ceiling[cell] = above + CEILING
                    rise[sect] = ceiling[cell] - before
            _charge_men(regular_start[unit], regular_start[unit + 1], rise, sect_of, seat_of, bounds)
            if with_reserve:
                _charge_men(reserve_start[unit], reserve_start[unit + 1], rise, sect_of, seat_of, bounds)


@compiled
def _charge_men(first: int, end: int, rise: Floats, sect_of: Ints, seat_of: Ints, bounds: Bounds) -> None:
    """Charge the men of a company with what was added to its ceilings, by sect."""
    if how_many_limited(seat_of[first:end], bounds) == 0:
        return
    for row in range(first, end):
        if rise[sect_of[row]] > 0.0 and bounds.limit[seat_of[row]] < np.inf:
            lower(seat_of[row], rise[sect_of[row]], bounds)
