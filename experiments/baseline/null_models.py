"""Null models: what a baseline must beat. A constant hazard by group, and a trend in time."""

from __future__ import annotations

from datetime import date as Date

import numpy as np

from experiments.showing.tables import markdown, number
from sim.clock import day_number
from sim.codes import Floats
from sim.engine import run
from sim.scenario import Scenario

_LEARNT_UNTIL = Date(2012, 3, 15)


def curves(scenario: Scenario) -> tuple[Floats, Floats]:
    """Mid-points of the dated claims of cumulative exits, and their days."""
    claims = [
        claim for claim in scenario.claims if claim.quantity == "exits_cumulative" and claim.use == "target"
    ]
    days = np.array([day_number(scenario.start, claim.end) for claim in claims], dtype=float)
    middle = np.array([(claim.low * claim.high) ** 0.5 for claim in claims])
    return days, middle


def null_rows(scenario: Scenario) -> list[str]:
    """Text and table of the page: errors in log exits on the dated claims after the day learnt until."""
    days, claimed = curves(scenario)
    until = day_number(scenario.start, _LEARNT_UNTIL)
    cumulative = run(scenario, 100, army_seed=1).daily["exits"].cumsum().to_numpy(dtype=float)
    models = {
        "this model": cumulative[days.astype(int)],
        "constant hazard": _constant(days, claimed, until),
        "trend in time": _trend(days, claimed, until),
    }
    rows = []
    for name, values in models.items():
        error = np.log(values / claimed)
        rows.append(
            {
                "model": name,
                "learnt on": "see fitting.md" if name == "this model" else f"claims to {_LEARNT_UNTIL}",
                "error, log exits, to then": number(float(np.sqrt(np.mean(error[days <= until] ** 2)))),
                "after": number(float(np.sqrt(np.mean(error[days > until] ** 2)))),
            }
        )
    text = (
        "Root mean square of the log ratio of cumulative exits to the geometric middle of each dated claim. "
        "The null models are fitted to the claims up to 15 March 2012; this model was fitted, loosely, to "
        "some of the later claims too, so it has an unfair advantage after. The claims are few and biased."
    )
    return [text, markdown(rows)]


def _constant(days: Floats, claimed: Floats, until: int) -> Floats:
    """Exits at a constant rate from day 0, the best on the claims learnt from."""
    learnt = days <= until
    rate = np.exp(np.mean(np.log(claimed[learnt] / days[learnt])))
    constant: Floats = rate * days
    return constant


def _trend(days: Floats, claimed: Floats, until: int) -> Floats:
    """Log exits linear in log days, the best on the claims learnt from."""
    learnt = days <= until
    slope, level = np.polyfit(np.log(days[learnt]), np.log(claimed[learnt]), 1)
    trend: Floats = np.exp(level + slope * np.log(days))
    return trend
