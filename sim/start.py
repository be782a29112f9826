"""The first morning: the state before day 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.codes import Floats, Ints
from sim.mechanisms import deaths
from sim.muster import ENTRY, muster
from sim.party import Party
from sim.queues import Queues
from sim.state import State
from sim.world import World

_NOBODY_YET = (
    "forced",
    "killed",
    "caught",
    "escaped",
    "left_behind",
    "abandoned",
    "planners",
    "left_faction",
    "reported",
    "evaded",
)


def first_state(world: World) -> State:
    """Return the state before day 0: the regulars serve, the reserve is at home."""
    army, luck, plan = world.army, world.luck, world.scenario.salary_plan
    identity, size = army.soldiers.identity, army.size
    death_due = np.full(size, np.inf)
    death_due[: army.regulars] = luck.exponential("death", identity[: army.regulars])
    death_due[world.is_bound] = np.inf
    units, places = world.unit_count, world.place_count
    entries = muster(world)
    columns: dict[str, Any] = {name: entries[name] for name in ENTRY.names or ()}
    state = State(
        day=0,
        muster=entries,
        **columns,
        death_due=death_due,
        steps_due={day: list(steps) for day, steps in world.steps_due.items()},
        next_death=deaths.first_due(army.regular_start, death_due),
        faction=np.full(size, -1, dtype=np.int16),
        joined_from=np.zeros(size, dtype=np.int16),
        plan_ready=np.zeros(size, dtype=np.int32),
        plan_risk=np.zeros(size),
        unaware_left=_unaware(world),
        soon_aware=np.empty(0, dtype=np.int64),
        soon_aware_at=np.empty(0),
        serving=world.strength.astype(np.int64),
        men=world.unit_strength.astype(np.int64),
        station=world.station.astype(np.int32),
        men_by_station=_summed(world.station, world.unit_strength, 2 * places),
        weakness=np.zeros(units),
        men_by_battalion=world.battalion_strength.astype(np.int64),
        erosion=np.zeros((5, world.sect_count, places)),
        members=np.zeros((len(world.scenario.factions), 5), dtype=np.int64),
        accounts=np.zeros((3, len(world.scenario.factions))),
        leaving_risk=np.zeros(len(world.scenario.factions)),
        waiting=Queues.empty(len(world.scenario.factions), room=1 + size // 16),
        commander=army.posts.commander.copy(),
        post_refill=np.full(army.posts.commander.size, -1, dtype=np.int64),
        post_empty=np.zeros((units, 4)),
        unguarded=np.zeros(units),
        paid_probability=plan.prior_paid if plan.acts else 0.0,
        learned=world.scenario.surveillance.learned_at_start * world.scenario.surveillance.on,
        **_zeros(world),
    )
    for name in _NOBODY_YET:
        setattr(state, name, np.empty(0, dtype=np.int64))
    state.party = state.attempt = Party.nobody()
    return state


def _zeros(world: World) -> dict[str, Any]:
    """Arrays of companies, battalions, places and sects that start at 0."""
    units, places = world.unit_count, world.place_count
    battalions, havens = world.battalion_strength.size, world.distance_km.shape[1]
    return {
        "gone_felt": np.zeros((world.sect_count, units)),
        "gone_recent_by_battalion": np.zeros(battalions),
        "caught_by_battalion": np.zeros(battalions),
        "caught_by_home": np.zeros(places),
        "gone_by_unit": np.zeros(units, dtype=np.int64),
        "regulars_gone": np.zeros(units, dtype=np.int64),
        "gone_by_sect": np.zeros(world.sect_count, dtype=np.int64),
        "collapsed_on": np.full(units, -1, dtype=np.int64),
        "gone_lately": np.zeros(units, dtype=np.int64),
        "gone_lately_by_battalion": np.zeros(battalions, dtype=np.int64),
        "abandoned_on": np.full(units, -1, dtype=np.int64),
        "death_risk": np.zeros(units),
        "losses_battalion_recent": np.zeros(battalions),
        "losses_battalion_past": np.zeros(battalions),
        "losses_place_recent": np.zeros(places),
        "losses_place_past": np.zeros(places),
        "civilians_killed": np.zeros(places),
        "soldiers_expected": np.zeros(places),
        "control_day": np.zeros(places),
        "control_night": np.zeros(places),
        "violence": np.zeros(places),
        "fighters": np.zeros((2, places)),
        "fighters_entered": np.zeros(places),
        "militia": np.zeros(places),
        "violence_felt": np.zeros(places),
        "regime_engaged": np.zeros(places),
        "destruction": np.zeros(places),
        "haven_access": np.zeros(places),
        "faction_access": np.zeros(places),
        "open_havens": np.zeros(havens, dtype=bool),
    }


def _summed(group: Ints, men: Floats, groups: int) -> Ints:
    """Men by group of companies."""
    return np.bincount(group, weights=men, minlength=groups).astype(np.int64)


def _unaware(world: World) -> Floats:
    """Exposure after which each soldier knows of the offer; infinite where there is no plan."""
    if not world.scenario.salary_plan.acts:
        return np.broadcast_to(np.inf, world.army.size)
    return world.luck.exponential("hears of the offer", world.army.soldiers.identity)
