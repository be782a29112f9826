"""The realised hazard ratio of pay among the aware, by rank, from paired runs at the same P(paid)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from experiments.showing.tables import markdown, number
from sim.clock import day_number
from sim.codes import RANKS
from sim.engine import run
from sim.result import Result
from sim.scenario import Scenario
from sim.synthesis import build

_PAIRS = 6
_PAID = 0.9
_CLASSES = {"conscripts and soldiers": ("enlisted",), "officers": ("junior", "senior", "general")}


def with_pay(scenario: Scenario, effect: bool) -> Scenario:
    """Return a plan that all have heard of, believed at one P(paid); with or without effect on leaving."""
    none = dict.fromkeys(RANKS, 0.0)
    plan = {
        "salary_plan.usd_per_month": 200.0,
        "salary_plan.announced": "2012-04-02",
        "salary_plan.starts": "2012-12-31",
        "salary_plan.prior_paid": _PAID,
        "salary_plan.broadcast_per_day": 5.0,
    }
    return scenario.with_(plan if effect else {**plan, "salary_plan.leaving_effect": none})


def first_weeks(result: Result, ranks: tuple[str, ...]) -> float:
    """Decisions of the aware of some ranks in the two months after the announcement."""
    begin = day_number(result.scenario.start, pd.Timestamp("2012-04-10").date())
    attempts = result.exits
    chosen = attempts["aware"] & attempts["rank"].isin(ranks) & attempts["day"].between(begin, begin + 60)
    return float((chosen & attempts["how"].isin(("decided", "planned", "detected"))).sum())


def pay_rows(scenario: Scenario) -> list[str]:
    """Text and table of the page."""
    log_ratios: dict[str, list[float]] = {name: [] for name in _CLASSES}
    with_effect, without = with_pay(scenario, True), with_pay(scenario, False)
    for seed in range(1, _PAIRS + 1):
        army = build(scenario, seed)
        pair = [run(one, seed, army=army) for one in (with_effect, without)]
        for name, ranks in _CLASSES.items():
            more, less = (first_weeks(result, ranks) for result in pair)
            log_ratios[name].append(np.log(max(more, 0.5) / max(less, 0.5)))
    rows = []
    for name, values in log_ratios.items():
        low, high = stats.t.interval(0.95, _PAIRS - 1, np.mean(values), stats.sem(values))
        rows.append(
            {
                "among the aware": name,
                "ratio of decisions": number(float(np.exp(np.mean(values)))),
                "95 % interval": f"{number(float(np.exp(low)))} to {number(float(np.exp(high)))}",
            }
        )
    soldiers, officers = (float(np.mean(values)) for values in log_ratios.values())
    verdict = "at least" if officers >= soldiers else "**below**"
    text = (
        f"{_PAIRS} pairs on the same army and luck: an offer of $200 known to all within days of 2 April "
        f"2012 and believed at P(paid) = {_PAID} throughout, with its effect on leaving and without; "
        "decisions of those aware in the two months after. The interval covers army and luck, not the "
        f"effect's own uncertainty. For officers it is {verdict} that of conscripts."
    )
    return [text, markdown(rows)]
