"""Figure: what drove the expected exits: drivers stacked above the axis, brakes below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.attribution import BASELINE, THRESHOLD
from sim.codes import Floats, How
from sim.mechanisms.order import LEVERS, PARTS
from sim.plots.canvas import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    LIGHT,
    ORANGE,
    PURPLE,
    SKY,
    TEXT,
    VERMILLION,
    YELLOW,
    Drawable,
    axes_of,
    by_run,
    date_axis,
    legend_above,
)
from sim.plots.exits_per_day import centred_mean

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_DAYS = 7
_LEAST = 0.02
"""Share of all parts, brakes counted like drivers, under which mechanisms go together as "Other"."""
_COLOURS = {
    BASELINE: GREY,
    THRESHOLD: GREY,
    "grievance": ORANGE,
    "comrades": BLUE,
    "belief": GREEN,
    "refuge": SKY,
    "salary_plan": VERMILLION,
    "surveillance": PURPLE,
    "opportunity": "#882255",
    "casualties": YELLOW,
    "family": "#999933",
    "command": "#332288",
    "fear": "#661100",
}
_OF_ONES_OWN = ("#117733", "#44AA99", "#DDCC77", "#AA4499")
_TITLES = {BASELINE: "Baseline (day 0)", THRESHOLD: "Past their threshold (not split)"}
_BY_DECISION = (How.DECIDED, How.PLANNED, How.DETECTED)


def attribution(result: Drawable, ax: Axes | None = None) -> Axes:
    """Stack the parts of the mechanisms in the expected exits, beside the exits that there were.

    Parameters
    ----------
    result : Result
        Of a run that was asked for its attribution; several runs give their mean.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the run was not asked for it.
    """
    if result.attribution is None:
        raise ValueError("no attribution: run with attribution='weekly' or 'daily'")
    ax = axes_of(ax)
    table = _by_mechanism(result.attribution)
    dates = table.index.to_numpy()
    _stack(ax, dates, _areas(table))
    ax.plot(dates, table.sum(axis=1), color=BLACK, linewidth=1.5, label="Sum: drivers less brakes")
    _draw_exits(ax, result)
    ax.axhline(0.0, color=BLACK, linewidth=0.6)
    date_axis(ax, by_run(result, "exits")[0])
    ax.yaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}".replace("-", "−")))
    runs = result.attribution["run"].nunique()
    mean = f", mean of {runs} runs" if runs > 1 else ""
    ax.set_ylabel(f"Expected exits a day{mean}; brakes below 0", fontsize=TEXT)
    # By columns: the long entries, which come last, share one.
    legend_above(ax, columns=3)
    return ax


def _by_mechanism(frame: pd.DataFrame) -> pd.DataFrame:
    """Expected exits by date and mechanism, mean of the runs."""
    sums = frame.groupby(["date", "mechanism"])["expected_exits"].sum().unstack(fill_value=0)
    return sums[frame["mechanism"].unique()] / frame["run"].nunique()


@dataclass(frozen=True)
class _Area:
    """One colour of the figure; above and below the axis, each (T,)."""

    title: str
    colour: str
    drives: Floats
    brakes: Floats

    @classmethod
    def of(cls, title: str, colour: str, parts: pd.DataFrame) -> Self:
        """Put some mechanisms into one area, without setting one off against another."""
        values = parts.to_numpy()
        return cls(title, colour, np.maximum(values, 0.0).sum(axis=1), np.minimum(values, 0.0).sum(axis=1))


def _areas(table: pd.DataFrame) -> list[_Area]:
    """Areas from the axis outwards: the baseline, then the largest first, the small ones together."""
    size = table.abs().sum().sort_values(ascending=False)
    foldable = set(PARTS) - LEVERS
    small = [name for name in size.index if name in foldable and 0.0 < size[name] < _LEAST * size.sum()]
    large = [name for name in size.index if size[name] > 0.0 and name not in small]
    large.sort(key=lambda name: name != BASELINE)
    others = iter(_OF_ONES_OWN * len(large))
    areas = [_Area.of(_title(name), _COLOURS.get(name) or next(others), table[[name]]) for name in large]
    if small:
        names = ", ".join(_title(name).lower() for name in small)
        areas.append(_Area.of(f"Other: {names}", LIGHT, table[small]))
    return areas


def _stack(ax: Axes, dates: Floats, areas: Sequence[_Area]) -> None:
    """Draw the areas one on another, drivers upwards and brakes downwards."""
    top, bottom = np.zeros((2, dates.size))
    for area in areas:
        raised, lowered = top + area.drives, bottom + area.brakes
        # One label each, on the side on which more of it lies.
        labels = (area.title, None) if area.drives.sum() >= -area.brakes.sum() else (None, area.title)
        for low, high, label in ((top, raised, labels[0]), (lowered, bottom, labels[1])):
            ax.fill_between(dates, low, high, color=area.colour, linewidth=0, label=label)
        top, bottom = raised, lowered


def _title(name: str) -> str:
    """Title of a mechanism."""
    return _TITLES.get(name) or name.replace("_", " ").capitalize()


def _draw_exits(ax: Axes, result: Drawable) -> None:
    """Draw how many left or were caught, by their own decision and in all; dated exits are left out."""
    assert result.attribution is not None, "there is something to stand beside"
    exits, runs = result.exits, result.attribution["run"].unique()
    exits = exits[exits["run"].isin(runs)]
    dates = by_run(result, "exits")[0]
    alone = exits["how"].isin([how.name.lower() for how in _BY_DECISION])
    dated = exits["how"] == How.DATED.name.lower()
    for chosen, style, label in (
        (alone, "-", "Left or caught by own decision, 7-day mean"),
        (~dated, (0, (1, 1)), "The same with invited and followers"),
    ):
        men = np.bincount(exits.loc[chosen, "day"], minlength=dates.size) / runs.size
        mean = centred_mean(men[np.newaxis], _DAYS)[0]
        ax.plot(dates, mean, color=BLACK, linewidth=0.6, linestyle=style, label=label)
