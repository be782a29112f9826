"""Exits: a soldier leaves on the first day on which pressure reaches resistance.

- Hazard law: log hazard_i >= log height of a point of his scatter on that day.
- Threshold law: what has left of his reference group (a number, or a share) >= his fixed threshold.
"""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.calendar import Calendar
from sim.codes import Entries, Fate, Floats, Ints
from sim.compiled import compiled
from sim.muster import how_many_serve
from sim.parameters import Section, entry, parameter
from sim.party import Party, set_out
from sim.pressure import HazardOf, Tables, hazard_in, log_hazards, tables_of
from sim.rows import distinct
from sim.scatter import points_of_day
from sim.state import State
from sim.watch import Watch
from sim.world import World

_ROUNDING = 1e-9
"""A share such as 35 of 100 meets a threshold of 0.35, whatever the rounding of the two."""

_MANTISSA_BITS, _EXPONENT_BIAS = 52, 1023
"""Of a number in double precision: the power of 2 below it is in the bits above the mantissa."""
_LOG_2 = math.log(2.0)

_Threshold = Annotated[float, entry(-1e9, 1e9, "as measured")]


class HazardLaw(Section):
    """Pressure is today's hazard, resistance a unit exponential of the soldier and the day."""

    kind: Literal["hazard"] = "hazard"
    reference_hazard_per_week: float = parameter(
        4e-5,
        0,
        10,
        "1 per week",
        "Hazard of the reference soldier on day 0: h0.",
        "[proto] 3e-5 to 5e-5",
    )
    cap_per_day: float = parameter(0.5, 0.001, 1, "1 per day", "Most that a hazard can be: part of the law.")


class Thresholds(Section):
    """Distribution of personal thresholds, in the unit of the law's measure."""

    distribution: Literal["listed", "evenly_spaced", "constant", "normal", "uniform"] = Field(
        "normal", description="Kind of distribution."
    )
    values: tuple[_Threshold, ...] = Field((), description="Thresholds in roster order, for `listed`.")
    first: float = parameter(0.0, -1e9, 1e9, "as measured", "First threshold, or lower end.")
    step: float = parameter(1.0, -1e9, 1e9, "as measured", "Step, for `evenly_spaced`.")
    last: float = parameter(1.0, -1e9, 1e9, "as measured", "Upper end, for `uniform`.")
    mean: float = parameter(0.25, -1e9, 1e9, "as measured", "Mean, or the constant.")
    sd: float = parameter(0.1, 0, 1e9, "as measured", "Standard deviation, for `normal`.")


class ThresholdLaw(Section):
    """Pressure is what has left of the reference group, resistance a fixed personal threshold."""

    kind: Literal["threshold"] = "threshold"
    reference: Literal["army", "unit", "ties"] = Field("army", description="Reference group.")
    measure: Literal["number", "share"] = Field("share", description="What of the group counts.")
    initiators: int = parameter(
        0,
        0,
        10_000_000,
        "soldiers",
        "Regulars who leave on day 0 whatever their threshold: the seeds of a cascade.",
        "0 is none",
        extensive=True,
    )
    thresholds: Thresholds = Thresholds()
    cap_per_day: ClassVar[float] = 1.0
    """Nobody has a hazard under this law."""


Law = Annotated[HazardLaw | ThresholdLaw, Field(discriminator="kind")]


def decide(world: World, state: State, watch: Watch) -> None:
    """Find those whose day it is, and start today's party with them and with dated exits."""
    law = world.scenario.law
    if isinstance(law, ThresholdLaw):
        rows = _past_threshold(world, state, law)
        state.touched, state.persuaded = [], []
        table = set_out(state.party.table, rows, state.forced, state.muster)
    else:
        table = _struck(world, state, watch)
    state.party = Party(table)


def _struck(world: World, state: State, watch: Watch) -> Ints:
    """Today's party, shape (3, n): of those who decide, whose hazard reaches a point of today's scatter."""
    watch.look(world, state)
    with_reserve = state.called_share > 0.0
    return _set_out_if_reached(
        state.party.table,
        state.forced,
        *watch.scatter.day_to_read(state.day, world.identities_below(with_reserve)),
        state.muster,
        tables_of(world, state),
    )


@compiled
def _set_out_if_reached(
    yesterday: Ints,
    dated: Ints,
    calendar: Calendar,
    day: int,
    key: np.uint64,
    key_of_day: np.uint64,
    row_of: Ints,
    identities: int,
    men: Entries,
    tables: Tables,
) -> Ints:
    """Table of those who set out today: whose point of the day is reached, and those of dated exits."""
    hazard = hazard_in(men, tables)
    rows, heights = points_of_day(calendar, day, key, key_of_day, row_of, identities)
    return set_out(yesterday, _whose_point_is_reached(rows, heights, hazard, men["fate"]), dated, men)


@compiled
def _whose_point_is_reached(rows: Ints, heights: Floats, hazard: HazardOf, fate: Ints) -> Ints:
    """Rows of those serving whose hazard reaches a point of the day, ascending, once for each."""
    serve, reached = how_many_serve(rows, fate), 0
    _keep_who_serves(rows, heights, fate)
    log_hazard = log_hazards(hazard, rows[:serve])
    for place in range(serve):
        rows[reached] = rows[place]
        reached += reaches(log_hazard[place], heights[place])
    return distinct(rows[:reached])


@compiled
def reaches(log_hazard: float, height: float) -> bool:
    """Whether a hazard reaches the height of a point: log hazard >= log height.

    Most do not reach even the power of 2 below it, which needs no logarithm.
    """
    exponent = (np.float64(height).view(np.int64) >> _MANTISSA_BITS) - _EXPONENT_BIAS
    if log_hazard < exponent * _LOG_2 - _ROUNDING:
        return False
    return log_hazard >= math.log(height)


@compiled
def _keep_who_serves(rows: Ints, heights: Floats, fate: Ints) -> None:
    """Move the points of those who serve to the front."""
    kept = 0
    for place in range(rows.size):
        row = rows[place]
        rows[kept], heights[kept] = row, heights[place]
        kept += fate[row] == Fate.SERVING


def _past_threshold(world: World, state: State, law: ThresholdLaw) -> Ints:
    """Rows of those serving whose reference group has moved far enough."""
    assert world.threshold is not None, "thresholds are dealt with the threshold law"
    rows = np.flatnonzero((state.fate == Fate.SERVING) & ~world.is_bound)
    pressure = _moved(world, state, law, rows)
    return rows[pressure + _ROUNDING >= world.threshold[rows]]


def _moved(world: World, state: State, law: ThresholdLaw, rows: Ints) -> Floats:
    """Number or share of each man's reference group that has left."""
    soldiers = world.army.soldiers
    if law.reference == "army":
        gone = np.full(rows.size, float(state.gone_by_unit.sum()))
        whole = np.full(rows.size, float(world.army.regulars))
    elif law.reference == "unit":
        gone = state.gone_by_unit[soldiers.unit[rows]].astype(np.float64)
        whole = world.unit_strength[soldiers.unit[rows]]
    else:
        gone = state.ties_gone[rows].astype(np.float64)
        whole = world.army.ties.degree[rows].astype(np.float64)
    return gone if law.measure == "number" else gone / np.maximum(whole, 1.0)
