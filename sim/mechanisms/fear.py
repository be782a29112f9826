"""Fear of sectarian war binds the in-group and third groups, the out-group less.

    term = -effect * weight(sect) * (phi + (1 - phi) * alarm),
    phi  = (1 - exp(-v / scale)) * (1/2 + one-sidedness / 2)

v is civilians killed a day per million in the whole country; one-sidedness is the share of the out-group
among those who have left so far (1/2 before anyone has). Alarm is over arms delivered that go astray
(`sim.mechanisms.deliveries`).
"""

from __future__ import annotations

import math

from sim.codes import Flags, Floats, Ints
from sim.compiled import compiled
from sim.mechanisms.deliveries import alarm
from sim.parameters import MechanismSection, parameter
from sim.state import State
from sim.tally import Tally
from sim.world import World


class Fear(MechanismSection):
    """Section `fear`."""

    effect: float = parameter(0.37, 0, 3, "log hazard", "Effect of full fear, 0.3 to 1.5.")
    violence_scale: float = parameter(
        3.0, 0.01, 100, "deaths per million per day", "Violence at which fear reaches 63 %."
    )


def say(world: World, state: State, tally: Tally) -> None:
    """Add the log hazard by sect."""
    rules = world.rules.fear
    _say(
        state.civilians_killed,
        world.people,
        rules.violence_scale,
        state.gone_by_sect,
        world.is_out_group,
        alarm(world, state.day),
        rules.effect,
        world.fear_weight,
        tally.profile,
    )


@compiled
def _say(
    civilians_killed: Floats,
    people: float,
    violence_scale: float,
    gone: Ints,
    is_out_group: Flags,
    alarmed: float,
    effect: float,
    weight: Floats,
    profile: Floats,
) -> None:
    """Add the fear of each sect."""
    killed, all_gone, out_group_gone = 0.0, 0, 0
    for place in range(civilians_killed.size):
        killed += civilians_killed[place]
    for sect in range(gone.size):
        all_gone += gone[sect]
        out_group_gone += gone[sect] * is_out_group[sect]
    one_sided = out_group_gone / all_gone if all_gone else 0.5
    level = (1.0 - math.exp(-(killed / people * 1e6) / violence_scale)) * (0.5 + one_sided / 2.0)
    level += (1.0 - level) * alarmed
    ranks = profile.shape[0]
    by_sect = profile.reshape(ranks, gone.size, profile.size // (ranks * gone.size))
    for rank in range(ranks):
        for sect in range(gone.size):
            for rest in range(by_sect.shape[2]):
                by_sect[rank, sect, rest] += -effect * weight[sect] * level
