"""Figure: exits so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.plots import bands, claims
from sim.plots.canvas import (
    BLUE,
    Drawable,
    axes_of,
    by_run,
    count_axis,
    date_axis,
    legend_above,
    x_of,
)
from sim.plots.placing import place, settle

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def cumulative_exits(result: Drawable, ax: Axes | None = None) -> Axes:
    """Draw the exits so far, with the claims about them and their claimants.

    Parameters
    ----------
    result : Result
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    dates, exits = by_run(result, "exits")
    total = np.cumsum(exits, axis=1)
    bands.draw(ax, dates, total, BLUE, "Simulated exits", single_runs=True)
    bands.note(ax, result.runs, single_runs=True)
    found, scale = claims.claims_of(result, "exits_cumulative"), result.scenario.army.scale
    top = max(total.max(), claims.highest(found, scale), 1.0)
    date_axis(ax, dates)
    claims.draw_all(ax, found, scale)
    count_axis(ax, "Exits since day 0 (soldiers)", float(top))
    ax.set_ylim(0, float(top) * 1.12)
    legend_above(ax)
    settle(ax)
    line = ax.transData.transform(np.column_stack((x_of(dates), np.median(total, axis=0))))
    place(ax, claims.labels(ax, found, scale), [line])
    return ax
