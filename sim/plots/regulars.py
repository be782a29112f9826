"""Regulars of day 0, and those of them who have gone, counted by two axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.codes import Floats, Ints
from sim.plots.canvas import Drawable

if TYPE_CHECKING:
    import pandas as pd


def gone(result: Drawable) -> pd.DataFrame:
    """Exits of regulars: a reservist who leaves was none of the men of day 0."""
    return result.exits[~result.exits["reservist"]]


def counted(row: Ints, column: Ints, shape: tuple[int, int], men: Floats | None = None) -> Floats:
    """Count men by two codes.

    Parameters
    ----------
    row, column : (n,) array of int
    shape : (int, int)
        Number of codes of each.
    men : (n,) array of float, optional
        How many stand for each line; one where none is given.

    Returns
    -------
    array of float of that shape
    """
    cell = row.astype(np.int64) * shape[1] + column
    return np.bincount(cell, weights=men, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
