"""What is fixed on the first morning: each man's lasting log hazard, each company's effect (5.7, 7.12)."""

from __future__ import annotations

from math import inf, log
from typing import Any

from sim.codes import Rank
from sim.reference.company import Company
from sim.reference.own import set_own
from sim.reference.situation import Situation
from sim.reference.soldier import Soldier
from sim.reference.tables import by_rank

SPREAD = 1.58
"""Standard deviation of the index of heterogeneity (McLauchlin 2015)."""
ROLES = ("in", "third", "out")


def first_morning(situation: Situation) -> None:
    """Set up what never changes, and what luck has in store for each man once in his life."""
    scenario = situation.scenario
    composition = _composition(situation) if scenario.composition.on else [0.0] * len(situation.companies)
    polarisation = _polarisation(situation) if scenario.polarisation.on else [0.0] * len(situation.companies)
    for company in situation.companies:
        number = company.number
        company.effect = (company.random_effect + composition[number]) + polarisation[number]
    for man in situation.soldiers:
        _first_morning_of(situation, man)
    _initiators(situation)
    for company in situation.companies:
        company.next_death = min((man.death_due for man in company.regulars), default=inf)


def _first_morning_of(situation: Situation, man: Soldier) -> None:
    law = situation.scenario.law
    if law.kind == "hazard" and not man.stayer and not man.bound and law.reference_hazard_per_week > 0:
        reference = log(law.reference_hazard_per_week / 7)
        man.lasting = ((reference - man.loyalty) + man.log_frailty) + _conscription(situation, man)
    set_own(situation.scenario, man)
    if law.kind == "threshold" and not man.stayer:
        man.threshold = _threshold(situation, man)
    if not man.reservist and not man.bound:
        man.death_due = situation.luck.exponential("death", man.identity)
    if situation.plan_acts:
        man.unaware_left = situation.luck.exponential("hears of the offer", man.identity)


def _conscription(situation: Situation, man: Soldier) -> float:
    section = situation.scenario.conscription
    if not section.on:
        return 0.0
    shares = by_rank(situation.scenario.army.conscript_share)
    reference = 1.0 if man.rank == Rank.ENLISTED else shares[man.rank]
    return section.effect * (man.conscript - reference)


def _initiators(situation: Situation) -> None:
    """Let some regulars leave on day 0 whatever their threshold: the seeds of a cascade (section 7.14)."""
    law: Any = situation.scenario.law
    if law.kind == "threshold" and law.initiators > 0:
        could_be = [man for man in situation.soldiers if not (man.reservist or man.stayer or man.bound)]
        could_be.sort(key=lambda man: (situation.luck.uniform("first to leave", man.identity), man.row))
        for man in could_be[: max(1, round(law.initiators * situation.scale))]:
            man.threshold = -inf


def _threshold(situation: Situation, man: Soldier) -> float:
    """Share or number of others gone at which a man goes (section 7.14)."""
    law: Any = situation.scenario.law
    thresholds = law.thresholds
    luck = situation.army_luck
    if thresholds.distribution == "listed":
        return float(thresholds.values[man.row])
    if thresholds.distribution == "evenly_spaced":
        return float(thresholds.first + thresholds.step * man.row)
    if thresholds.distribution == "constant":
        return float(thresholds.mean)
    if thresholds.distribution == "normal":
        return float(thresholds.mean + thresholds.sd * luck.normal("threshold", man.identity))
    width: float = thresholds.last - thresholds.first
    return float(thresholds.first) + width * luck.uniform("threshold", man.identity)


def _composition(situation: Situation) -> list[float]:
    """Effect of who serves beside whom among enlisted men and NCOs."""
    section = situation.scenario.composition
    ranks = [_other_ranks(company) for company in situation.companies]
    conscripts = [sum(man.conscript for man in men) / len(men) if men else None for men in ranks]
    mixture = [_mixture(situation, men) for men in ranks]
    weights = [len(men) for men in ranks]
    mean_conscripts, mean_mixture = _mean(conscripts, weights), _mean(mixture, weights)
    effects = []
    for share, mixed in zip(conscripts, mixture, strict=True):
        c = mean_conscripts if share is None else share
        mix = mean_mixture if mixed is None else mixed
        index = SPREAD * (mix - mean_mixture) / section.mixture_sd
        slope = section.heterogeneity + section.interaction * c
        effects.append(section.conscripts * (c - mean_conscripts) + slope * index)
    return effects


def _other_ranks(company: Company) -> list[Soldier]:
    return [man for man in company.regulars if man.rank in (Rank.ENLISTED, Rank.NCO)]


def _mixture(situation: Situation, men: list[Soldier]) -> float | None:
    """Chance that two of some men were born in different places."""
    if len(men) < 2:
        return None
    by_home = [0 for _ in situation.places]
    for man in men:
        by_home[man.home.number] += 1
    n = len(men)
    return (n**2 - sum(one**2 for one in by_home)) / (n * (n - 1))


def _mean(values: list[float | None], weights: list[int]) -> float:
    """Weighted mean of the values that there are."""
    known = [(value, weight) for value, weight in zip(values, weights, strict=True) if value is not None]
    weight = sum(one for _, one in known)
    return sum(value * one for value, one in known) / weight if weight else 0.0


def _polarisation(situation: Situation) -> list[float]:
    """Effect of how near a company is to two equal camps."""
    values = [_camps(company) for company in situation.companies]
    mean = _mean(values, [len(company.regulars) for company in situation.companies])
    effect = situation.scenario.polarisation.effect
    return [0.0 if value is None else effect * (value - mean) for value in values]


def _camps(company: Company) -> float | None:
    if not company.regulars:
        return None
    shares = [
        sum(man.sect.role == role for man in company.regulars) / len(company.regulars) for role in ROLES
    ]
    return 4 * sum(share**2 * (1 - share) for share in shares)
