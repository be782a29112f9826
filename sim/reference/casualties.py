"""Casualties: losses of the own battalion and place, against those that one is used to (section 7.8)."""

from __future__ import annotations

from sim.reference.company import Battalion
from sim.reference.country import Place
from sim.reference.situation import Situation


def remember(situation: Situation) -> None:
    """Move the recent and the past means of losses, by battalion and by place of posting."""
    by_battalion = [0 for _ in situation.battalions]
    by_place, men = [0 for _ in situation.places], [0 for _ in situation.places]
    for man in situation.today.killed:
        by_battalion[man.company.battalion.number] += 1
        by_place[man.company.place.number] += 1
    for company in situation.companies:
        men[company.place.number] += company.men
    for battalion in situation.battalions:
        _move(situation, battalion, by_battalion[battalion.number], battalion.men)
    for place in situation.places:
        _move(situation, place, by_place[place.number], men[place.number])


def _move(situation: Situation, group: Battalion | Place, killed: int, men: int) -> None:
    casualties = situation.scenario.casualties
    loss = killed / max(men, 1)
    group.recent_losses += (loss - group.recent_losses) / casualties.recent_days
    group.past_losses += (loss - group.past_losses) / casualties.past_days


def rise(situation: Situation, group: Battalion | Place) -> float:
    """How far losses rose over those that one is used to, 0 to 1."""
    base = situation.scenario.casualties.base_per_1000_per_day / 1000
    return max(0.0, 1 - (group.past_losses + base) / (group.recent_losses + base))
