"""Memory of a run that is over, for the next one.

New memory is cleared by the system first, which takes as long as to fill it.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from sim.rows import aligned

Bytes = NDArray[np.uint8]


class _Loan:
    """Shows a block of memory to NumPy: arrays made of it hold it, and so do all windows cut from them."""

    def __init__(self, block: Bytes) -> None:
        self.__array_interface__ = block.__array_interface__


class Spare:
    """Lends memory; one block that has come back is kept until it is lent again."""

    def __init__(self) -> None:
        self._kept: deque[Bytes] = deque(maxlen=1)

    def lend(self, size: int) -> Bytes:
        """Return so many bytes, which mean nothing yet; shape (size,).

        They come back by themselves once nobody holds them or a window on them.
        """
        block = self._take(size)
        loan = _Loan(block)
        finalize(loan, self._kept.append, block).atexit = False
        return np.asarray(loan)

    def _take(self, size: int) -> Bytes:
        """Take the block that is kept, or a new one."""
        with suppress(IndexError):  # none is kept, or another thread has taken it
            kept = self._kept.pop()
            if kept.size == size:
                return kept
        block: Bytes = aligned((size,), np.uint8)
        return block
