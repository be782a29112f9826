"""Choice: who got away joins a faction, flees abroad or hides (section 7.19)."""

from __future__ import annotations

from math import exp

from sim.codes import Fate
from sim.reference.salary import attraction
from sim.reference.situation import Situation
from sim.reference.soldier import Soldier
from sim.reference.tables import by_rank


def choose(situation: Situation) -> None:
    """Let each who escaped choose, by what was so before today."""
    chosen = [_choice_of(situation, man) for man in situation.today.escaped]
    for man, fate in zip(situation.today.escaped, chosen, strict=True):
        man.fate = fate
        if fate == Fate.JOINED:
            situation.today.joined.append(man)


def _choice_of(situation: Situation, man: Soldier) -> Fate:
    if man.bound:
        return Fate.FLED
    if not situation.scenario.choice.on:
        return Fate.HIDING
    join = exp(_joining(situation, man)) if situation.faction_exists else 0.0
    flee = exp(_fleeing(situation, man)) if man.company.place.haven_access > 0 else 0.0
    return man.joins_flees_or_hides(join, flee)


def _joining(situation: Situation, man: Soldier) -> float:
    """Log odds of joining over hiding."""
    choice = situation.scenario.choice
    value = by_rank(choice.join_base)[man.rank] + choice.unity_effect * situation.unity
    if man.aware:
        effect = by_rank(situation.scenario.salary_plan.joining_effect)[man.rank]
        value += effect * attraction(situation, man.rank)
    joined = sum(tie.fate == Fate.JOINED for tie in man.ties)
    value += choice.ties_effect * (joined / len(man.ties) if man.ties else 0.0)
    value += choice.control_effect * man.company.place.night_control
    return value + choice.morale_effect * situation.morale


def _fleeing(situation: Situation, man: Soldier) -> float:
    """Log odds of fleeing over hiding."""
    choice = situation.scenario.choice
    value = choice.flee_base + choice.access_effect * man.company.place.haven_access
    return value + choice.family_effect * man.family_outside
