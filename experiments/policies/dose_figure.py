"""The figure of a dose and its response: a line for one key, a map of tiles for two."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from experiments.policies.dose_response import DoseResponse, pivot
from experiments.policies.effects import SHARES
from experiments.showing.figures import OUTCOME_TITLES
from experiments.showing.naming import size_of, titled
from experiments.showing.sheet import save, sheet
from sim.plots.canvas import BLACK, BLUE, GREY, SMALL, TEXT

SHOWN = ("exits", "joined", "strength_deployable", "civilians_killed")
"""Outcomes that are drawn, a panel each."""
_COLOURS = colormaps["PuOr_r"]


def save_dose_response(found: DoseResponse, path: Path) -> Path:
    """Draw doses into a PNG file; see `dose_figure`."""
    return save(dose_figure(found), path)


def dose_figure(found: DoseResponse) -> Figure:
    """Draw the outcomes of `SHOWN` that are known, two panels a row: lines for one key, maps for two."""
    shown = [outcome for outcome in SHOWN if outcome in set(found.cells["outcome"])]
    rows = -(-len(shown) // 2)
    down = list(found.doses.values())[1:]
    panel = 1.9 if not down else 0.95 + 0.34 * len(down[0])
    title = f"Difference to {titled(found.scenario)} as it is{size_of(found.scenario)}, by dose"
    figure = sheet(panel * rows, title, (*found.notes, _said(found)), head=0.3)
    axes = np.ravel(figure.subplots(rows, 2, squeeze=False))
    for ax, outcome in zip(axes, shown, strict=False):
        _map(ax, found, outcome) if down else _line(ax, found, outcome)
        ax.set_title(OUTCOME_TITLES[outcome], fontsize=TEXT, loc="left")
    for ax in axes[len(shown) :]:
        ax.remove()
    return figure


def _said(found: DoseResponse) -> str:
    """What the marks mean."""
    if len(found.doses) > 1:
        return "In brackets: the interval includes 0. White is no difference; each panel has its own scale."
    return "Lines: mean over the pairs, bars: 95 % intervals."


def _line(ax: Axes, found: DoseResponse, outcome: str) -> None:
    """Draw the response over the values of one key, in equal steps unless they are numbers."""
    middle, low, high = (pivot(found, outcome, name).to_numpy()[0] for name in ("difference", "low", "high"))
    key, values = next(iter(found.doses.items()))
    numbers = all(isinstance(value, int | float) for value in values)
    at = np.array(values, dtype=np.float64) if numbers else np.arange(len(values), dtype=np.float64)
    ax.axhline(0.0, color=GREY, linewidth=0.8)
    ax.vlines(at, low, high, color=BLUE, linewidth=1.2)
    ax.plot(at, middle, color=BLUE, marker="o", markersize=3.5, linewidth=1.0)
    if not numbers:
        ax.set_xticks(at, list(map(str, values)), rotation=30, ha="right")
    ax.set_xlabel(key, fontsize=SMALL)
    ax.tick_params(labelsize=SMALL, length=2)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:+,.6g}" if value else "0")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def _map(ax: Axes, found: DoseResponse, outcome: str) -> None:
    """Draw a tile a cell with its number; in brackets where the interval includes 0."""
    middle, low, high = (
        pivot(found, outcome, name).to_numpy(dtype=np.float64) for name in ("difference", "low", "high")
    )
    most = float(np.abs(middle).max()) or 1.0
    norm = TwoSlopeNorm(0.0, -most, most)
    ax.imshow(middle, cmap=_COLOURS, norm=norm, aspect="auto")
    for row, column in np.ndindex(middle.shape):
        value = float(middle[row, column])
        text = _number(value, outcome)
        unsure = not (low[row, column] > 0.0 or high[row, column] < 0.0)
        dark = abs(norm(value) - 0.5) > 0.36
        ax.text(
            column,
            row,
            f"({text})" if unsure and value else text,
            ha="center",
            va="center",
            fontsize=SMALL - 1,
            color="white" if dark else BLACK,
        )
    (across, columns), (down, rows) = found.doses.items()
    ax.set_xticks(range(len(columns)), list(map(str, columns)))
    ax.set_yticks(range(len(rows)), list(map(str, rows)))
    ax.set_xlabel(across, fontsize=SMALL)
    ax.set_ylabel(down, fontsize=SMALL)
    ax.tick_params(labelsize=SMALL - 1, length=0)
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)


def _number(value: float, outcome: str) -> str:
    """Write a difference with its sign."""
    if value == 0:
        return "0"
    return f"{value:+.3f}" if outcome in SHARES else f"{value:+,.0f}"
