"""Surveillance moves to leaking units, and learns: the aggregate brake.

    term    = -effect * (learned + moved(battalion))
    moved   = mobile * (leak - mean leak) / (leak + mean leak),   leak = recent escapes per man
    learned(t+1) = learned + learning_per_year / 365.25 * (exits a day per 325,000 regulars / 100)
                   * (1 - learned / cap) - learned * strength lost today as a share

It never falls under 0 nor, by learning, rises over the cap. What moves takes attention from elsewhere,
so it hardly brakes the whole; what is learned does. It is lost with the men who hold it.
"""

from __future__ import annotations

import numpy as np

from sim.clock import DAYS_PER_YEAR
from sim.codes import Floats, Ints
from sim.compiled import compiled
from sim.parameters import MechanismSection, parameter
from sim.state import State
from sim.tally import Tally
from sim.world import World

_REFERENCE_REGULARS = 325_000
_REFERENCE_EXITS = 100


class Surveillance(MechanismSection):
    """Section `surveillance`."""

    effect: float = parameter(1.72, 0, 5, "log hazard", "Effect of one unit of surveillance.", coercive=True)
    mobile: float = parameter(
        0.3, 0, 1, "units", "How far attention can move to leaking battalions.", coercive=True
    )
    learning_per_year: float = parameter(
        0.6, 0, 20, "units per year", "Learning at 100 exits a day of 325,000 men.", coercive=True
    )
    cap: float = parameter(4.0, 0.1, 20, "units", "Most that can be learned.", coercive=True)
    learned_at_start: float = parameter(
        0.0, 0, 10, "units", "Learned before day 0, over the grip of the reference.", coercive=True
    )


def learn(world: World, state: State) -> None:
    """Learn from today's escapes; forget with today's losses."""
    rules = world.rules.surveillance
    if not rules.on:
        return
    learned, cap, escaped = state.learned, rules.cap, state.escaped.size
    exits = escaped / world.army.regulars * _REFERENCE_REGULARS / _REFERENCE_EXITS
    gain = rules.learning_per_year / DAYS_PER_YEAR * exits * (1.0 - learned / cap)
    lost = escaped + state.caught.size + state.killed.size
    after = learned + gain - learned * lost / max(_serving(state.men_by_station), 1)
    state.learned = min(max(after, 0.0), max(cap, learned))


@compiled
def _serving(men: Ints) -> int:
    """All who serve, from the men by place."""
    serving = 0
    for station in range(men.size):
        serving += men[station]
    return serving


def say(world: World, state: State, tally: Tally) -> None:
    """Add the log hazard by battalion."""
    rules = world.rules.surveillance
    _say(
        state.gone_recent_by_battalion,
        world.battalion_strength,
        state.learned,
        rules.mobile,
        rules.effect,
        tally.battalion,
    )


@compiled
def _say(
    gone: Floats, strength: Floats, learned: float, mobile: float, effect: float, by_battalion: Floats
) -> None:
    """Add the effect of what is learned and of what has moved, by battalion."""
    leak, mean = np.empty(gone.size), 0.0
    for battalion in range(gone.size):
        leak[battalion] = gone[battalion] / max(strength[battalion], 1.0)
        mean += leak[battalion]
    mean /= gone.size
    for battalion in range(gone.size):
        # Nobody has left: nothing leaks, and nothing moves.
        moved = (leak[battalion] - mean) / (leak[battalion] + mean) if mean > 0.0 else 0.0
        by_battalion[battalion] += -effect * (learned + mobile * moved)
