"""Random graphs of strong ties over the whole army, dealt soldier by soldier under the army seed.

- Poisson (Erdős and Rényi): any two soldiers are tied with the same chance p. Each soldier deals the gaps
  between those behind him in the roster to whom he is tied, geometric numbers, so that N soldiers take about
  N * (1 + mean degree / 2) numbers and not one for each pair (Batagelj and Brandes 2005, "Efficient
  generation of large random networks", doi:10.1103/PhysRevE.71.036113).
- Configuration: each soldier deals his number of ties, and as many ends of ties; ends are put in random order
  and joined two by two. What would tie a man to himself, or two men once more, is left out (Newman 2003, "The
  structure and function of complex networks", doi:10.1137/S003614450342480).

The same ends can be joined anew for men of whom it is known when they left: every man keeps his number of
ties, which under the threshold law decides when he leaves.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Floats, Ints, Words
from sim.luck import Luck
from sim.tables import ConfigurationGraph, Graph, NoGraph, PoissonGraph

Pairs = tuple[Ints, Ints]
"""Rows of tied men, each tie once: (m,) of one and (m,) of the other, who stands behind him in the roster."""


def graph_of_ties(graph: Graph, identity: Ints, luck: Luck) -> Pairs:
    """Deal the ties of a random graph.

    Parameters
    ----------
    graph : NoGraph, PoissonGraph or ConfigurationGraph
    identity : (N,) array of int
        Permanent identity of each soldier.
    luck : Luck
        Under the army seed.

    Returns
    -------
    one, other : (m,) array of int
        Rows, one < other; no tie stands twice. Ascending.
    """
    match graph:
        case NoGraph():
            return _nobody()
        case PoissonGraph():
            return _poisson(graph.mean_degree, identity, luck)
        case ConfigurationGraph():
            degree = _degrees(graph, luck.uniform("graph degree", identity))
            return _joined(degree, _ends(degree, identity, luck, "graph ties"))


def dealt_anew(ties: Pairs, identity: Ints, luck: Luck, deal: int) -> Pairs:
    """Join the ends of the ties of a graph anew: each man keeps his number of ties, but for those left out.

    Parameters
    ----------
    ties : (one, other)
        As `graph_of_ties` gives them.
    identity : (N,) array of int
    luck : Luck
        Under the army seed.
    deal : int
        Which deal, 1 and upward.

    Returns
    -------
    one, other : (m,) array of int
    """
    degree = np.bincount(np.concatenate(ties), minlength=identity.size)
    return _joined(degree, _ends(degree, identity, luck, "graph ties dealt anew", deal))


def columns_of(ties: Pairs, size: int) -> list[Ints]:
    """Write ties out as columns of a table with a row a soldier: each (N,), -1 where he has fewer."""
    holder, other = (np.concatenate(ends) for ends in (ties, ties[::-1]))
    order = np.argsort(holder, kind="stable")
    degree = np.bincount(holder, minlength=size)
    begin = np.cumsum(degree) - degree
    table = np.full((int(degree.max(initial=0)), size), -1, dtype=np.int64)
    table[np.arange(holder.size) - begin[holder[order]], holder[order]] = other[order]
    return list(table)


def _nobody() -> Pairs:
    """No ties."""
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)


def _poisson(mean_degree: float, identity: Ints, luck: Luck) -> Pairs:
    """Ties of a graph in which each pair is tied with the chance mean degree / (N - 1)."""
    size = identity.size
    chance = min(1.0, mean_degree / max(size - 1, 1))
    if chance == 0.0:
        return _nobody()
    with np.errstate(divide="ignore"):
        log_untied = np.log1p(-chance)
    going, reached, found = np.arange(size), np.arange(size, dtype=np.float64), []
    number = 0
    while going.size:
        gap = np.floor(np.log(luck.uniform("graph ties", identity[going], number)) / log_untied)
        reached = reached + 1.0 + gap
        met = reached < size
        going, reached = going[met], reached[met]
        found.append((going, reached.astype(np.int64)))
        number += 1
    one, other = (np.concatenate([pair[end] for pair in found]) for end in (0, 1))
    return _in_order(one, other, size)


def _degrees(graph: ConfigurationGraph, uniform: Floats) -> Ints:
    """Number of ties of each man, by inverse transform on the weights in the order of the file."""
    cumulative = np.cumsum([one.weight for one in graph.degrees])
    chosen = np.searchsorted(cumulative[:-1] / cumulative[-1], uniform, side="right")
    return np.array([one.degree for one in graph.degrees])[chosen]


def _ends(degree: Ints, identity: Ints, luck: Luck, decision: str, *deal: int) -> Words:
    """Word of each end of a tie, first ends first and then by row; shape (sum of degrees,)."""
    words = [
        luck.words(decision, identity[degree > number], *deal, number)
        for number in range(int(degree.max(initial=0)))
    ]
    return np.concatenate([np.empty(0, dtype=np.uint64), *words])


def _joined(degree: Ints, words: Words) -> Pairs:
    """Join ends two by two in the order of their words; ties to oneself and repeats are left out."""
    holders = [np.flatnonzero(degree > number) for number in range(int(degree.max(initial=0)))]
    holder = np.concatenate([np.empty(0, dtype=np.int64), *holders])[np.argsort(words, kind="stable")]
    pairs = np.sort(holder[: holder.size // 2 * 2].reshape(-1, 2), axis=1)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return _in_order(pairs[:, 0], pairs[:, 1], degree.size)


def _in_order(one: Ints, other: Ints, size: int) -> Pairs:
    """Pairs in the order of their rows, each once."""
    pair = np.unique(one * size + other)
    return pair // size, pair % size
