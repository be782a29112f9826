"""Family: one within the regime's reach restrains (section 7.12)."""

from __future__ import annotations

from sim.reference.country import Place
from sim.reference.situation import Situation
from sim.reference.tables import by_rank


def term(situation: Situation, rank: int, home: Place) -> float:
    """Log hazard of those of a rank and home whose family is within reach."""
    return -by_rank(situation.scenario.family.effect)[rank] * (1 - home.night_control)
