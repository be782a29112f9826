"""The figure of the page of levers: what each changes in exits and in strength, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.levers_page.expectations import EXPECTED, SIDES, Side
from experiments.policies.effects import by_policy, effects_of
from experiments.showing.sheet import blank, save
from sim.plots.canvas import BLUE, GREY, LIGHT, PURPLE, SMALL, TEXT, VERMILLION

PANELS = {"exits": "Exits", "strength_deployable": "Deployable strength at the end"}
_COLOURS: dict[Side, str] = {"opposition": BLUE, "regime": VERMILLION, "events": PURPLE}
"""Sides that are drawn; other armies would need another scale."""
_ROW = 0.2
"""Height of a line, inches."""


def save_levers(runs: pd.DataFrame, titles: dict[str, str], path: Path) -> None:
    """Draw the differences that levers and contrasts make, with their intervals, into a PNG file.

    Parameters
    ----------
    runs : DataFrame
        As `experiments.policies.comparison.Comparison.runs`.
    titles : mapping
        Policy to its title.
    path : Path
    """
    rows = _rows(titles)
    effects = by_policy(effects_of(runs, tuple(PANELS)))
    figure = blank(0.75 + _ROW * len(rows))
    axes = figure.subplots(1, len(PANELS), sharey=True)
    for ax, (outcome, title) in zip(axes, PANELS.items(), strict=True):
        ax.set_title(title, fontsize=TEXT, loc="left")
        for at, (policy, _, colour) in enumerate(rows):
            if policy:
                _draw(ax, at, effects[policy, outcome], colour)
        _dress(ax, len(rows))
    _name(axes[0], rows)
    save(figure, path)


def _rows(titles: dict[str, str]) -> list[tuple[str, str, str]]:
    """Policy (empty for a heading), words and colour of each line from the top."""
    rows = []
    for side, colour in _COLOURS.items():
        rows.append(("", SIDES[side], colour))
        rows += [(one.overlay, titles[one.overlay], colour) for one in EXPECTED if one.side == side]
    return rows


def _draw(ax: Axes, at: int, effect: Mapping[str, Any], colour: str) -> None:
    """Draw a dot with its interval."""
    ax.axhline(at, color=LIGHT, linewidth=0.4, zorder=0)
    if np.isfinite(effect["low"]):
        ax.plot([effect["low"], effect["high"]], [at, at], color=colour, linewidth=2.0, alpha=0.6)
    ax.scatter([effect["difference"]], [at], s=14, color=colour, zorder=3)


def _dress(ax: Axes, lines: int) -> None:
    """Set the scale of a panel."""
    ax.axvline(0.0, color=GREY, linewidth=0.8, zorder=1)
    ax.set_ylim(lines - 0.5, -0.5)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+,.0f}" if value else "0"))
    ax.set_xlabel("difference to the baseline, 95 % interval", fontsize=SMALL)
    ax.tick_params(labelsize=SMALL, length=3, width=0.6, color=GREY)
    ax.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)


def _name(ax: Axes, rows: list[tuple[str, str, str]]) -> None:
    """Write the names of the lines, headings in bold."""
    ax.set_yticks(range(len(rows)), [words for _, words, _ in rows])
    for label, (policy, _, colour) in zip(ax.get_yticklabels(), rows, strict=True):
        if not policy:
            label.set(color=colour, fontweight="bold")
