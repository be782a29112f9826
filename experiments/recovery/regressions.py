"""Regressions of exits on covariates that change from day to day, on counts of soldiers who are alike.

With, on day t, n_c soldiers at risk who have covariates x_c, of whom d_c leave, D = sum d_c, and offsets o_c:

- Cox (1972), day by day, ties by Efron (1977): the day's hazard is common to all and drops out.
  log L = sum_t [sum_c d_c (x_c b + o_c) - sum_{j<D} log(S - j/D T)],
  S = sum_c n_c exp(x_c b + o_c),  T = sum_c d_c exp(x_c b + o_c)
- Piecewise exponential (Friedman 1982): the day's hazard is exp(x_c b + o_c), in which what is common to all
  on a day has a place. With a soldier who leaves at risk for half of his last day, e_c = n_c - d_c / 2,
  log L = sum_t sum_c [d_c (x_c b + o_c) - e_c exp(x_c b + o_c)]

Both are concave, and are maximised by Newton's method. Rows of soldiers who are alike give the same sums as
a row a soldier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from sim.codes import Floats

_CLOSE = 1e-8
"""Last step of Newton's method, in standard errors."""
_MOST_STEPS = 25


class RiskSet(NamedTuple):
    """Who could leave on a day.

    Parameters
    ----------
    covariates : (n, p) array of float
        A row for soldiers who are alike that day.
    at_risk, exits : (n,) array of float
        How many they are, and how many of them leave.
    offset : (n,) array of float
        Log hazard that is known.
    """

    covariates: Floats
    at_risk: Floats
    exits: Floats
    offset: Floats


RiskSets = Callable[[], Iterable[RiskSet]]
"""Gives the risk sets of all days, as often as it is asked."""


class Slope(NamedTuple):
    """Log likelihood with its first and, negative, second derivatives."""

    value: float
    score: Floats
    information: Floats


@dataclass(frozen=True)
class Fit:
    """Coefficients at the maximum of a likelihood.

    Parameters
    ----------
    estimate : (p,) array of float
    covariance : (p, p) array of float
        Inverse of the information.
    """

    estimate: Floats
    covariance: Floats

    @property
    def error(self) -> Floats:
        """Standard errors, shape (p,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))


def adjusted(level: float, number: int) -> float:
    """Half-width, in standard errors, of intervals that all hold together with a chance of at least `level`.

    By Bonferroni's inequality.

    Examples
    --------
    >>> round(adjusted(0.95, 1), 3), round(adjusted(0.95, 20), 3)
    (1.96, 3.023)
    """
    return float(norm.isf((1.0 - level) / (2.0 * number)))


def cox(risk_sets: RiskSets) -> Fit:
    """Fit Cox's regression, with ties by Efron."""
    return _maximised(risk_sets, np.zeros(_width(risk_sets)), _partial)


def piecewise_exponential(risk_sets: RiskSets) -> Fit:
    """Fit a hazard that is constant over each day; the last covariate is 1, for the level."""
    start = np.zeros(_width(risk_sets))
    left = sum(float(day.exits.sum()) for day in risk_sets())
    start[-1] = np.log(left / sum(float((day.at_risk * np.exp(day.offset)).sum()) for day in risk_sets()))
    return _maximised(risk_sets, start, _exponential)


def _width(risk_sets: RiskSets) -> int:
    """Number of covariates."""
    return int(next(iter(risk_sets())).covariates.shape[1])


def _maximised(risk_sets: RiskSets, at: Floats, of_day: Callable[[RiskSet, Floats], Slope]) -> Fit:
    """Climb by Newton's method; a step that leads down is halved."""

    def slope(at: Floats) -> Slope:
        parts = [of_day(each, at) for each in risk_sets()]
        return Slope(*(sum(part[place] for part in parts) for place in range(3)))  # type: ignore[arg-type]

    here = slope(at)
    for _ in range(_MOST_STEPS):
        step = np.linalg.solve(here.information, here.score)
        there = slope(at + step)
        while not there.value >= here.value - 1e-9 * abs(here.value):
            step = step / 2.0
            there = slope(at + step)
        at, here = at + step, there
        # Where a ratio is infinite the likelihood flattens, but the steps do not end.
        if step @ here.information @ step < _CLOSE**2 and np.abs(step).max() < _CLOSE**0.5:
            return Fit(at, np.asarray(np.linalg.inv(here.information), dtype=np.float64))
    raise RuntimeError(f"no maximum after {_MOST_STEPS} steps")


def _partial(day: RiskSet, at: Floats) -> Slope:
    """Cox's partial likelihood of a day."""
    deaths = day.exits.sum()
    x, size = day.covariates, at.size
    if deaths == 0:
        return Slope(0.0, np.zeros(size), np.zeros((size, size)))
    log_hazard = x @ at + day.offset
    hazard = np.exp(log_hazard)
    s0, s1, s2 = _moments(x, day.at_risk * hazard)
    left = day.exits > 0
    t0, t1, t2 = _moments(x[left], (day.exits * hazard)[left])
    part = np.arange(deaths) / deaths
    one = 1.0 / (s0 - part * t0)
    two = one**2
    value = day.exits @ log_hazard + np.log(one).sum()
    score = x.T @ day.exits - (one.sum() * s1 - (one @ part) * t1)
    cross = np.outer(s1, t1)
    squares = two.sum() * np.outer(s1, s1) + (two @ part**2) * np.outer(t1, t1)
    squares -= (two @ part) * (cross + cross.T)
    return Slope(float(value), score, one.sum() * s2 - (one @ part) * t2 - squares)


def _exponential(day: RiskSet, at: Floats) -> Slope:
    """Likelihood of a day on which hazards are constant."""
    log_hazard = day.covariates @ at + day.offset
    expected, first, second = _moments(
        day.covariates, (day.at_risk - day.exits / 2.0) * np.exp(np.minimum(log_hazard, 50.0))
    )
    return Slope(float(day.exits @ log_hazard - expected), day.covariates.T @ day.exits - first, second)


def _moments(x: Floats, weight: Floats) -> tuple[float, Floats, Floats]:
    """Weighted sums of 1, x and x x'."""
    weighted = x * weight[:, np.newaxis]
    return float(weight.sum()), weighted.sum(axis=0), weighted.T @ x
