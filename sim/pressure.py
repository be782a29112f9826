"""Pressure: the sum of all terms, and the log hazard of any soldier from it.

    log hazard_i = min(log cap, personal_i + profile[p_i] + cell[c_i] + s_i * susceptible[p_i] (+ soldier_i))

Tables are small, so the sum is made once a day and looked up only for those who matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from sim.codes import Floats, Ints
from sim.state import State
from sim.terms import Pressure, Term
from sim.world import World


def add_up(world: World, terms: Iterable[Term]) -> Pressure:
    """Sum the terms of all mechanisms, in their order."""
    profile, susceptible = np.zeros(world.profile_shape), np.zeros(world.profile_shape)
    station, battalion = np.zeros((world.place_count, 2)), np.zeros(world.battalion_strength.size)
    cell = np.zeros((world.unit_count, world.sect_count))
    soldier: Floats | None = None
    for term in terms:
        for total, part in (
            (profile, term.profile),
            (susceptible, term.susceptible),
            (station, term.station),
            (battalion, term.battalion),
            (cell, term.cell),
        ):
            if part is not None:
                total += part
        if term.soldier is not None:
            soldier = term.soldier if soldier is None else soldier + term.soldier
    units = world.army.units
    cell += (units.effect + station.ravel()[world.station] + battalion[units.battalion])[:, np.newaxis]
    return Pressure(profile.ravel(), susceptible.ravel(), cell.ravel(), soldier)


def log_hazard(world: World, state: State, rows: Ints) -> Floats:
    """Log hazard a day of some soldiers, shape (n,), from this morning's pressure."""
    pressure = state.pressure
    assert pressure is not None, "the day's terms are added up before anyone is looked at"
    profile = state.profile[rows]
    total = state.personal[rows] + pressure.profile[profile]
    total += pressure.cell[world.cell[rows]]
    total += world.army.soldiers.susceptibility[rows] * pressure.susceptible[profile]
    if pressure.soldier is not None:
        total += pressure.soldier[rows]
    log_cap = math.log(world.scenario.law.cap_per_day)
    capped: Floats = np.minimum(total, log_cap, out=total)
    return capped
