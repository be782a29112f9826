"""Opportunity: leave, the night, posture and confinement (section 7.12)."""

from __future__ import annotations

from math import log

from sim.reference.country import Place
from sim.reference.situation import Situation


def term(situation: Situation, place: Place, deployed: bool) -> float:
    """Log hazard of those who stand at a place, deployed or in garrison."""
    section = situation.scenario.opportunity
    gain = section.leave_multiple - 1
    on_leave = section.on_leave_share
    if situation.day < situation.leave_cancelled_until:
        on_leave = on_leave * section.cancelled_share
    ratio = (1 + on_leave * gain) / (1 + section.on_leave_share * gain)
    ratio *= 1 + section.night_gain * place.night_control
    if deployed:
        ratio *= section.deployed_factor
    elif situation.day < situation.confined_until:
        ratio *= section.confined_factor
    return log(ratio)
