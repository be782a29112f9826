"""Belief in the fall of the regime: one public number, in log odds (section 7.9)."""

from __future__ import annotations

from math import exp

from sim.reference.situation import Situation
from sim.reference.soldier import Soldier
from sim.reference.tables import by_rank

SIGNALS = ("signal", "diplomacy")


def update(situation: Situation) -> None:
    """Let belief fade, and hear of the day's signals, abandoned bases, elite exits and ground."""
    belief = situation.scenario.belief
    if not belief.on:
        return
    held = sum(place.population * place.day_control for place in situation.places) / situation.population
    situation.belief *= exp(-1 / belief.decay_days)
    situation.belief += situation.heard * _signals(situation)
    situation.belief += situation.heard * _bases(situation)
    situation.belief += situation.heard * belief.elite_effect * _elite(situation)
    situation.belief += belief.territory_effect * (held - situation.territory_held)
    situation.territory_held = held


def _shock(situation: Situation, strength: str) -> float:
    return 0.0 if strength == "none" else float(getattr(situation.scenario.belief.shock, strength))


def _signals(situation: Situation) -> float:
    shocks = [event.strength for event in situation.today.happening if event.kind in SIGNALS]
    return sum(_shock(situation, strength) for strength in shocks)


def _bases(situation: Situation) -> float:
    abandoned = len(situation.yesterday.abandoned)
    return abandoned / situation.scale * _shock(situation, situation.scenario.bases.signal)


def _elite(situation: Situation) -> float:
    """Weight of yesterday's escapes as public signals."""
    weight = by_rank(situation.scenario.belief.elite_weight)
    total = 0.0
    for man in situation.yesterday.escaped:
        closeness = situation.scenario.branches[man.company.branch].closeness
        total += weight[man.rank] * closeness * _voice(situation, man)
    return total


def _voice(situation: Situation, man: Soldier) -> float:
    """How many a man stands for, by how well known he is and by whether the regime disowned him."""
    sidelined = situation.scenario.belief.sidelined_weight if man.sidelined else 1.0
    if not man.bound:
        return 1 / situation.scale * sidelined
    publicity: float = next(
        event.publicity
        for event in situation.yesterday.happening
        if event.kind == "elite_exit" and situation.persons[event.person] is man
    )
    return publicity * sidelined


def term(situation: Situation, rank: int) -> float:
    """Log hazard of a rank by belief."""
    return by_rank(situation.scenario.belief.effect)[rank] * situation.belief
