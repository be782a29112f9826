"""Splits of a whole number by shares, and picks from a table by a number in (0, 1) (section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor


def largest_remainders(total: int, weights: Sequence[float]) -> list[int]:
    """Split a total by weights into whole numbers.

    Parameters
    ----------
    total : int
        Not below 0.
    weights : sequence of float
        Not below 0, with one above 0 unless the total is 0.

    Returns
    -------
    list of int
        They add up to the total.
    """
    if total == 0:
        return [0 for _ in weights]
    scale = total / sum(weights)
    exact = [weight * scale for weight in weights]
    parts = [floor(one) for one in exact]
    order = sorted(range(len(parts)), key=lambda k: (parts[k] - exact[k], k))
    for k in order[: total - sum(parts)]:
        parts[k] += 1
    return parts


def pick(weights: Sequence[float], number: float) -> int:
    """Entry that a number in (0, 1) falls on, in a table of weights."""
    sums, so_far = list[float](), 0.0
    for weight in weights:
        so_far += weight
        sums.append(so_far)
    return sum(number >= one / so_far for one in sums[:-1])
