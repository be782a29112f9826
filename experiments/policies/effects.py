"""Paired effects of policies and their cost, from one row per policy and seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.intervals import LEVEL, fieller, paired
from experiments.policies.levers import BASELINE
from sim.codes import Floats

OUTCOMES = (
    "exits",
    "joined",
    "strength_deployable",
    "killed",
    "civilians_killed",
    "destruction",
    "paid_usd",
)
"""Columns of the summary that policies are compared by: what a lever costs the country among them."""

SHARES = ("destruction",)
"""Those of them that are shares."""

GAINS = {"exits": "additional exit", "joined": "additional member"}
"""What money is set against."""


def covers(pairs: int) -> str:
    """Say what an interval over so many pairs covers, and what it does not."""
    if pairs < 2:
        return "no interval: it takes at least two pairs of army and luck"
    return "luck and army; not the parameters, which are held at their values"


def effects_of(runs: pd.DataFrame, outcomes: Sequence[str] = OUTCOMES) -> pd.DataFrame:
    """Difference of each policy to the scenario as it is.

    Parameters
    ----------
    runs : DataFrame
        policy, seed and the outcomes; every policy has the same seeds.
    outcomes : sequence of str
        One that is unknown in a run, such as destruction where the war is a table, is left out.

    Returns
    -------
    DataFrame
        policy, outcome, baseline (mean), difference, low, high, sd_paired (of the differences), sd_unpaired
        (of differences of independent runs), correlation (of the pairs; NaN where one side does not vary),
        pairing_factor (sd_unpaired over sd_paired; infinite where all differences are equal), variance_ratio
        (its square), independent_seeds (how many a side would give as narrow an interval without pairing:
        pairs times the variance ratio, rounded up; infinite with it), pairs, covers.
    """
    known = [outcome for outcome in outcomes if runs[outcome].notna().all()]
    rows = [
        _effect(policy, outcome, values_of(runs, BASELINE, outcome), values_of(runs, policy, outcome))
        for policy in levers_of(runs)
        for outcome in known
    ]
    return pd.DataFrame(rows)


def by_policy(effects: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    """Rows of the effects by policy and outcome."""
    rows = ({str(key): value for key, value in row.items()} for row in effects.to_dict("records"))
    return {(row["policy"], row["outcome"]): row for row in rows}


def values_of(runs: pd.DataFrame, policy: str, outcome: str) -> Floats:
    """Outcome of one policy by seed, shape (seeds,)."""
    own = runs[runs["policy"] == policy].sort_values("seed")
    return own[outcome].to_numpy(dtype=np.float64)


def levers_of(runs: pd.DataFrame) -> list[str]:
    """Policies apart from the scenario as it is, in the order of the runs."""
    return [str(policy) for policy in runs["policy"].unique() if policy != BASELINE]


def _effect(policy: str, outcome: str, before: Floats, after: Floats) -> dict[str, object]:
    interval = paired(after - before)
    sd_paired, sd_before, sd_after = (_sd(values) for values in (after - before, before, after))
    sd_unpaired = math.hypot(sd_before, sd_after)
    factor = _factor(sd_unpaired, sd_paired)
    return {
        "policy": policy,
        "outcome": outcome,
        "baseline": float(np.mean(before)),
        "difference": interval.middle,
        "low": interval.low,
        "high": interval.high,
        "sd_paired": sd_paired,
        "sd_unpaired": sd_unpaired,
        "correlation": _correlation(before, after, sd_before, sd_after),
        "pairing_factor": factor,
        "variance_ratio": factor**2,
        "independent_seeds": float(np.ceil(before.size * factor**2)),
        "pairs": before.size,
        "covers": covers(before.size),
    }


def _sd(values: Floats) -> float:
    """Standard deviation of a sample; NaN of a single value."""
    return float(np.std(values, ddof=1)) if values.size > 1 else math.nan


def _correlation(before: Floats, after: Floats, sd_before: float, sd_after: float) -> float:
    if not (sd_before > 0 and sd_after > 0):
        return math.nan
    return float(np.corrcoef(before, after)[0, 1])


def _factor(sd_unpaired: float, sd_paired: float) -> float:
    if sd_paired > 0:
        return sd_unpaired / sd_paired
    return math.inf if sd_paired == 0 < sd_unpaired else math.nan


def cost_of(runs: pd.DataFrame) -> pd.DataFrame:
    """Dollars paid for each additional exit and each additional member.

    Parameters
    ----------
    runs : DataFrame
        As in `effects_of`.

    Returns
    -------
    DataFrame
        policy, gain, usd, low, high, method, why_not (empty where there is a ratio), covers.
    """
    rows = []
    for policy in levers_of(runs):
        paid = values_of(runs, policy, "paid_usd") - values_of(runs, BASELINE, "paid_usd")
        for outcome, gain in GAINS.items():
            gained = values_of(runs, policy, outcome) - values_of(runs, BASELINE, outcome)
            rows.append({"policy": policy, "gain": gain, **_cost(paid, gained, gain)})
    return pd.DataFrame(rows)


def _cost(paid: Floats, gained: Floats, gain: str) -> dict[str, object]:
    """Ratio with Fieller's interval, or the reason why there is none."""
    method = f"Fieller, {LEVEL:.0%}"
    why_not = _why_no_ratio(paid, gained, gain)
    ratio = None if why_not else fieller(paid, gained)
    ends = (ratio.middle, ratio.low, ratio.high) if ratio else (math.nan,) * 3
    usd, low, high = ends
    return {
        "usd": usd,
        "low": low,
        "high": high,
        "method": method,
        "why_not": why_not,
        "covers": covers(paid.size),
    }


def _why_no_ratio(paid: Floats, gained: Floats, gain: str) -> str:
    """Reason why money cannot be set against a gain; empty where it can."""
    if paid.size < 2:
        return "a single pair has no interval"
    if not paid.any():
        return "the policy pays nothing more"
    interval = paired(gained)
    if not interval.excludes_zero:
        return f"the interval of the difference includes 0: no {gain} is certain"
    return "" if interval.low > 0 else f"fewer, not more: no {gain}"
