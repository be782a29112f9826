"""Gamma frailty: the hazard of those who are left falls though nobody's own does."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from experiments.showing.sheet import save
from experiments.theory.case import Case, legend, named, panels, points, theory_line
from experiments.theory.outcomes import share_serving
from experiments.theory.survival import hazard_between, population_hazard, standardised, survival
from sim.codes import Floats
from sim.plots.canvas import BLUE, GREEN, ORANGE
from sim.scenario import Scenario
from sim.scenario_file import load

FILE = "gamma-frailty"
VARIANCES = {0.0: GREEN, 0.5: ORANGE, 2.0: BLUE}
"""Variances of frailty that are tried; that of the file among them."""
SEEDS = range(1, 6)
_EVERY = 15
_SHOWN = (50, 300)


def study() -> Case:
    """Run the file with three variances of frailty."""
    file = load(FILE)
    scenarios = {variance: file.with_({"army.frailty_variance": variance}) for variance in VARIANCES}
    serving = {variance: share_serving(scenario, SEEDS)[0] for variance, scenario in scenarios.items()}
    men = file.army.regulars * len(SEEDS)
    rows = [
        _row(variance, day, serving[variance], scenario, men)
        for variance, scenario in scenarios.items()
        for day in _SHOWN
    ]
    return Case(
        name="gamma-frailty",
        title="Gamma frailty",
        scenarios=(FILE,),
        text=(
            "Each man's hazard is multiplied for good by a gamma number of mean 1 and variance v. Those who "
            "are ready leave first, so that the hazard of those who are left falls as h / (1 + v h t), by "
            "selection alone. Still serving at the end of day t is exactly (1 + v h t)^(−1/v), the Laplace "
            "transform of the gamma number at h t: the step of a day adds no error."
        ),
        rows=rows,
        caption=(
            f"{men:,} men for each variance. Left: hazard a day of those who are left, over {_EVERY} days "
            "each (points), on h / (1 + v h t). Right: still serving, every tenth day, on the exact survival."
        ),
        draw=lambda path: _draw(scenarios, serving, path),
    )


def _row(variance: float, day: int, serving: Floats, scenario: Scenario, men: int) -> dict[str, str]:
    expected = survival(scenario)
    return {
        "variance": f"{variance:g}",
        "day": str(day),
        "still serving, simulated": f"{serving[day - 1]:.4f}",
        "theory": f"{expected[day - 1]:.4f}",
        "difference in standard errors": f"{standardised(serving, expected, men)[day - 1]:+.1f}",
    }


def _draw(scenarios: dict[float, Scenario], serving: dict[float, Floats], path: Path) -> None:
    figure, (left, right) = panels(2)
    for variance, colour in VARIANCES.items():
        scenario, label = scenarios[variance], f"variance {variance:g}"
        day = np.arange(1, scenario.days + 1)
        theory_line(left, day, population_hazard(scenario))
        points(left, *hazard_between(serving[variance], _EVERY), colour, label)
        theory_line(right, day, survival(scenario))
        points(right, day[9::10], serving[variance][9::10], colour)
    left.set_ylim(0.0, None)
    right.set_ylim(0.0, 1.0)
    named(left, "Hazard of those who are left", "day", "per day")
    named(right, "Still serving", "day", "share")
    legend(left, "lower left")
    save(figure, path)
