"""Figure: sizes of the groups that left together."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.codes import Fate
from sim.plots import claims, size_curve
from sim.plots.canvas import (
    BLUE,
    CLAIM,
    GREY,
    SMALL,
    TEXT,
    Drawable,
    axes_of,
    legend_above,
    nobody_left,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.claims import Claim

_CAUGHT = Fate.CAUGHT.name.lower()
_HIGHEST_ROW, _ROW = 0.93, 0.09


def group_sizes(result: Drawable, ax: Axes | None = None) -> Axes:
    """Number of groups that are at least so large, with the groups that were reported.

    A man who left alone is a group of one. Of a claim the diamond is the largest group that got away
    by its last day in the run. Ticks on the axis are the sizes that dated events report, whoever they were.

    Parameters
    ----------
    result : Result
        Several runs give the mean of their numbers, and the median of their largest groups.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    if result.exits.empty:
        return nobody_left(ax)
    caught = result.exits["fate"] == _CAUGHT
    away = _groups(result.exits[~caught])
    lost = _groups(result.exits[caught])
    size_curve.draw(ax, away["size"].to_numpy(), 1.0 / result.runs, BLUE, "o", "Groups that got away")
    size_curve.draw(ax, lost["size"].to_numpy(), 1.0 / result.runs, GREY, "x", "Groups that were caught")
    found = claims.claims_of(result, "group_size")
    _claims(ax, result, found, away)
    largest = int(result.exits["group_size"].max())
    size_curve.size_axis(ax, "Men in the group", max([largest, *(claim.high for claim in found)]))
    mean = f", mean of {result.runs} runs" if result.runs > 1 else ""
    ax.set_yscale("log")
    ax.set_ylim(bottom=0.7 / result.runs)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")
    ax.set_ylabel(f"Groups that are at least so large{mean}", fontsize=TEXT)
    _reported(ax, result)
    claims.note(ax, found, 1.0)
    legend_above(ax, columns=3)
    return ax


def _reported(ax: Axes, result: Drawable) -> None:
    """Mark the sizes of the groups that dated events report, as ticks on the axis."""
    sizes = sorted(event.size for event in result.scenario.events if event.kind == "group_exit_claim")
    if sizes:
        style: dict[str, Any] = {"color": CLAIM, "linestyle": "", "marker": "|", "markersize": 9}
        ax.plot(
            sizes,
            [0.02] * len(sizes),
            transform=ax.get_xaxis_transform(),
            label="Size in a dated event",
            **style,
        )


def _groups(exits: pd.DataFrame) -> pd.DataFrame:
    """Run, last day and size of each group among some exits."""
    together = exits.groupby(["run", "group"])["date"].agg(date="max", size="size")
    return together.reset_index()


def _claims(ax: Axes, result: Drawable, found: list[Claim], away: pd.DataFrame) -> None:
    """Draw the reported sizes above the data, with the largest simulated group on their dates."""
    across = ax.get_xaxis_transform()
    for number, (letter, claim) in enumerate(zip(ascii_lowercase, found, strict=False)):
        row = _HIGHEST_ROW - _ROW * number
        ends, style = [claim.low, claim.high], claims.STYLES[claim.use]
        ax.plot(ends, [row, row], transform=across, color=CLAIM, linewidth=1.2, linestyle=style)
        ax.plot(ends, [row, row], transform=across, color=CLAIM, linestyle="", marker="|", markersize=5)
        ax.annotate(
            letter,
            (claim.high, row),
            xycoords=across,
            xytext=(4, 0),
            textcoords="offset points",
            color=CLAIM,
            fontsize=SMALL,
            va="center",
        )
        largest = _largest(away, result.runs, np.datetime64(claim.end))
        if largest >= 1:
            ax.plot(largest, row, transform=across, color=GREY, marker="D", markersize=3.5, zorder=4)
    if found:
        label = "Largest simulated by the claim's date" + (", median" if result.runs > 1 else "")
        ax.plot([], [], color=GREY, marker="D", markersize=3.5, linestyle="", label=label)
        claims.key(ax, found, [_interval(claim) for claim in found])


def _largest(groups: pd.DataFrame, runs: int, date: np.datetime64) -> float:
    """Median over the runs of the largest group up to a date; 0 where nobody had left."""
    by_run = groups[groups["date"] <= date].groupby("run")["size"].max()
    return float(by_run.reindex(range(1, runs + 1), fill_value=0).median())


def _interval(claim: Claim) -> str:
    """Write what is claimed."""
    return f"{claim.low:,.0f}" if claim.low == claim.high else f"{claim.low:,.0f} to {claim.high:,.0f}"
