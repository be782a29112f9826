"""Futures: points of an uncertain space, each with an army and luck of its own, run under stated policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.armies import Armies
from experiments.ensembles.plan import Run
from experiments.factor import Factor
from experiments.policies.levers import BASELINE
from experiments.study import OUTPUTS
from sim.codes import Floats

if TYPE_CHECKING:
    from experiments.ensembles.engines import Engine
    from experiments.ensembles.standing import Standing
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


def runs_of_futures(
    scenario: Scenario,
    factors: Mapping[str, Uncertain],
    *,
    futures: int,
    policies: Mapping[str, Mapping[str, Any]] | None = None,
    seed: int = 1,
) -> list[Run]:
    """List the runs of `explore`, for an ensemble; arguments as there.

    Returns
    -------
    list of Run
        Future after future, each under all policies; labels future, policy and the factors.
    """
    plans = {BASELINE: {}, **(policies or {})}
    if policies and BASELINE in policies:
        raise ValueError(f"no policy may be called '{BASELINE}'")
    if clash := [path for plan in plans.values() for path in plan if path in factors]:
        raise ValueError(f"{clash[0]} is a factor: no policy may set it")
    return [
        Run(
            scenario.with_({**point, **plan}),
            seed + number,
            labels={"future": number + 1, "policy": policy, **point},
        )
        for number, point in enumerate(space_filling(factors, futures, seed))
        for policy, plan in plans.items()
    ]


def explore(
    scenario: Scenario,
    factors: Mapping[str, Uncertain],
    *,
    futures: int,
    policies: Mapping[str, Mapping[str, Any]] | None = None,
    seed: int = 1,
    folder: str | PathLike[str] | None = None,
    engine: Engine = "processes",
    workers: int | None = None,
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
    folder : path, optional
        Store that keeps each run as it finishes, and that the same call continues; without one the runs are
        made in this process, one after another, and not kept.
    engine, workers
        Of the ensemble, where there is a folder; see `experiments.ensemble`.
    progress : callable, optional
        Called with (runs done, runs in all).

    Returns
    -------
    DataFrame
        A row a future and policy: future, policy, the factors, seed, status ("done", "failed"), message,
        outcome (class) and the columns `experiments.study.OUTPUTS`. A run that fails is a row that says so.

    Raises
    ------
    ScenarioError
        If a point or policy is not allowed; before any run.
    ValueError
        If a policy sets a factor, or is called `baseline`.
    """
    runs = runs_of_futures(scenario, factors, futures=futures, policies=policies, seed=seed)
    if folder is not None:
        return _stored(runs, folder, engine, workers, progress)
    rows, armies = list[dict[str, Any]](), Armies()
    for run in runs:
        rows.append({**run.labels, "seed": run.luck_seed, **_ended(run, armies)})
        if progress is not None:
            progress(len(rows), len(runs))
    return pd.DataFrame(rows)


def _ended(run: Run, armies: Armies) -> dict[str, Any]:
    """Run once; a failure is a row, not an end."""
    from sim import engine

    try:
        made = engine.simulate(run.scenario, run.luck_seed, armies.of(run.scenario, run.army))
        summary = made.summary.iloc[0]
    except Exception as error:  # a model error is a result
        message = f"{type(error).__name__}: {error}"
        return {"status": "failed", "message": message, "outcome": None, **dict.fromkeys(OUTPUTS, np.nan)}
    outputs = {name: float(summary[name]) for name in OUTPUTS}
    return {"status": "done", "message": "", "outcome": str(summary["outcome"]), **outputs}


def _stored(
    runs: list[Run],
    folder: str | PathLike[str],
    engine: Engine,
    workers: int | None,
    progress: Progress | None,
) -> pd.DataFrame:
    """Make the runs as an ensemble, and take its rows."""
    from experiments.ensembles.ensemble import ensemble
    from experiments.ensembles.simulation import Simulation

    def told(standing: Standing) -> None:
        if progress is not None:
            progress(standing.finished, standing.total)

    kept = ensemble(runs, folder, engine=engine, workers=workers, model=Simulation(keep=()), progress=told)
    table = kept.runs
    labels = list(runs[0].labels)
    failed = table["status"] != "done"
    message = (table["error"] + ": " + table["message"]).where(failed, "")
    rows = table[[*labels, "luck_seed", "status"]].rename(columns={"luck_seed": "seed"})
    rows = rows.assign(message=message, run=table["run"])
    ended = kept.summary[["run", "outcome", *OUTPUTS]].astype(
        {"outcome": object, **dict.fromkeys(OUTPUTS, float)}
    )
    return rows.merge(ended, on="run", how="left").drop(columns="run")
