"""Whether an effect was as expected: pairing makes tiny effects significant, so size is asked first."""

from __future__ import annotations

SMALLEST = 0.02
"""Smallest meaningful effect, as a share of the outcome it is compared with; stated before the first run."""


def verdict(mean: float, low: float, high: float, sign: int) -> str:
    """Word for an effect.

    Parameters
    ----------
    mean, low, high : float
        Effect and the ends of its interval, as shares of the outcome.
    sign : {-1, 1}
        Expected.

    Examples
    --------
    >>> verdict(-0.4, -0.5, -0.3, -1), verdict(0.01, 0.005, 0.015, 1), verdict(0.2, 0.1, 0.3, -1)
    ('as expected', 'immaterial here', '**against expectation**')
    """
    if abs(mean) < SMALLEST:
        return "immaterial here"
    if low <= 0.0 <= high:
        return "not told from 0"
    return "as expected" if mean * sign > 0 else "**against expectation**"
