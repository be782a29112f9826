"""Figures: functions from a result to Axes, one figure a file, and no global style."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from sim.plots.avalanche_sizes import avalanches
from sim.plots.by_home import share_gone_by_home
from sim.plots.by_sect_and_rank import share_gone_by_sect_and_rank
from sim.plots.canvas import GREY, SIZE, Drawable, footer
from sim.plots.exits_per_day import defection_rate
from sim.plots.exits_so_far import cumulative_exits
from sim.plots.expected_exits import attribution
from sim.plots.fates_so_far import fates
from sim.plots.loyalty_index import loyalty
from sim.plots.sizes_of_groups import group_sizes
from sim.plots.strengths import strength
from sim.plots.tile_grid import TALLER_INCHES, has_tiles, tile_map
from sim.plots.tipping_dates import time_to
from sim.results.result_folder import whole_file

__all__ = [
    "FIGURES",
    "attribution",
    "avalanches",
    "cumulative_exits",
    "defection_rate",
    "fates",
    "group_sizes",
    "loyalty",
    "save_all",
    "share_gone_by_home",
    "share_gone_by_sect_and_rank",
    "strength",
    "tile_map",
    "time_to",
]

FIGURES: tuple[Callable[[Drawable, Axes | None], Axes], ...] = (
    defection_rate,
    cumulative_exits,
    share_gone_by_sect_and_rank,
    share_gone_by_home,
    fates,
    strength,
    loyalty,
    time_to,
    tile_map,
    group_sizes,
    avalanches,
)
_DPI = 200
_COMPRESSION = 2
"""Of PNG files, from 0 to 9: a tenth larger than at 6, and written in a third of the time."""
_FOOT_INCHES = 0.18
_TALLER_INCHES = {
    "defection_rate": 0.8,
    "share_gone_by_home": 0.6,
    "attribution": 0.8,
    "tile_map": TALLER_INCHES,
    "group_sizes": 0.6,
}


def save_all(result: Drawable, folder: str | PathLike[str]) -> list[Path]:
    """Draw every figure that the result has the data of into a folder as PNG, named as its function.

    The map of tiles is left out where no place has a tile.

    Parameters
    ----------
    result : Result
    folder : path
        An existing folder.

    Returns
    -------
    list of Path
    """
    drawn = [draw for draw in FIGURES if draw is not tile_map or has_tiles(result.scenario)]
    if result.attribution is not None:
        drawn.append(attribution)
    return [save_figure(draw, result, Path(folder) / f"{draw.__name__}.png") for draw in drawn]


def save_figure(draw: Callable[[Drawable, Axes | None], Axes], result: Drawable, path: Path) -> Path:
    """Draw one figure into a PNG file, with a line that says what it is."""
    width, height = SIZE[0], SIZE[1] + _TALLER_INCHES.get(draw.__name__, 0.0)
    foot = _FOOT_INCHES / height
    layout = ConstrainedLayoutEngine(rect=(0.0, foot, 1.0, 1.0 - foot))
    figure = Figure(figsize=(width, height), dpi=_DPI, layout=layout)
    canvas = FigureCanvasAgg(figure)
    draw(result, figure.add_subplot())
    figure.text(0.012, 0.012, footer(result), fontsize=6, color=GREY)
    with whole_file(path) as temporary:
        # `savefig` would draw it twice, the first time only to lay it out, which drawing does as well.
        canvas.print_png(temporary, pil_kwargs={"compress_level": _COMPRESSION})  # type: ignore[no-untyped-call]
    return path
