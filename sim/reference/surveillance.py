"""Surveillance: what the regime has learned, and which battalions it watches (7.12, 7.22)."""

from __future__ import annotations

from sim.reference.company import Battalion
from sim.reference.dates import DAYS_A_YEAR
from sim.reference.situation import Situation
from sim.reference.triggers import MEN


def leaks(situation: Situation) -> list[float]:
    """Escapes of each battalion, fading, over its regulars."""
    return [battalion.escapes / max(battalion.regulars, 1) for battalion in situation.battalions]


def term(situation: Situation, battalion: Battalion, leak: list[float], mean: float) -> float:
    """Log hazard of a battalion by what the regime has learned and where its attention is."""
    section = situation.scenario.surveillance
    own = leak[battalion.number]
    moved = (own - mean) / (own + mean) if own + mean > 0 else 0.0
    return -section.effect * (situation.learned + section.mobile * moved)


def learn(situation: Situation) -> None:
    """Learn from the day's escapes; forget with the men lost."""
    section, today = situation.scenario.surveillance, situation.today
    if not section.on:
        return
    morning = situation.learned
    exits = len(today.escaped) * MEN / situation.regulars
    lost = len(today.escaped) + len(today.caught) + len(today.killed)
    more = section.learning_per_year / DAYS_A_YEAR * exits / 100 * (1 - morning / section.cap)
    learned = morning + more - morning * lost / max(situation.men, 1)
    situation.learned = min(max(learned, 0.0), max(section.cap, morning))
