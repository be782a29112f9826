"""Figure: exits a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.codes import Floats
from sim.plots import bands, claims, event_flags
from sim.plots.canvas import (
    BLUE,
    PALE,
    Drawable,
    axes_of,
    by_run,
    count_axis,
    date_axis,
    legend_above,
    x_of,
)
from sim.plots.placing import place

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DAYS = 7


def defection_rate(result: Drawable, ax: Axes | None = None) -> Axes:
    """Draw the exits of each day and their 7-day mean, with events and claims.

    Parameters
    ----------
    result : Result
        Several runs give the median of the 7-day means with its 5-95 % band, and single runs light.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    dates, exits = by_run(result, "exits")
    mean = centred_mean(exits, _DAYS)
    if result.runs == 1:
        ax.fill_between(dates, exits[0], step="post", color=PALE, linewidth=0, label="Exits a day")
    bands.draw(ax, dates, mean, BLUE, "7-day mean", single_runs=True)
    bands.note(ax, result.runs, single_runs=True)
    found, scale = claims.claims_of(result, "exits_per_day"), result.scenario.army.scale
    drawn = exits if result.runs == 1 else mean
    top = max(drawn.max(), claims.highest(found, scale), 1.0)
    date_axis(ax, dates)
    claims.draw_all(ax, found, scale)
    count_axis(ax, "Exits (soldiers a day)", float(top))
    event_flags.note(ax, result)
    legend_above(ax, columns=6 if result.runs == 1 else 4)
    height = event_flags.draw(ax, result, float(top))
    line = ax.transData.transform(np.column_stack((x_of(dates), np.median(mean, axis=0))))
    place(ax, claims.labels(ax, found, scale), [line], height)
    return ax


def centred_mean(values: Floats, days: int) -> Floats:
    """Mean of the days around each day, fewer at the ends; (R, T) to (R, T)."""
    day = np.arange(values.shape[1])
    begin = np.maximum(day - days // 2, 0)
    end = np.minimum(day + days // 2 + 1, day.size)
    total = np.pad(np.cumsum(values, axis=1), ((0, 0), (1, 0)))
    mean: Floats = (total[:, end] - total[:, begin]) / (end - begin)
    return mean
