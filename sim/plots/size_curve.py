"""How many of some groups are at least so large, on two logarithmic scales."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from sim.codes import Ints
from sim.plots.canvas import TEXT

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def at_least(sizes: Ints) -> tuple[Ints, Ints]:
    """Sizes that occur, and how many are at least so large; sizes (n,) to two (m,)."""
    size, count = np.unique(sizes, return_counts=True)
    return size, np.cumsum(count[::-1])[::-1]


def draw(ax: Axes, sizes: Ints, each: float, colour: str, marker: str, label: str) -> None:
    """Draw how many are at least so large, `each` being what one of them counts."""
    size, more = at_least(sizes)
    line = ax.plot(size, each * more, color=colour, linewidth=0.8, label=label, zorder=3)[0]
    line.set(marker=marker, markersize=3.2, markevery=0.012)


def size_axis(ax: Axes, label: str, top: float) -> None:
    """Let the x axis be a number of men from 1 to `top` or a little more."""
    ax.set_xscale("log")
    ax.set_xlim(0.9, max(top, 2.0) * 1.3)
    ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel(label, fontsize=TEXT)
