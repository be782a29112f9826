"""Counts of those who serve, kept with each fate instead of counted every day."""

from __future__ import annotations

from sim.codes import Entries, Ints
from sim.compiled import compiled
from sim.state import State
from sim.world import World


def enter_service(world: World, state: State, rows: Ints, men: int = 1) -> None:
    """Count soldiers in; with `men` = -1, out."""
    enter(
        rows,
        men,
        state.muster,
        state.station,
        world.army.units.battalion,
        state.serving.ravel(),
        state.men,
        state.men_by_station,
        state.men_by_battalion,
    )


@compiled
def enter(
    rows: Ints,
    men: int,
    entries: Entries,
    station_of: Ints,
    battalion_of: Ints,
    serving: Ints,
    by_unit: Ints,
    by_station: Ints,
    by_battalion: Ints,
) -> None:
    """Count soldiers in or out by sect and company, company, station and battalion."""
    cell_of, unit_of = entries["cell"], entries["unit"]
    for one in range(rows.size):
        row, unit = rows[one], unit_of[rows[one]]
        serving[cell_of[row]] += men
        by_unit[unit] += men
        by_station[station_of[unit]] += men
        by_battalion[battalion_of[unit]] += men
