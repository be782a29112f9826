"""Purge: officers are sidelined; their companies weaken, their like resent it (section 7.4)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sim.codes import RANKS
from sim.reference.situation import Situation
from sim.reference.soldier import Officer


def purge(situation: Situation, event: Any) -> None:
    """Sideline a share of the officers whom a purge is about."""
    could_be = _those_it_is_about(situation, event)
    number = situation.purges
    sidelined = [
        officer
        for officer in could_be
        if situation.luck.uniform_of("sidelined", number, officer.identity) < event.share
    ]
    situation.purges += 1
    for officer in sidelined:
        officer.sidelined = True
        if officer.post is not None and situation.scenario.command.on:
            officer.post.lose_commander(situation.day + situation.scenario.command.replacement_days)
    _weaken(sidelined, event.capability_loss)
    if situation.scenario.grievance.on:
        _aggrieve(situation, could_be, sidelined, event.grievance)


def _those_it_is_about(situation: Situation, event: Any) -> list[Officer]:
    ranks = {RANKS.index(str(getattr(rank, "value", rank))) for rank in event.ranks}
    sects = {
        sect.number
        for sect in situation.sects
        if (sect.name in event.sects if event.sects else event.role in (None, sect.role))
    }
    return [
        man for man in situation.soldiers if isinstance(man, Officer) and man.could_be_sidelined(ranks, sects)
    ]


def _weaken(sidelined: list[Officer], capability_loss: float) -> None:
    """Take its share from the strength of each company."""
    newly = Counter(officer.company for officer in sidelined)
    for company, number in newly.items():
        loss = capability_loss * number / max(company.officers, 1)
        company.weakness = min(1.0, company.weakness + loss)


def _aggrieve(
    situation: Situation, could_be: list[Officer], sidelined: list[Officer], grievance: float
) -> None:
    """Raise the stock of grievance of each rank and sect by the share that was sidelined."""
    of_all = Counter((officer.rank, officer.sect.number) for officer in could_be)
    newly = Counter((officer.rank, officer.sect.number) for officer in sidelined)
    for (rank, sect), number in newly.items():
        more = situation.scenario.grievance.multiple * grievance * number / of_all[rank, sect]
        by_home = situation.erosion[rank][sect]
        by_home[:] = [stock + more for stock in by_home]
