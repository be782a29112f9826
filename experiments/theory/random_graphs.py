"""Cascades on large random graphs, in theory: who can be set off by one tie, when one man sets off many.

With p_k the share of men with k ties, z the mean of k, F the distribution of thresholds, as shares of ties:

- A man is *vulnerable* if one tie gone is enough: rho_k = F(1 / k). One man can set off a share of a large
  army only if the vulnerable hang together (Watts 2002, "A simple model of global cascades on random
  networks", doi:10.1073/pnas.082090499):  sum k (k - 1) rho_k p_k > z.
- The chance that he does is that he, whatever his own threshold, is tied to the large cluster of the
  vulnerable. With u the chance that a tie does not lead there,
  u = 1 - G1(1) + G1(u),  G1(x) = sum k rho_k p_k x^(k - 1) / z,  chance = 1 - sum p_k u^k.
- From a share r of initiators the share gone follows, day by day, from what a tie says (Gleeson and Cahalane
  2007, "Seed size strongly affects cascades on random networks", doi:10.1103/PhysRevE.75.056103; in days of
  simultaneous choice, Gleeson 2013, doi:10.1103/PhysRevX.3.021004):
  q(t) = r + (1 - r) sum k p_k / z sum_m B(m; k - 1, q(t - 1)) F(m / k),    q(-1) = 0
  gone(t) = r + (1 - r) sum p_k sum_m B(m; k, q(t - 1)) F(m / k)
  where B are binomial chances. The size of a cascade that one man sets off is its limit for r towards 0.

Exact for graphs without short circles, to which both kinds of graph come as the army grows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom, poisson

from experiments.theory.thresholds import distribution_of, law_of
from sim.codes import Floats
from sim.scenario import Scenario
from sim.tables import ConfigurationGraph, PoissonGraph

_TAIL = 1e-16
_REST = 1e-13
_MOST_STEPS = 1_000_000
_SPARK = 1e-9
"""Share that begins, for the size of a cascade from one man: none of a large army, but more than no one."""


@dataclass(frozen=True)
class TiedArmy:
    """A large army on a random graph, as far as theory asks.

    Parameters
    ----------
    chance : (K,) array of float
        p_k, share of men with k = 0, 1, 2, ... ties.
    moved : (K, K) array of float
        F(m / k): share of men with k ties (row) whose threshold m ties gone (column) reach; 0 for m > k.
    """

    chance: Floats
    moved: Floats

    @classmethod
    def of(cls, scenario: Scenario) -> TiedArmy:
        """Read it from a scenario under a threshold law on the share of ties, with no ties but the graph's.

        Raises
        ------
        ValueError
            If the scenario says otherwise.
        """
        law, ties = law_of(scenario), scenario.army.ties
        if law.reference != "ties" or law.measure != "share" or ties.barracks or ties.home:
            raise ValueError(f"{scenario.name}: not a law on the share of the ties of a graph")
        chance = _degrees(ties.graph)
        degree = np.arange(chance.size)
        share = degree / np.maximum(degree, 1)[:, np.newaxis]
        below = distribution_of(law.thresholds, scenario.army.regulars_built)
        return cls(chance, np.where(degree <= degree[:, np.newaxis], below(share), 0.0))

    @property
    def degree(self) -> Floats:
        """(K,) the numbers of ties, 0 and upward."""
        return np.arange(self.chance.size, dtype=np.float64)

    @property
    def mean_degree(self) -> float:
        """Mean number of ties."""
        return float(self.degree @ self.chance)

    @property
    def vulnerable(self) -> Floats:
        """(K,) rho_k p_k: share of men who have k ties and whom one tie gone moves."""
        return self.moved[:, 1] * self.chance if self.chance.size > 1 else 0.0 * self.chance

    @property
    def branching(self) -> float:
        """Mean number of vulnerable men to whom a vulnerable one leads on; above 1 cascades are global."""
        return float((self.degree * (self.degree - 1.0)) @ self.vulnerable) / max(self.mean_degree, 1e-300)

    @property
    def trigger_chance(self) -> float:
        """Chance that one man sets off a share of the army."""
        tie = self.degree * self.vulnerable / max(self.mean_degree, 1e-300)
        power = np.maximum(self.degree - 1.0, 0.0)
        missed, before = 0.0, -1.0
        for _ in range(_MOST_STEPS):
            missed, before = float(1.0 - tie.sum() + tie @ missed**power), missed
            if abs(missed - before) < _REST:
                break
        return float(1.0 - self.chance @ missed**self.degree)

    def course(self, initiators: float, days: int) -> Floats:
        """Share gone by the end of each day, shape (days,), if a share begins on day 0."""
        tied, gone = 0.0, np.empty(days)
        for day in range(days):
            gone[day], tied = self._step(initiators, tied)
        return gone

    def size(self, initiators: float = _SPARK) -> float:
        """Share gone in the end if a share begins; without one, of a cascade that one man set off.

        The latter is the limit for few initiators where one man can set off a cascade (`trigger_chance`
        above 0); elsewhere there is none, and the limit is 0.
        """
        gone, tied = self._step(initiators, 0.0)
        for _ in range(_MOST_STEPS):
            gone, after = self._step(initiators, tied)
            if after - tied < _REST * _SPARK:
                break
            tied = after
        return gone

    def _step(self, initiators: float, tied: float) -> tuple[float, float]:
        """Share gone, and chance that the man at the end of a tie is, after a day more."""
        count, degree = np.arange(self.chance.size), np.arange(self.chance.size)[:, np.newaxis]
        own = (binom.pmf(count, degree, tied) * self.moved).sum(axis=1) @ self.chance
        others = (binom.pmf(count, np.maximum(degree - 1, 0), tied) * self.moved).sum(axis=1)
        by_tie = (self.degree * self.chance) @ others / max(self.mean_degree, 1e-300)
        rest = 1.0 - initiators
        return float(initiators + rest * own), float(initiators + rest * by_tie)


def _degrees(graph: object) -> Floats:
    """Share of men with 0, 1, 2, ... ties."""
    match graph:
        case PoissonGraph():
            most = int(poisson.isf(_TAIL, graph.mean_degree)) + 1
            return np.asarray(poisson.pmf(np.arange(most + 1), graph.mean_degree), dtype=np.float64)
        case ConfigurationGraph():
            share = np.zeros(max(one.degree for one in graph.degrees) + 1)
            for one in graph.degrees:
                share[one.degree] = one.weight
            return np.asarray(share / share.sum())
        case _:
            return np.ones(1)


def window(scenario: Scenario, low: float = 0.0, high: float = 20.0) -> tuple[float, float]:
    """Mean numbers of ties of a Poisson graph between which one man can set off a share of the army.

    Parameters
    ----------
    scenario : Scenario
        On a Poisson graph.
    low, high : float
        Mean numbers of ties outside the window; the branching peaks once in between.

    Returns
    -------
    low, high : float
    """

    def excess(mean_degree: float) -> float:
        return TiedArmy.of(scenario.with_({"army.ties.graph.mean_degree": mean_degree})).branching - 1.0

    grid = np.linspace(low, high, 201)[1:]
    inside = grid[int(np.argmax([excess(float(value)) for value in grid]))]
    if excess(inside) <= 0.0:
        raise ValueError(f"{scenario.name}: no mean number of ties makes cascades global")
    return brentq(excess, grid[0], inside), brentq(excess, inside, high)
