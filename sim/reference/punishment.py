"""Punishment: men caught leaving deter in the battalion and enrage home and ties (7.12, 7.20)."""

from __future__ import annotations

from math import exp

from sim.reference.company import Battalion
from sim.reference.country import Place, Sect
from sim.reference.own import set_own
from sim.reference.situation import Situation


def is_counted(situation: Situation) -> bool:
    """Whether anybody would feel it."""
    section = situation.scenario.punishment
    return section.on and (section.deter > 0 or section.home > 0 or section.ties > 0)


def at_home(situation: Situation, sect: Sect, home: Place) -> float:
    """Log hazard of those born in a place by its men who were caught."""
    section = situation.scenario.punishment
    per_million = home.caught / situation.scale / home.population * 1e6
    return sect.grievance_weight * section.home * per_million / (per_million + section.home_half)


def deterrence(situation: Situation, battalion: Battalion) -> float:
    """Log hazard of a battalion by its men who were caught."""
    section = situation.scenario.punishment
    return -section.deter * battalion.caught / (battalion.caught + section.deter_half)


def tell(situation: Situation) -> None:
    """Let word of the men caught spread, and older word fade."""
    if not is_counted(situation):
        return
    section = situation.scenario.punishment
    for battalion in situation.battalions:
        battalion.caught *= exp(-1 / section.deter_days)
    for place in situation.places:
        place.caught *= exp(-1 / section.home_days)
    for man in situation.today.caught:
        man.company.battalion.caught += 1
        man.home.caught += 1
        for tie in man.ties:
            tie.ties_caught += 1
            set_own(situation.scenario, tie)
