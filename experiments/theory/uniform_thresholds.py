"""Uniform thresholds: the share that acts, day by day, is a straight map."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from experiments.showing.sheet import save
from experiments.theory.case import Case, legend, named, panels, points, theory_line
from experiments.theory.outcomes import exits_by_day
from experiments.theory.thresholds import course, law_of, rest
from sim.codes import Floats
from sim.plots.canvas import BLUE, GREEN, ORANGE
from sim.scenario import Scenario
from sim.scenario_file import load

FILE = "thresholds-uniform"
ENDS = {1.1: ORANGE, 1.4: BLUE, 1.9: GREEN}
"""Upper ends of the thresholds that are tried; that of the file among them."""


def error_at_rest(scenario: Scenario) -> float:
    """Standard deviation of the share at rest of an army.

    Each who acts moves 1 / width others, and they others still, so that a deviation of the sample comes out
    1 / (1 - 1 / width) times as large.
    """
    rules = law_of(scenario).thresholds
    share, width = rest(scenario), rules.last - rules.first
    return float(np.sqrt(share * (1.0 - share) / scenario.army.regulars_built)) / (1.0 - 1.0 / width)


def study() -> Case:
    """Run the file with three upper ends of the thresholds."""
    file = load(FILE)
    scenarios = {last: file.with_({"law.thresholds.last": last, "days": 150}) for last in ENDS}
    gone = {
        last: np.cumsum(exits_by_day(scenario)) / scenario.army.regulars
        for last, scenario in scenarios.items()
    }
    rows = [_row(scenario, float(gone[last][-1])) for last, scenario in scenarios.items()]
    return Case(
        name="uniform-thresholds",
        title="Uniform thresholds",
        scenarios=(FILE,),
        text=(
            "With thresholds uniform from a (below 0) to b, gone(t + 1) = (gone(t) - a) / (b - a): the crowd "
            "goes geometrically to a rest at -a / (b - a - 1). No jump, and no surprise: each who acts "
            "moves 1 / (b - a) others."
        ),
        rows=rows,
        caption=f"Points: one army of {file.army.regulars:,} men, every third day. Lines: the map.",
        draw=lambda path: _draw(scenarios, gone, path),
    )


def _row(scenario: Scenario, share: float) -> dict[str, str]:
    rules, expected = law_of(scenario).thresholds, rest(scenario)
    away = (share - expected) / error_at_rest(scenario)
    return {
        "thresholds from, to": f"{rules.first:g}, {rules.last:g}",
        "share at rest, simulated": f"{share:.4f}",
        "theory": f"{expected:.4f}",
        "difference in standard errors": f"{away:+.1f}",
    }


def _draw(scenarios: dict[float, Scenario], gone: dict[float, Floats], path: Path) -> None:
    figure, (ax,) = panels(1)
    for last, colour in ENDS.items():
        shown = np.arange(0, 60, 3)
        theory_line(ax, np.arange(60), course(scenarios[last], 60))
        points(ax, shown, gone[last][shown], colour, f"thresholds to {last:g}")
    named(ax, "Share of the crowd that has acted", "day", "share")
    legend(ax, "center right")
    save(figure, path)
