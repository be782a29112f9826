"""Figures of tipping: P(collapse) over two parameters, time to collapse, indicators before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date as Date
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from experiments.intervals import student_t
from experiments.tipping.indicators import INDICATORS
from sim.plots.canvas import BLACK, BLUE, GREY, SMALL, TEXT, VERMILLION, axes_of
from sim.results.result_folder import whole_file

_DPI = 200


def surface_figure(
    table: pd.DataFrame,
    across: str,
    up: str,
    ax: Axes | None = None,
    *,
    titles: Mapping[str, str] | None = None,
) -> Axes:
    """Draw P(collapse) over two parameters, each cell with its interval.

    Parameters
    ----------
    table : DataFrame
        As from `experiments.tipping.probability.probabilities`.
    across, up : str
        The parameters. Their values stand side by side, whatever their distance.
    ax : Axes, optional
    titles : mapping, optional
        What is written at the axis of a parameter, instead of its name.

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    shares = table.pivot(index=up, columns=across, values="share")
    ax.imshow(shares.to_numpy(), cmap="Oranges", vmin=0.0, vmax=1.3, origin="lower", aspect="auto")
    places = {(row[across], row[up]): row for row in table.to_dict("records")}
    for at, x in enumerate(shares.columns):
        for height, y in enumerate(shares.index):
            row = places[x, y]
            ax.text(at, height + 0.1, f"{row['share']:.0%}", ha="center", fontsize=TEXT, color=BLACK)
            ends = f"{100 * row['low']:.0f} to {100 * row['high']:.0f}"
            ax.text(at, height - 0.3, ends, ha="center", fontsize=SMALL, color=BLACK)
    ax.set_xticks(range(len(shares.columns)), [f"{value:g}" for value in shares.columns])
    ax.set_yticks(range(len(shares.index)), [f"{value:g}" for value in shares.index])
    words = titles or {}
    ax.set_xlabel(words.get(across, across), fontsize=TEXT)
    ax.set_ylabel(words.get(up, up), fontsize=TEXT)
    runs = int(table["runs"].iloc[0])
    title = (
        f"runs that collapsed, of {runs} at each point, and their interval (95 %) over luck and army, in %"
    )
    ax.set_title(title, fontsize=TEXT, loc="left")
    ax.tick_params(length=0)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    return ax


def survival_figure(
    curves: dict[str, pd.DataFrame], days: int, ax: Axes | None = None, *, start: Date | None = None
) -> Axes:
    """Draw the share of armies that have not collapsed, with bands.

    Parameters
    ----------
    curves : dict
        Title to curve, as from `experiments.tipping.survival.survival_curve`.
    days : int
        Length of the runs.
    ax : Axes, optional
    start : date, optional
        Day 0, to be told at the axis.

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    colours = (BLUE, VERMILLION, "#009E73", "#E69F00")
    for (title, curve), colour in zip(curves.items(), colours, strict=False):
        day = np.append(curve["day"].to_numpy(), days)
        share, low, high = (
            np.append(curve[name].to_numpy(), curve[name].iloc[-1]) for name in ("share", "low", "high")
        )
        ax.step(day, share, where="post", color=colour, label=title, linewidth=1.4)
        ax.fill_between(day, low, high, step="post", color=colour, alpha=0.15, linewidth=0)
    ax.set_xlim(0, days)
    ax.set_ylim(0.0, 1.03)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel("day of the run" + (f" (day 0 is {start})" if start else ""), fontsize=TEXT)
    ax.set_ylabel("armies that have not collapsed", fontsize=TEXT)
    key = "bands: 95 %, over luck and army"
    ax.legend(
        frameon=False, fontsize=SMALL, loc="lower left", title=key, title_fontsize=SMALL, alignment="left"
    )
    return ax


def tau_figure(warnings: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the trend of each indicator before runs that collapsed, and on the same days of those that held.

    Parameters
    ----------
    warnings : DataFrame
        As from `experiments.tipping.alarms.warnings_of`.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    rng = np.random.default_rng(1)
    for row, name in enumerate(INDICATORS):
        for shift, fate, colour in ((-0.16, True, VERMILLION), (0.16, False, BLUE)):
            part = warnings[warnings["collapsed"] == fate]
            height = row + shift + 0.1 * (rng.random(len(part)) - 0.5)
            rang = part[f"alarm_{name}"].to_numpy(dtype=bool)
            tau = part[f"tau_{name}"].to_numpy(dtype=np.float64)
            ax.scatter(tau[~rang], height[~rang], s=12, facecolor="none", edgecolor=colour, linewidth=0.7)
            ax.scatter(tau[rang], height[rang], s=16, color=colour)
            told = f"{int(rang.sum())} of {len(part)}"
            ax.text(1.03, row + shift, told, fontsize=SMALL, color=colour, va="center", ha="left")
    ax.text(1.03, -0.55, "alarms", fontsize=SMALL, color=GREY, va="center", ha="left")
    ax.axvline(0.0, color=GREY, linewidth=0.6, zorder=0)
    ax.set_yticks(range(len(INDICATORS)), ["variance", "lag-1\nautocorrelation"])
    ax.set_ylim(len(INDICATORS) - 0.5, -0.6)
    ax.set_xlim(-1.0, 1.0)
    ax.set_xlabel("trend of the indicator over the window (Kendall's tau); filled: an alarm", fontsize=TEXT)
    handles = [
        ax.scatter([], [], s=16, color=colour, label=label)
        for colour, label in ((VERMILLION, "collapsed"), (BLUE, "held"))
    ]
    ax.legend(
        handles=handles, frameon=False, fontsize=SMALL, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2
    )
    return ax


def loops_figure(tables: dict[str, pd.DataFrame], axes: Sequence[Axes]) -> None:
    """Draw the rate of exits at each level on the way up and on the way down, a panel a case.

    Parameters
    ----------
    tables : dict
        Title to table, as from `experiments.tipping.memory.ramps`.
    axes : sequence of Axes
        As many.
    """
    ways = (
        ("up first", "low", BLUE, "-", "up and back: up"),
        ("up first", "high", BLUE, "--", "up and back: down"),
        ("down first", "high", VERMILLION, "-", "down and back: down"),
        ("down first", "low", VERMILLION, "--", "down and back: up"),
    )
    for ax, (title, table) in zip(axes, tables.items(), strict=True):
        for order, after, colour, line, label in ways:
            part = table[(table["order"] == order) & (table["after"] == after)].groupby("level")
            rate, error = part["rate"].mean(), part["rate"].sem() * student_t(int(part.size().iloc[0]))
            ax.errorbar(
                rate.index,
                rate,
                yerr=error,
                color=colour,
                linestyle=line,
                linewidth=1.2,
                capsize=2,
                label=label,
            )
        ax.set_xscale("log")
        ax.set_yscale("log")
        levels = sorted(table["level"].unique())
        ax.set_xticks(levels, [f"{level:g}" for level in levels])
        ax.minorticks_off()
        ax.set_title(title, fontsize=TEXT, loc="left")
        ax.set_xlabel("multiple of everybody's hazard", fontsize=TEXT)
        ax.tick_params(labelsize=SMALL)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("exits a day per 1,000 who serve", fontsize=TEXT)


def save_loops(tables: dict[str, pd.DataFrame], path: Path) -> Path:
    """Draw `loops_figure` into a PNG file, its panels side by side on one scale."""
    figure = Figure(figsize=(7.0, 2.9), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = np.ravel(figure.subplots(1, len(tables), squeeze=False, sharey=True))
    loops_figure(tables, list(axes))
    ticks = (0.5, 1.0, 2.0, 4.0, 8.0)
    axes[0].set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=SMALL)
    with whole_file(path) as temporary:
        figure.savefig(temporary, format="png")
    return path


def save(draw: list[tuple[float, Callable[[Axes], object]]], path: Path) -> Path:
    """Draw panels one below the other into a PNG file.

    Parameters
    ----------
    draw : list of (float, callable)
        Height in inches, and what draws on axes.
    path : Path

    Returns
    -------
    Path
    """
    heights = [height for height, _ in draw]
    figure = Figure(figsize=(7.0, sum(heights)), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = np.ravel(figure.subplots(len(draw), 1, squeeze=False, height_ratios=heights))
    for ax, (_, panel) in zip(axes, draw, strict=True):
        panel(ax)
    with whole_file(path) as temporary:
        figure.savefig(temporary, format="png")
    return path
