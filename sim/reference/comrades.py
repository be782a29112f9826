"""Comrades: word of who got away, in the company, the battalion and among ties (section 7.20)."""

from __future__ import annotations

from math import exp

from sim.reference.own import set_own
from sim.reference.situation import Situation


def count(situation: Situation) -> None:
    """Let old exits fade, and add those of today."""
    comrades = situation.scenario.comrades
    fading = exp(-1 / comrades.fade_days)
    for company in situation.companies:
        company.own_group_gone = [felt * fading for felt in company.own_group_gone]
    for battalion in situation.battalions:
        battalion.escapes *= fading
    for man in situation.today.escaped:
        company, sect = man.company, man.sect.number
        of_day_0 = company.regulars_by_sect[sect]
        company.own_group_gone[sect] += comrades.own_group / (of_day_0 + comrades.shrink)
        company.battalion.escapes += 1
        for tie in man.ties:
            tie.ties_gone += 1
            set_own(situation.scenario, tie)
