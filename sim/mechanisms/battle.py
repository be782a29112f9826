"""Battle: a few bounded equations for the war of a day, by place. They close the loops; it is no war game.

    R   = sum over companies that have not collapsed of weight * (1 - weakness) * men / scale
          + weight * militia   (weight 1 if deployed, else `garrison_weight`; weakness 0 without a purge)
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

import math
from datetime import date as Date

import numpy as np
from pydantic import Field

from sim.codes import Floats, Ints
from sim.compiled import compiled
from sim.mechanisms.uprising import arms, strength
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
    rules, fighting = world.rules.battle, float(theatre.fighting[state.day])
    _fight(
        army_strength(world, state, theatre),
        world.rules.militia.weight,
        state.militia,
        arms(world, state),
        state.fighters,
        world.rules.uprising.defector_weight,
        theatre.hold,
        theatre.per_million,
        theatre.mobilisation[state.day],
        fighting,
        rules.civilians_per_engaged,
        rules.repression,
        rules.ceiling,
        rules.soldiers_lost_per_day * fighting * world.scale,
        rules.damage,
        rules.night_advantage,
        rules.control_days,
        state.regime_engaged,
        state.violence,
        state.civilians_killed,
        state.soldiers_expected,
        state.destruction,
        state.control_day,
        state.control_night,
    )


@compiled
def _fight(
    army: Floats,
    militia_weight: float,
    militia: Floats,
    arms: float,
    fighters: Floats,
    defector_weight: float,
    hold: Floats,
    per_million: Floats,
    mobilisation: Floats,
    fighting: float,
    civilians_per_engaged: float,
    repression: float,
    ceiling: float,
    soldiers_lost: float,
    damage: float,
    night_advantage: float,
    control_days: float,
    regime_engaged: Floats,
    violence: Floats,
    civilians_killed: Floats,
    soldiers_expected: Floats,
    destruction: Floats,
    control_day: Floats,
    control_night: Floats,
) -> None:
    """Fight the day's battle in each place; the last seven are written."""
    for place in range(army.size):
        regime = army[place] + militia_weight * militia[place]
        armed = strength(place, arms, fighters, defector_weight)
        engaged = armed / max(regime + armed, _NOBODY)
        by_battle = civilians_per_engaged * regime * engaged * per_million[place] * fighting
        by_repression = repression * mobilisation[place] * (1.0 - control_day[place]) * min(fighting, 1.0)
        violence[place] = -ceiling * math.expm1((by_repression + by_battle) / -ceiling)
        civilians_killed[place] = violence[place] / per_million[place]
        soldiers_expected[place] = soldiers_lost * army[place] * engaged
        regime_engaged[place] = engaged
        destruction[place] -= (1.0 - destruction[place]) * math.expm1(-damage * by_battle)
        by_day, by_night, others = armed, night_advantage * armed, regime + hold[place]
        control_day[place] += (by_day / (by_day + others) - control_day[place]) / control_days
        control_night[place] += (by_night / (by_night + others) - control_night[place]) / control_days


def army_strength(world: World, state: State, theatre: Theatre) -> Floats:
    """Strength of the army by place, shape (H,), in deployed men in their real numbers."""
    rules = world.rules.battle
    army: Floats = _fighting(
        state.station, state.men, state.collapsed_on, world.place_count, rules.garrison_weight, world.scale
    )
    if state.purges:
        lost = state.men * state.weakness * (state.collapsed_on < 0) / world.scale
        by_station = np.bincount(state.station, weights=lost, minlength=2 * world.place_count)
        army -= by_station.reshape(-1, 2) @ theatre.posture_weight
    return army


@compiled
def _fighting(
    station: Ints,
    men: Ints,
    collapsed_on: Ints,
    places: int,
    garrison_weight: float,
    scale: float,
) -> Floats:
    """Weigh the men of companies that have not collapsed, by place."""
    fighting = np.zeros(2 * places, dtype=np.int64)
    # Companies that stand together follow one another: they are summed before they are written down.
    here, there = station[0], np.int64(0)
    for unit in range(station.size):
        if station[unit] != here:
            fighting[here] += there
            here, there = station[unit], np.int64(0)
        there += men[unit] * (collapsed_on[unit] < 0)
    fighting[here] += there
    army = np.empty(places)
    for place in range(places):
        garrison, deployed = fighting[2 * place], fighting[2 * place + 1]
        army[place] = (garrison * garrison_weight + deployed) / scale
    return army
