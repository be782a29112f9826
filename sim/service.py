"""Counts of those who serve, kept with each fate instead of counted every day."""

from __future__ import annotations

from sim.codes import Ints
from sim.compiled import compiled
from sim.state import State
from sim.world import World


def enter_service(world: World, state: State, rows: Ints, men: int = 1) -> None:
    """Count soldiers in; with `men` = -1, out."""
    _count(
        rows,
        men,
        state.cell,
        state.unit,
        state.station,
        world.army.units.battalion,
        state.serving.ravel(),
        state.men,
        state.men_by_station,
        state.men_by_battalion,
    )


@compiled
def _count(
    rows: Ints,
    men: int,
    cell_of: Ints,
    unit_of: Ints,
    station_of: Ints,
    battalion_of: Ints,
    serving: Ints,
    by_unit: Ints,
    by_station: Ints,
    by_battalion: Ints,
) -> None:
    for row in rows:
        unit = unit_of[row]
        serving[cell_of[row]] += men
        by_unit[unit] += men
        by_station[station_of[unit]] += men
        by_battalion[battalion_of[unit]] += men
