"""Factor: a key of a scenario that is varied, with the distribution of its values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from sim.parameters import Section

Distribution = Literal["uniform", "log_uniform", "triangular", "normal"]
Value = bool | int | float | str


class Factor(Section):
    """A key of the scenario that is varied: numbers between two ends, or the values of a category.

    Every distribution is bounded, so that no share of it is infinite: `normal` is cut at both ends.
    """

    low: float = Field(0.0, description="Lowest value.", json_schema_extra={"unit": "that of the key"})
    high: float = Field(0.0, description="Highest value.", json_schema_extra={"unit": "that of the key"})
    whole: bool = Field(False, description="Whether only whole numbers are meant, each as often.")
    values: tuple[Value, ...] = Field(
        (), description="Values of a category, each as often, instead of low and high."
    )
    distribution: Distribution = Field("uniform", description="How often each value between the ends is.")
    middle: float | None = Field(None, description="Peak of `triangular`, centre of `normal`.")
    sd: float | None = Field(None, gt=0, description="Standard deviation of `normal`, before it is cut.")
    group: str = Field("", description="Factors of one group are varied together (Morris, Sobol).")
    why: str = Field("", description="Why this range.")

    def value(self, share: float) -> Value:
        """Value at a share of the distribution.

        Parameters
        ----------
        share : float
            In [0, 1].

        Returns
        -------
        float; int where `whole`; one of `values` where there are any
        """
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        if not self.whole:
            return self._quantile(share, self.low, self.high)
        # Each whole number stands for the unit above it, so that both ends are as frequent as the rest.
        first, last = round(self.low), round(self.high)
        return min(max(math.floor(self._quantile(share, first, last + 1)), first), last)

    def _quantile(self, share: float, low: float, high: float) -> float:
        """Quantile of the distribution between two ends."""
        if self.distribution == "log_uniform":
            return low * math.exp(share * math.log(high / low))
        if self.distribution == "triangular":
            return _triangular(share, low, high, self._middle)
        if self.distribution == "normal":
            return _cut_normal(share, (low, high), self._middle, self.sd or 1.0)
        return low + share * (high - low)

    @property
    def _middle(self) -> float:
        return (self.low + self.high) / 2 if self.middle is None else self.middle


def faults_of_factor(factor: Factor) -> Iterator[str]:
    """Say what is wrong with a factor by itself; a study asks this, to tell it with all else."""
    stated = factor.model_fields_set
    if factor.values:
        if others := sorted(stated & {"low", "high", "whole", "distribution", "middle", "sd"}):
            yield f"has values, so it cannot have {' or '.join(others)}"
        if len(set(map(repr, factor.values))) < max(len(factor.values), 2):
            yield "needs at least two values, no two the same"
        return
    if missing := [name for name in ("low", "high") if name not in stated]:
        yield f"needs {' and '.join(missing)}, or values"
        return
    yield from _faults_of_range(factor)


def _faults_of_range(factor: Factor) -> Iterator[str]:
    if not (math.isfinite(factor.low) and math.isfinite(factor.high)):
        yield "low and high must be finite"
    if factor.low >= factor.high:
        yield f"low must be under high; they are {factor.low:g}, {factor.high:g}"
    if factor.whole and not (factor.low.is_integer() and factor.high.is_integer()):
        yield "low and high must be whole numbers where whole is true"
    if factor.distribution == "log_uniform" and factor.low <= 0:
        yield f"low must be above 0 for log_uniform; it is {factor.low:g}"
    if factor.middle is not None:
        if factor.distribution not in ("triangular", "normal"):
            yield f"{factor.distribution} has no middle"
        elif not factor.low <= factor.middle <= factor.high:
            yield f"middle must lie between low and high; it is {factor.middle:g}"
    if (factor.sd is None) == (factor.distribution == "normal"):
        yield "sd belongs to a normal distribution, and to no other"


def _triangular(share: float, low: float, high: float, peak: float) -> float:
    """Quantile of a triangular distribution."""
    left = (peak - low) / (high - low)
    if share < left:
        return low + math.sqrt(share * (high - low) * (peak - low))
    return high - math.sqrt((1.0 - share) * (high - low) * (high - peak))


def _cut_normal(share: float, ends: tuple[float, float], centre: float, sd: float) -> float:
    """Quantile of a normal distribution of which only the part between two ends is taken."""
    from scipy.special import ndtr, ndtri

    below, upto = (float(ndtr((end - centre) / sd)) for end in ends)
    found = centre + sd * float(ndtri(below + share * (upto - below)))
    return min(max(found, ends[0]), ends[1])
