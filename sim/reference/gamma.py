"""Quantiles of a gamma distribution of mean 1 (section 5.5)."""

from __future__ import annotations

from functools import lru_cache
from math import exp, log

from scipy.special import gammaincinv

KNOTS = 4096
REACH = 7.0
LEAST = 1e-300


@lru_cache(maxsize=8)
def _values(shape: float) -> tuple[float, ...]:
    """Quantiles at the knots, which stand at equal steps of log(u / (1 - u))."""
    step = 2 * REACH / (KNOTS - 1)
    logits = [-REACH + k * step for k in range(KNOTS)]
    return tuple(float(gammaincinv(shape, 1 / (1 + exp(-x)))) / shape for x in logits)


def gamma_quantile(number: float, variance: float) -> float:
    """Quantile of a gamma distribution of mean 1 at a number in (0, 1)."""
    shape = 1 / variance
    logit = log(number / (1 - number))
    if abs(logit) > REACH:
        return max(float(gammaincinv(shape, number)) / shape, LEAST)
    place = (logit + REACH) / (2 * REACH) * (KNOTS - 1)
    knot = min(int(place), KNOTS - 2)
    low, high = _values(shape)[knot : knot + 2]
    return low + (place - knot) * (high - low)
