"""Spread of an ensemble: quantile bands of a series, and the share of runs in each class of outcome.

Bands alone hide an outcome of two humps, where no run is near the median: look at the classes and at
single runs beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.intervals import wilson

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def series_of(daily: pd.DataFrame, column: str, *, so_far: bool = False) -> pd.DataFrame:
    """Take a daily column apart by run.

    Parameters
    ----------
    daily : DataFrame
        With the columns run, day and the one that is wanted.
    column : str
    so_far : bool
        Sum it up from day 0.

    Returns
    -------
    DataFrame
        A row a day, a column a run; NaN after the end of a run that is shorter than others.

    Raises
    ------
    KeyError
        If there is no such column.
    """
    table = daily.pivot(index="day", columns="run", values=column).astype(np.float64)
    return table.cumsum() if so_far else table


def bands_of(series: pd.DataFrame, quantiles: Sequence[float] = QUANTILES) -> pd.DataFrame:
    """Quantiles over runs on each day.

    Parameters
    ----------
    series : DataFrame
        A row a day, a column a run.
    quantiles : sequence of float
        In [0, 1].

    Returns
    -------
    DataFrame
        A row a day: day, runs (those that have this day), and a column a quantile, such as ``q05``.
    """
    found = series.quantile(list(quantiles), axis=1).T
    found.columns = pd.Index([quantile_name(each) for each in quantiles])
    found.insert(0, "runs", series.notna().sum(axis=1))
    return found.reset_index()


def quantile_name(quantile: float) -> str:
    """Name of the column of a quantile.

    Examples
    --------
    >>> quantile_name(0.05), quantile_name(0.5), quantile_name(0.975)
    ('q05', 'q50', 'q97.5')
    """
    percent = 100 * quantile
    return f"q{round(percent):02d}" if np.isclose(percent, round(percent)) else f"q{percent:.4g}"


def shares_of(outcome: pd.Series) -> pd.DataFrame:
    """Share of runs in each class of outcome, the most frequent first.

    Parameters
    ----------
    outcome : Series of str
        A value a run.

    Returns
    -------
    DataFrame
        outcome, runs, share, low, high: interval of 95 % (Wilson 1927) for the share among ever more seeds.
    """
    counts = outcome.astype(str).value_counts().sort_index().sort_values(ascending=False, kind="stable")
    rows = []
    for name, runs in counts.items():
        interval = wilson(int(runs), len(outcome))
        rows.append((name, int(runs), runs / len(outcome), interval.low, interval.high))
    return pd.DataFrame(rows, columns=["outcome", "runs", "share", "low", "high"])
