"""What can be asked about soldiers, by name: who they are, and what has become of them by now.

Each entry reads arrays at some rows, one row or many, so that a view of one man costs nothing to keep.
Codes are given by their names, as in the frames of a result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from sim.codes import FATES, RANKS, Fate, Flags, Floats, Ints
from sim.loyalty import loyalty_index
from sim.mechanisms.exits import HazardLaw
from sim.pressure import log_hazard
from sim.state import State
from sim.world import World

Read = Callable[[World, State, Ints], Any]
"""(world, state, rows) -> values at the rows, shape (n,)."""


def _named(names: Callable[[World], Iterable[str]], codes: Read) -> Read:
    """Read codes as their names; -1 is None."""

    def read(world: World, state: State, rows: Ints) -> Any:
        table = np.array([*names(world), None], dtype=object)
        return table[codes(world, state, rows)]

    return read


def _loyalty(world: World, state: State, rows: Ints) -> Floats:
    """Loyalty L_i(t), log hazard: that of day 0 less what has eroded of it."""
    soldiers = world.army.soldiers
    eroded = state.erosion[soldiers.rank[rows], soldiers.sect[rows], soldiers.home[rows]]
    loyalty: Floats = soldiers.loyalty[rows] - soldiers.susceptibility[rows] * eroded
    return loyalty


def _loyalty_index(world: World, state: State, rows: Ints) -> Floats:
    """The same as it is shown to people, from 0 to 1."""
    rules = world.scenario.loyalty_index
    return loyalty_index(_loyalty(world, state, rows), rules.middle, rules.width)


def _serving(world: World, state: State, rows: Ints) -> Flags:
    """Whether he is under arms, planning included."""
    fate = state.fate[rows]
    serving: Flags = (fate == Fate.SERVING) | (fate == Fate.PLANNING)
    return serving


def _log_hazard(world: World, state: State, rows: Ints) -> Floats:
    """Log hazard a day of his own decision, by this morning's terms.

    It is -inf for those who never decide, NaN for those who do not serve, before the first day and under
    the threshold law.
    """
    if state.pressure is None or not isinstance(world.scenario.law, HazardLaw):
        return np.full(rows.size, np.nan)
    return np.where(_serving(world, state, rows), log_hazard(world, state, rows), np.nan)


def _of_roster(name: str) -> Read:
    """Read a column of the roster."""
    return lambda world, state, rows: getattr(world.army.soldiers, name)[rows]


def _of_company(name: str) -> Read:
    """Read a column of the companies, at the company of each man."""
    return lambda world, state, rows: getattr(world.army.units, name)[world.army.soldiers.unit[rows]]


def _formations(world: World) -> list[str]:
    """Names of the formations."""
    return [line.name for line in world.scenario.army.order_of_battle]


COLUMNS: dict[str, Read] = {
    "unique_id": _of_roster("identity"),
    "rank": _named(lambda world: RANKS, _of_roster("rank")),
    "sect": _named(lambda world: world.scenario.sects, _of_roster("sect")),
    "home": _named(lambda world: world.scenario.places, _of_roster("home")),
    "unit": _of_roster("unit"),
    "battalion": _of_company("battalion"),
    "brigade": _of_company("brigade"),
    "formation": _named(_formations, _of_company("formation")),
    "branch": _named(lambda world: world.scenario.branches, _of_company("branch")),
    "place": _named(
        lambda world: world.scenario.places,
        lambda world, state, rows: state.station[world.army.soldiers.unit[rows]] // 2,
    ),
    "deployed": lambda world, state, rows: state.station[world.army.soldiers.unit[rows]] % 2 == 1,
    "reservist": _of_roster("reservist"),
    "conscript": _of_roster("conscript"),
    "stayer": _of_roster("stayer"),
    "family_outside": _of_roster("family_outside"),
    "months_served": _of_roster("months_served"),
    "initial_loyalty": _of_roster("loyalty"),
    "susceptibility": _of_roster("susceptibility"),
    "log_frailty": _of_roster("log_frailty"),
    "fate": _named(lambda world: FATES, lambda world, state, rows: state.fate[rows]),
    "serving": _serving,
    "aware": lambda world, state, rows: state.profile[rows] % 2 == 1,
    "faction": _named(lambda world: world.scenario.factions, lambda world, state, rows: state.faction[rows]),
    "commands": lambda world, state, rows: state.post_held[rows] >= 0,
    "ties_gone": lambda world, state, rows: state.ties_gone[rows],
    "ties_caught": lambda world, state, rows: state.ties_caught[rows],
    "loyalty": _loyalty,
    "loyalty_index": _loyalty_index,
    "log_hazard": _log_hazard,
}
"""What can be asked, by name.

`unique_id` is `person` in the frames of a result. `place` and `deployed` say where his company stands now,
`faction` of which he is a member now (None without), `commands` whether he holds a post; `loyalty` and
`log_hazard` are in log hazard, `months_served` are months on day 0. The rest are columns of
`sim.army.Roster`, `sim.army.Units` and `sim.state.State`.
"""


def column(name: str, world: World, state: State, rows: Ints) -> Any:
    """Read a column at some rows.

    Parameters
    ----------
    name : str
        One of `COLUMNS`.
    world : World
    state : State
    rows : (n,) array of int

    Returns
    -------
    (n,) array
        Of str (dtype object), bool, int or float.

    Raises
    ------
    AttributeError
        If there is no such column.
    """
    read = COLUMNS.get(name)
    if read is None:
        from sim.errors import did_you_mean

        hint = did_you_mean(name, COLUMNS)
        raise AttributeError(f"a soldier has no attribute '{name}'" + (f" ({hint})" if hint else ""))
    return read(world, state, rows)
