"""Events as flags above the data: all are marked, as many are named as find room.

A triggered event stands where it first happened: in several runs at the median day, if it happened in
half of them at least.

An event's line rises from the axis to its name, which stands to the right of the line, or to the
left where there is no room. Names are put in rows such that no line crosses a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from sim.plots.canvas import GREY, LIGHT, SMALL, Drawable, x_of
from sim.plots.placing import settle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.mechanisms.event_kinds import Event

MOST_ROWS = 9
_ROW_POINTS = SMALL * 1.3
_MOST_LETTERS = 46
_SPACE_POINTS = 5.0
_WEIGHT = {
    "confinement": 7,
    "leave_cancelled": 7,
    "deployment": 7,
    "purge": 7,
    "wage_rise": 6,
    "blackout": 6,
    "surveillance": 6,
    "elite_exit": 6,
    "call_up": 4,
    "movement": 4,
    "group_exit_claim": 1,
    "context": 0,
}
_STRENGTH_WEIGHT = {"large": 8, "medium": 5, "small": 3}


@dataclass(frozen=True)
class _Flag:
    """An event with the places of its line and of its name, in pixels."""

    event: Event
    x: float
    begin: float
    end: float

    @property
    def leftward(self) -> bool:
        """Whether the name stands to the left of the line."""
        return self.begin < self.x


def weight(event: Event) -> int:
    """How much an event deserves its name on a figure; under 2 it acts on nothing."""
    strength = getattr(event, "strength", None)
    return _STRENGTH_WEIGHT[strength] if strength else _WEIGHT[event.kind]


def draw(ax: Axes, result: Drawable, data_top: float) -> float:
    """Mark the events of a run, and name them in rows above the data.

    Parameters
    ----------
    ax : Axes
        Its x limits are set; its y axis is stretched to make room.
    result : Drawable
    data_top : float
        Where the data end.

    Returns
    -------
    float
        Share of the axes, from below, that is left to the data.
    """
    events = sorted(_events_of(result), key=lambda event: (-weight(event), str(event.date)))
    ax.set_ylim(0, data_top)
    settle(ax)
    rows = _rows([_flags(ax, event) for event in events if weight(event) > 1])
    row_share = _ROW_POINTS * ax.figure.dpi / 72.0 / ax.get_window_extent().height
    data_share = 1.0 - (max(rows.values(), default=-1) + 1.6) * row_share if events else 1.0
    # Data end a little lower, so that a label has room above them.
    ax.set_ylim(0, data_top / (data_share - 1.5 * row_share))
    named = {flag.event.name for flag in rows}
    for event in events:
        if event.name not in named:
            ax.add_line(_tick(ax, event, data_share))
    for flag, row in rows.items():
        _raise(ax, flag, data_share + (row + 0.8) * row_share)
    return data_share


def note(ax: Axes, result: Drawable) -> None:
    """Explain the ticks in the legend."""
    if _events_of(result):
        ax.plot([], [], label="Event, not named", **_TICK)


def _events_of(result: Drawable) -> list[Event]:
    """Events of a run, each with a date."""
    dated = [event for event in result.scenario.events if event.date is not None]
    happened = result.events[result.events["triggered"]].groupby(["name", "run"])["day"].min()
    for event in result.scenario.events:
        days = happened[happened.index.get_level_values("name") == event.name]
        if event.date is None and 2 * days.size >= len(result.summary) and days.size:
            day = pd.Timedelta(int(days.median()), "D")
            dated.append(event.model_copy(update={"date": (result.scenario.start + day), "trigger": None}))
    return dated


def _flags(ax: Axes, event: Event) -> list[_Flag]:
    """Measure an event's name on either side of its line, where it stays in the axes."""
    text = ax.text(0, 0, _name(event), fontsize=SMALL - 0.5, transform=ax.transAxes)
    width = text.get_window_extent().width + _SPACE_POINTS * ax.figure.dpi / 72.0
    text.remove()
    x = float(ax.transData.transform((x_of(np.datetime64(event.date)), 0.0))[0])
    inside = ax.get_window_extent()
    both = (_Flag(event, x, x, x + width), _Flag(event, x, x - width, x))
    return [flag for flag in both if inside.x0 <= flag.begin and flag.end <= inside.x1]


def _name(event: Event) -> str:
    """Title of an event, shortened."""
    title = event.title or event.name
    if len(title) <= _MOST_LETTERS:
        return title
    return title[:_MOST_LETTERS].rpartition(" ")[0].rstrip(" ,;:") + " …"


def _rows(events: Sequence[Sequence[_Flag]]) -> dict[_Flag, int]:
    """Give rows to as many events as fit, the first having the choice of its ways to stand."""
    rows: dict[_Flag, int] = {}
    for ways in events:
        for flag in ways:
            tried = _stack([*rows, flag])
            if tried is not None and max(tried.values()) < MOST_ROWS:
                rows = tried
                break
    return rows


def _stack(flags: Sequence[_Flag]) -> dict[_Flag, int] | None:
    """Lowest rows in which no name is crossed by a line or by a name; None if there are none."""
    rows: dict[_Flag, int] = {}
    waiting = sorted(flags, key=lambda flag: -flag.x)
    while waiting:
        free = [flag for flag in waiting if not any(_crosses(other, flag) for other in waiting)]
        if not free:
            return None
        rows[free[0]] = _lowest(free[0], rows)
        waiting.remove(free[0])
    return rows


def _crosses(line: _Flag, name: _Flag) -> bool:
    """Whether an event's line runs through another's name, so that the name must stand higher."""
    return line is not name and name.begin < line.x < name.end


def _lowest(flag: _Flag, rows: Mapping[_Flag, int]) -> int:
    """Lowest row above all lines that cross the name, and free of other names."""
    row = max((row for other, row in rows.items() if _crosses(other, flag)), default=-1) + 1
    beside = {row for other, row in rows.items() if other.begin < flag.end and flag.begin < other.end}
    while row in beside:
        row += 1
    return row


def _raise(ax: Axes, flag: _Flag, height: float) -> None:
    """Draw a flag whose name stands at a height, in shares of the axes."""
    date = np.datetime64(flag.event.date)
    across = ax.get_xaxis_transform()
    ax.plot([date, date], [0, height], transform=across, color=LIGHT, linewidth=0.5, zorder=0.5)
    ax.annotate(
        _name(flag.event),
        xy=(x_of(date), height),
        xycoords=across,
        xytext=(-2 if flag.leftward else 2, 0),
        textcoords="offset points",
        ha="right" if flag.leftward else "left",
        va="center",
        fontsize=SMALL - 0.5,
        color=GREY,
    )


def _tick(ax: Axes, event: Event, height: float) -> Line2D:
    """Mark of an event that goes without its name."""
    x = x_of(np.datetime64(event.date))
    return Line2D([x], [height], transform=ax.get_xaxis_transform(), **_TICK)


_TICK: dict[str, Any] = {
    "marker": "|",
    "markersize": 4,
    "markeredgewidth": 0.6,
    "color": GREY,
    "linestyle": "",
}
