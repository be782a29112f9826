"""A man's own log hazard: what never changes, ties who left or were caught, his service (section 7.20)."""

from __future__ import annotations

from math import exp

from sim.reference.soldier import Soldier
from sim.scenario import Scenario


def tenure(scenario: Scenario, step: int) -> float:
    """Log hazard of a step of service."""
    section = scenario.tenure
    return (section.first, section.second, section.third, 0.0)[step] if section.on else 0.0


def loss(scenario: Scenario, man: Soldier) -> float:
    """Log hazard by the strong ties of a man who left."""
    comrades = scenario.comrades
    most = comrades.ties_most if comrades.on else 0.0
    return most * (1 - exp(-man.ties_gone / comrades.ties_scale))


def anger(scenario: Scenario, man: Soldier) -> float:
    """Log hazard by the strong ties of a man who were caught."""
    punishment = scenario.punishment
    if not punishment.on:
        return 0.0
    return punishment.ties * man.ties_caught / (man.ties_caught + punishment.ties_half)


def set_own(scenario: Scenario, man: Soldier) -> None:
    """Work out a man's own log hazard anew."""
    service = tenure(scenario, man.step)
    man.own = ((man.lasting + loss(scenario, man)) + anger(scenario, man)) + service
