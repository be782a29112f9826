"""Functions with known indices in place of the model; their inputs are read from keys of a small scenario."""

from collections.abc import Mapping
from math import cos, pi, prod, sin

import numpy as np
import pandas as pd

from experiments.factor import Factor
from sim.scenario import Scenario

ISHIGAMI = {
    "fear.effect": Factor(low=0.0, high=1.0),
    "refuge.floor": Factor(low=0.01, high=1.0),
    "deaths.garrison_weight": Factor(low=0.0, high=1.0),
}
"""Three keys whose range is taken as -pi to pi."""

G_KEYS = ("fear.effect", "army.stayers_share", "deaths.garrison_weight", "invitation.asks_share")
G_WEIGHTS = (0.0, 1.0, 4.5, 99.0)
G = {key: Factor(low=0.0, high=1.0) for key in G_KEYS}

A, B = 7.0, 0.1


def _summary(value: float) -> dict[str, pd.DataFrame]:
    return {"summary": pd.DataFrame({"exits": [value], "share_gone": [1.0], "outcome": ["collapse"]})}


def ishigami(scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
    """Ishigami and Homma (1990): sin x + a sin^2 y + b z^4 sin x; with a week of each power of a."""
    shares = (scenario.fear.effect, (scenario.refuge.floor - 0.01) / 0.99, scenario.deaths.garrison_weight)
    x, y, z = ((2.0 * share - 1.0) * pi for share in shares)
    value = sin(x) + A * sin(y) ** 2 + B * z**4 * sin(x)
    weeks = pd.DataFrame({"day": [6, 13, 20], "exits": [0.0, sin(x), A * sin(y) ** 2]})
    return _summary(value) | {"weekly": weeks}


def ishigami_indices() -> dict[str, tuple[float, float]]:
    """First and total index of each factor."""
    first = 0.5 * (1.0 + B * pi**4 / 5.0) ** 2
    second = A**2 / 8.0
    both = B**2 * pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    whole = first + second + both
    parts = ((first, first + both), (second, second), (0.0, both))
    return {key: (one / whole, total / whole) for key, (one, total) in zip(ISHIGAMI, parts, strict=True)}


def sobol_g(scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
    """Compute Sobol's G function of four inputs: product of (|4 x - 2| + a) / (1 + a)."""
    shares = (
        scenario.fear.effect,
        scenario.army.stayers_share,
        scenario.deaths.garrison_weight,
        scenario.invitation.asks_share,
    )
    terms = ((abs(4.0 * x - 2.0) + a) / (1.0 + a) for x, a in zip(shares, G_WEIGHTS, strict=True))
    return _summary(prod(terms))


def sobol_g_indices() -> dict[str, tuple[float, float]]:
    """First and total index of each factor."""
    own = [1.0 / (3.0 * (1.0 + a) ** 2) for a in G_WEIGHTS]
    whole = prod(1.0 + part for part in own) - 1.0
    total = [part * prod(1.0 + other for other in own) / (1.0 + part) for part in own]
    return {key: (own[at] / whole, total[at] / whole) for at, key in enumerate(G_KEYS)}


def lucky(scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
    """One factor sets the mean, one the spread: luck is normal, of the seed alone."""
    luck = np.random.default_rng(luck_seed).normal()
    value = scenario.fear.effect + (0.1 + scenario.deaths.garrison_weight) * luck
    outcome = "collapse" if value > 1.0 else "hold"
    return {"summary": pd.DataFrame({"exits": [value], "outcome": [outcome]})}


def not_finite_once(scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
    """Give no number for a small part of the range."""
    value = np.nan if scenario.fear.effect > 0.97 else cos(scenario.fear.effect)
    return _summary(value)


def fails_once(scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
    """Raise for a small part of the range."""
    if scenario.fear.effect > 0.97:
        raise ArithmeticError("does not add up")
    return _summary(scenario.fear.effect)
