"""The figure of the page of recovery: recovered over put in, with and without what an observer cannot see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from experiments.recovery.study import VARIANTS, Recovered
from experiments.showing.sheet import blank, save
from sim.plots.canvas import BLACK, BLUE, GREEN, GREY, LIGHT, SMALL, TEXT, VERMILLION

DRAWN = {"alike": BLUE, "offsets": GREEN, "unobserved": VERMILLION}
_APART = 0.24


def save_recovery(found: Mapping[str, Sequence[Recovered]], path: Path) -> None:
    """Draw the first run of each variant into a PNG file."""
    terms = [term for term in found["alike"][0].terms if not term.name.startswith("level")]
    figure = blank(0.9 + 0.24 * len(terms))
    ax = figure.subplots()
    ax.axvline(1.0, color=BLACK, linewidth=0.9, zorder=1)
    ax.axvline(0.0, color=LIGHT, linewidth=0.9, zorder=0)
    place = np.arange(len(terms), dtype=np.float64)
    for number, (name, colour) in enumerate(DRAWN.items()):
        first = found[name][0]
        put_in = first.put_in[: len(terms)]
        ratio, half = first.estimate[: len(terms)] / put_in, first.half_width[: len(terms)] / np.abs(put_in)
        ax.errorbar(
            ratio,
            place + (number - 1) * _APART,
            xerr=half,
            color=colour,
            fmt="o",
            markersize=3.5,
            elinewidth=1.2,
            label=VARIANTS[name].title,
        )
    words = [f"{term.name}: {term.put_in:+.3g}" + " (common to all)" * term.common for term in terms]
    ax.set_yticks(place, words)
    ax.set_ylim(len(terms) - 0.5, -0.5)
    ax.set_xlabel(
        "log hazard ratio recovered / put in; intervals adjusted for their number", fontsize=TEXT - 1
    )
    ax.tick_params(labelsize=SMALL + 0.5, length=3, width=0.6, color=GREY)
    ax.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    figure.legend(loc="outside upper left", ncols=len(DRAWN), frameon=False, fontsize=TEXT - 1)
    save(figure, path)
