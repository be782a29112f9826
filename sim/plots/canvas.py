"""What all figures share: what they are drawn from, colours, axes, dates, a legend off the data.

Colours are those of Okabe and Ito (2008), which the colour-blind tell apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from matplotlib.dates import AutoDateLocator, date2num, num2date
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.codes import Floats

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.scenario import Scenario

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY, LIGHT, PALE = "#6b6b6b", "#c8c8c8", "#dedede"
CYCLE = (BLUE, ORANGE, GREEN, PURPLE, VERMILLION, SKY, BLACK)
CLAIM = VERMILLION

Dash = str | tuple[float, tuple[float, ...]]

SIZE = (7.0, 4.2)
TEXT, SMALL = 8.0, 6.5
_SHORT_DAYS = 150

RANK_TITLES = {
    "enlisted": "Enlisted",
    "nco": "NCO",
    "junior": "Junior officer",
    "senior": "Senior officer",
    "general": "General",
}


class Drawable(Protocol):
    """What a figure is drawn from; `sim.result.Result` is one."""

    @property
    def scenario(self) -> Scenario:
        """What was run."""

    @property
    def summary(self) -> pd.DataFrame:
        """A row a run."""

    @property
    def daily(self) -> pd.DataFrame:
        """A row a day."""

    @property
    def exits(self) -> pd.DataFrame:
        """A row a man."""

    @property
    def loyalty(self) -> pd.DataFrame:
        """A row a week, axis and group."""

    @property
    def events(self) -> pd.DataFrame:
        """A row an event that happened."""

    @property
    def roster(self) -> pd.DataFrame:
        """A row a kind of soldier."""

    @property
    def attribution(self) -> pd.DataFrame | None:
        """A row a day, mechanism, rank and sect; None unless a run was asked for it."""

    @property
    def runs(self) -> int:
        """Number of runs."""


def axes_of(ax: Axes | None, *, taller: float = 0.0) -> Axes:
    """Prepare the given axes, or new ones of a figure of their own, some inches taller than usual."""
    if ax is None:
        from matplotlib import pyplot

        size = (SIZE[0], SIZE[1] + taller)
        ax = pyplot.subplots(figsize=size, layout="constrained")[1]
    ax.tick_params(labelsize=TEXT - 1, length=3, width=0.6, color=GREY)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set(linewidth=0.6, color=GREY)
    return ax


def date_axis(ax: Axes, dates: Floats) -> None:
    """Let the x axis be the time of the run: days or months, the year below the first of each."""
    days = (dates[-1] - dates[0]) / np.timedelta64(1, "D")
    by_month = days > _SHORT_DAYS
    shown: set[int] = set()

    def text(value: float, position: int | None) -> str:
        date = num2date(value)  # type: ignore[no-untyped-call]
        if position == 0:
            shown.clear()
        name = f"{date:%b}" if by_month else f"{date.day} {date:%b}"
        if date.year in shown:
            return name
        shown.add(date.year)
        return f"{name}\n{date.year}"

    locator = AutoDateLocator(minticks=4, maxticks=10)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(FuncFormatter(text))
    ax.set_xlim(dates[0], dates[-1] + np.timedelta64(1, "D"))


def x_of(dates: Any) -> Any:
    """Places of dates on a date axis, in data units."""
    return date2num(dates)  # type: ignore[no-untyped-call]


def count_axis(ax: Axes, label: str, top: float) -> None:
    """Let the y axis count men, with ticks from 0 to `top`; labels may stand above."""
    ticks = MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]).tick_values(0, max(top, 1.0))
    ax.set_yticks([tick for tick in ticks if 0 <= tick <= max(top, 1.0) * 1.02])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.set_ylabel(label, fontsize=TEXT)


def nobody_left(ax: Axes) -> Axes:
    """Say that there is nothing to draw."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, "Nobody left", transform=ax.transAxes, ha="center", fontsize=TEXT, color=GREY)
    return ax


def legend_above(ax: Axes, columns: int = 4) -> None:
    """Put the legend above the axes, where there are no data; none where nothing has a label."""
    if not ax.get_legend_handles_labels()[0]:
        return
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=columns,
        frameon=False,
        fontsize=TEXT - 1,
        handlelength=1.8,
        columnspacing=1.4,
        borderaxespad=0.2,
    )


def by_run(result: Drawable, column: str) -> tuple[Floats, Floats]:
    """Take a daily column apart.

    Returns
    -------
    dates : (T,) array of datetime64
    values : (R, T) array of float
    """
    values = result.daily[column].to_numpy(dtype=np.float64).reshape(result.runs, -1)
    return result.daily["date"].to_numpy()[: values.shape[1]], values


def titles(result: Drawable, axis: str) -> dict[str, str]:
    """Titles of the groups of an axis, in the order of the scenario."""
    if axis == "rank":
        return RANK_TITLES
    scenario = result.scenario
    if axis == "sect":
        return {name: sect.title or name for name, sect in scenario.sects.items()}
    return {name: place.title or name for name, place in scenario.places.items()}


def footer(result: Drawable) -> str:
    """Say what the figure shows, in one line."""
    scenario, summary = result.scenario, result.summary
    name = " + ".join((scenario.title or scenario.name, *scenario.overlays))
    size = "" if scenario.army.scale == 1.0 else f" at {scenario.army.scale:g} of the army's size"
    seeds = [f"{kind} seed {_range(summary[f'{kind}_seed'].to_numpy())}" for kind in ("army", "luck")]
    runs = [f"{result.runs} runs"] if result.runs > 1 else []
    return " · ".join([name + size, *runs, *seeds, "simulation, not observation"])


def _range(seeds: Floats) -> str:
    """Seeds as a text."""
    low, high = int(seeds.min()), int(seeds.max())
    return str(low) if low == high else f"{low}–{high}"
