"""Feature scores: how much of an outcome's variance a factor explains, alone and with another.

    explained = 1 - (variance within groups of runs) / (variance of all), each with its degrees of freedom

Groups are the values of a category or a whole number, or parts of the range of a number with as many runs
each: the correlation ratio, in its nearly unbiased form (Kelley's epsilon squared). In the limit it is the
first-order Sobol index, taken from any sample (Plischke, Borgonovo and Smith 2013). For an outcome that is
true or false the variance is that of a share. The interval takes the F statistic for a noncentral F, which
holds for many runs a group. What only acts with another factor does not show alone: hence pairs.

Extra-trees, the usual choice, rank the factors alike, but need a large library, and their scores have neither
units nor intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from experiments.discovery.factors import FactorColumn, FactorTable
from experiments.intervals import LEVEL, Interval
from sim.codes import Flags, Floats, Ints

GROUPS, PAIR_GROUPS = 10, 5
COVERS = "luck, army and the choice of points within the ranges; not factors that were held"


def scores(
    experiments: pd.DataFrame,
    outcome: Floats | Flags,
    *,
    factors: Sequence[str] | None = None,
    groups: int = GROUPS,
) -> pd.DataFrame:
    """Score factors by the share of an outcome's variance that each explains alone.

    Parameters
    ----------
    experiments : DataFrame
        A row a run.
    outcome : (runs,) array of float or bool
    factors : sequence of str, optional
        Columns; all where none are named.
    groups : int
        Parts of the range of a number, at least 2.

    Returns
    -------
    DataFrame
        Best first: factor, explained, low, high (95 %), groups, p (chance of an F as large, were the factor
        without effect), covers. The estimate may be a little under 0; the ends of the interval are not.

    Raises
    ------
    ValueError
        If the outcome is not finite or always the same, or the table does not fit.
    """
    table, values = FactorTable.of(experiments, factors), _checked(outcome, len(experiments))
    if groups < 2:
        raise ValueError(f"groups is {groups}, at least 2 are needed")
    rows = []
    for name, column in table.columns.items():
        codes = grouped(column, groups)
        explained, interval, chance = ratio_of(codes, values)
        count = np.unique(codes).size
        rows.append((name, explained, interval.low, interval.high, count, chance, COVERS))
    names = ["factor", "explained", "low", "high", "groups", "p", "covers"]
    return pd.DataFrame(rows, columns=names).sort_values("explained", ascending=False, ignore_index=True)


def pair_scores(
    experiments: pd.DataFrame,
    outcome: Floats | Flags,
    *,
    factors: Sequence[str] | None = None,
    groups: int = PAIR_GROUPS,
) -> pd.DataFrame:
    """Score pairs of factors by what they explain together beyond what each explains alone.

    Parameters
    ----------
    experiments, outcome, factors
        As in `scores`.
    groups : int
        Parts of the range of a number; a pair has the square of it, which should hold ten runs and more
        each.

    Returns
    -------
    DataFrame
        Best first: factor, other, together (share of the variance explained by both), interaction (together
        less each alone, with the same groups), p (of together).
    """
    table, values = FactorTable.of(experiments, factors), _checked(outcome, len(experiments))
    codes = {name: grouped(column, groups) for name, column in table.columns.items()}
    alone = {name: ratio_of(each, values)[0] for name, each in codes.items()}
    rows = []
    for one, other in combinations(codes, 2):
        both = codes[one] * (int(codes[other].max()) + 1) + codes[other]
        together, _, chance = ratio_of(both, values)
        rows.append((one, other, together, together - alone[one] - alone[other], chance))
    names = ["factor", "other", "together", "interaction", "p"]
    return pd.DataFrame(rows, columns=names).sort_values("interaction", ascending=False, ignore_index=True)


def grouped(column: FactorColumn, groups: int) -> Ints:
    """Number of the group of each run: a value each where there are few, else parts with as many runs."""
    distinct, codes = np.unique(column.values, return_inverse=True)
    if column.kind == "category" or distinct.size <= groups:
        return codes
    inner = np.quantile(column.values, np.arange(1, groups) / groups)
    return np.searchsorted(np.unique(inner), column.values, side="right")


def ratio_of(codes: Ints, values: Floats) -> tuple[float, Interval, float]:
    """Share of the variance that groups explain, its interval, and the chance of as much without any effect.

    Parameters
    ----------
    codes : (runs,) array of int
        Group of each run.
    values : (runs,) array of float
        Not all the same.
    """
    from scipy.special import fdtrc

    codes = np.unique(codes, return_inverse=True)[1]
    counts = np.bincount(codes)
    between, within_, total = counts.size - 1, values.size - counts.size, values.size - 1
    if between < 1 or within_ < 1:
        return 0.0, Interval(0.0, 0.0, 1.0), 1.0
    deviations = values - values.mean()
    means = np.bincount(codes, weights=deviations) / counts
    whole = float(deviations @ deviations)
    rest = max(whole - float(counts @ means**2), 0.0)
    explained = 1.0 - (rest / within_) / (whole / total)
    if rest <= 1e-12 * whole:
        return 1.0, Interval(1.0, 1.0, 1.0), 0.0
    statistic = ((whole - rest) / between) / (rest / within_)
    ends = [
        _noncentrality(between, within_, statistic, level) for level in (0.5 + LEVEL / 2, 0.5 - LEVEL / 2)
    ]
    low, high = (end / (end + values.size) for end in ends)
    return explained, Interval(explained, low, high), float(fdtrc(between, within_, statistic))


def _noncentrality(between: int, within_: int, statistic: float, level: float) -> float:
    """Noncentrality of an F distribution that stays under a statistic with a probability."""
    from scipy.optimize import brentq
    from scipy.special import ncfdtr

    def missing(noncentrality: float) -> float:
        return float(ncfdtr(between, within_, noncentrality, statistic)) - level

    if missing(0.0) <= 0.0:
        return 0.0
    high = max(2.0 * between * statistic, 10.0)
    while missing(high) > 0.0:
        high *= 2.0
    return float(brentq(missing, 0.0, high, xtol=1e-6, rtol=1e-9))


def _checked(outcome: Floats | Flags, runs: int) -> Floats:
    values = np.asarray(outcome, dtype=np.float64)
    if values.shape != (runs,):
        raise ValueError(f"the outcome must have {runs} values, one a run")
    if not np.isfinite(values).all():
        raise ValueError(f"the outcome is not finite in row {int(np.argmin(np.isfinite(values))) + 1}")
    if np.ptp(values) == 0:
        raise ValueError("the outcome is the same in all runs: no factor moves it here")
    return values
