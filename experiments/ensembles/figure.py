"""Figure of an ensemble: bands, single runs by class of outcome, and the share of each class."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from experiments.ensembles.spread import bands_of, series_of, shares_of
from experiments.ensembles.store import Store
from sim.codes import Floats
from sim.plots.canvas import (
    BLUE,
    CYCLE,
    GREEN,
    GREY,
    ORANGE,
    TEXT,
    VERMILLION,
    axes_of,
    count_axis,
    date_axis,
    legend_above,
)
from sim.results.result_folder import whole_file

if TYPE_CHECKING:
    from experiments.ensembles.ensemble import Ensemble

SHOWN = (
    ("exits", True, "Exits since day 0 (soldiers)"),
    ("deployable", False, "Deployable strength (soldiers)"),
)
"""Daily columns that are drawn, whether summed up, and the label of the axis."""

_COLOURS = {"collapse": VERMILLION, "rising": ORANGE, "pulse": BLUE, "hold": GREEN}
_MOST_SINGLE_RUNS = 200
_DPI = 200


def save_bands(found: Ensemble, path: Path) -> Path:
    """Draw an ensemble into a PNG file; see `bands_figure`."""
    with whole_file(path) as temporary:
        bands_figure(found).savefig(temporary, format="png")
    return path


def bands_figure(found: Ensemble) -> Figure:
    """Draw an ensemble: bands, single runs by class of outcome, and the share of each class.

    Parameters
    ----------
    found : Ensemble
        With the frame `daily`, and an `outcome` in its summary.

    Returns
    -------
    Figure
    """
    summary, daily = found.summary, found.daily
    figure = Figure(figsize=(7.6, 5.6), dpi=_DPI)
    FigureCanvasAgg(figure)
    figure.set_layout_engine(ConstrainedLayoutEngine(rect=(0.0, 0.06, 1.0, 0.90)))
    grid = figure.subplots(len(SHOWN), 3, squeeze=False, width_ratios=(1.0, 1.0, 0.62))
    shares = shares_of(summary["outcome"])
    for row, (column, so_far, label) in zip(grid, SHOWN, strict=True):
        series = series_of(daily, column, so_far=so_far)
        dates = np.sort(daily["date"].unique())[: len(series)]
        top = float(np.nanmax(series.to_numpy()))
        draw_bands(row[0], dates, series)
        draw_runs(row[1], dates, series, summary.set_index("run")["outcome"])
        for ax in row[:2]:
            date_axis(ax, dates)
            ax.set_ylim(0, max(top, 1.0) * 1.05)
            count_axis(ax, "", top)
            ax.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=5))  # type: ignore[no-untyped-call]
        row[0].set_ylabel(label, fontsize=TEXT)
        row[1].tick_params(labelleft=False)
    draw_shares(grid[0][2], shares)
    draw_ends(grid[1][2], summary)
    titles = ("Bands over all runs", "Single runs, by class of outcome", "Share of runs in each class")
    for ax, title in zip(grid[0], titles, strict=True):
        ax.set_title(title, fontsize=TEXT, loc="left", pad=16 if ax is grid[0][0] else 6)
    figure.text(0.01, 0.985, _title(found), fontsize=TEXT + 1, va="top")
    figure.text(0.01, 0.008, "\n".join(wrap(_foot(found), 165)), fontsize=6, color=GREY)
    return figure


def draw_bands(ax: Axes, dates: Floats, series: pd.DataFrame) -> Axes:
    """Draw median and bands.

    Parameters
    ----------
    ax : Axes
    dates : (T,) array of datetime64
    series : DataFrame
        A row a day, a column a run.

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    bands = bands_of(series)
    ax.fill_between(dates, bands["q05"], bands["q95"], color=GREY, alpha=0.25, linewidth=0, label="5–95 %")
    ax.fill_between(dates, bands["q25"], bands["q75"], color=GREY, alpha=0.45, linewidth=0, label="25–75 %")
    ax.plot(dates, bands["q50"], color="black", linewidth=1.3, label="Median")
    legend_above(ax, columns=3)
    return ax


def draw_runs(ax: Axes, dates: Floats, series: pd.DataFrame, outcome: pd.Series) -> Axes:
    """Draw single runs, at most 200 evenly chosen, in the colour of their class of outcome.

    Parameters
    ----------
    ax : Axes
    dates : (T,) array of datetime64
    series : DataFrame
        A row a day, a column a run.
    outcome : Series
        Class of each run.

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    runs = series.columns.to_numpy()
    chosen = runs[np.linspace(0, len(runs) - 1, min(len(runs), _MOST_SINGLE_RUNS)).astype(int)]
    opacity = float(np.clip(12 / len(chosen), 0.08, 0.9))
    for run in chosen:
        ax.plot(dates, series[run], color=colour_of(str(outcome[run])), linewidth=0.7, alpha=opacity)
    return ax


def draw_shares(ax: Axes, shares: pd.DataFrame) -> Axes:
    """Draw the share of each class of outcome, with its interval."""
    ax = axes_of(ax)
    at = list(range(len(shares)))
    ax.barh(at, shares["share"], color=[colour_of(name) for name in shares["outcome"]], height=0.6)
    ax.hlines(at, shares["low"], shares["high"], color="black", linewidth=1.0)
    for place, row in zip(at, shares.to_dict("records"), strict=True):
        ax.text(row["high"] + 0.03, place, f"{row['runs']}", va="center", fontsize=TEXT - 1, color=GREY)
    ax.set_yticks(at, shares["outcome"].tolist())
    ax.set_ylim(max(len(shares), 3) - 0.5, -0.5)
    ax.set_xlim(0, 1.2)
    ax.set_xticks([0, 0.5, 1.0], ["0 %", "50 %", "100 %"])
    return ax


def draw_ends(ax: Axes, summary: pd.DataFrame) -> Axes:
    """Draw how the share of regulars gone is spread over runs, by class: two humps show here."""
    ax = axes_of(ax)
    edges = np.linspace(0.0, max(float(summary["share_gone"].max()), 0.01) * 1.02, 21)
    names = sorted(summary["outcome"].unique(), key=list(_COLOURS).index)
    parts = [summary.loc[summary["outcome"] == name, "share_gone"] for name in names]
    ax.hist(parts, bins=edges.tolist(), stacked=True, color=[colour_of(name) for name in names])
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.locator_params(axis="x", nbins=4)
    ax.locator_params(axis="y", nbins=4, integer=True)
    ax.set_title("Runs, by share gone", fontsize=TEXT, loc="left")
    return ax


def colour_of(outcome: str) -> str:
    """Colour of a class of outcome."""
    return _COLOURS.get(outcome, CYCLE[3])


def _title(found: Ensemble) -> str:
    names = found.planned[["scenario", "overlays"]].drop_duplicates().agg(" + ".join, axis=1).str.strip(" +")
    return f"{found.counts()['done']} runs of {', '.join(names)}{_size(found)}"


def _size(found: Ensemble) -> str:
    """Say at which sizes armies were built, if not at their own."""
    texts = Store(found.folder).scenario_texts()
    scales = {json.loads(texts[each])["army"]["scale"] for each in found.planned["scenario_sha256"].unique()}
    if scales == {1.0}:
        return ""
    return f" at {', '.join(f'{scale:g}' for scale in sorted(scales))} of the army's size"


def _foot(found: Ensemble) -> str:
    counts = found.counts()
    failed = f" {counts['failed']} runs failed and are left out." if counts["failed"] else ""
    kinds = "luck; the army is one" if found.planned["army_seed"].nunique() == 1 else "army and luck"
    return (
        f"Bands and shares cover {kinds}; the parameters are held at their values. Lines on the bars: 95 % "
        f"(Wilson); figures beside them: runs.{failed} A simulation, not an observation or a forecast."
    )
