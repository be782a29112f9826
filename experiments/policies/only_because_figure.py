"""The figure of those whose leaving a lever decided: bars by sect, rank and home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.policies.only_because import AXES, CHANGES
from experiments.showing.naming import size_of, titled
from experiments.showing.sheet import MARGIN, save, sheet
from sim.plots.canvas import BLUE, GREY, ORANGE, SMALL, TEXT

if TYPE_CHECKING:
    import pandas as pd

    from experiments.policies.comparison import Comparison

_SIDES = {"left_only_with": (1.0, ORANGE), "left_only_without": (-1.0, BLUE)}
"""Direction and colour: those whom the lever made leave to the right, those whom it kept to the left."""
_LINE = 0.17
"""Inches for a group."""


def save_only_because(comparison: Comparison, path: Path) -> Path:
    """Draw whom policies moved into a PNG file; see `only_because_figure`."""
    return save(only_because_figure(comparison), path)


def only_because_figure(comparison: Comparison) -> Figure:
    """Draw a row of panels a policy: who left only with it, and only without it, by rank, sect and home."""
    table = comparison.only_because
    policies = list(dict.fromkeys(table["policy"]))
    lines = max(table[table["axis"] == axis]["group"].nunique() for axis in AXES)
    base = next(iter(comparison.scenarios.values()))
    title = f"Men who left in one of the two runs alone, by group; {titled(base)}{size_of(base)}"
    figure = sheet((0.62 + _LINE * lines) * len(policies), title, comparison.notes, head=0.5)
    panels = figure.subplots(len(policies), len(AXES), squeeze=False)
    for row, policy in zip(panels, policies, strict=True):
        own = table[table["policy"] == policy]
        for ax, axis in zip(row, AXES, strict=True):
            _draw(ax, own[own["axis"] == axis], axis, lines)
        row[0].set_title(policy, fontsize=TEXT, loc="left")
    for number, (change, (_, colour)) in enumerate(_SIDES.items()):
        figure.text(
            MARGIN + 0.3 * number,
            1.0 - 0.26 / figure.get_figheight(),
            f"■ {CHANGES[change]}",
            fontsize=TEXT - 1,
            color=colour,
            va="top",
        )
    return figure


def _draw(ax: Axes, own: pd.DataFrame, axis: str, lines: int) -> None:
    """Draw a bar a group and side, with its interval as a line; bars are as thick in all panels."""
    groups = list(dict.fromkeys(own["group"]))
    at = np.arange(len(groups))
    for change, (side, colour) in _SIDES.items():
        rows = own[own["change"] == change].set_index("group").loc[groups]
        men, low, high = (side * rows[name].to_numpy(dtype=np.float64) for name in ("men", "low", "high"))
        ax.barh(at, men, height=0.72, color=colour, alpha=0.75, linewidth=0)
        ax.hlines(at, low, high, color=GREY, linewidth=1.0)
    ax.axvline(0.0, color=GREY, linewidth=0.8)
    ax.set_yticks(at, groups)
    ax.set_ylim(lines - 0.4, -0.6)
    ax.tick_params(labelsize=SMALL, length=2, width=0.6, color=GREY)
    ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.xaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
    ax.set_xlabel(f"men, by {axis}", fontsize=SMALL)
    for side_name in ("top", "right", "left"):
        ax.spines[side_name].set_visible(False)
