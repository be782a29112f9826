"""Granovetter's dominoes: 100 people of thresholds 0 to 99 all act; one threshold more, and one does."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from experiments.showing.sheet import save
from experiments.theory.case import Case, legend, named, panels, points, theory_line
from experiments.theory.outcomes import exits_by_day
from experiments.theory.thresholds import course
from sim.codes import Floats, Ints
from sim.plots.canvas import BLUE, ORANGE
from sim.scenario_file import load

FILES = {"dominoes-100": BLUE, "dominoes-1": ORANGE}
_TITLES = {"dominoes-100": "thresholds 0, 1, 2, …, 99", "dominoes-1": "the threshold 1 is changed to 2"}


def study() -> Case:
    """Run both crowds."""
    scenarios = {name: load(name) for name in FILES}
    gone = {name: np.cumsum(exits_by_day(scenario)) for name, scenario in scenarios.items()}
    known = {
        name: scenario.army.regulars * course(scenario, scenario.days) for name, scenario in scenarios.items()
    }
    rows = [
        {
            "crowd": _TITLES[name],
            "acted, simulated": str(gone[name][-1]),
            "acted, theory": f"{known[name][-1]:.0f}",
            "days that differ": str(int((np.abs(gone[name] - known[name]) > 1e-6).sum())),
        }
        for name in FILES
    ]
    return Case(
        name="dominoes",
        title="Dominoes",
        scenarios=tuple(FILES),
        text=(
            "Granovetter (1978, doi:10.1086/226707): 100 people with thresholds 0, 1, 2, …, 99, each the "
            "number of others who must have acted. Every day one more acts, and in the end all do. With the "
            "threshold 1 changed to 2, exactly one acts. *Convention*: a man leaves on the first morning on "
            "which as many have left as his threshold says; all by the same morning."
        ),
        rows=rows,
        caption=(
            "Points: people who had acted by the end of every fourth day. Lines: gone(t + 1) = F(gone(t))."
        ),
        draw=lambda path: _draw(gone, known, path),
    )


def _draw(gone: dict[str, Ints], known: dict[str, Floats], path: Path) -> None:
    figure, (ax,) = panels(1)
    for name, colour in FILES.items():
        day = np.arange(gone[name].size)
        theory_line(ax, day, known[name])
        points(ax, day[::4], gone[name][::4], colour, _TITLES[name])
    named(ax, "People who have acted", "day", "people")
    legend(ax, "center right")
    save(figure, path)
