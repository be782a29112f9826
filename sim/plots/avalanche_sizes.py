"""Figure: sizes of avalanches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.plots import size_curve
from sim.plots.canvas import (
    BLUE,
    LIGHT,
    ORANGE,
    TEXT,
    Drawable,
    axes_of,
    legend_above,
    nobody_left,
)
from sim.results.cascades import Cascades, cascades_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DEALS = 6
_MOST_RUNS = 5


def avalanches(result: Drawable, ax: Axes | None = None) -> Axes:
    """Share of the avalanches that are at least so large, beside chance and beside the groups alone.

    Parameters
    ----------
    result : Result
        Of several runs, the first five are put together.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    shown = min(result.runs, _MOST_RUNS)
    exits = result.exits[result.exits["run"] <= shown]
    left = exits[exits["fate"] != "caught"]
    if left.empty:
        return nobody_left(ax)
    found = cascades_of(result.scenario, result.summary.head(shown), exits, deals=_DEALS)
    sizes = found.avalanches["size"].to_numpy()
    groups = left.groupby(["run", "group"]).size().to_numpy()
    top = max(int(sizes.max()), int(found.chance["size"].max()))
    _chance(ax, found, top)
    size_curve.draw(ax, groups, 100.0 / groups.size, ORANGE, "s", "Groups that left together")
    label = f"Avalanches: linked within {found.days} days"
    size_curve.draw(ax, sizes, 100.0 / sizes.size, BLUE, "o", label)
    size_curve.size_axis(ax, "Men in the avalanche, or in the group", top)
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.6g}%" if value >= 1e-6 else "")
    ax.set_ylim(50.0 / max(sizes.size, groups.size), 140.0)
    _scale(ax, result.runs, shown)
    _say(ax, found)
    legend_above(ax, columns=3)
    return ax


def _chance(ax: Axes, found: Cascades, top: int) -> None:
    """Draw the range of the avalanches over the deals."""
    grid = np.arange(1, top + 1)
    curves = []
    for _, deal in found.chance.groupby("deal"):
        count = np.bincount(deal["size"].to_numpy(), weights=deal["avalanches"].to_numpy(), minlength=top + 1)
        curves.append(100.0 * np.cumsum(count[::-1])[::-1][1:] / count.sum())
    low, high = np.min(curves, axis=0), np.max(curves, axis=0)
    # A logarithmic axis has no 0; what lies under its end is cut off.
    low = np.maximum(low, 1e-12)
    label = f"Ties dealt anew, range of {_DEALS}"
    ax.fill_between(grid, low, high, where=high > 0, color=LIGHT, linewidth=0, label=label, zorder=1)


def _scale(ax: Axes, runs: int, shown: int) -> None:
    """Name the vertical axis."""
    of = f", first {shown} of {runs} runs" if shown < runs else f", {runs} runs" if runs > 1 else ""
    ax.set_ylabel(f"Share that is at least so large{of}", fontsize=TEXT)


def _say(ax: Axes, found: Cascades) -> None:
    """Write the endogenous share, and what it is made of, into the empty corner."""
    table = found.endogenous
    led, linked = ((table[name] / table["exits"]).mean() for name in ("led", "linked"))
    mean = "" if len(table) == 1 else ", mean"
    lines = [f"Led out by another: {led:.1%} of the exits", f"Leading, after a strong tie: {linked:.1%}"]
    if table["endogenous_share"].notna().any():
        chance, share, low, high = table[["chance_share", "endogenous_share", "low", "high"]].mean()
        lines.append(f"By chance after a strong tie: {chance:.1%}")
        lines.append(f"Excess, the endogenous share{mean}: {share:.1%} ({low:.1%} to {high:.1%})")
    else:
        lines.append("Endogenous share: cannot be told")
    corner = ax.text(0.99, 0.97, "\n".join(lines), transform=ax.transAxes, fontsize=TEXT - 1)
    corner.set(ha="right", va="top", linespacing=1.4)
