"""Awareness: who has heard of the offer, by broadcasts or from ties who left (section 7.10)."""

from __future__ import annotations

from sim.reference.situation import Situation


def offer_stands(situation: Situation) -> bool:
    """Whether the plan has been announced by today."""
    plan = situation.scenario.salary_plan
    announced = 0 if plan.announced is None else situation.number_of(plan.announced)
    return situation.plan_acts and announced <= situation.day


def spread(situation: Situation) -> None:
    """Spread word of the offer."""
    plan = situation.scenario.salary_plan
    if not situation.plan_acts:
        return
    for gone in situation.yesterday.escaped:
        for tie in gone.ties:
            tie.unaware_left -= plan.word_of_mouth
    if offer_stands(situation):
        situation.broadcast += plan.broadcast_per_day * situation.heard
        for man in situation.soldiers:
            man.hears(situation.broadcast)
