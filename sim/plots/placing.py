"""Labels that cover neither one another nor the data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Bbox

from sim.codes import Floats
from sim.plots.canvas import SMALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

_GAP_POINTS = 2.0
_STEPS = (0, 1, 2, 3, 4, 6, 8, 11, 14)
_FAR = 3
# Costs in squares of the height of a line.
_POINT_COST = 0.4
_DISTANCE_COST = 0.1


@dataclass(frozen=True)
class Label:
    """A text that belongs to a part of the data.

    Parameters
    ----------
    text, colour : str
    box : Bbox
        What it belongs to, in pixels; labels stay off it.
    """

    text: str
    colour: str
    box: Bbox


def settle(ax: Axes) -> None:
    """Lay the figure out, so that places in it are known in pixels."""
    figure = ax.get_figure(root=True)
    assert figure is not None, "axes stand in a figure"
    figure.draw_without_rendering()


def place(
    ax: Axes, labels: Sequence[Label], curves: Iterable[Floats] = (), height: float = 1.0
) -> list[Text]:
    """Write labels beside what they belong to, where least is covered.

    Parameters
    ----------
    ax : Axes
        Settled, its limits set.
    labels : sequence of Label
        The first to be placed have the choice.
    curves : iterable of (n, 2) array of float
        Points to stay off, in pixels.
    height : float
        Share of the axes, from below, that labels may stand in.

    Returns
    -------
    list of Text
    """
    whole = ax.get_window_extent()
    inside = Bbox.from_bounds(whole.x0, whole.y0, whole.width, whole.height * height)
    points = np.concatenate([np.empty((0, 2)), *curves])
    taken = [label.box for label in labels]
    return [_place_one(ax, label, inside, taken, points) for label in labels]


def _place_one(ax: Axes, label: Label, inside: Bbox, taken: list[Bbox], points: Floats) -> Text:
    """Write one label, and take its place."""
    text = ax.text(0, 0, label.text, transform=ax.transAxes, fontsize=SMALL, color=label.colour, zorder=6)
    text.set_path_effects([withStroke(linewidth=2, foreground="white", alpha=0.8)])
    size = text.get_window_extent()
    pixels = ax.figure.dpi / 72.0
    places = _places(label.box, size.width, size.height, _GAP_POINTS * pixels)
    square = (SMALL * pixels) ** 2
    cost = [_cost(box, distance, inside, taken, points, square) for box, distance in places]
    best, distance = places[int(np.argmin(cost))]
    # In shares of the axes, so that it holds at any resolution.
    text.set_position(tuple(ax.transAxes.inverted().transform((best.x0, best.y0 + _descent(text)))))
    if distance >= _FAR:
        _lead(ax, label, best)
    taken.append(best)
    return text


def _descent(text: Text) -> float:
    """Pixels between the lower end of a text and the line that it stands on."""
    text.set_position((0, 0))
    base = text.get_transform().transform((0, 0))[1]
    return float(base - text.get_window_extent().y0)


def _lead(ax: Axes, label: Label, place: Bbox) -> None:
    """Join a label that is far away to what it belongs to."""
    start = (
        float(np.clip((place.x0 + place.x1) / 2, label.box.x0, label.box.x1)),
        float(np.clip((place.y0 + place.y1) / 2, label.box.y0, label.box.y1)),
    )
    end = (
        float(np.clip(start[0], place.x0, place.x1)),
        float(np.clip(start[1], place.y0, place.y1)),
    )
    (x0, y0), (x1, y1) = ax.transAxes.inverted().transform((start, end))
    ax.plot(
        [x0, x1],
        [y0, y1],
        transform=ax.transAxes,
        color=label.colour,
        linewidth=0.4,
        zorder=5,
        alpha=0.7,
    )


def _places(box: Bbox, width: float, height: float, gap: float) -> list[tuple[Bbox, int]]:
    """Places for a text around a box, near ones first, each with its distance in steps."""
    across = ((box.x0 + box.x1 - width) / 2, box.x0, box.x1 - width)
    upright = ((box.y0 + box.y1 - height) / 2, box.y1 - height, box.y0)
    found = []
    for step, size in enumerate(_STEPS):
        away = gap + size * height / 2
        left, right = box.x0 - away - width, box.x1 + away
        below, above = box.y0 - away - height, box.y1 + away
        # Of places that are equally good, the first is taken.
        near = [(x, above) for x in across] + [(x, y) for y in upright for x in (right, left)]
        near += [(x, below) for x in across]
        found += [(Bbox.from_bounds(x, y, width, height), step) for x, y in near]
        # A corner leaves open whose label it is.
        corners = [(x, y) for x in (left, right) for y in (above, below)]
        found += [(Bbox.from_bounds(x, y, width, height), step + 1) for x, y in corners]
    return found


def _cost(
    place: Bbox,
    distance: int,
    inside: Bbox,
    taken: Sequence[Bbox],
    points: Floats,
    square: float,
) -> float:
    """Badness of a place: what it covers, how far it is, whether it leaves the axes."""
    if not (inside.x0 <= place.x0 and place.x1 <= inside.x1):
        return 1e9 + distance
    if not (inside.y0 <= place.y0 and place.y1 <= inside.y1):
        return 1e9 + distance
    covered = sum(_overlap(place, other) for other in taken) / square
    hit = (points[:, 0] > place.x0 - 2) & (points[:, 0] < place.x1 + 2)
    hit &= (points[:, 1] > place.y0 - 2) & (points[:, 1] < place.y1 + 2)
    return float(covered + _POINT_COST * int(hit.sum()) + _DISTANCE_COST * distance)


def _overlap(one: Bbox, other: Bbox) -> float:
    """Area that two boxes share, with a margin, in square pixels."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0) + 2
    height = min(one.y1, other.y1) - max(one.y0, other.y0) + 2
    return float(max(width, 0.0) * max(height, 0.0))
