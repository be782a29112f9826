"""A salary plan by hand: sliders in a notebook, the baseline and the plan drawn at each setting."""

from __future__ import annotations

from datetime import date as Date
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from experiments.policies.salary_pair import draw_pair, pairs_of, run_plan
from sim.plots.canvas import SIZE, Drawable

if TYPE_CHECKING:
    from sim.scenario import Scenario

_DPI = 110


def explore_salary(scenario: Scenario, *, scale: float = 0.1, seed: int = 1) -> Any:
    """Sliders for a salary plan: each change reruns it beside the baseline and draws both anew.

    Parameters
    ----------
    scenario : Scenario
        As it is, without a plan.
    scale : float
        Size of the army that is built over the real one; 0.1 answers within a few seconds.
    seed : int
        Seed of the army and of luck, the same at every setting.

    Returns
    -------
    ipywidgets.VBox
        Sliders for the sum, the share of the budget that arrives and the first payment, and the figure.

    Raises
    ------
    ImportError
        If ipywidgets is not installed.
    """
    widgets = _ipywidgets()
    pairs = pairs_of(scenario, scale, seed)
    sliders = _sliders(widgets, pairs.lever)
    picture = widgets.Image(format="png", layout={"max_width": "100%"})

    def redraw(_: object = None) -> None:
        lever = run_plan(pairs, *(slider.value for slider in sliders))
        picture.value = _png(pairs.baseline, lever)

    for slider in sliders:
        slider.observe(redraw, names="value")
    redraw()
    return widgets.VBox([*sliders, picture])


def _sliders(widgets: Any, lever: Scenario) -> tuple[Any, Any, Any]:
    """Sum, share of the budget that arrives, first payment; they start as the lever has them."""
    plan, days = lever.salary_plan, _first_payments(lever)
    starts = plan.starts if plan.starts in days else days[len(days) // 2]
    # A slider that reran while it moves would fall behind.
    common: dict[str, Any] = {
        "continuous_update": False,
        "style": {"description_width": "12em"},
        "layout": {"width": "36em"},
    }
    dollars = {"min": 0, "max": 500, "step": 25, "readout_format": ",.0f"}
    shares = {"min": 0, "max": 1, "step": 0.05, "readout_format": ".0%"}
    named = [(f"{day:%d %b %Y}", day) for day in days]
    return (
        widgets.FloatSlider(plan.usd_per_month, description="USD a month", **dollars, **common),
        widgets.FloatSlider(plan.delivered_share, description="Budget that arrives", **shares, **common),
        widgets.SelectionSlider(options=named, value=starts, description="First payment", **common),
    )


def _first_payments(scenario: Scenario) -> list[Date]:
    """First day of the run, and every later one on which a month begins."""
    months = np.arange(np.datetime64(scenario.start, "M") + 1, np.datetime64(scenario.last_date, "M") + 1)
    return [scenario.start, *months.astype("datetime64[D]").tolist()]


def _png(baseline: Drawable, lever: Drawable) -> bytes:
    """Draw a pair as a PNG image, apart from pyplot, which would show it a second time."""
    figure = Figure(figsize=SIZE, dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    draw_pair(baseline, lever, figure.add_subplot())
    image = BytesIO()
    figure.savefig(image, format="png")
    return image.getvalue()


def _ipywidgets() -> Any:
    """Import ipywidgets, which only notebooks need."""
    try:
        return import_module("ipywidgets")
    except ImportError as error:
        message = "the sliders need ipywidgets: pip install 'loyalty-erosion[notebook]'"
        raise ImportError(message) from error
