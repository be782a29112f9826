"""Figures of a discovery: the way of the boxes, and the limits of one."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from experiments.discovery.box import OneOf, Span
from experiments.discovery.factors import FactorColumn
from experiments.discovery.prim import Discovery
from experiments.tables import number
from sim.plots.canvas import BLUE, GREY, LIGHT, SMALL, TEXT, VERMILLION, axes_of
from sim.results.result_folder import whole_file

_DPI = 200
_SHADES = ("#c6dbef", "#6baed6", "#3182bd", "#08519c", "#08306b")


def trajectory_figure(found: Discovery, ax: Axes | None = None) -> Axes:
    """Draw coverage and density of each box; darker where more factors are restricted.

    Parameters
    ----------
    found : Discovery
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    way = found.trajectory
    peels = way[way["how"].isin(("all", "peel"))]
    ax.plot(peels["coverage"], peels["density"], color=LIGHT, linewidth=0.8, zorder=1)
    many = len(_SHADES) - 1
    for restricted in sorted(way["restricted"].clip(upper=many).unique()):
        steps = way[way["restricted"].clip(upper=many) == restricted]
        label = f"{restricted}" if restricted < many else f"{many} and more"
        ax.scatter(
            steps["coverage"], steps["density"], s=16, color=_SHADES[restricted], label=label, zorder=2
        )
    last = way.iloc[-1]
    ax.scatter([last["coverage"]], [last["density"]], s=70, facecolor="none", edgecolor=VERMILLION, zorder=3)
    ax.annotate(
        "the box",
        (last["coverage"], last["density"]),
        xytext=(-8, -12),
        textcoords="offset points",
        ha="right",
        fontsize=SMALL,
        color=VERMILLION,
    )
    ax.axhline(way["density"].iloc[0], color=GREY, linewidth=0.6, linestyle=":", zorder=0)
    ax.text(0.0, way["density"].iloc[0] + 0.01, "all runs", fontsize=SMALL, color=GREY, va="bottom")
    ax.set_xlim(-0.02, 1.04)
    ax.set_ylim(-0.02, 1.04)
    for axis, label in (
        (ax.xaxis, "coverage: in the box, of the runs of interest"),
        (ax.yaxis, "density: of interest, of the runs in the box"),
    ):
        axis.set_major_formatter(PercentFormatter(1.0))
        axis.set_label_text(label, fontsize=TEXT)
    title = "factors restricted"
    legend = ax.legend(title=title, loc="lower left", fontsize=SMALL, title_fontsize=SMALL, frameon=False)
    legend.set_bbox_to_anchor((0.0, 0.06 if way["density"].iloc[0] > 0.35 else 0.3))
    return ax


def box_figure(found: Discovery, ax: Axes | None = None, step: int = -1) -> Axes:
    """Draw the limits of a box over the ranges of the runs, that with the least quasi-p-value first.

    Parameters
    ----------
    found : Discovery
    ax : Axes, optional
    step : int
        Row of the trajectory; the box that was found where none is given.

    Returns
    -------
    Axes
    """
    table = found.limits(step)
    table = table.iloc[table[["quasi_p_low", "quasi_p_high"]].min(axis=1).argsort(kind="stable")]
    limits = {name: found.boxes[step].limits[name] for name in table["factor"]}
    ax = axes_of(ax)
    for at, (name, limit) in enumerate(limits.items()):
        row = table.iloc[at]
        column = found.factors.columns[name]
        ax.plot([0, 1], [at, at], color=LIGHT, linewidth=5, solid_capstyle="butt", zorder=1)
        if isinstance(limit, OneOf):
            _labels(ax, at, column, limit, row["quasi_p_low"])
        else:
            _span(ax, at, column, limit, (row["quasi_p_low"], row["quasi_p_high"]))
    ax.set_yticks(range(len(limits)), list(limits))
    ax.set_ylim(len(limits) - 0.35, -0.65)
    ax.set_xlim(-0.03, 1.03)
    ax.set_xticks([])
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)
    way = found.trajectory.iloc[step]
    words = f"density {way['density']:.0%}, coverage {way['coverage']:.0%}, mass {way['mass']:.0%}"
    ax.set_title(f"{words}; at each limit its quasi-p", fontsize=TEXT, loc="left")
    return ax


def _span(ax: Axes, at: int, column: FactorColumn, limit: Span, chances: tuple[float, float]) -> None:
    """Draw the limits of a number; the ends of its range stand below in grey."""
    lowest, highest = float(column.values.min()), float(column.values.max())
    ends = [
        lowest if math.isinf(limit.low) else limit.low,
        highest if math.isinf(limit.high) else limit.high,
    ]
    places = (np.array(ends) - lowest) / (highest - lowest)
    ax.plot(places, [at, at], color=BLUE, linewidth=5, solid_capstyle="butt", zorder=2)
    for place, end, chance in zip(places, ends, chances, strict=True):
        if not math.isnan(chance):
            side = "left" if place < 0.5 else "right"
            ax.text(place, at - 0.16, f"{number(end)} ({_chance(chance)})", ha=side, fontsize=SMALL)
    for place, end, side in ((0.0, lowest, "left"), (1.0, highest, "right")):
        ax.text(place, at + 0.16, number(end), ha=side, va="top", fontsize=SMALL, color=GREY)


def _labels(ax: Axes, at: int, column: FactorColumn, limit: OneOf, chance: float) -> None:
    """Draw the labels of a category as parts of the line: inside or not."""
    width = 1.0 / len(column.labels)
    for place, label in enumerate(column.labels):
        inside = label in limit.labels
        if inside:
            ends = [place * width, (place + 1) * width]
            ax.plot(ends, [at, at], color=BLUE, linewidth=5, solid_capstyle="butt", zorder=2)
        middle = (place + 0.5) * width
        colour = "black" if inside else GREY
        ax.text(middle, at + 0.16, label, ha="center", va="top", fontsize=SMALL, color=colour)
    ax.text(0.0, at - 0.16, f"({_chance(chance)})", fontsize=SMALL)


def _chance(chance: float) -> str:
    return "< 0.001" if chance < 0.001 else f"{chance:.2g}"


def save_discovery(found: Discovery, path: Path, title: str, notes: tuple[str, ...]) -> Path:
    """Draw the trajectory and below it the box into a PNG file, with a title and the notes as a foot."""
    from textwrap import wrap

    from matplotlib.layout_engine import ConstrainedLayoutEngine

    foot = [line for note in notes for line in wrap(note, 150)]
    lines = max(len(found.box.limits), 1)
    heights = [3.2, 0.5 + 0.5 * lines]
    top, bottom = 0.28, 0.12 * len(foot) + 0.12
    height = sum(heights) + top + bottom
    layout = ConstrainedLayoutEngine(rect=(0.0, bottom / height, 1.0, 1.0 - (top + bottom) / height))
    figure = Figure(figsize=(7.0, height), dpi=_DPI, layout=layout)
    FigureCanvasAgg(figure)
    upper, lower = figure.subplots(2, 1, height_ratios=heights)
    trajectory_figure(found, upper)
    box_figure(found, lower)
    figure.text(0.012, 1.0 - 0.06 / height, title, fontsize=TEXT, va="top")
    figure.text(0.012, 0.05 / height, "\n".join(foot), fontsize=6, color=GREY)
    with whole_file(path) as temporary:
        figure.savefig(temporary, format="png")
    return path
