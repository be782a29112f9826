"""Futures: points of an uncertain space, each with an army and luck of its own, run under stated policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.armies import Armies
from experiments.levers import BASELINE
from experiments.study import OUTPUTS, Factor
from sim.codes import Floats

if TYPE_CHECKING:
    from sim.scenario import Scenario

Uncertain = Factor | Sequence[Any]
"""A range of numbers, or the values of a category."""
Progress = Callable[[int, int], None]


def space_filling(factors: Mapping[str, Uncertain], futures: int, seed: int) -> list[dict[str, Any]]:
    """Points of a Latin hypercube: each factor has one value in each of as many equal parts of its range.

    Parameters
    ----------
    factors : mapping
        Dotted path to range, or to the values of a category.
    futures : int
        Points, at least 1.
    seed : int

    Returns
    -------
    list of dict
        Path to value, for each point.
    """
    from scipy.stats.qmc import LatinHypercube

    if not factors or futures < 1:
        raise ValueError("name at least one factor and one future")
    shares = LatinHypercube(len(factors), rng=np.random.default_rng(seed)).random(futures)
    return [
        {path: _value(factor, share) for (path, factor), share in zip(factors.items(), point, strict=True)}
        for point in shares
    ]


def _value(factor: Uncertain, share: Floats) -> Any:
    """Value of a factor at a share of its range, in [0, 1)."""
    if isinstance(factor, Factor):
        return factor.value(float(share))
    return factor[min(int(share * len(factor)), len(factor) - 1)]


def explore(
    scenario: Scenario,
    factors: Mapping[str, Uncertain],
    *,
    futures: int,
    policies: Mapping[str, Mapping[str, Any]] | None = None,
    seed: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Run a scenario in many futures, under each policy on the same point, army and luck.

    Parameters
    ----------
    scenario : Scenario
    factors : mapping
        What is uncertain: dotted path to range, or to the values of a category.
    futures : int
        Points of a Latin hypercube over the factors.
    policies : mapping, optional
        Name to overrides by dotted path, laid over after the factors; the scenario as it is comes first, as
        `baseline`. No policy may set a factor.
    seed : int
        Of the design; future r, from 1, has army seed and luck seed ``seed + r - 1``.
    progress : callable, optional
        Called with (runs done, runs in all).

    Returns
    -------
    DataFrame
        A row a future and policy: future, policy, seed, status ("done", "failed"), message, the factors,
        outcome (class) and the columns `experiments.study.OUTPUTS`. A run that fails is a row that says so.

    Raises
    ------
    ValueError
        If a policy sets a factor, or is called `baseline`.
    """
    plans = {BASELINE: {}, **(policies or {})}
    if policies and BASELINE in policies:
        raise ValueError(f"no policy may be called '{BASELINE}'")
    if clash := [path for plan in plans.values() for path in plan if path in factors]:
        raise ValueError(f"{clash[0]} is a factor: no policy may set it")
    points = space_filling(factors, futures, seed)
    rows = []
    for row in _rows(scenario, points, plans, seed):
        rows.append(row)
        if progress is not None:
            progress(len(rows), len(points) * len(plans))
    return pd.DataFrame(rows)


def _rows(
    scenario: Scenario, points: list[dict[str, Any]], plans: Mapping[str, Mapping[str, Any]], seed: int
) -> Iterator[dict[str, Any]]:
    """Run the points one after another; a failure is a row, not an end."""
    armies = Armies()
    for number, point in enumerate(points):
        for policy, plan in plans.items():
            row = {"future": number + 1, "policy": policy, "seed": seed + number}
            try:
                ended = _outcomes(scenario.with_({**point, **plan}), seed + number, armies)
                row |= {"status": "done", "message": ""}
            except Exception as error:  # a model error is a result
                ended = {"outcome": None, **dict.fromkeys(OUTPUTS, np.nan)}
                row |= {"status": "failed", "message": f"{type(error).__name__}: {error}"}
            yield {**row, **point, **ended}


def _outcomes(scenario: Scenario, seed: int, armies: Armies) -> dict[str, Any]:
    from sim.engine import run

    summary = run(scenario, seed, army=armies.of(scenario, seed)).summary.iloc[0]
    return {"outcome": str(summary["outcome"]), **{name: float(summary[name]) for name in OUTPUTS}}
