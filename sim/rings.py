"""Strong ties: rings of barracks mates, rings of men of one home and sect, and a graph over the whole army.

The same ties can be dealt anew for men of whom it is known when they left: the chance to which ties
between those who left are compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.army import Roster, Ties
from sim.codes import Floats, Ints, Words
from sim.graphs import columns_of, dealt_anew, graph_of_ties
from sim.luck import Luck
from sim.rows import aligned, expand
from sim.scenario import Scenario


@dataclass(frozen=True)
class Circle:
    """Groups of one kind, whose men stand on random rings.

    Parameters
    ----------
    group : (N,) array of int
        Group of each soldier.
    reach : int
        How many men to either side each is tied to.
    """

    group: Ints
    reach: int


def circles(scenario: Scenario, soldiers: Roster) -> tuple[Circle, Circle]:
    """Barracks, where regulars and reservists stand apart; and home with sect, where they do not."""
    plan = scenario.army.ties
    block = soldiers.unit * 2 + soldiers.reservist
    origin = soldiers.home * len(scenario.sects) + soldiers.sect
    return Circle(block, plan.barracks // 2), Circle(origin, plan.home // 2)


def strong_ties(scenario: Scenario, soldiers: Roster, luck: Luck) -> Ties:
    """Strong ties: rings of barracks mates, rings of men of one home and sect, and the graph."""
    barracks, home = circles(scenario, soldiers)
    size = soldiers.unit.size
    columns = [
        *_ring(barracks, luck.uniform("barracks ties", soldiers.identity)),
        *_ring(home, luck.uniform("home ties", soldiers.identity)),
        *columns_of(graph_of_ties(scenario.army.ties.graph, soldiers.identity, luck), size),
    ]
    if not columns:
        return Ties(np.empty((size, 0), dtype=np.int32))
    table = aligned((size, len(columns)), np.int32)
    np.stack(columns, axis=1, out=table, casting="same_kind")
    table.sort(axis=1)
    table[:, 1:][table[:, 1:] == table[:, :-1]] = -1
    return Ties(table)


def _ring(circle: Circle, key: Floats) -> list[Ints]:
    """Neighbours of each row on a random ring of its group, up to a reach to either side; -1 if none."""
    group, reach = circle.group, circle.reach
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


def ties_anew(scenario: Scenario, soldiers: Roster, luck: Luck, deal: int, chosen: Ints) -> tuple[Ints, Ints]:
    """Strong ties among some men, had places on the rings and the graph been dealt once more.

    Parameters
    ----------
    scenario : Scenario
    soldiers : Roster
    luck : Luck
        Under the army seed.
    deal : int
        Which deal, 1 and upward.
    chosen : (n,) array of int
        Rows.

    Returns
    -------
    one, other : (m,) array of int
        Places in `chosen` of tied men. A tie stands there both ways; a double tie, twice.
    """
    number = np.full(soldiers.unit.size, -1)
    number[chosen] = np.arange(chosen.size)
    barracks, home = circles(scenario, soldiers)
    pairs = [
        *_ahead(barracks, luck.words("barracks ties dealt anew", soldiers.identity, deal), number),
        *_ahead(home, luck.words("home ties dealt anew", soldiers.identity, deal), number),
        _of_the_graph(scenario, soldiers, luck, deal, number),
    ]
    behind = [(other, one) for one, other in pairs]
    one, other = ([pair[end] for pair in (*pairs, *behind)] for end in (0, 1))
    nobody = np.empty(0, dtype=np.int64)
    return np.concatenate([nobody, *one]), np.concatenate([nobody, *other])


def _ahead(circle: Circle, word: Words, number: Ints) -> list[tuple[Ints, Ints]]:
    """Numbered men and the numbered men ahead of them on random rings, by distance."""
    size = np.bincount(circle.group)
    begin = np.cumsum(size) - size
    spare = np.uint64(int(circle.group.max()).bit_length())
    # Group first, then luck, in one word: four times as fast as sorting by two keys.
    order = np.argsort((circle.group.astype(np.uint64) << (np.uint64(64) - spare)) | (word >> spare))
    there = number[order]
    place = np.flatnonzero(there >= 0)
    group = circle.group[order[place]]
    pairs = []
    for distance in range(1, circle.reach + 1):
        ahead = begin[group] + (place - begin[group] + distance) % size[group]
        tied = (there[ahead] >= 0) & (size[group] >= 2 * distance)
        pairs.append((there[place[tied]], there[ahead[tied]]))
    return pairs


def _of_the_graph(
    scenario: Scenario, soldiers: Roster, luck: Luck, deal: int, number: Ints
) -> tuple[Ints, Ints]:
    """Numbered men and numbered men whom the graph, dealt anew, ties them to; each tie once."""
    ties = graph_of_ties(scenario.army.ties.graph, soldiers.identity, luck)
    one, other = (number[rows] for rows in dealt_anew(ties, soldiers.identity, luck, deal))
    both = (one >= 0) & (other >= 0)
    return one[both], other[both]
