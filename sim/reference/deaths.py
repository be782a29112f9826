"""Deaths: the war kills soldiers where they stand (section 7.7)."""

from __future__ import annotations

from math import inf

from sim.codes import Fate
from sim.reference.company import Company
from sim.reference.situation import Situation

MOST_A_DAY = 0.05
"""Most that a company's risk can grow by in a day."""


def strike(situation: Situation) -> None:
    """Let the risk of each company grow, and kill those who are due."""
    if not situation.scenario.deaths.on:
        return
    rates = _rates(situation)
    for company in situation.companies:
        weight = 1.0 if company.deployed else situation.scenario.deaths.garrison_weight
        company.death_risk += min(rates[company.place.number] * weight, MOST_A_DAY)
        if company.death_risk >= company.next_death:
            _kill(situation, company)


def _rates(situation: Situation) -> list[float]:
    """Risk of a deployed man, by place."""
    rates = []
    for place in situation.places:
        garrisoned = deployed = 0
        for company in situation.companies:
            if company.place is place:
                garrisoned += 0 if company.deployed else company.men
                deployed += company.men if company.deployed else 0
        exposed = garrisoned * situation.scenario.deaths.garrison_weight + deployed
        rates.append(place.soldiers_expected / exposed if exposed > 0 else 0.0)
    return rates


def _kill(situation: Situation, company: Company) -> None:
    """Kill the men of a company who are due, and find out who is next."""
    for man in company.soldiers:
        if man.death_due <= company.death_risk:
            man.death_due = inf
            if man.serves:
                man.fate = Fate.KILLED
                company.men -= 1
                situation.today.killed.append(man)
    company.next_death = min((man.death_due for man in company.soldiers), default=inf)
