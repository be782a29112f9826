"""Men who left or were caught leaving, by code and row, with those who went with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.codes import ESCAPED, Flags, Floats, How, Ints
from sim.mechanisms.event_kinds import EliteExit
from sim.record import Record
from sim.world import World


@dataclass(frozen=True)
class Departures:
    """Departures group after group, the leader of each first, then by row; all arrays (n,)."""

    day: Ints
    row: Ints
    leader: Ints
    """Row of the man whom he followed, himself for one who decided alone."""
    how: Ints
    fate: Ints
    aware: Flags
    faction: Ints
    group: Ints
    """Number of the group, from 1, in the order of days."""
    group_size: Ints
    family: Floats
    """People whom he takes along."""

    @cached_property
    def escaped(self) -> Flags:
        """Whether he got away."""
        return np.isin(self.fate, ESCAPED)


def departures_of(world: World, record: Record) -> Departures:
    """Put the lines of a record in order.

    Parameters
    ----------
    world : World
    record : Record

    Returns
    -------
    Departures
    """
    lines, men = record.departures.joined(), np.int64(world.army.size)
    together = lines["day"] * men + lines["leader"]
    _, group, size = np.unique(together, return_inverse=True, return_counts=True)
    # In one number, which is sorted several times as fast as by three keys: group, leader first, row.
    order = np.argsort((group * 2 + (lines["row"] != lines["leader"])) * men + lines["row"])
    lines, group = {name: values[order] for name, values in lines.items()}, group[order]
    aware = lines.pop("aware").astype(bool)
    family = _family(world, lines)
    return Departures(**lines, aware=aware, group=group + 1, group_size=size[group], family=family)


def _family(world: World, lines: dict[str, Ints]) -> Floats:
    """Count the people whom each man who got away takes along: none if they are out already, or stay."""
    row, soldiers = lines["row"], world.army.soldiers
    size = world.scenario.family.size.in_order()[soldiers.rank[row]]
    comes = np.isin(lines["fate"], ESCAPED) & ~soldiers.family_outside[row]
    alone = [
        world.army.persons[event.person]
        for event in world.scenario.events
        if isinstance(event, EliteExit) and not event.accompanied
    ]
    comes &= ~((lines["how"] == How.DATED) & np.isin(row, alone))
    return np.where(comes, size, 0.0)
