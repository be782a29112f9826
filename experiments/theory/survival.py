"""Survival under a hazard that never changes, alone or multiplied by a gamma number of each man.

    alone:       S(t) = exp(-h t)
    multiplied:  S(t) = E exp(-h t G) = (1 + v h t)^(-1 / v)        the Laplace transform of the gamma number
    hazard of those who are left:  -d log S / dt = h / (1 + v h t)

by the end of day t, with h per day and v the variance of G, whose mean is 1 (Vaupel, Manton and Stallard
1979, doi:10.2307/2061224). A day's hazard acts for the whole day, so that both are exact at every day's end.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Floats
from sim.mechanisms.exits import HazardLaw
from sim.scenario import Scenario


def daily_hazard(scenario: Scenario) -> float:
    """Hazard a day of the reference soldier.

    Raises
    ------
    ValueError
        If the scenario has another law.
    """
    if not isinstance(scenario.law, HazardLaw):
        raise ValueError(f"{scenario.name}: its law is not that of hazards")
    return scenario.law.reference_hazard_per_week / 7.0


def survival(scenario: Scenario) -> Floats:
    """Share still serving at the end of each day, shape (T,); its cap must be out of reach."""
    hazard, variance = daily_hazard(scenario), scenario.army.frailty_variance
    day = np.arange(1, scenario.days + 1)
    if variance == 0.0:
        return np.asarray(np.exp(-hazard * day))
    return np.asarray((1.0 + variance * hazard * day) ** (-1.0 / variance))


def population_hazard(scenario: Scenario) -> Floats:
    """Hazard a day of those who are left, at the end of each day, shape (T,)."""
    hazard, day = daily_hazard(scenario), np.arange(1, scenario.days + 1)
    return np.asarray(hazard / (1.0 + scenario.army.frailty_variance * hazard * day))


def standardised(serving: Floats, expected: Floats, men: int) -> Floats:
    """Difference of shares still serving in binomial standard errors."""
    return np.asarray((serving - expected) / np.sqrt(expected * (1.0 - expected) / men))


def hazard_between(serving: Floats, every: int) -> tuple[Floats, Floats]:
    """Hazard a day of those who are left, from shares serving at the ends of days.

    Parameters
    ----------
    serving : (T,) array of float
    every : int
        Days put together.

    Returns
    -------
    day, hazard : (T // every,) array of float
        The middle of each span, and -log of the share who stay on through it, a day.
    """
    ends = np.append(1.0, serving)[::every]
    middle = np.arange(ends.size - 1) * every + every / 2.0
    return np.asarray(middle), np.asarray(-np.diff(np.log(ends)) / every, dtype=np.float64)
