"""Collapse of companies and abandoned bases, once the day's losses are known (section 7.21)."""

from __future__ import annotations

from sim.reference.company import Company
from sim.reference.situation import Situation


def note_collapse(situation: Situation) -> None:
    """Note the companies that have collapsed today."""
    share = situation.scenario.outcomes.unit_collapse_share
    for company in {one.man.company.number: one.man.company for one in situation.today.attempts}.values():
        enough = share * max(len(company.regulars), 1)
        if not company.has_collapsed and company.regulars_gone >= enough:
            company.collapsed_on = situation.day


def note_bases(situation: Situation) -> None:
    """Note the bases that were abandoned today; their companies count as collapsed."""
    if not situation.scenario.bases.on:
        return
    for base in _bases_left_today(situation):
        if _is_abandoned(situation, base):
            situation.today.abandoned.append(base)
            for company in base:
                if company.abandoned_on is None:
                    company.abandoned_on = situation.day
                if not company.has_collapsed:
                    company.collapsed_on = situation.day


def _bases_left_today(situation: Situation) -> list[list[Company]]:
    """Bases of which a regular set out today whose company has not been abandoned with one before."""
    bases: dict[tuple[int, int], list[Company]] = {}
    for one in situation.today.attempts:
        company = one.man.company
        if not one.man.reservist and company.abandoned_on is None:
            bases[company.battalion.number, company.place.number] = _base_of(company)
    return [bases[key] for key in sorted(bases)]


def _base_of(company: Company) -> list[Company]:
    """Companies of its battalion that stand where it stands."""
    return [other for other in company.battalion.companies if other.place is company.place]


def _is_abandoned(situation: Situation, base: list[Company]) -> bool:
    section = situation.scenario.bases
    first = situation.day - section.days + 1
    gone = sum(number for company in base for day, number in company.regulars_gone_on.items() if day >= first)
    regulars = sum(len(company.regulars) for company in base)
    return gone >= section.share * max(regulars, 1)
