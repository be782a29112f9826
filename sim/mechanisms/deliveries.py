"""Arms delivered to the opposition from abroad, of which a part goes astray.

    sent      = level * min(1, (days since the first + 1) / ramp_days)
    arms      = arms of the scenario by date + (1 - diverted_share) * sent
    astray    = diverted_share * sent
    fear     <- fear + (1 - fear) * (1 - exp(-astray / fear_scale))

What is diverted arms no faction, and feeds the fear of a sectarian war, with either war: arms were
withheld lest they reach those who would fight it (ledger, row 30).
"""

from __future__ import annotations

import math
from datetime import date as Date

import numpy as np
from pydantic import Field

from sim.clock import day_number
from sim.codes import Floats
from sim.parameters import Section, parameter
from sim.world import World


class ArmsDeliveries(Section):
    """Section `arms_deliveries`: a lever; a level of 0 is none."""

    level: float = parameter(
        0.0, 0, 5, "1", "Arms delivered, over those of light infantry: added to `uprising.arms`.", "0 is none"
    )
    starts: Date | None = Field(None, description="Date of the first delivery; absent: day 0.")
    ramp_days: float = parameter(90, 1, 730, "days", "Days from the first delivery to the full level.")
    diverted_share: float = parameter(
        0.2, 0, 1, "1", "Share that goes astray.", "row 30: feared; the size is an assumption"
    )
    fear_scale: float = parameter(
        1.0, 0.01, 100, "1", "Arms gone astray at which fear has gone 63 % of the way to its most."
    )


def arming(rules: ArmsDeliveries, start: Date, days: int) -> Floats:
    """Arms that reach the factions by deliveries, by day, over those of light infantry; shape (T,)."""
    sent = np.array([_sent(rules, start, day) for day in range(days)])
    arrived: Floats = (1.0 - rules.diverted_share) * sent
    return arrived


def alarm(world: World, day: int) -> float:
    """How far arms gone astray take fear towards its most, in [0, 1)."""
    rules = world.rules.arms_deliveries
    return 1.0 - math.exp(-rules.diverted_share * _sent(rules, world.rules.start, day) / rules.fear_scale)


def _sent(rules: ArmsDeliveries, start: Date, day: int) -> float:
    """Arms sent by a day, over those of light infantry."""
    if rules.level == 0.0:
        return 0.0
    since = day - day_number(start, rules.starts or start)
    return rules.level * min(1.0, max(since + 1, 0) / rules.ramp_days)
