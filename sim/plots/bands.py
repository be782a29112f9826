"""A quantity over time: one run as a line; several as their median, 5–95 % band and single runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.codes import Floats
from sim.plots.canvas import LIGHT, Dash

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_SINGLE_RUNS = 40


def draw(
    ax: Axes,
    dates: Floats,
    values: Floats,
    colour: str,
    label: str,
    *,
    style: Dash = "-",
    single_runs: bool = False,
) -> None:
    """Draw a quantity.

    Parameters
    ----------
    ax : Axes
    dates : (T,) array of datetime64
    values : (R, T) array of float
    colour, label, style : str
    single_runs : bool
        Whether to draw up to 40 of several runs, light.
    """
    if len(values) > 1:
        label = f"{label}, median"
        if single_runs:
            chosen = np.linspace(0, len(values) - 1, min(len(values), _MOST_SINGLE_RUNS)).astype(int)
            ax.plot(dates, values[chosen].T, color=LIGHT, linewidth=0.4, zorder=1)
        low, high = np.quantile(values, (0.05, 0.95), axis=0)
        ax.fill_between(dates, low, high, color=colour, alpha=0.2, linewidth=0, zorder=1.5)
    middle = np.median(values, axis=0)
    ax.plot(dates, middle, color=colour, linestyle=style, linewidth=1.5, label=label, zorder=3)


def note(ax: Axes, runs: int, *, single_runs: bool = False) -> None:
    """Explain band and single runs in the legend."""
    if runs > 1:
        ax.fill_between([], [], [], color=LIGHT, linewidth=0, label=f"5–95 % of {runs} runs")
        if single_runs:
            ax.plot([], [], color=LIGHT, linewidth=0.6, label="Single runs")
