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

from sim.codes import Entries, Floats, Ints
from sim.compiled import compiled
from sim.parameters import MechanismSection, parameter
from sim.personal import one_tie_more
from sim.state import State
from sim.tally import Tally
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
    rules, army = world.rules.comrades, world.army
    fade = math.exp(-1.0 / rules.fade_days)
    _count(
        state.escaped,
        fade,
        world.own_group_weight,
        state.gone_felt,
        state.muster,
        army.units.battalion,
        state.gone_recent_by_battalion,
    )
    one_tie_more(world, state, state.left_behind, world.persuasion, state.ties_gone)


@compiled
def _count(
    gone: Ints,
    fade: float,
    weight: Floats,
    felt: Floats,
    men: Entries,
    battalion: Ints,
    by_battalion: Floats,
) -> None:
    """Let escapes be felt by sect and company, and count them by battalion; those of before fade."""
    _fade(felt.ravel(), fade)
    _fade(by_battalion, fade)
    sect_of, unit_of = men["sect"], men["unit"]
    for row in gone:
        sect, unit = sect_of[row], unit_of[row]
        felt[sect, unit] += weight[sect, unit]
        by_battalion[battalion[unit]] += 1.0


@compiled
def _fade(table: Floats, fade: float) -> None:
    """Let a table fade; flat, so that several of its numbers are one step of the processor."""
    for place in range(table.size):
        table[place] *= fade


def tie_effect(rules: Comrades, most_ties: int) -> Floats:
    """Effect of 0, 1, 2, ... strong ties gone, shape (most_ties + 1,)."""
    most = rules.ties_most if rules.on else 0.0
    effect = [most * (1.0 - math.exp(-ties / rules.ties_scale)) for ties in range(most_ties + 1)]
    return np.array(effect)


def own_group_weight(rules: Comrades, strength: Floats) -> Floats:
    """Effect of one man of the own sect gone, by sect and company, shape (S, U)."""
    weight: Floats = rules.own_group / (strength + rules.shrink)
    return weight


def say(world: World, state: State, tally: Tally) -> None:
    """Add the log hazard by sect and company."""
    tally.add_by_sect_and_company(state.gone_felt)
