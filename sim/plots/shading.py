"""Shares as shades of one colour, with their scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from sim.codes import Floats
from sim.plots.canvas import SMALL, TEXT

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def shades(top: float) -> ScalarMappable:
    """Shades from 0 to a little above the largest share, so that white and black stay readable on them."""
    return ScalarMappable(Normalize(0.0, max(top, 0.01) * 1.15), "Blues")


def scale_of(ax: Axes, shading: ScalarMappable, label: str, *, below: bool = False) -> None:
    """Draw the scale of the shades to the right of the axes, or below them."""
    bar = ax.figure.colorbar(
        shading,
        ax=ax,
        location="bottom" if below else "right",
        pad=0.02,
        shrink=0.7 if below else 1.0,
        aspect=40 if below else 30,
        format=lambda value, _: f"{value:.0%}",
    )
    bar.set_label(label, fontsize=TEXT - 1)
    bar.ax.tick_params(labelsize=SMALL, length=2)
    outline: Any = bar.outline
    outline.set_visible(False)


def ink_on(colour: Floats) -> str:
    """White or black, whichever is easier to read on a colour (relative luminance of WCAG 2)."""
    red, green, blue = (((part + 0.055) / 1.055) ** 2.4 for part in colour[:3])
    return "white" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179 else "black"
