"""Grievance erodes loyalty: the slow, private stock.

    L_i(t) = L_i(0) - s_i * E(t),   E(t+1) = E(t) * (1 - 1 / decay_days) + input
    input  = weight(sect) * (home_violence * log(1 + 2 v_home) + community_violence * log(1 + 2 v_sect)
             + own_group_gone * share of the sect's men gone)
             + officer_career (officers of the out-group)
             + wage_loss * max(0, -(log real wage + rises of the regime in force))

v is civilians killed a day per million, at home and among the own community. The stock belongs to rank,
sect and home, and runs for reservists at home as well, so that a call-up gives no spike.
"""

from __future__ import annotations

import math
from datetime import date as Date

import numpy as np
from pydantic import Field

from sim.clock import day_number
from sim.codes import OFFICERS, Flags, Floats, Ints
from sim.compiled import compiled
from sim.parameters import MechanismSection, Section, parameter
from sim.state import State
from sim.tally import Tally
from sim.world import World


class WagePoint(Section):
    """Worth of a month's wage in goods, relative to day 0, from a date."""

    date: Date = Field(description="From this date, until the next.")
    real_wage: float = parameter(1.0, 0.01, 10, "1", "Real wage relative to day 0.", "stated in the file")


class Grievance(MechanismSection):
    """Section `grievance`."""

    home_violence: float = parameter(
        0.0162, 0, 1, "log hazard per day", "Erosion a day per log(1 + 2 v) of violence at home."
    )
    community_violence: float = parameter(
        0.0043,
        0,
        1,
        "log hazard per day",
        "Erosion a day per log(1 + 2 v) against the own community.",
    )
    own_group_gone: float = parameter(
        0.0037, 0, 1, "log hazard per day", "Erosion a day if all men of the own sect were gone."
    )
    officer_career: float = parameter(
        0.0002, 0, 0.1, "log hazard per day", "Career grievance of officers of the out-group."
    )
    wage_loss: float = parameter(
        0.0003, 0, 0.1, "log hazard per day", "Erosion a day per log unit of wage lost to prices."
    )
    decay_days: float = parameter(346, 10, 5000, "days", "Time scale on which grievance fades.")
    multiple: float = parameter(
        1.0, 0, 50, "1", "Multiplies every input: the scale of grievance.", "scenario switch, 1"
    )
    real_wage: tuple[WagePoint, ...] = Field((), description="Real wage by date; 1 before the first.")


def erode(world: World, state: State) -> None:
    """Add today's input to the stock and let the rest fade."""
    rules = world.rules.grievance
    if not rules.on:
        return
    _erode(
        state.erosion,
        rules.decay_days,
        rules.multiple,
        state.violence,
        rules.home_violence,
        state.civilians_killed,
        world.victim_share,
        world.community,
        rules.community_violence,
        state.gone_by_sect,
        world.strength_by_sect,
        rules.own_group_gone,
        world.grievance_weight,
        world.career,
        rules.wage_loss * max(0.0, -float(world.log_wage[state.day] + state.wage_raised)),
    )


@compiled
def _erode(
    erosion: Floats,
    decay_days: float,
    multiple: float,
    violence: Floats,
    home_violence: float,
    civilians_killed: Floats,
    victim_share: Floats,
    community: Floats,
    community_violence: float,
    gone: Ints,
    strength: Floats,
    own_group_gone: float,
    weight: Floats,
    career: Floats,
    wage: float,
) -> None:
    """Move the stock of each rank, sect and home."""
    ranks, sects, places = erosion.shape
    at_home = np.empty(places)
    for place in range(places):
        at_home[place] = home_violence * math.log1p(2.0 * violence[place])
    for sect in range(sects):
        victims = 0.0
        for place in range(places):
            victims += victim_share[place, sect] * civilians_killed[place]
        against = math.log1p(2.0 * victims / community[sect] * 1e6)
        share_gone = min(gone[sect] / max(strength[sect], 1.0), 1.0)
        by_sect = community_violence * against + own_group_gone * share_gone
        for rank in range(ranks):
            for place in range(places):
                feeling = weight[sect] * (by_sect + at_home[place])
                stock, total = erosion[rank, sect, place], feeling + career[rank, sect, 0] + wage
                erosion[rank, sect, place] = stock + (multiple * total - stock / decay_days)


def career(rules: Grievance, is_out_group: Flags) -> Floats:
    """Career grievance a day by rank and sect, shape (5, S, 1): officers of the out-group."""
    by_group = np.zeros((5, is_out_group.size, 1))
    by_group[list(OFFICERS)] = rules.officer_career * is_out_group[:, None]
    return by_group


def log_wage(points: tuple[WagePoint, ...], start: Date, days: int) -> Floats:
    """Log of the real wage over that of day 0, shape (T,)."""
    wage = np.ones(days)
    for point in points:
        wage[max(day_number(start, point.date), 0) :] = point.real_wage
    log: Floats = np.log(wage)
    return log


def say(world: World, state: State, tally: Tally) -> None:
    """Add erosion by rank, sect and home, to be multiplied by each soldier's susceptibility."""
    _say(state.erosion, tally.susceptible)


@compiled
def _say(erosion: Floats, susceptible: Floats) -> None:
    """Add the stock of each rank, sect and home, whatever family and awareness are."""
    stock = erosion.ravel()
    by_kind = susceptible.reshape(stock.size, 4)
    for alike in range(stock.size):
        for kind in range(4):
            by_kind[alike, kind] += stock[alike]
