"""Militia: civilians whom the regime arms, from its own community and from third ones.

Each evening of an endogenous war, by place p:

    left    = militia * (1 - f * soldiers_lost_per_day * A / (R + A))
    militia <- left + raise_per_day * pull * (pool - left)
    pull    = 1 - exp(-felt / violence_scale), as in the uprising
    pool    = population * (in_group_share * share of in-groups + third_group_share * share of third groups)

The same violence arms both sides. A militiaman counts for the regime with `weight`, dies at a soldier's
rate, and is no soldier: nobody of the roster, never counted as killed.
"""

from __future__ import annotations

import math

from sim.codes import Floats
from sim.compiled import compiled
from sim.parameters import FITTED, MechanismSection, parameter
from sim.state import State
from sim.world import World


class Militia(MechanismSection):
    """Section `militia`: acts in an endogenous war."""

    in_group_share: float = parameter(
        0.04,
        0,
        0.5,
        "1",
        "Share of the in-group that could ever serve.",
        "with third_group_share: 108,000 paramilitary (IISS)",
        coercive=True,
    )
    third_group_share: float = parameter(
        0.004,
        0,
        0.5,
        "1",
        "Share of third groups that could ever serve.",
        "as in_group_share; the split is an assumption",
        coercive=True,
    )
    raise_per_day: float = parameter(
        0.005, 0, 1, "1 per day", "Rate at which it is raised, at full pull.", FITTED, coercive=True
    )
    weight: float = parameter(0.5, 0, 5, "1", "Strength of a militiaman over that of a deployed soldier.")


def raise_men(world: World, state: State) -> None:
    """Raise militia where violence is felt, and count its dead."""
    theatre, rules = world.theatre, world.rules.militia
    if theatre is None or not rules.on:
        return
    _raise(
        state.militia,
        world.rules.battle.soldiers_lost_per_day * float(theatre.fighting[state.day]),
        state.regime_engaged,
        rules.raise_per_day,
        state.violence_felt,
        world.rules.uprising.violence_scale,
        theatre.militia_pool,
    )


@compiled
def _raise(
    militia: Floats,
    lost_per_day: float,
    regime_engaged: Floats,
    raise_per_day: float,
    felt: Floats,
    violence_scale: float,
    pool: Floats,
) -> None:
    """Take the day's losses from the militia of each place, and add its recruits."""
    for place in range(militia.size):
        pull = 1.0 - math.exp(-felt[place] / violence_scale)
        left = militia[place] * (1.0 - lost_per_day * regime_engaged[place])
        militia[place] = left + raise_per_day * pull * (pool[place] - left)
