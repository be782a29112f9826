"""The figure of those whose leaving a lever decided: bars by sect, rank and home."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

from experiments.naming import size_of, titled
from experiments.policies.only_because import AXES, CHANGES
from sim.plots.canvas import BLUE, GREY, ORANGE, SMALL, TEXT
from sim.results.result_folder import whole_file

if TYPE_CHECKING:
    import pandas as pd

    from experiments.policies.comparison import Comparison

_DPI = 200
_SIDES = {"left_only_with": (1.0, ORANGE), "left_only_without": (-1.0, BLUE)}
"""Direction and colour: those whom the lever made leave to the right, those whom it kept to the left."""
_LINE = 0.17
"""Inches for a group."""


def save_only_because(comparison: Comparison, path: Path) -> Path:
    """Draw whom policies moved into a PNG file; see `only_because_figure`."""
    with whole_file(path) as temporary:
        only_because_figure(comparison).savefig(temporary, format="png")
    return path


def only_because_figure(comparison: Comparison) -> Figure:
    """Draw a row of panels a policy: who left only with it, and only without it, by rank, sect and home."""
    table = comparison.only_because
    policies = list(dict.fromkeys(table["policy"]))
    lines = max(table[table["axis"] == axis]["group"].nunique() for axis in AXES)
    foot = [line for note in comparison.notes for line in wrap(note, 150)]
    top, bottom = 0.5, 0.12 * len(foot) + 0.12
    height = (0.62 + _LINE * lines) * len(policies) + top + bottom
    layout = ConstrainedLayoutEngine(rect=(0.0, bottom / height, 1.0, 1.0 - (top + bottom) / height))
    figure = Figure(figsize=(7.0, height), dpi=_DPI, layout=layout)
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(policies), len(AXES), squeeze=False)
    for row, policy in zip(panels, policies, strict=True):
        own = table[table["policy"] == policy]
        for ax, axis in zip(row, AXES, strict=True):
            _draw(ax, own[own["axis"] == axis], axis, lines)
        row[0].set_title(policy, fontsize=TEXT, loc="left")
    base = next(iter(comparison.scenarios.values()))
    title = f"Men who left in one of the two runs alone, by group; {titled(base)}{size_of(base)}"
    figure.text(0.012, 1.0 - 0.06 / height, title, fontsize=TEXT, va="top")
    for number, (change, (_, colour)) in enumerate(_SIDES.items()):
        figure.text(
            0.012 + 0.3 * number,
            1.0 - 0.26 / height,
            f"■ {CHANGES[change]}",
            fontsize=TEXT - 1,
            color=colour,
            va="top",
        )
    figure.text(0.012, 0.05 / height, "\n".join(foot), fontsize=6, color=GREY)
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
