"""Grievance: a stock of rank, sect and home, which erodes loyalty (section 7.11)."""

from __future__ import annotations

from math import log, log1p

from sim.codes import OFFICERS
from sim.reference.country import Sect
from sim.reference.dates import latest
from sim.reference.situation import Situation


def erode(situation: Situation) -> None:
    """Let the day's violence, losses, career and wages feed the stock, which fades."""
    section = situation.scenario.grievance
    if not section.on:
        return
    wage, victims = _wage(situation), _victims(situation)
    for sect in situation.sects:
        by_sect = _by_sect(situation, sect, victims[sect.number])
        for place in situation.places:
            at_home = section.home_violence * log1p(2 * place.violence)
            feeling = sect.grievance_weight * (by_sect + at_home)
            for rank in range(5):
                of_officers = rank in OFFICERS and sect.role == "out"
                career = section.officer_career if of_officers else 0.0
                stock = situation.erosion[rank][sect.number][place.number]
                more = section.multiple * (feeling + career + wage)
                situation.erosion[rank][sect.number][place.number] = stock + more - stock / section.decay_days


def _by_sect(situation: Situation, sect: Sect, victims: float) -> float:
    """What violence against the community and the loss of its men add."""
    section = situation.scenario.grievance
    per_million = victims / max(sect.people, 1.0) * 1e6
    gone = min(sect.gone / max(sect.regulars, 1), 1.0)
    return section.community_violence * log1p(2 * per_million) + section.own_group_gone * gone


def _victims(situation: Situation) -> list[float]:
    """Civilians of each sect killed today."""
    victims = [0.0 for _ in situation.sects]
    for place in situation.places:
        exposed = [
            share * sect.victim_weight for share, sect in zip(place.shares, situation.sects, strict=True)
        ]
        total = sum(exposed)
        for sect in situation.sects if total > 0 else ():
            victims[sect.number] += exposed[sect.number] / total * place.civilians_killed
    return victims


def _wage(situation: Situation) -> float:
    """What the loss of the real wage adds."""
    section = situation.scenario.grievance
    point = latest(section.real_wage, lambda one: one.date, situation.date)
    level = log(1.0 if point is None else point.real_wage)
    raised = sum(log(1 + share) for share, _ in situation.wage_rises)
    return section.wage_loss * max(0.0, -(level + raised))
