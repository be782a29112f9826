"""A constant hazard: exponential survival."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from experiments.showing.sheet import save
from experiments.theory.case import Case, named, panels, points, theory_line
from experiments.theory.outcomes import share_serving
from experiments.theory.survival import daily_hazard, standardised, survival
from sim.codes import Floats
from sim.plots.canvas import BLUE, GREY
from sim.scenario import Scenario
from sim.scenario_file import load

FILE = "constant-hazard"
SEEDS = range(1, 6)
_SHOWN = (30, 100, 200, 300)


def study() -> Case:
    """Run the file on several seeds together."""
    scenario = load(FILE)
    serving, men = share_serving(scenario, SEEDS)
    expected = survival(scenario)
    away = standardised(serving, expected, men)
    rows = [
        {
            "day": str(day),
            "still serving, simulated": f"{serving[day - 1]:.4f}",
            "theory": f"{expected[day - 1]:.4f}",
            "difference in standard errors": f"{away[day - 1]:+.1f}",
        }
        for day in _SHOWN
    ]
    return Case(
        name="constant-hazard",
        title="Constant hazard",
        scenarios=(FILE,),
        text=(
            f"All have a hazard of {daily_hazard(scenario):g} a day. Of those who serve a share exp(−h t) "
            "still does at the end of day t; the day of leaving is geometric. *Convention*: under a "
            "hazard h a man stays through the day with the chance exp(−h)."
        ),
        rows=rows,
        caption=(
            f"{men:,} men. Left: still serving, every tenth day (points), on exp(−h t). Right: the "
            "difference in binomial standard errors; days are not independent of one another."
        ),
        draw=lambda path: _draw(scenario, serving, away, path),
    )


def _draw(scenario: Scenario, serving: Floats, away: Floats, path: Path) -> None:
    figure, (left, right) = panels(2)
    day = np.arange(1, scenario.days + 1)
    theory_line(left, day, survival(scenario))
    points(left, day[9::10], serving[9::10], BLUE)
    left.set_yscale("log")
    left.set_yticks([0.05, 0.1, 0.2, 0.5, 1.0], ["0.05", "0.1", "0.2", "0.5", "1"])
    left.minorticks_off()
    named(left, "Still serving", "day", "share, logarithmic scale")
    theory_line(right, day[[0, -1]], [0.0, 0.0])
    for level in (-2.0, 2.0):
        right.axhline(level, color=GREY, linewidth=0.7, linestyle=(0.0, (4.0, 3.0)))
    points(right, day, away, BLUE, size=2.0)
    right.set_ylim(-4.0, 4.0)
    named(right, "Simulated less exact", "day", "standard errors")
    save(figure, path)
