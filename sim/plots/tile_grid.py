"""Figure: share gone by home, on a map of tiles, at several dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from sim.codes import Floats, Ints
from sim.plots import regulars
from sim.plots.canvas import LIGHT, SMALL, TEXT, Drawable, axes_of, titles
from sim.plots.placing import settle
from sim.plots.shading import ink_on, scale_of, shades
from sim.results.columns import share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from sim.scenario import Scenario

TALLER_INCHES = 1.4
_PANELS = 6
_GAP, _HEAD = 0.5, 0.9
"""Room beside and above the tiles of a date, in tiles."""
_TILE = 0.96
_FULL = 0.9
"""Share of a tile's width that the longest name may take."""
_WHITE = (1.0, 1.0, 1.0, 1.0)
_NAME_PLACE, _SHARE_PLACE = 0.34, 0.76


def has_tiles(scenario: Scenario) -> bool:
    """Whether the places of a scenario have tiles: all have, or none."""
    return any(place.tile is not None for place in scenario.places.values())


def tile_map(result: Drawable, ax: Axes | None = None) -> Axes:
    """Share of the regulars born in each place who escaped or were caught leaving, at six dates.

    The places stand on the tiles that the scenario gives them (`places.NAME.tile`).

    Parameters
    ----------
    result : Result
        Several runs give the share of all their men.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If the places have no tiles.
    """
    tiles = _tiles(result.scenario)
    ax = axes_of(ax, taller=TALLER_INCHES)
    days = _days(result.scenario.days)
    shares = np.array([_gone(result, day) for day in days])
    grid = _Grid.of(ax, tiles, days.size)
    shading = shades(float(np.nanmax(shares)) if np.isfinite(shares).any() else 0.0)
    scale_of(ax, shading, "Gone (escaped or caught), share of the regulars born there", below=True)
    start = np.datetime64(result.scenario.start, "D")
    names = [_lines(name) for name in titles(result, "home").values()]
    words = []
    for panel, day in enumerate(days):
        grid.head(ax, panel, start + day)
        for place, value in enumerate(shares[panel]):
            colour = shading.to_rgba(value) if np.isfinite(value) else _WHITE
            words.append(grid.tile(ax, panel, tiles[place], np.array(colour), names[place], value))
    _fit(ax, words)
    return ax


def _tiles(scenario: Scenario) -> Ints:
    """Row and column of each place, from the upper left corner; (H, 2)."""
    if not has_tiles(scenario):
        raise ValueError(f"no map of tiles: give each place of {scenario.name} its [row, column] as `tile`")
    tiles = np.array([place.tile for place in scenario.places.values()])
    corrected: Ints = tiles - tiles.min(axis=0)
    return corrected


def _days(length: int) -> Ints:
    """Days at equal steps, the last day of the run the last of them."""
    return np.unique(np.ceil(length * np.arange(1, _PANELS + 1) / _PANELS).astype(np.int64) - 1)


def _gone(result: Drawable, day: int) -> Floats:
    """Share of each home's regulars who had gone by the end of a day, shape (H,); NaN without men."""
    homes = len(result.scenario.places)
    left = regulars.gone(result)
    part = np.bincount(left.loc[left["day"] <= day, "home"].cat.codes, minlength=homes)
    men = result.roster
    whole = np.bincount(men["home"].cat.codes, weights=men["regulars"].to_numpy(), minlength=homes)
    return share(part, whole)


def _lines(name: str) -> str:
    """Name of a place on up to two lines, broken where they come out most alike."""
    breaks = [at + 1 for at, letter in enumerate(name) if letter in " -"]
    if not breaks:
        return name
    at = min(breaks, key=lambda at: max(at, len(name) - at))
    return f"{name[:at].rstrip()}\n{name[at:]}"


@dataclass(frozen=True)
class _Grid:
    """Where panels and tiles stand; in tiles, from the upper left corner downward."""

    columns: int
    width: float
    height: float

    @staticmethod
    def of(ax: Axes, tiles: Ints, panels: int) -> _Grid:
        """Lay panels out so that tiles are as large as the axes allow."""
        rows, across = tiles.max(axis=0) + 1
        width, height = across + _GAP, rows + _HEAD + _GAP
        box = ax.get_window_extent()

        def size(columns: int) -> float:
            upright = ceil(panels / columns)
            return float(min(box.width / (columns * width), box.height / (upright * height)))

        columns = max(range(1, panels + 1), key=size)
        ax.set_xlim(-_GAP / 2, columns * width - _GAP / 2)
        ax.set_ylim(ceil(panels / columns) * height, 0.0)
        ax.set_aspect("equal")
        ax.axis("off")
        return _Grid(columns, float(width), float(height))

    def corner(self, panel: int) -> tuple[float, float]:
        """Upper left corner of a panel."""
        return panel % self.columns * self.width, panel // self.columns * self.height

    def head(self, ax: Axes, panel: int, date: np.datetime64) -> None:
        """Write the date of a panel."""
        x, y = self.corner(panel)
        day = date.astype("datetime64[D]").item()
        ax.text(x, y + _HEAD * 0.8, f"{day.day} {day:%B %Y}", fontsize=TEXT, va="bottom")

    def tile(self, ax: Axes, panel: int, tile: Ints, colour: Floats, name: str, value: float) -> Text:
        """Draw a tile with its share; returns its name."""
        x, y = self.corner(panel)
        left, top, ink = x + float(tile[1]), y + _HEAD + float(tile[0]), ink_on(colour)
        edge = "none" if np.isfinite(value) else LIGHT
        ax.add_patch(Rectangle((left, top), _TILE, _TILE, facecolor=colour, edgecolor=edge, linewidth=0.5))
        written = _percent(value) if np.isfinite(value) else "no men"
        middle = left + _TILE / 2
        ax.text(middle, top + _SHARE_PLACE, written, ha="center", va="center", fontsize=SMALL, color=ink)
        return ax.text(middle, top + _NAME_PLACE, name, ha="center", va="center", fontsize=SMALL, color=ink)


def _percent(value: float) -> str:
    """Write a share, with a decimal where it would else be rounded to nothing."""
    return f"{value:.1%}" if 0.0 < value < 0.0095 else f"{value:.0%}"


def _fit(ax: Axes, words: Sequence[Text]) -> None:
    """Make names as small as the longest needs to stay on its tile."""
    settle(ax)
    (left, _), (right, _) = ax.transData.transform([(0.0, 0.0), (_TILE, 0.0)])
    widest = max(word.get_window_extent().width for word in words)
    for word in words:
        word.set_fontsize(SMALL * min(1.0, _FULL * float(right - left) / widest))
