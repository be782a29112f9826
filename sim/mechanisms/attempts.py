"""Attempts: a group may be betrayed before it leaves, or intercepted on its way.

    P(betrayed)    = 1 - (1 - informer_share) ** m,   m the times that the group asked a man
    P(intercepted) = 1 - exp(-interception * exp(learned_effect * learned surveillance
                     - night_effect * opposition's control by night)
                     * (distance to the nearest open way out / 100 km) ** distance_power)

One uniform number for each is dealt to the leader. Betrayed, the leader and those who came at his
asking are caught; followers of a commander, who join an open departure and are no possible informers,
stay at their posts. Intercepted, the whole group is caught. A planner found out is caught alone.
2 to 5 % of informers give 64 to 92 % betrayal of a group of 50: why exits are atomised.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Fate, Flags, Floats, How, Ints, Words
from sim.compiled import compiled
from sim.luck import to_unit
from sim.parameters import MechanismSection, parameter
from sim.service import enter_service
from sim.state import State
from sim.world import World

_LEAST_KM = 10.0
_ESCAPES, _CAUGHT, _STAYS = np.int8(0), np.int8(1), np.int8(2)


class Attempts(MechanismSection):
    """Section `attempts`."""

    informer_share: float = parameter(
        0.03,
        0,
        0.5,
        "1",
        "Chance that a man who is asked informs.",
        "ledger, section 6",
        coercive=True,
    )
    interception: float = parameter(
        0.12,
        0,
        5,
        "1",
        "Cumulative risk on 100 km by day.",
        "0.05 to 0.3 an attempt",
        coercive=True,
    )
    learned_effect: float = parameter(
        0.2, 0, 3, "log hazard", "Effect of learned surveillance on interception.", coercive=True
    )
    night_effect: float = parameter(1.0, 0, 5, "log hazard", "Relief by the opposition's nights.")
    distance_power: float = parameter(0.5, 0, 2, "1", "How interception grows with distance.")


def resolve(world: World, state: State) -> None:
    """Decide which groups of today's party are caught; the rest escape."""
    party, rules = state.party, world.scenario.attempts
    outcome = _outcomes(
        party.leader,
        party.how,
        (state.asked, world.is_bound, state.identity, world.army.soldiers.unit, state.station),
        (world.words("betrayal"), world.words("interception")),
        rules.informer_share if rules.on else 0.0,
        _interception(world, state) if rules.on else np.zeros(world.place_count),
    )
    stays = outcome == _STAYS
    state.attempt = party.keep(~stays) if stays.any() else party
    state.caught = party.row[outcome == _CAUGHT]
    state.escaped = party.row[outcome == _ESCAPES]
    state.left_by, state.left_behind = world.army.ties.neighbours(state.escaped)
    state.fate[state.caught] = Fate.CAUGHT
    _count_out(world, state)


def _count_out(world: World, state: State) -> None:
    """Take those who set out off the strength of their companies."""
    soldiers, gone = world.army.soldiers, state.attempt.row
    unit, sect = soldiers.unit[gone], soldiers.sect[gone]
    enter_service(world, state, gone, -1)
    np.add.at(state.gone_by_sect, sect, 1)
    np.add.at(state.gone_by_unit, unit, 1)
    np.add.at(state.regulars_gone, unit[gone < world.army.regulars], 1)


@compiled
def _outcomes(
    leaders: Ints,
    how: Ints,
    of_soldier: tuple[Ints, Flags, Ints, Ints, Ints],
    words: tuple[Words, Words],
    informer_share: float,
    risk: Floats,
) -> Ints:
    """Outcome for each of the party, by the numbers dealt to his leader; `risk` (H,) is of interception."""
    asked, is_bound, identity, unit, station = of_soldier
    outcome = np.full(leaders.size, _ESCAPES)
    for one in range(leaders.size):
        leader = leaders[one]
        betrayed = intercepted = False
        if not is_bound[leader]:
            betrayal = 1.0 - (1.0 - informer_share) ** asked[leader]
            betrayed = to_unit(words[0][identity[leader]]) < betrayal
            intercepted = to_unit(words[1][identity[leader]]) < risk[station[unit[leader]] // 2]
        if betrayed and how[one] == How.FOLLOWED:
            outcome[one] = _STAYS
        elif betrayed or intercepted or how[one] == How.DETECTED:
            outcome[one] = _CAUGHT
    return outcome


def _interception(world: World, state: State) -> Floats:
    """Chance that a group from each place is intercepted, shape (H,)."""
    rules = world.scenario.attempts
    distance = np.maximum(way_out_km(world, state), _LEAST_KM) / 100.0
    log_risk = rules.learned_effect * state.learned - rules.night_effect * state.control_night
    return 1.0 - np.exp(-rules.interception * np.exp(log_risk) * distance**rules.distance_power)


def way_out_km(world: World, state: State) -> Floats:
    """Distance from each place to the nearest open haven, shape (H,); to the farthest if none is open."""
    nearest = np.where(state.open_havens, world.distance_km, np.inf).min(axis=1, initial=np.inf)
    way_out: Floats = np.where(np.isfinite(nearest), nearest, world.farthest_km)
    return way_out
