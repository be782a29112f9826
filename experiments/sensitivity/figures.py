"""Figures of a study: bars, heat maps over outputs and over time, courses, and how indices converged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from experiments.sensitivity.indices import order_of, strongest
from experiments.sensitivity.methods import INDICES
from experiments.sensitivity.outputs import END
from experiments.showing.sheet import save, sheet
from sim.codes import Floats
from sim.plots.canvas import BLUE, CYCLE, GREY, ORANGE, SMALL, TEXT, axes_of, date_axis

if TYPE_CHECKING:
    import pandas as pd

    from experiments.sensitivity.analysis import Sensitivity

MOST = 15
"""Factors that a figure shows; the tables have all."""
LINES = 6
WORDS = {
    "mu_star": "mean absolute effect",
    "S1": "alone (S1)",
    "ST": "with all it acts with (ST)",
    "median": "PAWN, median over slices",
    "maximum": "PAWN, largest of slices",
    "delta": "delta",
}
_AXES = {
    "morris": "mean absolute change of the output over the range of a factor, 95 % interval",
    "sobol": "share of the variance of the output, 95 % interval",
    "pawn": "distance between distributions, 0 to 1, 95 % interval",
    "delta": "delta, and share of the variance (S1), 95 % interval",
}
_PAIRS = {
    "morris": ("mu_star",),
    "sobol": ("ST", "S1"),
    "pawn": ("maximum", "median"),
    "delta": ("delta", "S1"),
}


def main_index(method: str) -> str:
    """Index by which factors are ordered: total effects, where there are any."""
    return "ST" if method == "sobol" else INDICES[method][0]


def bar_figure(found: Sensitivity, output: str, ax: Axes | None = None) -> Axes:
    """Draw the indices of each factor on one output as bars with their intervals, the strongest on top.

    Parameters
    ----------
    found : Sensitivity
    output : str
        As in the table of indices.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    table, method = found.indices, found.study.method
    names = strongest(table, output, main_index(method))["factor"].tolist()[:MOST]
    pair = _PAIRS[method]
    height = 0.8 / len(pair)
    for at, index in enumerate(pair):
        rows = strongest(table, output, index).set_index("factor").reindex(names)
        places = np.arange(len(names)) + (at - (len(pair) - 1) / 2) * height
        values, ends = rows["value"].to_numpy(float), rows[["conf_low", "conf_high"]].to_numpy(float)
        colour = (BLUE, ORANGE)[at]
        ax.barh(
            places,
            np.nan_to_num(values),
            height * 0.9,
            color=colour,
            alpha=0.75,
            label=WORDS.get(index, index),
        )
        ax.hlines(places, ends[:, 0], ends[:, 1], color="black", linewidth=0.8)
    ax.axvline(0.0, color=GREY, linewidth=0.6)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(labelsize=SMALL)
    ax.xaxis.set_major_formatter("{x:,.10g}")
    ax.set_xlabel(_AXES[method], fontsize=TEXT)
    if len(pair) > 1:
        ax.legend(fontsize=SMALL, frameon=False, loc="lower right")
    _title(ax, output, len(set(table["factor"])), len(names))
    if not np.isfinite(strongest(table, output, pair[0])["value"]).any():
        ax.text(
            0.5, 0.5, "the same in all runs", transform=ax.transAxes, ha="center", fontsize=TEXT, color=GREY
        )
    return ax


def _title(ax: Axes, text: str, factors: int, shown: int) -> None:
    more = f" ({shown} strongest of {factors} factors)" if shown < factors else ""
    ax.set_title(f"{text}{more}", fontsize=TEXT, loc="left")


def heat_figure(found: Sensitivity, ax: Axes | None = None) -> Axes:
    """Draw factors against outputs: the index of each, of Morris as a part of the largest of its output."""
    ax = axes_of(ax)
    index = main_index(found.study.method)
    table = found.indices[(found.indices["day"] == END) & (found.indices["index"] == index)]
    names = order_of(table, index)[:MOST]
    outputs = list(dict.fromkeys(table["output"]))
    values = table.pivot(index="factor", columns="output", values="value").reindex(names)[outputs]
    numbers = values.to_numpy(dtype=np.float64)
    if found.study.method == "morris":
        largest = table.groupby("output")["value"].max()[outputs].to_numpy()
        numbers = numbers / np.where(largest > 0, largest, np.nan)
    _tiles(ax, numbers, range(len(outputs)), names)
    ax.set_xticks(range(len(outputs)), [name.replace("_", " ") for name in outputs], rotation=30, ha="right")
    for row, column in np.ndindex(numbers.shape):
        if np.isfinite(number := numbers[row, column]):
            colour = "white" if number > 0.55 else "black"
            ax.text(column, row, f"{number:.2f}", ha="center", va="center", fontsize=SMALL, color=colour)
    part = ", over the largest of its output" if found.study.method == "morris" else ""
    _title(ax, f"{WORDS.get(index, index)}{part}", len(set(table["factor"])), len(names))
    return ax


def time_heat_figure(found: Sensitivity, output: str, ax: Axes | None = None) -> Axes:
    """Draw factors against weeks for one weekly output; blank where it is the same in all runs."""
    ax = axes_of(ax)
    index = main_index(found.study.method)
    table = _weeks(found, output, index)
    names = order_of(table, index)[:MOST]
    values = table.pivot(index="factor", columns="day", values="value").reindex(names)
    numbers = values.to_numpy(dtype=np.float64)
    if found.study.method == "morris":
        numbers = numbers / np.nanmax(numbers, initial=1e-300)
    dates = _dates(found, values.columns.to_numpy())
    _tiles(ax, numbers, dates, names)
    date_axis(ax, dates)
    part = ", over the largest of all weeks" if found.study.method == "morris" else ""
    _title(ax, f"{output} each week", len(set(table["factor"])), len(names))
    ax.figure.axes[-1].set_ylabel(f"{WORDS.get(index, index)}{part}", fontsize=SMALL)
    return ax


def _tiles(ax: Axes, numbers: Floats, across: Sequence[object] | Floats, names: list[str]) -> None:
    """Draw tiles from white (0) to dark (1)."""
    mesh = ax.pcolormesh(
        np.asarray(across),
        np.arange(len(names)),
        np.ma.masked_invalid(numbers),
        cmap="Blues",
        vmin=0.0,
        vmax=1.0,
    )
    mesh.set_edgecolor("face")
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.tick_params(labelsize=SMALL, length=0)
    bar = ax.figure.colorbar(mesh, ax=ax, fraction=0.03, pad=0.02)
    bar.ax.tick_params(labelsize=SMALL)
    bar.outline.set_visible(False)


def time_figure(found: Sensitivity, output: str, ax: Axes | None = None) -> Axes:
    """Draw the course of the strongest factors for one weekly output, with intervals."""
    ax = axes_of(ax)
    index = main_index(found.study.method)
    table = _weeks(found, output, index)
    for number, name in enumerate(order_of(table, index)[:LINES]):
        rows = table[table["factor"] == name].sort_values("day")
        dates, colour = _dates(found, rows["day"].to_numpy()), CYCLE[number % len(CYCLE)]
        ax.plot(dates, rows["value"], color=colour, linewidth=1.2, label=name)
        ax.fill_between(dates, rows["conf_low"], rows["conf_high"], color=colour, alpha=0.12, linewidth=0)
    date_axis(ax, dates)
    middle = table["value"].to_numpy()
    ax.set_ylim(min(0.0, np.nanmin(middle, initial=0.0)), 1.15 * np.nanmax(middle, initial=1e-9))
    ax.set_ylabel(WORDS.get(index, index), fontsize=TEXT)
    ax.legend(fontsize=SMALL, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    _title(ax, f"{output} each week", len(set(table["factor"])), min(LINES, len(set(table["factor"]))))
    return ax


def convergence_figure(found: Sensitivity, output: str, ax: Axes | None = None) -> Axes:
    """Draw the indices of the strongest factors over the size of the design, with intervals."""
    ax = axes_of(ax)
    index = main_index(found.study.method)
    table = found.convergence
    table = table[(table["output"] == output) & (table["index"] == index)]
    names = strongest(found.indices, output, index)["factor"].tolist()[:LINES]
    sizes = np.sort(table["size"].unique())
    for number, name in enumerate(names):
        rows = table[table["factor"] == name].sort_values("size")
        # Side by side, so that intervals do not hide one another.
        places = np.arange(len(rows)) + 0.07 * (number - (len(names) - 1) / 2)
        colour = CYCLE[number % len(CYCLE)]
        ax.plot(places, rows["value"], "o-", color=colour, markersize=3, linewidth=1.0, label=name)
        ax.vlines(places, rows["conf_low"], rows["conf_high"], color=colour, linewidth=1.0)
    ax.axhline(0.0, color=GREY, linewidth=0.6)
    ax.set_xticks(range(len(sizes)), [f"{size:,}" for size in sizes])
    unit = {"morris": "trajectories", "sobol": "blocks"}.get(found.study.method, "points")
    ax.set_xlabel(unit, fontsize=TEXT)
    ax.set_ylabel(WORDS.get(index, index), fontsize=TEXT)
    ax.legend(fontsize=SMALL, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    _title(ax, output, len(set(table["factor"])), len(names))
    return ax


def _weeks(found: Sensitivity, output: str, index: str) -> pd.DataFrame:
    table = found.indices
    return table[(table["output"] == output) & (table["index"] == index) & (table["day"] != END)]


def _dates(found: Sensitivity, days: Floats) -> Floats:
    start = np.datetime64(found.scenario.start, "D")
    dates: Floats = (start + days.astype("timedelta64[D]")).astype("datetime64[ns]")
    return dates


def save_figures(found: Sensitivity, folder: Path) -> list[Path]:
    """Draw all figures of a study into a folder; give their paths."""
    whole = list(dict.fromkeys(found.indices.loc[found.indices["day"] == END, "output"]))
    weekly = list(dict.fromkeys(found.indices.loc[found.indices["day"] != END, "output"]))
    lines = min(len(found.study.inputs) + (found.study.method == "pawn"), MOST)
    tall, title = 0.6 + 0.2 * lines, found.study.title or found.study.name

    def panels(
        name: str, draw: Callable[[Sensitivity, str, Axes], object], of: list[str], high: float
    ) -> Path:
        draws = [lambda ax, output=output: draw(found, output, ax) for output in of]
        return save_panels(folder / f"{name}.png", draws, high, title, found.notes)

    made = [
        panels("bars", bar_figure, whole, tall),
        save_panels(folder / "heat.png", [lambda ax: heat_figure(found, ax)], tall + 0.9, title, found.notes),
    ]
    if found.convergence["size"].nunique() > 1:
        made.append(panels("convergence", convergence_figure, whole, 2.4))
    if weekly:
        made.append(panels("weeks", time_figure, weekly, 2.6))
        made.append(panels("weeks-heat", time_heat_figure, weekly, tall + 0.3))
    return made


def save_panels(
    path: Path, draws: Sequence[Callable[[Axes], object]], high: float, title: str, notes: tuple[str, ...]
) -> Path:
    """Draw panels one below the other, with a title and the notes as a foot."""
    figure = sheet(high * len(draws), title, notes)
    axes = np.ravel(figure.subplots(len(draws), 1, squeeze=False))
    for draw, ax in zip(draws, axes, strict=True):
        draw(ax)
    return save(figure, path)
