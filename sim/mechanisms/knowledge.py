"""Knowledge that defectors bring: of weak points of the army, and of ways past it.

    K        <- K * exp(-1 / decay_days) + sum over today's new members of weight(rank) * 325,000 / regulars
    known     = K / (K + scale)
    strength  = 1 + strength_gain * known                              of the opposition, in battle
    risk of interception is multiplied by exp(-interception_relief * known)

The higher the rank, the more he knows; what is known goes stale as the army changes its codes and posts.
Defectors may bring information on senior officials and weak points (ledger, row 27).
"""

from __future__ import annotations

import math

from sim.codes import Entries, Fate, Floats, Ints
from sim.compiled import compiled
from sim.parameters import ByRank, MechanismSection, by_rank, parameter
from sim.state import State
from sim.world import World

_REFERENCE_REGULARS = 325_000


class Knowledge(MechanismSection):
    """Section `knowledge`."""

    weight: ByRank = by_rank(
        (0.0, 0.1, 1.0, 3.0, 10.0),
        0,
        100,
        "1",
        "What he knows, over a junior officer.",
        "row 27: by rank; sizes are an assumption",
    )
    decay_days: float = parameter(60, 1, 3650, "days", "Time scale on which it goes stale.")
    scale: float = parameter(
        200, 1, 100_000, "junior officers", "Knowledge of 325,000 men at which its effects are a half."
    )
    strength_gain: float = parameter(
        0.1,
        0,
        2,
        "1",
        "Strength in battle gained by knowing everything.",
        "row 27: sign; the size is an assumption",
    )
    interception_relief: float = parameter(
        0.2,
        0,
        3,
        "log hazard",
        "Relief from interception by knowing everything.",
        "row 27: sign; the size is an assumption",
    )


def learn(world: World, state: State) -> None:
    """Let what was known go stale, and add what today's new members bring."""
    rules = world.rules.knowledge
    if not rules.on:
        return
    brought = _brought(state.escaped, state.muster, world.knowledge_weight)
    per_man = _REFERENCE_REGULARS / world.army.regulars
    state.knowledge = state.knowledge * math.exp(-1.0 / rules.decay_days) + brought * per_man


@compiled
def _brought(rows: Ints, men: Entries, weight: Floats) -> float:
    """Knowledge of those who joined, added man by man."""
    fate, rank, brought = men["fate"], men["rank"], 0.0
    for row in rows:
        if fate[row] == Fate.JOINED:
            brought += weight[rank[row]]
    return brought


def known(world: World, state: State) -> float:
    """Share of what there is to know, in [0, 1)."""
    return state.knowledge / (state.knowledge + world.rules.knowledge.scale)


def strength(world: World, state: State) -> float:
    """Strength of the opposition in battle with what it knows, over without."""
    return 1.0 + world.rules.knowledge.strength_gain * known(world, state)


def relief(world: World, state: State) -> float:
    """What is known takes off the log risk of interception."""
    return world.rules.knowledge.interception_relief * known(world, state)
