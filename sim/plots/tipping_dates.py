"""Figure: share of the army gone, and when 10 % and 50 % were reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.codes import Floats
from sim.plots import bands
from sim.plots.canvas import (
    BLACK,
    BLUE,
    LIGHT,
    TEXT,
    Dash,
    Drawable,
    axes_of,
    by_run,
    date_axis,
    legend_above,
)
from sim.results.tipping import SHARES, WHO, gone_by_day, men_of
from sim.results.tipping import time_to as tipping_days

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STYLES: dict[str, tuple[str, str, Dash]] = {
    "regulars": ("All regulars", BLACK, "-"),
    "out_group": ("Out-group", BLUE, (0, (5, 1.5))),
}


def time_to(result: Drawable, ax: Axes | None = None) -> Axes:
    """Share of the regulars and of the out-group gone, with the days on which 10 % and 50 % were.

    Parameters
    ----------
    result : Result
        Several runs give the median with its 5-95 % band, and the median day of those that got so far.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    days = tipping_days(result.scenario, result.exits, result.roster)
    dates, _ = by_run(result, "exits")
    top = max(SHARES)
    for share in SHARES:
        ax.axhline(share, color=LIGHT, linewidth=0.6, zorder=0.5)
    for who in WHO:
        values = _gone(result, who)
        if not values.size:
            continue
        text, colour, style = _STYLES[who]
        reached = days[days["who"] == who]
        bands.draw(ax, dates, values, colour, text, style=style)
        said = "; ".join(_say(reached, share, result.runs) for share in SHARES)
        ax.lines[-1].set_label(f"{ax.lines[-1].get_label()}: {said}")
        _mark(ax, reached, colour)
        top = max(top, float(values.max()))
    bands.note(ax, result.runs)
    date_axis(ax, dates)
    ax.set_ylim(0, min(1.02, top * 1.06))
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_ylabel("Gone (escaped or caught), share of the regulars of day 0", fontsize=TEXT)
    legend_above(ax, columns=1)
    return ax


def _gone(result: Drawable, who: str) -> Floats:
    """Share of a body of men gone by the end of each day, shape (R, T); empty if there are none."""
    shares = []
    for run, roster in result.roster.groupby("run"):
        left = result.exits[(result.exits["run"] == run) & ~result.exits["reservist"]]
        men = men_of(result.scenario, roster, who)
        if men:
            shares.append(gone_by_day(result.scenario, left, who) / men)
    return np.array(shares)


def _median_date(dates: pd.Series) -> pd.Timestamp:
    """Median of some dates, the earlier of two in the middle."""
    return pd.Timestamp(dates.sort_values().iloc[(len(dates) - 1) // 2])


def _reached_on(reached: pd.DataFrame, share: float) -> pd.Series:
    """Dates on which the runs that got so far had reached a share."""
    dates: pd.Series = reached.loc[(reached["share"] == share) & reached["date"].notna(), "date"]
    return dates


def _say(reached: pd.DataFrame, share: float, runs: int) -> str:
    """When a share was reached."""
    found = _reached_on(reached, share)
    if found.empty:
        return f"{share:.0%} not reached"
    date = _median_date(found)
    some = f" in {found.size} of {runs} runs" if runs > 1 else ""
    return f"{share:.0%} on {date.day} {date:%B %Y}{some}"


def _mark(ax: Axes, reached: pd.DataFrame, colour: str) -> None:
    """Mark the days on the curve."""
    for share in SHARES:
        found = _reached_on(reached, share)
        if not found.empty:
            day = np.array([_median_date(found)], dtype="datetime64[ns]")
            ax.plot(day, [share], color=colour, marker="o", markersize=4.5, zorder=4)
