"""The example of the page: futures of the founding case, as it is and under two levers of the opposition."""

from __future__ import annotations

from typing import Any

import pandas as pd

from experiments.discovery.futures import Progress, Uncertain, explore
from experiments.factor import Factor

FUTURES, SCALE = 200, 0.02

FACTORS: dict[str, Uncertain] = {
    "law.reference_hazard_per_week": Factor(low=1.5e-5, high=6.0e-5),
    "grievance.multiple": Factor(low=0.4, high=1.6),
    "comrades.own_group": Factor(low=0.0, high=4.0),
    "casualties.battalion_effect": Factor(low=0.0, high=1.0),
    "belief.decay_days": Factor(low=14, high=42, whole=True),
    "refuge.floor": Factor(low=0.05, high=0.5),
    "army.stayers_share": Factor(low=0.0, high=0.3),
    "surveillance.learning_per_year": Factor(low=0.0, high=2.0),
    "invitation.on": (True, False),
}
"""Ranges of the shipped screening, whole days, and whether men ask those they are tied to at all."""

POLICIES: dict[str, dict[str, Any]] = {
    "salary-200": {
        "salary_plan.usd_per_month": 200,
        "salary_plan.announced": "2012-04-02",
        "salary_plan.starts": "2012-05-01",
        "salary_plan.ramp_days": 30,
        "salary_plan.budget_usd_per_month": 33_000_000,
    },
    "unity": {"opposition.unity_by_date": [{"date": "2012-04-02", "unity": 0.8}]},
}
"""The levers of these names, as they are shipped."""

LITTLE = 1.05
"""A plan adds little where exits under it are less than this multiple of those without, on the same luck."""


def founding_runs(futures: int, scale: float, progress: Progress | None = None) -> pd.DataFrame:
    """Run the example; see `experiments.discovery.futures.explore`."""
    from sim.scenario_file import load

    scenario = load("syria-2012", overrides={"army.scale": scale})
    return explore(scenario, FACTORS, futures=futures, policies=POLICIES, progress=progress)
