"""A case of theory as the page shows it, and what its figures share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from experiments.showing.sheet import blank
from sim.plots.canvas import BLACK, GREY, TEXT, axes_of

Row = dict[str, str]
LegendPlace = Literal["best", "upper left", "lower left", "lower right", "center right"]

HEIGHT = 2.9
"""Height of a figure, inches."""


@dataclass(frozen=True)
class Case:
    """A case, run and compared.

    Parameters
    ----------
    name : str
        Of its figure: ``docs/figures/theory-NAME.png``.
    title : str
        Heading.
    scenarios : sequence of str
        Files of `scenarios/theory` that were run.
    text : str
        What is known, by which convention, and what was found.
    rows : sequence of mapping
        Lines of its table.
    caption : str
        Words below the figure.
    draw : callable
        Draws its figure into a file.
    """

    name: str
    title: str
    scenarios: Sequence[str]
    text: str
    rows: Sequence[Row]
    caption: str
    draw: Callable[[Path], None]


def panels(number: int) -> tuple[Figure, list[Axes]]:
    """A figure with some panels side by side."""
    figure = blank(HEIGHT)
    axes = figure.subplots(1, number, squeeze=False)[0]
    return figure, [axes_of(ax) for ax in axes]


def named(ax: Axes, title: str, x: str, y: str) -> None:
    """Name a panel and its axes."""
    ax.set_title(title, fontsize=TEXT, loc="left")
    ax.set_xlabel(x, fontsize=TEXT - 1)
    ax.set_ylabel(y, fontsize=TEXT - 1)


def theory_line(ax: Axes, x: object, y: object, label: str = "", dash: str = "-") -> None:
    """Draw a curve of theory: black, behind the points."""
    ax.plot(x, y, color=BLACK, linewidth=1.0, linestyle=dash, label=label, zorder=1)  # type: ignore[arg-type]


def points(ax: Axes, x: object, y: object, colour: str, label: str = "", size: float = 3.5) -> None:
    """Draw simulated points."""
    ax.plot(
        x,  # type: ignore[arg-type]
        y,  # type: ignore[arg-type]
        color=colour,
        marker="o",
        markersize=size,
        markeredgewidth=0.0,
        linestyle="none",
        alpha=0.85,
        label=label,
        zorder=2,
    )


def mark(ax: Axes, x: float, words: str = "", height: float = 0.97) -> None:
    """Mark a place of the x axis by a dashed line."""
    ax.axvline(x, color=GREY, linewidth=0.7, linestyle=(0.0, (4.0, 3.0)), zorder=0)
    if words:
        ax.text(
            x,
            height,
            f" {words}",
            transform=ax.get_xaxis_transform(),
            fontsize=TEXT - 1.5,
            color=GREY,
            va="top",
        )


def legend(ax: Axes, where: LegendPlace = "best") -> None:
    """Put a legend into a panel."""
    ax.legend(loc=where, frameon=False, fontsize=TEXT - 1.5, handlelength=1.6)


def logarithmic(ax: Axes, ticks: Sequence[float]) -> None:
    """Let both axes of a panel be logarithmic; the y axis has some ticks, the x axis powers of ten."""
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_formatter(NullFormatter())
    ax.tick_params(which="minor", length=2, width=0.4, color=GREY)
