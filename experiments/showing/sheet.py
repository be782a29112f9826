"""A sheet: panels between a title and the notes that say what they cover, and how figures are written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from textwrap import wrap

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from sim.plots.canvas import GREY, TEXT
from sim.results.result_folder import whole_file

DPI = 200
WIDTH = 7.0
MARGIN = 0.012
"""From the left edge of a sheet to its words, as a share of its width."""
_LETTERS, _NOTE_SIZE, _NOTE_INCHES = 150, 6, 0.12


def blank(height: float, width: float = WIDTH) -> Figure:
    """Make a figure of so many inches that matplotlib's windows know nothing of."""
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def sheet(inches: float, title: str, notes: Iterable[str], *, head: float = 0.28) -> Figure:
    """Make a figure with a title, and the notes as a foot.

    Parameters
    ----------
    inches : float
        Room for the panels, from top to bottom.
    title : str
    notes : iterable of str
        What the panels cover; wrapped, one below the other.
    head : float
        Inches for the title, and for what else stands beside it.

    Returns
    -------
    Figure
    """
    lines = [line for note in notes for line in wrap(note, _LETTERS)]
    foot = _NOTE_INCHES * len(lines) + _NOTE_INCHES
    height = inches + head + foot
    figure = blank(height)
    rect = (0.0, foot / height, 1.0, 1.0 - (head + foot) / height)
    figure.set_layout_engine(ConstrainedLayoutEngine(rect=rect))
    figure.text(MARGIN, 1.0 - 0.06 / height, title, fontsize=TEXT, va="top")
    figure.text(MARGIN, 0.05 / height, "\n".join(lines), fontsize=_NOTE_SIZE, color=GREY)
    return figure


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as a PNG file, whole or not at all."""
    with whole_file(path) as temporary:
        figure.savefig(temporary, format="png")
    return path
