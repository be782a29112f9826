"""Planning: senior officers take weeks over their exit, and can be found out (section 7.15)."""

from __future__ import annotations

from math import exp

from sim.codes import Fate, How
from sim.reference.situation import Situation
from sim.reference.soldier import Officer


def plan(situation: Situation) -> None:
    """Let those who decided begin to plan, and those go who are found out or ready."""
    section = situation.scenario.planning
    if not section.on:
        return
    new = _those_who_begin(situation)
    situation.planners = [man for man in situation.planners if man.fate == Fate.PLANNING]
    risk = section.detection_per_day * exp(section.learned_effect * situation.learned)
    found_out = [man for man in situation.planners if man.is_found_out(risk)]
    ready = [man for man in situation.planners if man not in found_out and man.plan_ready <= situation.day]
    for man in found_out:
        situation.today.set_out(man, man, How.DETECTED)
    for man in ready:
        man.family_outside = True
        situation.today.set_out(man, man, How.PLANNED)
    for man in new:
        man.begins_to_plan(situation.day, section.median_days, section.spread)
    situation.planners += new


def _those_who_begin(situation: Situation) -> list[Officer]:
    """Take the senior officers who decided out of the party."""
    begin, stay = [], []
    for one in situation.today.party:
        man = one.man
        if isinstance(man, Officer) and man.is_senior and not man.bound:
            man.in_party = False
            begin.append(man)
        else:
            stay.append(one)
    situation.today.party = stay
    return begin
