"""Attempts: who is betrayed, who is intercepted, who gets away (section 7.18)."""

from __future__ import annotations

from math import exp

from sim.codes import Fate, How
from sim.reference.country import Place
from sim.reference.situation import Situation
from sim.reference.soldier import Soldier
from sim.reference.today import Departure

NOWHERE_KM = 500.0
"""Distance where no haven can be reached at all."""
LEAST_KM = 10.0


def resolve(situation: Situation) -> None:
    """Resolve the attempts of today, group by group."""
    groups: dict[int, list[Departure]] = {}
    for one in situation.today.party:
        groups.setdefault(one.leader.row, []).append(one)
    ends = {row: _end_of(situation, group[0].leader) for row, group in groups.items()}
    for one in situation.today.party:
        betrayed, intercepted = ends[one.leader.row]
        if betrayed and one.how == How.FOLLOWED:
            continue
        caught = betrayed or intercepted or one.how == How.DETECTED
        _leaves(situation, one, caught)


def _end_of(situation: Situation, leader: Soldier) -> tuple[bool, bool]:
    """Whether the group of a leader is betrayed, and whether it is intercepted."""
    section = situation.scenario.attempts
    if not section.on or leader.bound:
        return False, False
    asked = situation.today.asked.get(leader.row, 0)
    betrayal = 1 - (1 - section.informer_share) ** asked
    interception = 1 - exp(-_risk(situation, leader.company.place))
    return (
        situation.luck.uniform("betrayal", leader.identity) < betrayal,
        situation.luck.uniform("interception", leader.identity) < interception,
    )


def _risk(situation: Situation, place: Place) -> float:
    """Cumulative risk of interception on the way from a place."""
    section = situation.scenario.attempts
    told = situation.scenario.knowledge.interception_relief * situation.known
    night = section.night_effect * place.night_control
    grip = exp(section.learned_effect * situation.learned - night - told)
    far: float = (max(kilometres(situation, place), LEAST_KM) / 100) ** section.distance_power
    return section.interception * grip * far


def kilometres(situation: Situation, place: Place) -> float:
    """Kilometres to go from a place."""
    known = [one for one in place.distances if one is not None]
    ways = zip(situation.havens, place.distances, strict=True)
    open_ways = [one for haven, one in ways if one is not None and haven.ramp > 0]
    if open_ways:
        return min(open_ways)
    return max(known) if known else NOWHERE_KM


def _leaves(situation: Situation, one: Departure, caught: bool) -> None:
    """Take a man who set out off the strength of his company."""
    man, company = one.man, one.man.company
    situation.today.attempts.append(one)
    company.men -= 1
    company.gone += 1
    man.sect.gone += 1
    if not man.reservist:
        company.regulars_gone += 1
        on_day = company.regulars_gone_on
        on_day[situation.day] = on_day.get(situation.day, 0) + 1
    if caught:
        man.fate = Fate.CAUGHT
        situation.today.caught.append(man)
    else:
        situation.today.escaped.append(man)
