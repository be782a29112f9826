"""Tenure: the first months of service, step by step (section 7.12)."""

from __future__ import annotations

from sim.codes import Fate
from sim.reference.own import set_own
from sim.reference.situation import Situation


def move_on(situation: Situation) -> None:
    """Let those who ended a period of service yesterday pass to the next."""
    for man in situation.soldiers:
        step = man.enters_step(situation.day)
        if step is not None and man.fate != Fate.RESERVE:
            man.step = step
            set_own(situation.scenario, man)
