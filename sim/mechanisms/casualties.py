"""Own casualties trigger exits: recent losses against those a soldier is used to.

    ratio = (recent + base) / (past + base)
    term  = battalion_effect * max(0, 1 - 1 / ratio_battalion) + place_effect * max(0, 1 - 1 / ratio_place)

Recent and past are exponentially weighted means of deaths a day per man, in the battalion and in the
place of the garrison, so that losses of deployed men are seen by those who stand beside them.
Regime casualties rise before desertion: Albrecht and Koehler 2018.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Floats
from sim.parameters import MechanismSection, parameter
from sim.state import State
from sim.terms import Term
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
    rules, units = world.scenario.casualties, world.army.units
    unit = world.army.soldiers.unit[state.killed]
    men_by_place = state.men_by_station.reshape(-1, 2).sum(axis=1)
    for group, men, recent, past in (
        (
            units.battalion,
            state.men_by_battalion,
            state.losses_battalion_recent,
            state.losses_battalion_past,
        ),
        (state.station // 2, men_by_place, state.losses_place_recent, state.losses_place_past),
    ):
        loss = np.bincount(group[unit], minlength=men.size) / np.maximum(men, 1)
        recent += (loss - recent) / rules.recent_days
        past += (loss - past) / rules.past_days


def term(world: World, state: State) -> Term:
    """Log hazard by battalion and by place."""
    rules = world.scenario.casualties
    base = rules.base_per_1000_per_day / 1000
    battalion = _rise(state.losses_battalion_recent, state.losses_battalion_past, base)
    place = _rise(state.losses_place_recent, state.losses_place_past, base)
    return Term(
        battalion=rules.battalion_effect * battalion, station=rules.place_effect * place[:, np.newaxis]
    )


def _rise(recent: Floats, past: Floats, base: float) -> Floats:
    """Rise of losses, from 0 (none) towards 1 (without bound)."""
    return np.maximum(0.0, 1.0 - (past + base) / (recent + base))
