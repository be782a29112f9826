"""The shape in which EMA Workbench keeps results: `(experiments, outcomes)`.

experiments is a DataFrame with a row a run: the factors, then scenario, policy and model. outcomes is a
dict of arrays, (runs,) for a number and (runs, days) for a series. Nothing of that package is needed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from experiments.discovery.factors import kind_of
from sim.codes import Floats

NAMES = ("scenario", "policy", "model")
MODEL = "loyalty-erosion"
Outcomes = dict[str, Floats]


def to_workbench(
    runs: pd.DataFrame,
    factors: Sequence[str],
    outcomes: Sequence[str],
    *,
    series: Mapping[str, Floats] | None = None,
) -> tuple[pd.DataFrame, Outcomes]:
    """Hand a table of runs over in the shape of EMA Workbench.

    Parameters
    ----------
    runs : DataFrame
        A row a run. Its columns future (or run) and policy name the scenario and the policy there.
    factors, outcomes : sequence of str
        Columns.
    series : mapping, optional
        Further outcomes, each of shape (runs, days).

    Returns
    -------
    experiments : DataFrame
        Factors, scenario, policy, model; texts and truth values as categories.
    outcomes : dict of str to array

    Raises
    ------
    ValueError
        If a column is missing, a factor is called like one of the three names, or a series has other runs.
    """
    if clash := [name for name in factors if name in NAMES]:
        raise ValueError(f"a factor must not be called {clash[0]}")
    if missing := [name for name in (*factors, *outcomes) if name not in runs]:
        raise ValueError(f"the table has no column {', '.join(missing)}")
    experiments = runs[list(factors)].reset_index(drop=True)
    for name in factors:
        if kind_of(experiments[name]) == "category":
            experiments[name] = experiments[name].astype(str).astype("category")
    numbers = next(
        (runs[name].to_numpy() for name in ("future", "run") if name in runs), np.arange(len(runs))
    )
    experiments["scenario"] = numbers
    experiments["policy"] = runs["policy"].to_numpy(dtype=object) if "policy" in runs else "None"
    experiments["model"] = MODEL
    arrays = {name: runs[name].to_numpy() for name in outcomes}
    for name, values in (series or {}).items():
        if len(values) != len(runs):
            raise ValueError(f"series {name} has {len(values)} runs, the table {len(runs)}")
        arrays[name] = np.asarray(values)
    return experiments, arrays


def from_workbench(experiments: pd.DataFrame, outcomes: Mapping[str, Floats]) -> pd.DataFrame:
    """Take results of EMA Workbench as a table of runs; series are left out.

    Returns
    -------
    DataFrame
        The columns of `experiments`, scenario renamed to future and model left out, and those outcomes that
        are a number a run.
    """
    runs = experiments.drop(columns="model", errors="ignore").rename(columns={"scenario": "future"})
    runs = runs.reset_index(drop=True)
    numbers = {name: values for name, values in outcomes.items() if np.ndim(values) == 1}
    return pd.concat([runs, pd.DataFrame(numbers)], axis=1)
