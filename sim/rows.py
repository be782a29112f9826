"""Sets of rows, small against the roster; and memory for rows that are asked for here and there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from sim.codes import Ints
from sim.compiled import compiled

_CACHE_LINE = 64


def aligned(shape: tuple[int, ...], kind: DTypeLike) -> Any:
    """Return an empty array that begins where a line of the cache does."""
    kind = np.dtype(kind)
    size = math.prod(shape) * kind.itemsize
    memory = np.empty(size + _CACHE_LINE, dtype=np.uint8)
    begin = -memory.ctypes.data % _CACHE_LINE
    return memory[begin : begin + size].view(kind).reshape(shape)


def expand(begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Write out several ranges of whole numbers, one after another.

    Parameters
    ----------
    begin, end : (n,) array of int
        Each range runs from `begin` to `end` - 1.

    Returns
    -------
    which : (m,) array of int
        Number of the range that each member belongs to.
    member : (m,) array of int
    """
    length = end - begin
    which = np.repeat(np.arange(begin.size), length)
    ahead = np.cumsum(length) - length
    return which, np.arange(which.size) - np.repeat(ahead - begin, length)


@compiled
def distinct(rows: Ints) -> Ints:
    """Give the rows of a small set once each, ascending; shape (n,) to (m,)."""
    rows, once = np.sort(rows), 0
    for place in range(rows.size):
        if place == 0 or rows[place] != rows[place - 1]:
            rows[once] = rows[place]
            once += 1
    return rows[:once]
