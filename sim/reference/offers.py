"""Amnesty and the promise of power: what the opposition offers beside pay (section 7.12)."""

from __future__ import annotations

from datetime import date as Date
from math import exp

from sim.reference.situation import Situation
from sim.reference.tables import by_rank, by_role


def _told(situation: Situation, announced: Date | None, spread_days: float) -> float:
    """Share of the army that has heard of an offer."""
    if announced is None or situation.number_of(announced) > situation.day:
        return 0.0
    days = situation.day - situation.number_of(announced)
    return 1 - exp(-(days + 1) / spread_days)


def amnesty(situation: Situation, rank: int, role: str) -> float:
    """Log hazard by the amnesty."""
    section = situation.scenario.amnesty
    told = _told(situation, section.announced, section.spread_days)
    return told * (by_role(section.effect)[role] * by_rank(section.rank_weight)[rank])


def promise(situation: Situation, rank: int, role: str) -> float:
    """Log hazard by the promise of power."""
    section = situation.scenario.promise
    told = _told(situation, section.announced, section.spread_days)
    return told * (by_rank(section.effect)[rank] * by_role(section.role_weight)[role])
