"""Tenure: men leave more readily in their first months of service.

    term_i = first (up to 2 months since he entered), second (up to 4), third (up to 6), 0 after

McLauchlin 2015 gives +0.608, +0.393 and -0.255 at 2, 4 and 6 months since entry, in periods of two months:
each is taken for the period that ends there, and longer service for its reference. Regular conscripts have
served for months that are dealt to them; professionals for long; reservists begin when they report. No
other men enter during a run. A man's step stands in his own log hazard; men who entered together move on
together, on the days on which a period ends, so that on most days nothing is done.
"""

from __future__ import annotations

import numpy as np

from sim.army import Army
from sim.clock import DAYS_PER_MONTH
from sim.codes import Floats, Ints
from sim.parameters import MechanismSection, parameter
from sim.personal import pass_to
from sim.state import State
from sim.world import World

_MONTHS = (2, 4, 6)
ENDS = tuple(round(months * DAYS_PER_MONTH) for months in _MONTHS)
"""Days since entry on which the steps end."""
_SOURCE = "McLauchlin 2015; its reference period is not in the ledger: an assumption"


Steps = dict[int, list[tuple[int, Ints]]]
"""By day: step, and rows of those who pass to it."""


class Tenure(MechanismSection):
    """Section `tenure`."""

    first: float = parameter(0.608, -3, 3, "log hazard", "In the first two months of service.", _SOURCE)
    second: float = parameter(0.393, -3, 3, "log hazard", "In the third and the fourth month.", _SOURCE)
    third: float = parameter(-0.255, -3, 3, "log hazard", "In the fifth and the sixth month.", _SOURCE)


def effects(rules: Tenure) -> Floats:
    """Log hazard by step of service, shape (4,)."""
    return np.array([rules.first, rules.second, rules.third, 0.0]) * rules.on


def steps(army: Army) -> Ints:
    """Step of each soldier on day 0, shape (N,); of a reservist, the first."""
    return np.minimum(army.soldiers.months_served // _MONTHS[0], len(ENDS)).astype(np.int8)


def first_steps(army: Army) -> Steps:
    """Steps of the regulars who have not served for six months on day 0, by the day on which they come."""
    months, due = army.soldiers.months_served[: army.regulars], Steps()
    for served in range(_MONTHS[-1]):
        enter(due, np.flatnonzero(months == served), -round(served * DAYS_PER_MONTH))
    return due


def enter(due: Steps, rows: Ints, day: int) -> None:
    """Note on which days men who enter service on a day will pass to which step."""
    for step, end in enumerate(ENDS, start=1):
        if rows.size and day + end > 0:
            due.setdefault(day + end, []).append((step, rows))


def move_on(world: World, state: State) -> None:
    """Let those whose period ended yesterday pass to the next step."""
    for step, rows in state.steps_due.pop(state.day, ()):
        pass_to(world, state, step, rows)
        rise = world.tenure_effect[step] - world.tenure_effect[step - 1]
        if rise > 0.0:  # a fall needs no closer look
            state.persuaded.append((rows, np.full(rows.size, rise)))
