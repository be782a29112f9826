"""The example of the page: the founding case at a small size, where collapse becomes likely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from experiments.tipping.indicators import Settings
from experiments.tipping.memory import histories, ramps
from experiments.tipping.scan import Progress, Scanned, scan

if TYPE_CHECKING:
    from sim.result import Result
    from sim.scenario import Scenario

SCALE = 0.02
GRIEVANCE = Scanned(
    "grievance",
    ("grievance.multiple",),
    (1.0, 1.2, 1.3, 1.4, 1.5, 1.7),
    title="grievance, as a multiple of that of the founding case (grievance.multiple)",
)
BELIEF = Scanned(
    "belief",
    ("belief.effect.enlisted", "belief.effect.nco"),
    (0.0, 0.157, 0.35, 0.5),
    title="effect of belief in the fall: log hazard\nper log odds (belief.effect, both lower ranks)",
)
SEEDS = range(1, 13)
"""Of the scan: a dozen armies and lucks at each point."""

EDGE = {"grievance.multiple": 1.35}
"""Where about half of the armies collapse."""
EDGE_SEEDS = range(1, 81)
WINDOW_DAYS, LEAD_DAYS = 300, 14
CHOICES = [
    Settings(window, kernel, "anscombe") for window in (0.25, 0.5, 0.75) for kernel in (0.05, 0.1, 0.2)
]
"""Other moving windows and kernels, all of which one might have chosen."""

LOW, HIGH = 0.5, 2.0
MEMORY_SEEDS = range(1, 17)
PASTS, AFTER_DAYS = (110, 330), 120
FEEDBACKS = ("comrades", "command", "invitation", "belief", "surveillance")
"""Mechanisms through which exits act on later exits."""

RAMPED = ("constant-hazard", "gamma-frailty", "contagion")
"""Cases of theory without dates: an army that forgets, one that uses its past up, one that drags it on."""
RAMP_HAZARD_PER_WEEK, RAMP_LEVELS, RAMP_DAYS = 0.014, (0.5, 1.0, 2.0), (10, 20, 40)
RAMP_SEEDS = range(1, 17)


def founding(scale: float) -> Scenario:
    """Load the founding case at a size."""
    from sim.scenario_file import load

    return load("syria-2012", overrides={"army.scale": scale})


def surface(scenario: Scenario, seeds: range, progress: Progress | None = None) -> pd.DataFrame:
    """Scan grievance and the effect of belief on the ranks; see `experiments.tipping.scan.scan`."""
    return scan(scenario, (GRIEVANCE, BELIEF), seeds, progress=progress)


def at_the_edge(scenario: Scenario, seeds: range, progress: Progress | None = None) -> list[Result]:
    """Run armies and lucks where about half collapse."""
    from sim.engine import run
    from sim.synthesis import build

    edge, results = scenario.with_(EDGE), list["Result"]()
    for seed in seeds:
        results.append(run(edge, seed, army=build(edge, seed)))
        if progress is not None:
            progress(len(results), len(seeds))
    return results


def without_feedback(scenario: Scenario) -> Scenario:
    """Scenario in which no exit acts on a later one through comrades, commanders, belief or the regime."""
    return scenario.with_({f"{name}.on": False for name in FEEDBACKS})


def memories(scenario: Scenario, seeds: range) -> dict[tuple[str, int], pd.DataFrame]:
    """What followed low and high pasts, of the scenario as it is and without feedback, by days of past."""
    variants = {"as it is": scenario, "without feedback": without_feedback(scenario)}
    return {
        (variant, past): histories(one, LOW, HIGH, 1.0, past, AFTER_DAYS, seeds)
        for variant, one in variants.items()
        for past in PASTS
    }


def ramped(seeds: range) -> dict[tuple[str, int], pd.DataFrame]:
    """Ramps up and down, on cases of theory, by case and days at each level."""
    from sim.scenario_file import load

    cases = {
        name: load(name).with_({"law.reference_hazard_per_week": RAMP_HAZARD_PER_WEEK}) for name in RAMPED
    }
    return {
        (name, days): ramps(case, RAMP_LEVELS, days, seeds, settle=0.0)
        for name, case in cases.items()
        for days in RAMP_DAYS
    }
