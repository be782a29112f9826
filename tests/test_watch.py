"""What is read of each man holds his hazard, however tables rise and fall."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from sim.boxes import EDGES, depth_for
from sim.ceilings import CEILING, CEILINGS_FOR
from sim.codes import Fate, Ints
from sim.pressure import log_hazard, pressure_of
from sim.scatter import Scatter
from sim.start import first_state
from sim.state import State
from sim.terms import Term
from sim.watch import ROOM, Watch
from sim.world import World
from tests.armies import ALIKE, invented, world

DAYS = 80


def watched(hazard_per_week: float, loyalty_sd: float = 0.0) -> tuple[World, State, Watch]:
    """A world on its first morning, and its watch."""
    changes = {"law.reference_hazard_per_week": hazard_per_week, "army.loyalty_sd": loyalty_sd, "days": DAYS}
    one = world(invented(ALIKE, changes))
    return one, first_state(one), Watch(Scatter(one.luck, one.army.soldiers.identity, DAYS))


def look(one: World, state: State, watch: Watch, day: int, **tables: Any) -> None:
    """Look at a morning's hazards: none may be above what is read."""
    state.day, state.pressure = day, pressure_of(one, one.station, [Term(**tables)])
    watch.look(one, state)
    serving = np.flatnonzero(state.fate == Fate.SERVING)
    hazard, depth = np.exp(log_hazard(one, state, serving)), watch.scatter.reading.depth[serving]
    assert (hazard <= EDGES[depth] * (1.0 + 1e-12)).all(), day


def moods(one: World, seed: int) -> Iterator[dict[str, Any]]:
    """Tables of all kinds that rise and fall from day to day, by company the most."""
    random, shape = np.random.default_rng(seed), (one.unit_count, one.sect_count)
    cell, profile, susceptible = np.zeros(shape), np.zeros(one.profile_shape), np.zeros(one.profile_shape)
    for _ in range(DAYS):
        yield {"cell": cell.copy(), "profile": profile.copy(), "susceptible": susceptible.copy()}
        cell = 0.9 * cell + random.normal(0.0, 1.5, shape) * (random.random(shape) < 0.3)
        profile = 0.9 * profile + random.normal(0.0, 0.1, profile.shape)
        susceptible = 0.9 * susceptible + random.normal(0.0, 0.4, profile.shape)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_hazard_is_above_what_is_read(seed: int) -> None:
    one, state, watch = watched(0.05, loyalty_sd=1.0)
    random = np.random.default_rng(seed)
    depths = set[int]()
    for day, tables in enumerate(moods(one, seed)):
        persuaded, risen = random.integers(0, one.army.size, 8), random.uniform(0.0, 2.0, 8)
        np.add.at(state.personal, persuaded, risen)
        state.persuaded = [(persuaded, risen)]
        # Those who held back and do so no more are touched; others are killed.
        back = np.flatnonzero(state.fate == Fate.PLANNING)
        state.fate[back], state.touched = Fate.SERVING, [back]
        state.fate[held_back(state, random, 5)] = Fate.PLANNING
        state.killed = held_back(state, random, 2)
        state.fate[state.killed] = Fate.KILLED
        look(one, state, watch, day, **tables)
        depths |= set(watch.scatter.reading.depth.tolist())
    assert len(depths) > 4


def held_back(state: State, random: np.random.Generator, number: int) -> Ints:
    """Some of those who serve."""
    return random.permutation(np.flatnonzero(state.fate == Fate.SERVING))[:number]


@pytest.mark.parametrize(("day", "fall"), [(CEILINGS_FOR - 1, 0.0), (CEILINGS_FOR, 4.0)])
def test_ceilings_come_down_to_where_tables_are_from_time_to_time(day: int, fall: float) -> None:
    # The table of company 3 falls by 4 on day 1 and is back on the day after that on which we look.
    one, state, watch = watched(7 * 0.2)
    high, low = np.zeros((one.unit_count, 1)), np.zeros((one.unit_count, 1))
    low[3] = -4.0
    rows = np.flatnonzero(one.army.soldiers.unit == 3)[:5]
    state.fate[rows] = Fate.PLANNING
    look(one, state, watch, 0, cell=high)
    for before in range(1, day):
        look(one, state, watch, before, cell=low)
    state.fate[rows], state.touched = Fate.SERVING, [rows]
    look(one, state, watch, day, cell=low)
    # They are read to where the ceiling of their company is, and no deeper.
    bound = log_hazard(one, state, rows) + 4.0 - fall + CEILING + ROOM
    depth = [max(depth_for(top), 2) if depth_for(top) else 0 for top in bound]
    assert watch.scatter.reading.depth[rows].tolist() == depth
    look(one, state, watch, day + 1, cell=high)


def test_a_company_that_rises_little_by_little_is_not_let_rise_unseen() -> None:
    # Never above the ceiling that was set last, which must then come down and not up.
    one, state, watch = watched(7e-3)
    table = np.zeros((one.unit_count, 1))
    for day in range(DAYS):
        table[3] = 0.9 * day * CEILING / CEILINGS_FOR
        look(one, state, watch, day, cell=table)


def test_the_plain_way_reads_every_hazard_every_day() -> None:
    one, state, watch = watched(0.05, loyalty_sd=1.0)
    watch.every_day = True
    for day, tables in enumerate(moods(one, 5)):
        look(one, state, watch, day, **tables)
