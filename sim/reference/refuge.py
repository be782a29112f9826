"""Refuge: where one can go today, and what it says of leaving (sections 7.6 and 7.12)."""

from __future__ import annotations

from math import exp, log

from sim.reference.country import Place
from sim.reference.situation import Situation


def open_up(situation: Situation) -> None:
    """Open havens by date, and say what can be reached from each place."""
    refuge = situation.scenario.refuge
    for haven in situation.havens:
        haven.ramp = min(max((situation.day - haven.opens) / refuge.ramp_days, 0.0), 1.0)
    for place in situation.places:
        out_of_reach = 1.0
        for haven, kilometres in zip(situation.havens, place.distances, strict=True):
            if kilometres is not None:
                out_of_reach *= 1 - haven.ramp * exp(-kilometres / refuge.reach_km)
        place.haven_access = 1 - out_of_reach
        place.faction_access = refuge.faction_access * situation.faction_exists * place.night_control


def term(situation: Situation, place: Place) -> float:
    """Log hazard by where one can go from a place."""
    refuge = situation.scenario.refuge
    access = 1 - (1 - place.haven_access) * (1 - place.faction_access)
    return log((refuge.floor + (1 - refuge.floor) * access) / refuge.floor)
