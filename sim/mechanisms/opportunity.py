"""Opportunity: leave, night, posture. A factor on the hazard, relative to day 0's ordinary garrison.

    factor = leave(t) / leave(0) * (1 + night_gain * opposition's control by night)
             * deployed_factor (deployed companies) * confined_factor (garrisons while confined)
    leave  = 1 - on_leave + on_leave * leave_multiple

The share on leave is an expectation: everyone has his turn. Men ran from home leave, barracks and
hospital, rarely from battle (Albrecht and Ohl 2016; Albrecht and Koehler 2018).
"""

from __future__ import annotations

import math

from sim.codes import Floats
from sim.compiled import compiled
from sim.parameters import MechanismSection, parameter
from sim.state import State
from sim.tally import Tally
from sim.world import World


class Opportunity(MechanismSection):
    """Section `opportunity`."""

    on_leave_share: float = parameter(0.06, 0, 1, "1", "Share on leave or in hospital on a day.")
    leave_multiple: float = parameter(15, 1, 100, "1", "Hazard on leave over that in barracks, 5 to 20.")
    cancelled_share: float = parameter(
        0.25, 0, 1, "1", "Leave still given once it is cancelled, over before.", coercive=True
    )
    night_gain: float = parameter(
        1.0, 0, 10, "1", "Gain where the opposition holds the night: escape at night x1 to 2."
    )
    deployed_factor: float = parameter(0.8, 0.05, 5, "1", "Hazard of deployed over garrisoned men.")
    confined_factor: float = parameter(
        0.5, 0.01, 1, "1", "Hazard of a garrison while it is confined.", coercive=True
    )


def say(world: World, state: State, tally: Tally) -> None:
    """Add the log hazard by place and whether deployed."""
    rules = world.rules.opportunity
    leave = _leave_cancelled(rules) if state.day < state.leave_cancelled_until else 1.0
    garrison = rules.confined_factor if state.day < state.confined_until else 1.0
    _say(leave, rules.night_gain, state.control_night, garrison, rules.deployed_factor, tally.station)


def _leave_cancelled(rules: Opportunity) -> float:
    """Factor leave(t) / leave(0) while leave is cancelled."""
    usual = rules.on_leave_share
    gain = rules.leave_multiple - 1.0
    return (1.0 + usual * rules.cancelled_share * gain) / (1.0 + usual * gain)


@compiled
def _say(
    leave: float,
    night_gain: float,
    control_night: Floats,
    garrison: float,
    deployed: float,
    by_station: Floats,
) -> None:
    """Add the log of the factor by place and whether deployed."""
    for place in range(control_night.size):
        here = leave * (1.0 + night_gain * control_night[place])
        by_station[place, 0] += math.log(here * garrison)
        by_station[place, 1] += math.log(here * deployed)
