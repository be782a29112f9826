"""Claims of a scenario as intervals with their claimant: what was said, not what was observed."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from sim.plots.canvas import CLAIM, SMALL, Drawable, x_of
from sim.plots.placing import Label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.claims import Claim

_LINE_LENGTH = 26
_KEY_LETTERS = 130
_MARGIN_POINTS = 1.5
STYLES: dict[str, Any] = {"target": "-", "context": (0, (2.2, 1.2))}


def claims_of(result: Drawable, *quantities: str) -> list[Claim]:
    """Claims about some quantities whose date lies in the run."""
    scenario = result.scenario
    return [
        claim
        for claim in scenario.claims
        if claim.quantity in quantities and scenario.start <= claim.end <= scenario.last_date
    ]


def highest(claims: Sequence[Claim], scale: float) -> float:
    """Highest of what is claimed, at the size of the army; 0 where nothing is."""
    return max((claim.high * scale for claim in claims), default=0.0)


def draw_all(ax: Axes, claims: Sequence[Claim], scale: float) -> None:
    """Draw claims on an axis of dates, and explain them in the legend."""
    for claim in claims:
        _draw(ax, claim, scale)
    note(ax, claims, scale)


def _draw(ax: Axes, claim: Claim, scale: float) -> None:
    """Draw a claim: a box over its days, or an upright interval on its day.

    Parameters
    ----------
    ax : Axes
        Whose x axis is dates.
    claim : Claim
    scale : float
        Size of the army over the real one; the claim is drawn at that size.
    """
    begin, end = np.datetime64(claim.begin or claim.end), np.datetime64(claim.end)
    low, high = claim.low * scale, claim.high * scale
    if begin < end:
        corner, width = (
            x_of(begin),
            x_of(end + 1) - x_of(begin),
        )
        box = Rectangle((corner, low), width, high - low, zorder=4)
        box.set(facecolor="none", edgecolor=CLAIM, linewidth=0.9, linestyle=STYLES[claim.use])
        ax.add_patch(box)
        return
    ax.plot([end, end], [low, high], color=CLAIM, linewidth=1.2, linestyle=STYLES[claim.use], zorder=4)
    ax.plot([end, end], [low, high], color=CLAIM, linestyle="", marker="_", markersize=5, zorder=4)


def labels(ax: Axes, claims: Sequence[Claim], scale: float) -> list[Label]:
    """Labels of claims that are drawn on settled axes."""
    return [_label(ax, claim, scale) for claim in claims]


def _label(ax: Axes, claim: Claim, scale: float) -> Label:
    begin, end = np.datetime64(claim.begin or claim.end), np.datetime64(claim.end)
    corners = [(x_of(day), value * scale) for day, value in ((begin, claim.low), (end, claim.high))]
    low, high = ax.transData.transform(corners)
    margin = _MARGIN_POINTS * ax.figure.dpi / 72.0
    box = Bbox([(low[0] - margin, low[1]), (high[0] + margin, high[1])])
    return Label(wrap(claim.claimant), CLAIM, box)


def key(ax: Axes, claims: Sequence[Claim], intervals: Sequence[str]) -> None:
    """Write below the axes, letter by letter, what is claimed and by whom."""
    lines = []
    for letter, claim, interval in zip(ascii_lowercase, claims, intervals, strict=False):
        text = f"{letter}  {claim.title or claim.name}: {interval} ({claim.claimant})"
        lines.append(wrap(text, _KEY_LETTERS))
    ax.annotate(
        "\n".join(lines),
        xy=(0, 0),
        xycoords="axes fraction",
        xytext=(0, -30),
        textcoords="offset points",
        va="top",
        fontsize=SMALL - 0.5,
        color=CLAIM,
    )


def wrap(text: str, length: int = _LINE_LENGTH) -> str:
    """Break a text into lines."""
    return "\n".join(textwrap.wrap(text, length))


def note(ax: Axes, claims: Sequence[Claim], scale: float) -> None:
    """Explain the marks in the legend, and that they are drawn at the size of the army."""
    size = "" if scale == 1.0 else f", × {scale:g}"
    for use, text in (("target", "Claim (target)"), ("context", "Claim (context)")):
        if any(claim.use == use for claim in claims):
            ax.add_line(Line2D([], [], color=CLAIM, linewidth=1.1, linestyle=STYLES[use], label=text + size))
