"""Confidence intervals of paired differences and of their ratios.

    difference   d = mean(d_i) ± t * s / sqrt(n)                       (Student's paired t)
    ratio        R = mean(a) / mean(b): all R with (a - R b)^2 <= t^2 * var(a - R b)   (Fieller 1954)

Fieller's set is an interval exactly where that of the difference below the line excludes 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.codes import Floats

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its confidence interval; NaN where there is too little to say."""

    middle: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether 0 lies outside; never where the ends are unknown."""
        return self.low > 0 or self.high < 0


def student_t(pairs: int, level: float = LEVEL) -> float:
    """Quantile of Student's t for a two-sided interval of the mean of so many pairs, at least 2."""
    from scipy.special import stdtrit

    return float(stdtrit(pairs - 1, 0.5 + level / 2))


def paired(differences: Floats, level: float = LEVEL) -> Interval:
    """Mean of paired differences with its t interval.

    Parameters
    ----------
    differences : (n,) array of float
    level : float
        Between 0 and 1.

    Returns
    -------
    Interval
        Its ends are NaN for a single pair.
    """
    middle = float(np.mean(differences))
    if differences.size < 2:
        return Interval(middle, math.nan, math.nan)
    half = student_t(differences.size, level) * float(np.std(differences, ddof=1))
    half /= math.sqrt(differences.size)
    return Interval(middle, middle - half, middle + half)


def fieller(above: Floats, below: Floats, level: float = LEVEL) -> Interval | None:
    """Ratio of the means of two paired differences with Fieller's interval.

    Parameters
    ----------
    above, below : (n,) array of float
        Paired, such as dollars and exits.
    level : float
        Between 0 and 1.

    Returns
    -------
    Interval or None
        None where the interval of the mean of `below` includes 0: the ratio is then unbounded.

    References
    ----------
    Fieller, E. C. (1954), "Some problems in interval estimation", J. R. Stat. Soc. B 16, 175-185.
    """
    if not paired(below, level).excludes_zero:
        return None
    a, b, t2 = float(np.mean(above)), float(np.mean(below)), student_t(below.size, level) ** 2
    (v_aa, v_ab), (_, v_bb) = np.cov(above, below) / below.size
    leading, half, last = b * b - t2 * v_bb, a * b - t2 * v_ab, a * a - t2 * v_aa
    # Not negative where `leading` is positive, but for rounding.
    root = math.sqrt(max(half * half - leading * last, 0.0))
    return Interval(a / b, float((half - root) / leading), float((half + root) / leading))


def wilson(hits: int, trials: int, level: float = LEVEL) -> Interval:
    """Share of trials with Wilson's score interval.

        centre ± half, with  centre = (p + z^2 / 2n) / (1 + z^2 / n),
        half = z / (1 + z^2 / n) * sqrt(p (1 - p) / n + z^2 / 4n^2)

    Parameters
    ----------
    hits : int
        At most `trials`.
    trials : int
    level : float
        Between 0 and 1.

    Returns
    -------
    Interval
        Within 0 and 1; NaN without a trial.

    References
    ----------
    Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical inference", J. Am.
    Stat. Assoc. 22, 209-212.

    Examples
    --------
    >>> low_of_none, high_of_none = (round(end, 4) for end in (wilson(0, 10).low, wilson(0, 10).high))
    >>> low_of_none, high_of_none
    (0.0, 0.2775)
    """
    if trials == 0:
        return Interval(math.nan, math.nan, math.nan)
    from scipy.special import ndtri

    z, p = float(ndtri(0.5 + level / 2)), hits / trials
    shrink = 1.0 + z * z / trials
    centre = (p + z * z / (2 * trials)) / shrink
    half = z / shrink * math.sqrt(p * (1.0 - p) / trials + z * z / (4.0 * trials * trials))
    # The share itself is within, also where rounding says otherwise.
    return Interval(p, max(min(centre - half, p), 0.0), min(max(centre + half, p), 1.0))
