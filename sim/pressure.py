"""Pressure: the sum of all terms, and the log hazard of any soldier from it.

    log hazard_i = min(log cap, personal_i + profile[p_i] + cell[c_i] + s_i * susceptible[p_i] (+ soldier_i))

Tables are small, so the sum is made once a day and looked up only for those who matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from sim.codes import Entries, Floats, Ints, Singles
from sim.compiled import compiled, written_out
from sim.state import State
from sim.tally import Tally
from sim.terms import Pressure, Term
from sim.world import World

_NOTHING: Floats = np.empty(0)


def add_up(world: World, stands: Ints, tally: Tally) -> Pressure:
    """Sum what all mechanisms have added to the tally.

    Parameters
    ----------
    world : World
    stands : (U,) array of int
        Station of each company.
    tally : Tally
        Its tables become those of the pressure.

    Returns
    -------
    Pressure
    """
    (profile, susceptible, flat_cell), cell = tally.flat, tally.cell
    strange = _look_up(
        np.zeros(cell.shape[1]) if tally.company is None else tally.company,
        world.unit_effect,
        tally.station,
        stands,
        tally.battalion,
        world.army.units.battalion,
        np.zeros(cell.shape) if tally.own is None else tally.own,
        cell,
        profile,
        susceptible,
    )
    if tally.soldier is not None:
        strange += _not_finite(tally.soldier)
    return Pressure(profile, susceptible, flat_cell, tally.soldier, strange == 0)


def pressure_of(world: World, stands: Ints, terms: Iterable[Term]) -> Pressure:
    """Sum some terms; `stands` is the station of each company, (U,)."""
    tally = Tally(world)
    for term in terms:
        tally.add(term)
    return add_up(world, stands, tally)


def by_company(world: World, stands: Ints, term: Term) -> Floats | None:
    """What a term says by place, battalion and company together, (U, 1) or (U, S); None if nothing.

    `stands` is the station of each company, (U,).
    """
    parts = []
    if term.station is not None:
        station = np.broadcast_to(term.station, (world.place_count, 2)).ravel()
        parts.append(station[stands][:, np.newaxis])
    if term.battalion is not None:
        parts.append(term.battalion[world.army.units.battalion][:, np.newaxis])
    if term.cell is not None:
        parts.append(np.broadcast_to(term.cell, (world.unit_count, term.cell.shape[1])))
    total: Floats | None = sum(parts[1:], parts[0]) if parts else None
    return total


@compiled
def _look_up(
    company: Floats,
    effect: Floats,
    by_station: Floats,
    station: Ints,
    by_battalion: Floats,
    battalion: Ints,
    own: Floats,
    cell: Floats,
    profile: Floats,
    susceptible: Floats,
) -> int:
    """Write the table by sect and company; tells how many numbers of the tables are not finite."""
    shared = _of_companies(company, effect, by_station.ravel(), station, by_battalion, battalion)
    return _spread(cell, own, shared) + _not_finite(profile) + _not_finite(susceptible)


@compiled
def _of_companies(
    company: Floats, effect: Floats, by_station: Floats, station: Ints, by_battalion: Floats, battalion: Ints
) -> Floats:
    """Sum of all that the men of a company have in common, (U,)."""
    shared = np.empty(company.size)
    for unit in range(company.size):
        total = effect[unit] + company[unit] + by_station[station[unit]]
        shared[unit] = total + by_battalion[battalion[unit]]
    return shared


@compiled
def _spread(cell: Floats, own: Floats, shared: Floats) -> int:
    """Write the table by sect and company: what companies have in common, and what is of a sect there.

    Tells how many numbers of it are not finite.
    """
    strange = 0
    # Companies lie side by side, so that several are summed in one step of the processor.
    for sect in range(cell.shape[0]):
        for unit in range(cell.shape[1]):
            cell[sect, unit] = shared[unit] + own[sect, unit]
            strange += cell[sect, unit] - cell[sect, unit] != 0.0
    return strange


@compiled
def _not_finite(table: Floats) -> int:
    """How many numbers of a table are not finite."""
    strange = 0
    for place in range(table.size):
        strange += table[place] - table[place] != 0.0
    return strange


class HazardOf(NamedTuple):
    """What the log hazard of each soldier is made of today, for compiled loops."""

    personal: Floats
    """(N,)"""
    profile: Ints
    """(N,)"""
    cell: Ints
    """(N,)"""
    susceptibility: Singles
    """(N,)"""
    by_profile: Floats
    """(P,)"""
    by_profile_if_susceptible: Floats
    """(P,)"""
    by_cell: Floats
    """(U * S,)"""
    by_soldier: Floats
    """(N,), or (0,) where single soldiers have no term."""
    log_cap: float


Tables = tuple[Floats, Floats, Floats, Floats, float]
"""The fields of `HazardOf` that are not of the soldiers."""


def tables_of(world: World, state: State, pressure: Pressure | None = None) -> Tables:
    """Gather what hazards are looked up in: this morning's pressure, unless another is given."""
    pressure = pressure or state.pressure
    assert pressure is not None, "the day's terms are added up before anyone is looked at"
    by_soldier = _NOTHING if pressure.soldier is None else pressure.soldier
    return pressure.profile, pressure.susceptible, pressure.cell, by_soldier, world.log_cap


def hazard_of(world: World, state: State, pressure: Pressure | None = None) -> HazardOf:
    """Gather what hazards are made of: by this morning's pressure, unless another is given."""
    tables = tables_of(world, state, pressure)
    return HazardOf(state.personal, state.profile, state.cell, state.susceptibility, *tables)


@written_out
def hazard_in(men: Entries, tables: Tables) -> HazardOf:
    """Gather what hazards are made of in a compiled loop, which takes the muster and `tables_of`."""
    by_profile, by_profile_if_susceptible, by_cell, by_soldier, log_cap = tables
    return HazardOf(
        men["personal"],
        men["profile"],
        men["cell"],
        men["susceptibility"],
        by_profile,
        by_profile_if_susceptible,
        by_cell,
        by_soldier,
        log_cap,
    )


@written_out
def log_hazard_by(hazard: HazardOf, by_cell: Floats | Singles, datum: float, row: int) -> float:
    """Log hazard a day of one soldier, by a table of sect and company that is counted from a datum."""
    profile = hazard.profile[row]
    total = hazard.personal[row] + hazard.by_profile[profile]
    total += datum + by_cell[hazard.cell[row]]
    total += hazard.susceptibility[row] * hazard.by_profile_if_susceptible[profile]
    if hazard.by_soldier.size:
        total += hazard.by_soldier[row]
    capped: float = min(total, hazard.log_cap)
    return capped


@compiled
def log_hazards(hazard: HazardOf, rows: Ints) -> Floats:
    """Log hazard a day of some soldiers, shape (n,)."""
    found = np.empty(rows.size)
    for place in range(rows.size):
        found[place] = log_hazard_by(hazard, hazard.by_cell, 0.0, rows[place])
    return found


def log_hazard(world: World, state: State, rows: Ints) -> Floats:
    """Log hazard a day of some soldiers, shape (n,), from this morning's pressure."""
    return log_hazards(hazard_of(world, state), rows)
