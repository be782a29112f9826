"""Time to collapse: the share of armies that have not collapsed, day by day (Kaplan and Meier 1958).

    S(t) = product over days d <= t with collapses of (1 - collapses on d / armies at risk on d)
    log(-log S): standard error by Greenwood's formula, so that the interval stays within 0 and 1

An army that never collapsed is censored at its last day: it had not until then, and nothing is known after.
The end of the run does the same to all, and says nothing of the army.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.intervals import LEVEL
from sim.codes import Flags, Floats, Ints

COVERS = "luck and army; not the parameters, which are held at their values"


def survival_curve(days: Ints, collapsed: Flags) -> pd.DataFrame:
    """Share of armies that have not collapsed.

    Parameters
    ----------
    days : (n,) array of int
        Day of collapse of each army, or the last day on which it was seen.
    collapsed : (n,) array of bool
        Whether it collapsed on that day.

    Returns
    -------
    DataFrame
        A row a day on which armies collapsed, after one for the start (day -1): day, at_risk, collapses,
        share, low, high (95 %), covers. The ends are NaN while all or once none are left: then the formula
        gives no width.

    References
    ----------
    Kaplan, E. L. and Meier, P. (1958), "Nonparametric estimation from incomplete observations", J. Am. Stat.
    Assoc. 53, 457-481.
    """
    from scipy.special import ndtri

    when, collapses = np.unique(days[collapsed], return_counts=True)
    at_risk = np.array([(days >= day).sum() for day in when])
    share = np.cumprod(1.0 - collapses / at_risk) if when.size else np.empty(0)
    low, high = _ends(share, collapses, at_risk, float(ndtri(0.5 + LEVEL / 2)))
    frame = pd.DataFrame(
        {
            "day": np.append(-1, when),
            "at_risk": np.append(days.size, at_risk),
            "collapses": np.append(0, collapses),
            "share": np.append(1.0, share),
            "low": np.append(np.nan, low),
            "high": np.append(np.nan, high),
        }
    )
    return frame.assign(covers=COVERS)


def _ends(share: Floats, collapses: Ints, at_risk: Ints, z: float) -> tuple[Floats, Floats]:
    """Ends of the interval, by log(-log S) and Greenwood's variance; NaN where S is 0."""
    low, high = np.full(share.size, np.nan), np.full(share.size, np.nan)
    known = share > 0.0
    terms = collapses[known] / (at_risk[known] * (at_risk[known] - collapses[known]))
    logs = np.log(share[known])
    half = z * np.sqrt(np.cumsum(terms)) / np.abs(logs)
    low[known], high[known] = share[known] ** np.exp(half), share[known] ** np.exp(-half)
    return low, high


def survival_of(runs: pd.DataFrame) -> pd.DataFrame:
    """Survival curve of runs of a scan at one point; columns collapse_day and days; see `survival_curve`."""
    happened = runs["collapse_day"].notna().to_numpy()
    last = runs["days"].to_numpy() - 1
    days = np.where(happened, runs["collapse_day"].fillna(-1).to_numpy(dtype=np.int64), last)
    return survival_curve(days, happened)


def median_day(curve: pd.DataFrame) -> int | None:
    """First day by whose end half of the armies had collapsed; None if that was not reached."""
    reached = curve["day"][curve["share"] <= 0.5]
    return int(reached.iloc[0]) if len(reached) else None
