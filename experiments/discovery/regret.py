"""Regret: how much worse than the best policy each does in the same future.

    regret of a policy in a future = |outcome of the best policy there - its own outcome|        at least 0

A future is a point of the uncertain space with its army and luck, the same for all policies. Which way an
outcome is better is for the reader to say, and depends on whose side he takes. Policies are the stated ones:
nothing is searched.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from sim.codes import Floats

COVERS = "luck, army and the choice of futures within the ranges; not factors held, nor other policies"
_QUANTILES = (0.5, 0.9)
_RESAMPLES = 2000


def regrets(runs: pd.DataFrame, outcome: str, better: Literal["more", "less"]) -> pd.DataFrame:
    """Regret of each policy in each future.

    Parameters
    ----------
    runs : DataFrame
        future, policy and the outcome; every future has each policy once.
    outcome : str
    better : {"more", "less"}

    Returns
    -------
    DataFrame
        A row a future, a column a policy, in the units of the outcome.

    Raises
    ------
    ValueError
        If a future lacks a policy or has it twice, or an outcome is not finite.
    """
    if better not in ("more", "less"):
        raise ValueError(f"better is {better!r}, allowed are 'more' and 'less'")
    if runs.duplicated(["future", "policy"]).any():
        raise ValueError("a future has a policy twice")
    policies = list(dict.fromkeys(runs["policy"].astype(str)))
    wide = runs.assign(policy=runs["policy"].astype(str)).pivot(
        index="future", columns="policy", values=outcome
    )
    wide = wide[policies].astype(np.float64)
    odd = ~np.isfinite(wide.to_numpy()).all(axis=1)
    if odd.any():
        raise ValueError(f"{outcome} is missing or not finite for a policy in future {wide.index[odd][0]}")
    best = wide.max(axis=1) if better == "more" else wide.min(axis=1)
    return wide.sub(best, axis=0).abs()


def regret_table(regret: pd.DataFrame, *, seed: int = 1) -> pd.DataFrame:
    """Summarise the regret of each policy over the futures.

    Parameters
    ----------
    regret : DataFrame
        As from `regrets`.
    seed : int
        Of the bootstrap over futures.

    Returns
    -------
    DataFrame
        A row a policy and statistic: policy, statistic ("mean", "median", "90 %", "largest", "share best"),
        value, low, high (95 %, bootstrap over futures; NaN for the largest, which no bootstrap can bound, and
        with a single future), futures, covers.
    """
    values = regret.to_numpy(dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(len(values), size=(_RESAMPLES, len(values)))
    rows = []
    for number, policy in enumerate(regret.columns):
        own = values[:, number]
        statistics = _statistics(own[np.newaxis, :])
        again = _statistics(own[drawn])
        for name, value in statistics.items():
            known = name != "largest" and own.size > 1
            low, high = np.quantile(again[name], [0.025, 0.975]) if known else (np.nan, np.nan)
            rows.append((policy, name, float(value[0]), float(low), float(high), own.size, COVERS))
    names = ["policy", "statistic", "value", "low", "high", "futures", "covers"]
    return pd.DataFrame(rows, columns=names)


def _statistics(regret: Floats) -> dict[str, Floats]:
    """Statistics along the last axis, of regrets of shape (samples, futures)."""
    median, high = np.quantile(regret, _QUANTILES, axis=-1)
    return {
        "mean": regret.mean(axis=-1),
        "median": median,
        "90 %": high,
        "largest": regret.max(axis=-1),
        "share best": np.asarray((regret == 0.0).mean(axis=-1)),
    }
