"""Battle: a few bounded equations for the war of a day, by place. They close the loops; it is no war game.

    R   = sum over companies that have not collapsed of weight * men / scale + weight * militia
          (weight 1 if deployed, else `garrison_weight`)
    A   = arms * (civilians who took up arms + defector_weight * soldiers who joined)
    E   = R * A / (R + A)                                    engaged on either side
    raw = min(f, 1) * repression * mobilisation * (1 - D) + f * civilians_per_engaged * E per million people
    v   = ceiling * (1 - exp(-raw / ceiling))                civilians killed a day per million: violence
    e   = f * soldiers_lost_per_day * A / (R + A) * army's part of R
    D  <- D + (A / (A + R + hold) - D) / control_days                          control by day
    G  <- G + (n * A / (n * A + R + hold) - G) / control_days                  by night, n = night_advantage
    W  <- W + (1 - W) * (1 - exp(-damage * f * civilians_per_engaged * E per million))   destruction

`f` is today's level of fighting, 1 but in a truce (less) or an offensive (more), which a scenario dates.
`hold` is the strength that it takes to hold a place against nobody, `hold_per_1000` of its people. Every
quantity is bounded whatever the parameters: v by its ceiling, e by the men there, D, G and W by 0 and 1.
"""

from __future__ import annotations

from datetime import date as Date

import numpy as np
from pydantic import Field

from sim.codes import Floats, Ints
from sim.compiled import compiled
from sim.mechanisms import uprising
from sim.parameters import FITTED, Section, parameter
from sim.state import State
from sim.theatre import Theatre
from sim.world import World

_NOBODY = 1e-9
"""Strength below which there is nobody to be engaged, men."""


class Fighting(Section):
    """How hard those who are engaged fight, from a date."""

    date: Date = Field(description="From this date, until the next.")
    level: float = parameter(
        1.0,
        0,
        3,
        "1",
        "Killing and damage by those engaged, over 1: a truce is less, an offensive more.",
        "stated in the file",
    )


class Battle(Section):
    """Section `battle`: acts in an endogenous war."""

    fighting: tuple[Fighting, ...] = Field(
        (), description="Level of fighting by date; 1 before the first. Under 1 it quiets repression too."
    )
    garrison_weight: float = parameter(
        0.2, 0, 1, "1", "Strength of a garrisoned man over that of a deployed one."
    )
    repression: float = parameter(
        5.8,
        0,
        100,
        "deaths per million per day",
        "Civilians killed at full mobilisation where the regime holds the day.",
        "civilians counted in April and May 2011",
        coercive=True,
    )
    civilians_per_engaged: float = parameter(
        0.0025, 0, 0.1, "1 per day", "Civilians killed a day for each man engaged on either side.", FITTED
    )
    ceiling: float = parameter(40.0, 0.1, 1000, "deaths per million per day", "Most that violence can be.")
    soldiers_lost_per_day: float = parameter(
        0.0012, 0, 0.05, "1 per day", "Soldiers and militiamen killed a day of those engaged.", FITTED
    )
    night_advantage: float = parameter(
        3.0, 1, 20, "1", "Strength of the opposition by night over that by day.", FITTED
    )
    hold_per_1000: float = parameter(
        6.0,
        0.1,
        100,
        "men per 1,000 people",
        "Strength that it takes to hold a place against nobody.",
        "set by hand between 2 (police in peace) and 20 (stability operations), Quinlivan 1995",
    )
    control_days: float = parameter(30, 1, 365, "days", "Time scale on which ground changes hands.")
    damage: float = parameter(
        2e-4,
        0,
        0.1,
        "1 per death per million",
        "Share of what stands that is destroyed for each death by battle.",
        "a third of homes damaged by spring 2013 (ESCWA), over the deaths counted by then",
    )


def fight(world: World, state: State, theatre: Theatre) -> None:
    """Work out today's deaths, control and destruction from the strengths of the morning."""
    rules = world.scenario.battle
    army, fighting = army_strength(world, state, theatre), float(theatre.fighting[state.day])
    regime = army + world.scenario.militia.weight * state.militia
    armed = uprising.strength(world, state)
    state.regime_engaged = armed / np.maximum(regime + armed, _NOBODY)
    by_battle = rules.civilians_per_engaged * regime * state.regime_engaged * theatre.per_million
    by_battle *= fighting
    by_repression = rules.repression * theatre.mobilisation[state.day] * (1.0 - state.control_day)
    by_repression *= min(fighting, 1.0)
    state.violence = -rules.ceiling * np.expm1((by_repression + by_battle) / -rules.ceiling)
    state.civilians_killed = state.violence / theatre.per_million
    lost = rules.soldiers_lost_per_day * fighting
    state.soldiers_expected = (lost * world.scale) * army * state.regime_engaged
    state.destruction = state.destruction - (1.0 - state.destruction) * np.expm1(-rules.damage * by_battle)
    _take_ground(world, state, regime + theatre.hold, armed)


def army_strength(world: World, state: State, theatre: Theatre) -> Floats:
    """Strength of the army by place, shape (H,), in deployed men in their real numbers."""
    men = _fighting(state.station, state.men, state.collapsed_on, 2 * world.place_count)
    strength: Floats = men.reshape(-1, 2) @ theatre.posture_weight / world.scale
    return strength


@compiled
def _fighting(station: Ints, men: Ints, collapsed_on: Ints, stations: int) -> Floats:
    """Men by station in companies that have not collapsed."""
    fighting = np.zeros(stations)
    for unit in range(station.size):
        if collapsed_on[unit] < 0:
            fighting[station[unit]] += men[unit]
    return fighting


def _take_ground(world: World, state: State, others: Floats, armed: Floats) -> None:
    """Move control by day and by night towards what the strengths can hold."""
    rules = world.scenario.battle
    by_night = rules.night_advantage * armed
    by_night = by_night / (by_night + others)
    by_day = armed / (armed + others)
    state.control_day = state.control_day + (by_day - state.control_day) / rules.control_days
    state.control_night = state.control_night + (by_night - state.control_night) / rules.control_days
