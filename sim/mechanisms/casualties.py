"""Own casualties trigger exits: recent losses against those a soldier is used to.

    ratio = (recent + base) / (past + base)
    term  = battalion_effect * max(0, 1 - 1 / ratio_battalion) + place_effect * max(0, 1 - 1 / ratio_place)

Recent and past are exponentially weighted means of deaths a day per man, in the battalion and in the
place of the garrison, so that losses of deployed men are seen by those who stand beside them.
Regime casualties rise before desertion: Albrecht and Koehler 2018.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Floats, Ints
from sim.compiled import compiled
from sim.parameters import MechanismSection, parameter
from sim.state import State
from sim.tally import Tally
from sim.world import World


class Casualties(MechanismSection):
    """Section `casualties`."""

    battalion_effect: float = parameter(
        0.5, -3, 3, "log hazard", "Effect of a large rise of losses in the own battalion."
    )
    place_effect: float = parameter(
        0.33, -3, 3, "log hazard", "Effect of a large rise of losses in the place of the garrison."
    )
    recent_days: float = parameter(14, 1, 120, "days", "Memory of recent losses.")
    past_days: float = parameter(90, 10, 730, "days", "Memory of the losses that he is used to.")
    base_per_1000_per_day: float = parameter(
        0.05, 1e-4, 10, "deaths per 1,000 men per day", "Losses below which a rise is not noticed."
    )


def remember(world: World, state: State) -> None:
    """Move the recent and the past mean of losses towards today's."""
    rules, army = world.rules.casualties, world.army
    _remember(
        state.killed,
        state.unit,
        army.units.battalion,
        state.men_by_battalion,
        state.losses_battalion_recent,
        state.losses_battalion_past,
        state.station,
        state.men_by_station,
        state.losses_place_recent,
        state.losses_place_past,
        rules.recent_days,
        rules.past_days,
    )


@compiled
def _remember(
    killed: Ints,
    unit_of: Ints,
    battalion_of: Ints,
    men_by_battalion: Ints,
    recent_by_battalion: Floats,
    past_by_battalion: Floats,
    station_of: Ints,
    men_by_station: Ints,
    recent_by_place: Floats,
    past_by_place: Floats,
    recent_days: float,
    past_days: float,
) -> None:
    """Count today's killed by battalion and by place, and move the means."""
    by_battalion = np.zeros(men_by_battalion.size, dtype=np.int64)
    by_place = np.zeros(recent_by_place.size, dtype=np.int64)
    for row in killed:
        unit = unit_of[row]
        by_battalion[battalion_of[unit]] += 1
        by_place[station_of[unit] // 2] += 1
    men_by_place = men_by_station[0::2] + men_by_station[1::2]
    _move(by_battalion, men_by_battalion, recent_by_battalion, past_by_battalion, recent_days, past_days)
    _move(by_place, men_by_place, recent_by_place, past_by_place, recent_days, past_days)


@compiled
def _move(
    killed: Ints, men: Ints, recent: Floats, past: Floats, recent_days: float, past_days: float
) -> None:
    """Move the means of some groups towards today's share of men killed."""
    for group in range(men.size):
        loss = killed[group] / max(men[group], 1)
        recent[group] += (loss - recent[group]) / recent_days
        past[group] += (loss - past[group]) / past_days


def say(world: World, state: State, tally: Tally) -> None:
    """Add the log hazard by battalion and by place."""
    rules = world.rules.casualties
    _say(
        state.losses_battalion_recent,
        state.losses_battalion_past,
        rules.battalion_effect,
        tally.battalion,
        state.losses_place_recent,
        state.losses_place_past,
        rules.place_effect,
        tally.station,
        rules.base_per_1000_per_day / 1000,
    )


@compiled
def _say(
    recent_by_battalion: Floats,
    past_by_battalion: Floats,
    battalion_effect: float,
    by_battalion: Floats,
    recent_by_place: Floats,
    past_by_place: Floats,
    place_effect: float,
    by_station: Floats,
    base: float,
) -> None:
    """Add the effect of the rise of losses by battalion, and by place whether deployed or not."""
    for battalion in range(by_battalion.size):
        rise = _rise(recent_by_battalion[battalion], past_by_battalion[battalion], base)
        by_battalion[battalion] += battalion_effect * rise
    for place in range(recent_by_place.size):
        rise = _rise(recent_by_place[place], past_by_place[place], base)
        for deployed in range(2):
            by_station[place, deployed] += place_effect * rise


@compiled
def _rise(recent: float, past: float, base: float) -> float:
    """Rise of losses, which goes from 0 (none) towards 1 (without bound)."""
    return max(0.0, 1.0 - (past + base) / (recent + base))
