"""The figure of the map of regimes: a panel a value of belief; grievance across, learning up."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from experiments.regimes.map import BELIEF, GRIEVANCE, HERE, LEARNING, Cell, Point
from experiments.showing.sheet import blank, save
from sim.plots.canvas import BLACK, GREY, SMALL, TEXT
from sim.results.columns import OUTCOMES

COLOURS = {"hold": "#cfe3f3", "rising": "#f6e3b4", "pulse": "#b7dfcf", "collapse": "#e9a78b"}
"""Pale, so that numbers can be read on them; they differ in lightness too."""


def save_map(cells: dict[Point, Cell], path: Path) -> None:
    """Draw the map into a PNG file."""
    figure = blank(2.9)
    axes = figure.subplots(1, len(BELIEF.values), sharey=True)
    for ax, belief in zip(axes, BELIEF.values, strict=True):
        for at, grievance in enumerate(GRIEVANCE.values):
            for up, learning in enumerate(LEARNING.values):
                _draw(ax, at, up, cells[grievance, learning, belief])
        _dress(ax, belief)
    axes[0].set_ylabel(LEARNING.title, fontsize=SMALL)
    axes[len(axes) // 2].set_xlabel(GRIEVANCE.title, fontsize=SMALL)
    handles = [Patch(facecolor=COLOURS[name], edgecolor=GREY, linewidth=0.4) for name in OUTCOMES]
    handles.append(Patch(facecolor="white", edgecolor=BLACK, linewidth=1.4))
    figure.legend(
        handles,
        [*OUTCOMES, "baseline"],
        loc="outside upper left",
        ncols=len(handles),
        frameon=False,
        fontsize=TEXT - 1,
    )
    save(figure, path)


def _draw(ax: Axes, at: int, up: int, cell: Cell) -> None:
    """Draw a cell with its share gone in per cent; a star where the armies do not agree."""
    here = cell.point == HERE
    edge, width = (BLACK, 1.4) if here else ("white", 0.8)
    ax.add_patch(
        Rectangle(
            (at - 0.5, up - 0.5),
            1,
            1,
            facecolor=COLOURS[cell.outcome],
            edgecolor=edge,
            linewidth=width,
            zorder=2 + here,
        )
    )
    words = f"{100 * cell.gone:.0f}" + ("" if cell.agrees else "*")
    ax.text(at, up, words, ha="center", va="center", fontsize=SMALL, zorder=4)


def _dress(ax: Axes, belief: float) -> None:
    """Set the scales of a panel, in steps of the values."""
    as_is = " (baseline)" if belief == BELIEF.baseline else ""
    ax.set_title(f"belief on the ranks {belief:g}{as_is}", fontsize=TEXT - 1, loc="left")
    for axis, ticks, limits in (
        (GRIEVANCE, ax.set_xticks, ax.set_xlim),
        (LEARNING, ax.set_yticks, ax.set_ylim),
    ):
        ticks(range(len(axis.values)), [f"{value:g}" for value in axis.values])
        limits(-0.55, len(axis.values) - 0.45)
    ax.tick_params(labelsize=SMALL, length=0)
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
