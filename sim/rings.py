"""Strong ties: rings of barracks mates, and rings of men of one home and sect."""

from __future__ import annotations

import numpy as np

from sim.army import Roster, Ties
from sim.codes import Floats, Ints
from sim.luck import Luck
from sim.rows import expand
from sim.scenario import Scenario


def strong_ties(scenario: Scenario, soldiers: Roster, luck: Luck) -> Ties:
    """Strong ties: rings of barracks mates, and rings of men of one home and sect."""
    plan = scenario.army.ties
    block = soldiers.unit * 2 + soldiers.reservist
    origin = soldiers.home * len(scenario.sects) + soldiers.sect
    columns = [
        *_ring(block, luck.uniform("barracks ties", soldiers.identity), plan.barracks // 2),
        *_ring(origin, luck.uniform("home ties", soldiers.identity), plan.home // 2),
    ]
    size = soldiers.unit.size
    if not columns:
        return Ties(np.zeros(size + 1, dtype=np.int64), np.empty(0, dtype=np.int64))
    table = np.sort(np.stack(columns, axis=1), axis=1)
    table[:, 1:][table[:, 1:] == table[:, :-1]] = -1
    real = table >= 0
    start = np.concatenate(([0], np.cumsum(real.sum(axis=1))))
    return Ties(start, table[real].astype(np.int32))


def _ring(group: Ints, key: Floats, reach: int) -> list[Ints]:
    """Neighbours of each row on a random ring of its group, up to a reach to either side; -1 if none."""
    if reach == 0:
        return []
    order = np.lexsort((key, group))
    ordered = group[order]
    begin = np.flatnonzero(np.diff(ordered, prepend=-1))
    length = np.diff(np.append(begin, ordered.size))
    which, place = expand(begin, begin + length)
    size, origin = length[which], begin[which]
    columns: list[Ints] = []
    for offset in range(1, reach + 1):
        for step in (offset, -offset):
            # On an even ring the man opposite is met once, going forward.
            enough = size > 2 * offset if step < 0 else size >= 2 * offset
            there = origin + (place - origin + step) % size
            column = np.empty(group.size, dtype=np.int64)
            column[order] = np.where(enough, order[there], -1)
            columns.append(column)
    return columns
