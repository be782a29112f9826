"""Figure: loyalty of those who serve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.codes import Floats
from sim.plots.canvas import CYCLE, TEXT, Dash, Drawable, axes_of, date_axis, legend_above, titles
from sim.results.columns import share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STYLES: tuple[Dash, ...] = ("-", (0, (5, 1.5)), ":")


def loyalty(
    result: Drawable, ax: Axes | None = None, *, by: Literal["rank", "sect", "home"] = "sect"
) -> Axes:
    """Weekly mean of the loyalty index by group, with bands from the 10th to the 90th percentile.

    Parameters
    ----------
    result : Result
        Several runs are pooled: means over all men, medians of the percentiles.
    ax : Axes, optional
    by : {"sect", "rank", "home"}

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    names = titles(result, by)
    frame = result.loyalty[result.loyalty["axis"] == by]
    dates = frame["date"].drop_duplicates().to_numpy()
    shape = (result.runs, dates.size, len(names))
    columns = {name: frame[name].to_numpy(dtype=np.float64).reshape(shape) for name in ("men", *_SHOWN)}
    some = columns["men"].sum(axis=(0, 1)) > 0
    for number, place in enumerate(np.flatnonzero(some)):
        group = {name: values[:, :, place] for name, values in columns.items()}
        colour, style = CYCLE[number % len(CYCLE)], _STYLES[number // len(CYCLE) % len(_STYLES)]
        low, high = _median(group["p10"]), _median(group["p90"])
        ax.fill_between(dates, low, high, color=colour, alpha=0.08, linewidth=0)
        for edge in (low, high):
            ax.plot(dates, edge, color=colour, linestyle=style, linewidth=0.4, alpha=0.7)
        text = list(names.values())[place]
        ax.plot(dates, _mean(group), color=colour, linestyle=style, linewidth=1.4, label=text)
    ax.set_ylim(0, 1)
    date_axis(ax, dates)
    ax.set_ylabel("Loyalty index (mean, 10–90 % of men)", fontsize=TEXT)
    legend_above(ax, columns=6)
    return ax


_SHOWN = ("mean_index", "p10", "p90")


def _mean(group: dict[str, Floats]) -> Floats:
    """Mean over the men of all runs; NaN where there are none."""
    men = group["men"].sum(axis=0)
    total = np.nansum(group["mean_index"] * group["men"], axis=0)
    return share(total, men)


def _median(values: Floats) -> Floats:
    """Median over the runs that have men; NaN where none has."""
    some = np.isfinite(values).any(axis=0)
    middle = np.full(values.shape[1], np.nan)
    middle[some] = np.nanmedian(values[:, some], axis=0)
    return middle
