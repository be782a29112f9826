"""Comrades who left: strong ties one by one, and the own group's share of the company.

    term_i = ties_most * (1 - exp(-ties gone_i / ties_scale))
             + own_group * gone(company, sect) / (men(company, sect) + shrink)

The numerator of the share counts escapes of that sect from that company, fading over `fade_days`; the
denominator is its regulars of day 0 plus `shrink`, so that two men of five do not weigh like forty of a
hundred. Exits of other sects do not enter. Strong ties persuade: Koehler, Ohl and Albrecht 2016; no
coefficient of contagion is published, 0 to 3 over the whole share is an assumption.
"""

from __future__ import annotations

import math

import numpy as np

from sim.codes import Fate, Floats
from sim.parameters import MechanismSection, parameter
from sim.state import State
from sim.terms import Term
from sim.world import World


class Comrades(MechanismSection):
    """Section `comrades`."""

    ties_most: float = parameter(0.68, -3, 3, "log hazard", "Effect when very many strong ties left.")
    ties_scale: float = parameter(2.0, 0.1, 50, "ties", "Ties gone for 63 % of that effect.")
    own_group: float = parameter(
        1.97, -3, 5, "log hazard", "Effect when all men of the own sect left the company."
    )
    shrink: float = parameter(10, 0.1, 1000, "soldiers", "Added to the denominator of the share.")
    fade_days: float = parameter(180, 1, 5000, "days", "Time scale on which exits are forgotten.")


def count(world: World, state: State) -> None:
    """Tell ties and companies of today's escapes."""
    gone = state.escaped
    state.gone_recent *= math.exp(-1.0 / world.scenario.comrades.fade_days)
    np.add.at(state.gone_recent.ravel(), world.cell[gone], 1.0)
    _, neighbour = world.army.ties.neighbours(gone)
    np.add.at(state.ties_gone, neighbour, 1)
    if world.scenario.comrades.on:
        touched = neighbour[state.fate[neighbour] <= Fate.PLANNING]
        effect = tie_effect(world.scenario.comrades, int(state.ties_gone[touched].max(initial=0)))
        persuasion = effect[state.ties_gone[touched]]
        state.personal[touched] = world.personal[touched] + persuasion
        state.touched.append(touched)


def tie_effect(rules: Comrades, most_ties: int) -> Floats:
    """Effect of 0, 1, 2, ... strong ties gone, shape (most_ties + 1,)."""
    effect = [rules.ties_most * (1.0 - math.exp(-ties / rules.ties_scale)) for ties in range(most_ties + 1)]
    return np.array(effect)


def term(world: World, state: State) -> Term:
    """Log hazard by company and sect."""
    rules = world.scenario.comrades
    return Term(cell=rules.own_group * state.gone_recent / (world.strength + rules.shrink))
