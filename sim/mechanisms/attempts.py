"""Attempts: a group may be betrayed before it leaves, or intercepted on its way.

    P(betrayed)    = 1 - (1 - informer_share) ** m,   m the times that the group asked a man
    P(intercepted) = 1 - exp(-interception * exp(learned_effect * learned surveillance
                     - night_effect * opposition's control by night - what defectors know)
                     * (distance to the nearest open way out / 100 km) ** distance_power)

One uniform number for each is dealt to the leader. Betrayed, the leader and those who came at his
asking are caught; followers of a commander, who join an open departure and are no possible informers,
stay at their posts. Intercepted, the whole group is caught. A planner found out is caught alone.
2 to 5 % of informers give 64 to 92 % betrayal of a group of 50: why exits are atomised.
"""

from __future__ import annotations

import math

import numpy as np

from sim.codes import Fate, Flags, Floats, How, Ints
from sim.compiled import compiled
from sim.luck import to_unit, word_of
from sim.mechanisms.knowledge import relief
from sim.parameters import MechanismSection, parameter
from sim.party import Party
from sim.service import enter_service
from sim.state import State
from sim.world import World

_LEAST_KM = 10.0


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
    party, army, rules = state.party, world.army, world.scenario.attempts
    size = party.row.size
    table, caught, escaped = np.empty((3, size), np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    tried, lost, away = _resolve(
        party.row,
        party.leader,
        party.how,
        state.asked,
        state.asked_as,
        state.is_bound,
        state.identity,
        world.luck.key("betrayal"),
        world.luck.key("interception"),
        rules.informer_share if rules.on else 0.0,
        _interception(world, state) if rules.on else np.zeros(world.place_count),
        state.unit,
        state.station,
        state.fate,
        table,
        caught,
        escaped,
        army.regulars,
        state.sect,
        state.gone_by_sect,
        state.gone_by_unit,
        state.regulars_gone,
    )
    state.attempt = Party(table[0, :tried], table[1, :tried], table[2, :tried])
    state.caught, state.escaped = caught[:lost], escaped[:away]
    state.left_by, state.left_behind = army.ties.neighbours(state.escaped)
    enter_service(world, state, state.attempt.row, -1)


@compiled
def _resolve(
    row: Ints,
    leader: Ints,
    how: Ints,
    asked: Ints,
    asked_as: Ints,
    is_bound: Flags,
    identity: Ints,
    betrayal: np.uint64,
    interception: np.uint64,
    informer_share: float,
    risk: Floats,
    unit: Ints,
    station: Ints,
    fate: Ints,
    table: Ints,
    caught: Ints,
    escaped: Ints,
    regulars: int,
    sect: Ints,
    gone_by_sect: Ints,
    gone_by_unit: Ints,
    regulars_gone: Ints,
) -> tuple[int, int, int]:
    """Sort the party by the numbers dealt to leaders into those who try, are caught and escape: how many.

    `risk` (H,) is of interception. Those who try are counted as gone.
    """
    tried = lost = away = 0
    for one in range(row.size):
        leads = leader[one]
        betrayed = intercepted = False
        if asked_as[leads] >= 0 or not is_bound[leads]:
            # Most leaders ask nobody, and are betrayed by nobody.
            if asked[leads] > 0:
                chance = 1.0 - (1.0 - informer_share) ** asked[leads]
                betrayed = to_unit(word_of(betrayal, identity[leads])) < chance
            intercepted = to_unit(word_of(interception, identity[leads])) < risk[station[unit[leads]] // 2]
        if betrayed and how[one] == How.FOLLOWED:
            continue
        table[0, tried], table[1, tried], table[2, tried] = row[one], leads, how[one]
        tried += 1
        if betrayed or intercepted or how[one] == How.DETECTED:
            fate[row[one]] = Fate.CAUGHT
            caught[lost] = row[one]
            lost += 1
        else:
            escaped[away] = row[one]
            away += 1
    _count_gone(table[0, :tried], regulars, unit, sect, gone_by_sect, gone_by_unit, regulars_gone)
    return tried, lost, away


@compiled
def _count_gone(
    rows: Ints, regulars: int, unit: Ints, sect: Ints, by_sect: Ints, by_unit: Ints, regulars_by_unit: Ints
) -> None:
    """Count those who set out."""
    for row in rows:
        by_sect[sect[row]] += 1
        by_unit[unit[row]] += 1
        regulars_by_unit[unit[row]] += row < regulars


def _interception(world: World, state: State) -> Floats:
    """Chance that a group from each place is intercepted, shape (H,)."""
    rules = world.scenario.attempts
    return _risk(
        state.open_havens,
        world.distance_km,
        world.farthest_km,
        state.control_night,
        rules.learned_effect * state.learned - relief(world, state),
        rules.night_effect,
        rules.interception,
        rules.distance_power,
    )


@compiled
def _risk(
    is_open: Flags,
    distance_km: Floats,
    farthest_km: Floats,
    control: Floats,
    log_risk: float,
    night_effect: float,
    interception: float,
    power: float,
) -> Floats:
    way_out = way_out_km(is_open, distance_km, farthest_km)
    risk = np.empty(way_out.size)
    for place in range(risk.size):
        distance = max(way_out[place], _LEAST_KM) / 100.0
        exposure = interception * math.exp(log_risk - night_effect * control[place]) * distance**power
        risk[place] = 1.0 - math.exp(-exposure)
    return risk


@compiled
def way_out_km(is_open: Flags, distance: Floats, farthest: Floats) -> Floats:
    """Distance from each place to the nearest open haven, shape (H,); to the farthest if none is open."""
    way_out = np.empty(farthest.size)
    for place in range(farthest.size):
        nearest = np.inf
        for haven in range(is_open.size):
            if is_open[haven]:
                nearest = min(nearest, distance[place, haven])
        way_out[place] = nearest if nearest < np.inf else farthest[place]
    return way_out
