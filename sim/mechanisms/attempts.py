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

from sim.army import neighbours
from sim.codes import Entries, Fate, Flags, Floats, How, Ints
from sim.compiled import compiled
from sim.luck import to_unit, word_of
from sim.mechanisms.knowledge import relief
from sim.parameters import MechanismSection, parameter
from sim.party import Party
from sim.service import enter
from sim.state import State
from sim.world import World

_LEAST_KM = 10.0

_Way = tuple[Flags, Floats, Floats, Floats, float, float, float, float]
"""Arguments of `_interception`."""


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
    army, rules = world.army, world.rules.attempts
    tried, state.caught, state.escaped, state.left_behind = _resolve(
        state.party.table,
        state.muster,
        state.station,
        army.ties.of,
        _of_the_way(world, state),
        rules.informer_share if rules.on else 0.0,
        world.luck.key("betrayal"),
        world.luck.key("interception"),
        army.regulars,
        state.gone_by_sect,
        state.gone_by_unit,
        state.regulars_gone,
        army.units.battalion,
        state.serving,
        state.men,
        state.men_by_station,
        state.men_by_battalion,
    )
    state.attempt = Party(tried)


@compiled
def _resolve(
    party: Ints,
    men: Entries,
    station: Ints,
    of: Ints,
    way: _Way,
    informer_share: float,
    betrayal: np.uint64,
    interception: np.uint64,
    regulars: int,
    gone_by_sect: Ints,
    gone_by_unit: Ints,
    regulars_gone: Ints,
    battalion: Ints,
    serving: Ints,
    men_by_unit: Ints,
    men_by_station: Ints,
    men_by_battalion: Ints,
) -> tuple[Ints, Ints, Ints, Ints]:
    """Sort the party, and count those who try as gone, and out of service.

    Returns those who try, as the table of a party; those who are caught; those who escape; their ties.
    """
    risk = _interception(*way)
    tried, caught, escaped = _sorted(party, men, station, risk, informer_share, betrayal, interception)
    rows = tried[0]
    _count_gone(rows, men, regulars, gone_by_sect, gone_by_unit, regulars_gone)
    enter(rows, -1, men, station, battalion, serving.ravel(), men_by_unit, men_by_station, men_by_battalion)
    return tried, caught, escaped, neighbours(of, escaped)[1]


@compiled
def _sorted(
    party: Ints,
    men: Entries,
    station: Ints,
    risk: Floats,
    informer_share: float,
    betrayal: np.uint64,
    interception: np.uint64,
) -> tuple[Ints, Ints, Ints]:
    """Sort the party by the numbers dealt to leaders: who tries, who is caught, and who escapes.

    `risk` (H,) is of interception.
    """
    fate, unit, identity = men["fate"], men["unit"], men["identity"]
    asked, asked_as, is_bound = men["asked"], men["asked_as"], men["is_bound"]
    size = party.shape[1]
    tries, caught, escaped = np.empty_like(party), np.empty(size, np.int64), np.empty(size, np.int64)
    tried = lost = away = 0
    for one in range(size):
        row, leads, how = party[0, one], party[1, one], party[2, one]
        betrayed = intercepted = False
        if asked_as[leads] >= 0 or not is_bound[leads]:
            # Most leaders ask nobody, and are betrayed by nobody.
            if asked[leads] > 0:
                chance = 1.0 - (1.0 - informer_share) ** asked[leads]
                betrayed = to_unit(word_of(betrayal, identity[leads])) < chance
            intercepted = to_unit(word_of(interception, identity[leads])) < risk[station[unit[leads]] // 2]
        if betrayed and how == How.FOLLOWED:
            continue
        tries[0, tried], tries[1, tried], tries[2, tried] = row, leads, how
        tried += 1
        if betrayed or intercepted or how == How.DETECTED:
            fate[row] = Fate.CAUGHT
            caught[lost] = row
            lost += 1
        else:
            escaped[away] = row
            away += 1
    if tried < size:
        tries = tries[:, :tried].copy()
    return tries, caught[:lost], escaped[:away]


@compiled
def _count_gone(
    rows: Ints, men: Entries, regulars: int, by_sect: Ints, by_unit: Ints, regulars_by_unit: Ints
) -> None:
    """Count those who try as gone."""
    sect, unit = men["sect"], men["unit"]
    for row in rows:
        by_sect[sect[row]] += 1
        by_unit[unit[row]] += 1
        regulars_by_unit[unit[row]] += row < regulars


def _of_the_way(world: World, state: State) -> _Way:
    """What the risk of interception is worked out from today: the arguments of `_interception`."""
    rules = world.rules.attempts
    return (
        state.open_havens,
        world.distance_km,
        world.farthest_km,
        state.control_night,
        rules.learned_effect * state.learned - relief(world, state),
        rules.night_effect,
        rules.interception if rules.on else 0.0,
        rules.distance_power,
    )


@compiled
def _interception(
    is_open: Flags,
    distance_km: Floats,
    farthest_km: Floats,
    control: Floats,
    log_risk: float,
    night_effect: float,
    interception: float,
    power: float,
) -> Floats:
    """Chance that a group from each place is intercepted, shape (H,)."""
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
