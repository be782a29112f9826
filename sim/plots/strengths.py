"""Figure: strength of the army."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.plots import bands
from sim.plots.canvas import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    Dash,
    Drawable,
    axes_of,
    by_run,
    count_axis,
    date_axis,
    legend_above,
)
from sim.record import WEEK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINES: tuple[tuple[str, str, str, Dash], ...] = (
    ("serving", "Nominal: serving", BLUE, "-"),
    ("deployable", "Deployable: in units not collapsed", ORANGE, (0, (5, 1.5))),
)
_REPLACEMENTS = "Replacements: reservists who reported so far"


def strength(result: Drawable, ax: Axes | None = None) -> Axes:
    """Nominal, deployable and loyal strength, and the reservists who reported so far.

    Parameters
    ----------
    result : Result
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    top = 1.0
    for column, text, colour, style in _LINES:
        dates, men = by_run(result, column)
        bands.draw(ax, dates, men, colour, text, style=style)
        top = max(top, float(men.max()))
    dates, men = by_run(result, "loyal")
    text = f"Loyal: deployable, index above {result.scenario.loyalty_index.loyal_above:g}"
    # Loyal men are counted once a week.
    bands.draw(ax, dates[::WEEK], men[:, ::WEEK], GREEN, text, style="-.")
    dates, reported = by_run(result, "reported")
    bands.draw(ax, dates, np.cumsum(reported, axis=1), PURPLE, _REPLACEMENTS, style=":")
    bands.note(ax, result.runs)
    date_axis(ax, dates)
    ax.set_ylim(0, top * 1.05)
    count_axis(ax, "Strength (soldiers)", top)
    legend_above(ax, columns=2)
    return ax
