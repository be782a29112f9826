"""Figure: share gone by sect and rank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.codes import RANKS, Floats
from sim.plots import regulars
from sim.plots.canvas import GREY, SMALL, TEXT, Drawable, axes_of, titles
from sim.plots.shading import ink_on, scale_of, shades
from sim.results.columns import share

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def share_gone_by_sect_and_rank(result: Drawable, ax: Axes | None = None) -> Axes:
    """Share of the regulars of day 0 who escaped or were caught leaving, by sect and rank.

    Parameters
    ----------
    result : Result
        Several runs give the share of all their men; n is then the mean of a run.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    whole = _with_totals(_table(result.roster, result.roster["regulars"].to_numpy()))
    table = share(_with_totals(_table(regulars.gone(result))), whole)
    top = float(np.nanmax(table)) if np.isfinite(table).any() else 1.0
    shading = shades(top)
    colours = shading.to_rgba(table)
    ax.imshow(colours, aspect="auto")
    for row, column in np.ndindex(table.shape):
        value, men = float(table[row, column]), float(whole[row, column]) / result.runs
        _write(ax, row, column, value, men, ink_on(colours[row, column]))
    sects = [*titles(result, "sect").values(), "All"]
    ranks = [*titles(result, "rank").values(), "All"]
    ax.set_xticks(range(len(ranks)), ranks, fontsize=TEXT - 1)
    ax.set_yticks(range(len(sects)), sects, fontsize=TEXT - 1)
    _separate(ax, table.shape)
    scale_of(ax, shading, "Gone (escaped or caught), share of day 0")
    return ax


def _table(frame: pd.DataFrame, men: Floats | None = None) -> Floats:
    """Count men by sect and rank, shape (S, 5)."""
    sect, rank = (frame[axis].cat.codes.to_numpy() for axis in ("sect", "rank"))
    return regulars.counted(sect, rank, (frame["sect"].cat.categories.size, len(RANKS)), men)


def _with_totals(table: Floats) -> Floats:
    """Add a row and a column of totals."""
    taller = np.vstack((table, table.sum(axis=0)))
    return np.hstack((taller, taller.sum(axis=1, keepdims=True)))


def _write(ax: Axes, row: int, column: int, value: float, men: float, ink: str) -> None:
    """Write share and number of men into a cell."""
    if not men:
        ax.text(column, row, "no men", ha="center", va="center", fontsize=SMALL, color=GREY)
        return
    ax.text(column, row - 0.12, _percent(value), ha="center", va="center", fontsize=TEXT, color=ink)
    text = f"n = {men:,.0f}"
    ax.text(column, row + 0.24, text, ha="center", va="center", fontsize=SMALL - 1, color=ink)


def _percent(value: float) -> str:
    """Write a share with two figures where it is small."""
    return f"{value:.1%}" if value < 0.0995 else f"{value:.0%}"


def _separate(ax: Axes, shape: tuple[int, ...]) -> None:
    """Part the cells by white lines, the totals by broad ones."""
    rows, columns = shape
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    for row in range(1, rows):
        ax.axhline(row - 0.5, color="white", linewidth=4 if row == rows - 1 else 1)
    for column in range(1, columns):
        ax.axvline(column - 0.5, color="white", linewidth=4 if column == columns - 1 else 1)
