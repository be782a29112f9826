"""Figures of a discovery: the way of the boxes, and the limits of one."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from experiments.discovery.box import OneOf, Span
from experiments.discovery.factors import FactorColumn
from experiments.discovery.prim import Discovery
from experiments.showing.tables import number
from sim.plots.canvas import BLUE, GREY, LIGHT, SMALL, TEXT, VERMILLION, axes_of
from sim.results.result_folder import whole_file

_DPI = 200
_MARKERS = {("all", "peel", "take"): "o", ("paste",): "^", ("drop",): "s"}
_HOW = {("all", "peel", "take"): "peeled", ("paste",): "pasted", ("drop",): "limit dropped"}
_SHADES = ("#c6dbef", "#6baed6", "#3182bd", "#08519c", "#08306b")


def trajectory_figure(found: Discovery, ax: Axes | None = None, fresh: pd.DataFrame | None = None) -> Axes:
    """Draw coverage and density of each box; darker where more factors are restricted.

    Parameters
    ----------
    found : Discovery
    ax : Axes, optional
    fresh : DataFrame, optional
        As from `experiments.discovery.measures.fresh_measures`: the box on other runs, with its intervals.

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    way = found.trajectory
    peels = way[way["how"].isin(("all", "peel"))]
    ax.plot(peels["coverage"], peels["density"], color=LIGHT, linewidth=0.8, zorder=1)
    many = len(_SHADES) - 1
    for how, marker in _MARKERS.items():
        steps = way[way["how"].isin(how)]
        shades = [_SHADES[count] for count in steps["restricted"].clip(upper=many)]
        ax.scatter(steps["coverage"], steps["density"], s=18, marker=marker, color=shades, zorder=2)
    last = way.iloc[-1]
    ax.scatter([last["coverage"]], [last["density"]], s=70, facecolor="none", edgecolor=VERMILLION, zorder=3)
    if fresh is not None:
        _fresh_point(ax, fresh.set_index("measure"))
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
    _keys(ax, way, fresh is not None)
    return ax


def _fresh_point(ax: Axes, fresh: pd.DataFrame) -> None:
    """Draw the box where it stands on other runs, with the interval of either share."""
    middle, low, high = (fresh[name] for name in ("share", "low", "high"))
    spans = [[[middle[name] - low[name]], [high[name] - middle[name]]] for name in ("coverage", "density")]
    ax.errorbar(
        [middle["coverage"]],
        [middle["density"]],
        xerr=spans[0],
        yerr=spans[1],
        fmt="D",
        markersize=4,
        color=VERMILLION,
        linewidth=0.9,
        capsize=2,
        zorder=3,
    )


def _keys(ax: Axes, way: pd.DataFrame, fresh: bool) -> None:
    """Put two keys beside the axes: how many factors are restricted, and what the marks are."""
    many = len(_SHADES) - 1
    counts = sorted(way["restricted"].clip(upper=many).unique())
    shades = [
        _mark("o", _SHADES[count], f"{count}" if count < many else f"{many} and more") for count in counts
    ]
    marks = [_mark(marker, GREY, _HOW[how]) for how, marker in _MARKERS.items() if way["how"].isin(how).any()]
    marks.append(Line2D([], [], linestyle="", marker="o", markersize=8, mfc="none", mec=VERMILLION))
    marks[-1].set_label("the box")
    marks += [_mark("D", VERMILLION, "the box on\nfresh runs, 95 %")] if fresh else []
    for title, handles, top in (("factors restricted", shades, 1.0), ("step", marks, 0.5)):
        key = ax.legend(
            handles=handles,
            title=title,
            loc="upper left",
            bbox_to_anchor=(1.01, top),
            fontsize=SMALL,
            title_fontsize=SMALL,
            frameon=False,
            alignment="left",
        )
        if handles is shades:  # the next one would take its place
            ax.add_artist(key)
            key.set_clip_on(False)


def _mark(marker: str, colour: str, label: str) -> Line2D:
    return Line2D([], [], linestyle="", marker=marker, markersize=4, color=colour, label=label)


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


def save_discovery(
    found: Discovery,
    path: Path,
    title: str,
    notes: tuple[str, ...],
    fresh: pd.DataFrame | None = None,
) -> Path:
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
    trajectory_figure(found, upper, fresh)
    box_figure(found, lower)
    figure.text(0.012, 1.0 - 0.06 / height, title, fontsize=TEXT, va="top")
    figure.text(0.012, 0.05 / height, "\n".join(foot), fontsize=6, color=GREY)
    with whole_file(path) as temporary:
        figure.savefig(temporary, format="png")
    return path
