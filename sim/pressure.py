"""Pressure: the sum of all terms, and the log hazard of any soldier from it.

    log hazard_i = min(log cap, personal_i + profile[p_i] + cell[c_i] + s_i * susceptible[p_i] (+ soldier_i))

Tables are small, so the sum is made once a day and looked up only for those who matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from sim.codes import Floats, Ints, Singles
from sim.compiled import compiled
from sim.state import State
from sim.terms import Pressure, Term
from sim.world import World

_NOTHING: Floats = np.empty(0)


def add_up(world: World, stands: Ints, terms: Iterable[Term], reuse: Pressure | None = None) -> Pressure:
    """Sum the terms of all mechanisms.

    Parameters
    ----------
    world : World
    stands : (U,) array of int
        Station of each company.
    terms : iterable of Term
    reuse : Pressure, optional
        A sum that is no more needed, whose largest table is written over.

    Returns
    -------
    Pressure
    """
    profile, susceptible = np.zeros(world.profile_shape), np.zeros(world.profile_shape)
    station, battalion = np.zeros((world.place_count, 2)), np.zeros(world.battalion_strength.size)
    company, own = np.zeros(world.unit_count), None
    soldier: Floats | None = None
    for term in terms:
        if term.profile is not None:
            profile += term.profile
        if term.susceptible is not None:
            susceptible += term.susceptible
        if term.station is not None:
            station += term.station
        if term.battalion is not None:
            battalion += term.battalion
        if term.cell is not None:
            if term.cell.shape == (company.size, 1):
                company += term.cell[:, 0]
            else:
                own = term.cell.T if own is None else own + term.cell.T
        if term.soldier is not None:
            soldier = term.soldier if soldier is None else soldier + term.soldier
    shape = (world.sect_count, world.unit_count)
    cell = np.empty(shape[0] * shape[1]) if reuse is None else reuse.cell
    by_profile, if_susceptible = profile.ravel(), susceptible.ravel()
    strange = _look_up(
        company,
        world.unit_effect,
        station.ravel(),
        stands,
        battalion,
        world.army.units.battalion,
        _whole(own, shape),
        cell.reshape(shape),
        by_profile,
        if_susceptible,
    )
    strange += 0 if soldier is None else _not_finite(soldier)
    return Pressure(by_profile, if_susceptible, cell, soldier, strange == 0)


def _whole(own: Floats | None, shape: tuple[int, int]) -> Floats:
    """What terms say by sect and company, in one piece of memory."""
    if own is None:
        return np.zeros(shape)
    if own.shape == shape and own.flags.c_contiguous:
        return own
    return np.ascontiguousarray(np.broadcast_to(own, shape))


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
    _sum_of_company(company, effect, by_station, station, by_battalion, battalion)
    return _spread(cell, own, company) + _not_finite(profile) + _not_finite(susceptible)


@compiled
def _sum_of_company(
    company: Floats, effect: Floats, by_station: Floats, station: Ints, by_battalion: Floats, battalion: Ints
) -> None:
    """Add all that the men of a company have in common to what terms say of companies."""
    for unit in range(company.size):
        total = effect[unit] + company[unit] + by_station[station[unit]]
        company[unit] = total + by_battalion[battalion[unit]]


@compiled
def _spread(cell: Floats, own: Floats, company: Floats) -> int:
    """Write the table by sect and company: what companies have in common, and what is of a sect there.

    Tells how many numbers of it are not finite.
    """
    strange = 0
    # Companies lie side by side, so that several are summed in one step of the processor.
    for sect in range(cell.shape[0]):
        for unit in range(cell.shape[1]):
            cell[sect, unit] = company[unit] + own[sect, unit]
            strange += cell[sect, unit] - cell[sect, unit] != 0.0
    return strange


@compiled
def _not_finite(table: Floats) -> int:
    """How many numbers of a table are not finite."""
    strange = 0
    for value in table:
        strange += value - value != 0.0
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


def hazard_of(
    world: World, state: State, pressure: Pressure | None = None, by_cell: Floats | None = None
) -> HazardOf:
    """Gather what hazards are made of: by this morning's pressure and its table, unless others are given."""
    pressure = pressure or state.pressure
    assert pressure is not None, "the day's terms are added up before anyone is looked at"
    return HazardOf(
        state.personal,
        state.profile,
        state.cell,
        state.susceptibility,
        pressure.profile,
        pressure.susceptible,
        pressure.cell if by_cell is None else by_cell,
        _NOTHING if pressure.soldier is None else pressure.soldier,
        math.log(world.scenario.law.cap_per_day),
    )


@compiled
def log_hazard_of(hazard: HazardOf, row: int) -> float:
    """Log hazard a day of one soldier."""
    profile = hazard.profile[row]
    total = hazard.personal[row] + hazard.by_profile[profile]
    total += hazard.by_cell[hazard.cell[row]]
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
        found[place] = log_hazard_of(hazard, rows[place])
    return found


def log_hazard(world: World, state: State, rows: Ints) -> Floats:
    """Log hazard a day of some soldiers, shape (n,), from this morning's pressure."""
    return log_hazards(hazard_of(world, state), rows)
