"""The law of exit: who sets out on his own decision today (section 7.14)."""

from __future__ import annotations

from typing import Any

from sim.codes import Fate, How
from sim.reference.morning import Morning
from sim.reference.situation import Situation
from sim.reference.soldier import Soldier

TOLERANCE = 1e-9
"""So that 35 of 100 meets 0.35."""


def decide(situation: Situation, morning: Morning) -> None:
    """Let each man who serves decide; then come the named persons whose day it is."""
    deciders = _by_hazard(situation, morning)
    if situation.scenario.law.kind == "threshold":
        deciders = [man for man in situation.soldiers if _meets_threshold(situation, man)]
    for man in deciders:
        situation.today.set_out(man, man, How.DECIDED)
    for person in situation.today.dated:
        if person.fate == Fate.SERVING and not person.in_party:
            situation.today.set_out(person, person, How.DATED)


def _by_hazard(situation: Situation, morning: Morning) -> list[Soldier]:
    """Those whose pressure reaches their resistance of today."""
    if situation.scenario.law.kind != "hazard":
        return []
    lowest_layer = situation.scatter.lowest_layer(situation.day, len(situation.soldiers))
    return [
        man
        for man in situation.soldiers
        if man.fate == Fate.SERVING and man.decides_to_leave(morning, lowest_layer)
    ]


def _meets_threshold(situation: Situation, man: Soldier) -> bool:
    if man.fate != Fate.SERVING or man.bound:
        return False
    law: Any = situation.scenario.law
    gone, whole = _reference_group(situation, man, law.reference)
    if law.measure == "share":
        return gone / max(whole, 1) + TOLERANCE >= man.threshold
    return gone + TOLERANCE >= man.threshold


def _reference_group(situation: Situation, man: Soldier, reference: str) -> tuple[int, int]:
    """How many of the group that he looks at have gone, and how many it has."""
    if reference == "army":
        return sum(sect.gone for sect in situation.sects), situation.regulars
    if reference == "unit":
        return man.company.gone, len(man.company.regulars)
    return man.ties_gone, len(man.ties)
