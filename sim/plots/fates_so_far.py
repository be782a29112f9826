"""Figure: what became of those who left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.plots.canvas import (
    BLACK,
    BLUE,
    GREEN,
    LIGHT,
    ORANGE,
    Drawable,
    axes_of,
    by_run,
    count_axis,
    date_axis,
    legend_above,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STACKED = (
    ("joined", "Joined a faction", BLUE),
    ("fled", "Fled to a haven", GREEN),
    ("hiding", "In hiding", ORANGE),
    ("caught", "Caught leaving", LIGHT),
)


def fates(result: Drawable, ax: Axes | None = None) -> Axes:
    """Men who left so far by their fate, stacked; men killed apart, for they did not leave.

    Parameters
    ----------
    result : Result
        Several runs give their mean.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    dates, _ = by_run(result, "exits")

    def so_far(column: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.cumsum(by_run(result, column)[1].mean(axis=0))

    areas = [so_far(column) for column, _, _ in _STACKED]
    ax.stackplot(
        dates,
        *areas,
        labels=[text for _, text, _ in _STACKED],
        colors=[colour for _, _, colour in _STACKED],
        linewidth=0,
    )
    killed = so_far("killed")
    ax.plot(
        dates,
        killed,
        color=BLACK,
        linewidth=1.3,
        linestyle=(0, (4, 1.5)),
        label="Killed (not stacked)",
    )
    top = float(max(np.sum(areas, axis=0)[-1], killed[-1], 1.0))
    date_axis(ax, dates)
    ax.set_ylim(0, top * 1.05)
    mean = f", mean of {result.runs} runs" if result.runs > 1 else ""
    count_axis(ax, f"Men since day 0{mean}", top)
    legend_above(ax, columns=5)
    return ax
