"""Men who left or were caught leaving, with those who went with them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.codes import ESCAPED, Floats, How, Ints
from sim.mechanisms.event_kinds import EliteExit
from sim.record import Record
from sim.results.columns import dates_of, frame_of, named
from sim.results.people import people
from sim.world import World


def exits_frame(world: World, record: Record) -> pd.DataFrame:
    """Men who left or were caught leaving, group after group."""
    lines, men = record.departures.joined(), np.int64(world.army.size)
    together = lines["day"] * men + lines["leader"]
    _, group, size = np.unique(together, return_inverse=True, return_counts=True)
    # In one number, which is sorted several times as fast as by three keys: group, leaders first, row.
    order = np.argsort((group * 2 + (lines["row"] != lines["leader"])) * men + lines["row"])
    # What is known of each is put in order first: there are three times as many columns afterwards.
    lines, group = {name: values[order] for name, values in lines.items()}, group[order]
    day, row = lines["day"], lines["row"]
    return frame_of(
        {
            "date": dates_of(world, day),
            "day": day.astype(np.int64),
            **people(world, record, row, day),
            "how": named(world, "how", lines["how"]),
            "fate": named(world, "fate", lines["fate"]),
            "faction": named(world, "faction", lines["faction"]),
            "group": group.astype(np.int64) + 1,
            "group_size": size[group].astype(np.int64),
            "leader": row == lines["leader"],
            "aware": lines["aware"].astype(bool),
            "family": _family(world, lines),
        },
        row.size,
    )


def _family(world: World, lines: dict[str, Ints]) -> Floats:
    """People whom each man who got away takes along: none if they are out already, or stay."""
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
