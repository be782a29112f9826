"""Figures of experiments: dots with their intervals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from experiments.showing.naming import size_of, titled
from experiments.showing.sheet import save, sheet
from sim.plots.canvas import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, TEXT, VERMILLION

if TYPE_CHECKING:
    import pandas as pd

    from experiments.policies.comparison import Comparison
    from experiments.sensitivity.screening import Screening

OUTCOME_TITLES = {
    "exits": "Exits",
    "joined": "Joined a faction",
    "strength_deployable": "Deployable strength",
    "killed": "Soldiers killed",
    "civilians_killed": "Civilians killed",
    "destruction": "Destroyed, share of the country",
    "paid_usd": "Dollars paid",
}

_COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)


def effect_dots(comparison: Comparison, ax: Axes, outcome: str) -> Axes:
    """Draw the difference that each policy makes to one outcome, with its interval.

    Parameters
    ----------
    comparison : Comparison
    ax : Axes
    outcome : str
        One of `experiments.policies.effects.OUTCOMES`.

    Returns
    -------
    Axes
    """
    rows = comparison.effects[comparison.effects["outcome"] == outcome]
    policies = rows["policy"].tolist()
    colours = [_COLOURS[number % len(_COLOURS)] for number in range(len(policies))]
    _dots(ax, policies, rows["difference"], (rows["low"], rows["high"]), colours)
    ax.axvline(0.0, color=GREY, linewidth=0.8, zorder=0)
    ax.set_title(OUTCOME_TITLES.get(outcome, outcome), fontsize=TEXT + 1, loc="left")
    ax.set_xlabel("policy less baseline, 95 % interval", fontsize=TEXT)
    return ax


def screening_dots(screening: Screening, ax: Axes, output: str) -> Axes:
    """Draw the mean absolute elementary effect of each factor on one output, largest on top.

    Parameters
    ----------
    screening : Screening
    ax : Axes
    output : str
        One of the outputs of the study.

    Returns
    -------
    Axes
    """
    table = screening.effects
    rows = table[table["output"] == output].sort_values("mu_star", ascending=False)
    half = rows["mu_star_conf"]
    ends = (rows["mu_star"] - half, rows["mu_star"] + half)
    factors = rows["factor"].tolist()
    _dots(ax, factors, rows["mu_star"], ends, [_COLOURS[0]] * len(factors))
    ax.set_xlim(left=0.0)
    ax.set_title(output, fontsize=TEXT + 1, loc="left")
    ax.set_xlabel("mean absolute elementary effect, 95 % interval", fontsize=TEXT)
    return ax


def _dots(
    ax: Axes, labels: list[str], middle: pd.Series, ends: tuple[pd.Series, pd.Series], colours: list[str]
) -> None:
    """Draw a dot a label from top to bottom; no line where an end is unknown."""
    low, high = (each.to_numpy(dtype=np.float64) for each in ends)
    at = np.arange(len(labels))
    known = np.isfinite(low) & np.isfinite(high)
    for number in at[known]:
        ax.plot([low[number], high[number]], [number, number], color=colours[number], linewidth=1.6)
    ax.scatter(middle.to_numpy(dtype=np.float64), at, color=colours, s=22, zorder=3, clip_on=False)
    ax.set_yticks(at, labels)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(labelsize=TEXT - 1, length=3, width=0.6, color=GREY)
    ax.margins(x=0.12)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter("{x:,.10g}")
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)


def save_comparison(comparison: Comparison, path: Path) -> Path:
    """Draw all outcomes of a comparison into a PNG file."""

    def draw(ax: Axes, outcome: str) -> None:
        effect_dots(comparison, ax, outcome)

    base = next(iter(comparison.scenarios.values()))
    title = f"Difference to {titled(base)} as it is{size_of(base)}, on the same army and luck"
    levers = len(comparison.scenarios) - 1
    outcomes = tuple(comparison.effects["outcome"].unique())
    return _save(path, draw, outcomes, levers, title, comparison.notes)


def save_screening(screening: Screening, path: Path) -> Path:
    """Draw all outputs of a screening into a PNG file."""

    def draw(ax: Axes, output: str) -> None:
        screening_dots(screening, ax, output)

    study = screening.study
    title = f"{study.title or study.name}: mean absolute elementary effect over the range of each factor"
    return _save(path, draw, study.outputs, len(study.factors), title, screening.notes)


def _save(
    path: Path,
    draw: Callable[[Axes, str], None],
    outcomes: tuple[str, ...],
    lines: int,
    title: str,
    notes: tuple[str, ...],
) -> Path:
    """Draw a panel an outcome, one below the other, each with room for some lines."""
    figure = sheet((0.62 + 0.2 * lines) * len(outcomes), title, notes)
    axes = np.ravel(figure.subplots(len(outcomes), 1, squeeze=False))
    for ax, outcome in zip(axes, outcomes, strict=True):
        draw(ax, outcome)
    return save(figure, path)
