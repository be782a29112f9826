"""Thresholds of an army, in theory: their distribution, where an army comes to rest, where it jumps.

Of a large army whose men look at the whole of it, as many have left tomorrow as have thresholds at or under
the share that has left today (Granovetter 1978, "Threshold models of collective behavior",
doi:10.1086/226707):

    gone(t + 1) = F(gone(t)),    gone(0) = 0

It rests at the smallest share with gone = F(gone). The smallest, since the share only grows and F does, too.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from sim.codes import Floats
from sim.mechanisms.exits import ThresholdLaw, Thresholds
from sim.scenario import Scenario

Distribution = Callable[[Floats], Floats]
_ROUNDING = 1e-9
"""As the law: a share such as 35 of 100 meets a threshold of 0.35."""
_REST = 1e-12
_MOST_DAYS = 1_000_000


def law_of(scenario: Scenario) -> ThresholdLaw:
    """Give the threshold law of a scenario.

    Raises
    ------
    ValueError
        If its law is another.
    """
    if not isinstance(scenario.law, ThresholdLaw):
        raise ValueError(f"{scenario.name}: its law is not that of thresholds")
    return scenario.law


def distribution_of(rules: Thresholds, men: int) -> Distribution:
    """Share of thresholds at or under a value, as a function of arrays.

    Parameters
    ----------
    rules : Thresholds
    men : int
        How many there are, for thresholds that stand in a list or at even steps.
    """
    match rules.distribution:
        case "constant":
            return lambda value: (value + _ROUNDING >= rules.mean).astype(float)
        case "normal":
            return lambda value: ndtr((value - rules.mean) / rules.sd)
        case "uniform":
            return lambda value: np.clip((value - rules.first) / (rules.last - rules.first), 0.0, 1.0)
        case "listed":
            return _stepwise(np.array(rules.values))
        case "evenly_spaced":
            return _stepwise(np.array([rules.first + rules.step * number for number in range(men)]))


def _stepwise(thresholds: Floats) -> Distribution:
    """Distribution of thresholds that are written out."""
    ordered = np.sort(thresholds)
    return lambda value: np.searchsorted(ordered, value + _ROUNDING, side="right") / ordered.size


def course(scenario: Scenario, days: int) -> Floats:
    """Share, or number, gone by the end of each day in a large army that looks at the whole of itself.

    Parameters
    ----------
    scenario : Scenario
        Under a threshold law on the army.
    days : int

    Returns
    -------
    (days,) array of float
        Shares of the regulars.
    """
    law, men = law_of(scenario), scenario.army.regulars_built
    unit = 1.0 if law.measure == "share" else float(men)
    below, gone, shares = distribution_of(law.thresholds, men), np.zeros(1), np.empty(days)
    for day in range(days):
        gone = np.maximum(below(gone * unit), gone)
        shares[day] = gone[0]
    return shares


def rest(scenario: Scenario) -> float:
    """Share at which a large army comes to rest: the smallest fixed point, to 1e-12 by its own map."""
    law, men = law_of(scenario), scenario.army.regulars_built
    unit = 1.0 if law.measure == "share" else float(men)
    below, gone = distribution_of(law.thresholds, men), np.zeros(1)
    for _ in range(_MOST_DAYS):
        after = below(gone * unit)
        if after[0] - gone[0] < _REST:
            break
        gone = after
    return float(gone[0])


def jump_of_normal(mean: float) -> tuple[float, float]:
    """Standard deviation at which normal thresholds first carry nearly all, and the share just before.

    There the curve of F touches the diagonal: F(x) = x and F'(x) = 1. With z = (x - mean) / sd the second
    says sd = density(z), the first mean = x - z * sd with x = F(z).

    Parameters
    ----------
    mean : float
        As a share, under 1/2.

    Returns
    -------
    sd, share : float

    Examples
    --------
    >>> sd, share = jump_of_normal(0.25)
    >>> round(100 * sd, 3), round(100 * share, 2)
    (12.222, 6.2)
    """

    def density(z: float) -> float:
        return float(np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi))

    z = brentq(lambda z: float(ndtr(z)) - z * density(z) - mean, -8.0, float(ndtri(0.5)), xtol=1e-14)
    return density(z), float(ndtr(z))
