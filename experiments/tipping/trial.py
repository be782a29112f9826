"""What a scan keeps of a run: its class, and the day of collapse; alone or in an ensemble."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.armies import Armies
from experiments.tipping.collapse import day_of_collapse

if TYPE_CHECKING:
    from sim.army import Army
    from sim.scenario import Scenario

KEPT = ("outcome", "collapsed", "collapse_day", "days", "share_gone")
_ARMIES = Armies()
"""The army that this process built last."""


def collapse_trial(scenario: Scenario, seed: int, army: Army) -> dict[str, Any]:
    """Run once and say what became of the army.

    Returns
    -------
    dict
        outcome (class), collapsed (whether of class collapse), collapse_day (None if never), days,
        share_gone.
    """
    from sim.engine import run

    result = run(scenario, seed, army=army)
    row = result.summary.iloc[0]
    return {
        "outcome": str(row["outcome"]),
        "collapsed": str(row["outcome"]) == "collapse",
        "collapse_day": day_of_collapse(result),
        "days": scenario.days,
        "share_gone": float(row["share_gone"]),
    }


def collapse_model(scenario: Scenario, army_seed: int, luck_seed: int) -> Mapping[str, pd.DataFrame]:
    """Run the trial as the model of an ensemble: its row is the summary."""
    row = collapse_trial(scenario, luck_seed, _ARMIES.of(scenario, army_seed))
    return {"summary": pd.DataFrame([row]).astype({"collapse_day": "Int64"})}
