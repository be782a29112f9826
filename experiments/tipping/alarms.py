"""Alarms: whether an indicator rises more than chance, and how often that is wrong.

An indicator of overlapping windows trends by itself. So its tau is set against that of surrogates: series of
an AR(1) process with the variance and the lag-1 autocorrelation of what is left after the trend (Dakos and
others 2012). An alarm is a tau above all but the stated share of them. What that share comes to in the model
is counted: on runs that held (false alarms) and on runs that collapsed (hits), in windows of the same length
that end on the same days, so that the date tells nothing. To look only at what collapsed finds too often what
rises by chance (Boettiger and Hastings 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.intervals import Interval, wilson
from experiments.tipping.indicators import (
    INDICATORS,
    Settings,
    detrended,
    indicators,
    kendall_tau,
    residuals,
)
from sim.codes import Flags, Floats

if TYPE_CHECKING:
    from sim.result import Result

LEVEL = 0.05
SURROGATES = 200
COVERS = "luck and army; not the parameters, which are held at their values, nor the choice of window"
_RESAMPLES = 2000


def window_ends(collapse_days: Sequence[int | None], lead: int) -> list[int]:
    """Day after which the window of each run ends.

    Parameters
    ----------
    collapse_days : sequence of int or None
        Of each run; None for one that held. At least one has a day.
    lead : int
        Days before the collapse on which its window ends.

    Returns
    -------
    list of int
        For a run that held, that of a run that collapsed, in turn.
    """
    known = [day - lead for day in collapse_days if day is not None]
    if not known:
        raise ValueError("no run collapsed: there is nothing to warn of")
    ends, turn = [], 0
    for day in collapse_days:
        if day is not None:
            ends.append(day - lead)
        else:
            ends.append(known[turn % len(known)])
            turn += 1
    return ends


def alarm(
    series: Floats, settings: Settings, *, level: float = LEVEL, surrogates: int = SURROGATES, seed: int = 1
) -> dict[str, Any]:
    """Look whether the indicators of a series rise more than those of its surrogates.

    Parameters
    ----------
    series : (T,) array of float
        Up to the day on which one would warn.
    settings : Settings
    level : float
        Share of surrogates with as high a tau up to which it is an alarm.
    surrogates : int
    seed : int

    Returns
    -------
    dict
        For each indicator: its tau, ``tau_...``; p, ``p_...``; whether it is an alarm, ``alarm_...``.
    """
    rest = residuals(series, settings)
    own = indicators(rest, settings.window)
    chance = indicators(detrended(_surrogates(rest, surrogates, seed), settings.bandwidth), settings.window)
    found: dict[str, Any] = {}
    for name in INDICATORS:
        tau = float(kendall_tau(own[name]))
        p = (1 + int((kendall_tau(chance[name]) >= tau).sum())) / (surrogates + 1)
        found |= {f"tau_{name}": tau, f"p_{name}": p, f"alarm_{name}": p <= level}
    return found


def _surrogates(rest: Floats, count: int, seed: int) -> Floats:
    """AR(1) series with the variance and lag-1 autocorrelation of one, shape (count, T)."""
    from scipy.signal import lfilter

    rng = np.random.default_rng(seed)
    off = rest - rest.mean()
    total = float(off @ off)
    memory = float(np.clip((off[1:] @ off[:-1]) / total, -0.99, 0.99)) if total > 0.0 else 0.0
    shocks = rng.standard_normal((count, rest.size))
    # The first value has the variance of the process, as do all others.
    shocks[:, 1:] *= np.sqrt(1.0 - memory**2)
    return np.asarray(np.sqrt(total / rest.size) * lfilter([1.0], [1.0, -memory], shocks, axis=-1))


def warnings_of(
    results: Sequence[Result],
    *,
    days: int,
    lead: int,
    settings: Settings | None = None,
    column: str = "exits",
    level: float = LEVEL,
) -> pd.DataFrame:
    """Look for alarms before the collapse of runs, and on the same days of runs that held.

    Parameters
    ----------
    results : sequence of Result
        Of one run each; some collapsed, some not.
    days : int
        Length of the window.
    lead : int
        Days between its end and the collapse.
    settings : Settings, optional
        Anscombe's square root for counts where none are given.
    column : str
        Of the daily frame.
    level : float

    Returns
    -------
    DataFrame
        A row a run: luck_seed, collapsed, collapse_day, end, and the columns of `alarm`. Runs that collapsed
        too early for a whole window are left out, and named in ``attrs["too_early"]`` by their seeds.
    """
    from experiments.tipping.collapse import day_of_collapse

    settings = settings or Settings(transform="anscombe")
    found = [day_of_collapse(result) for result in results]
    early = [day is not None and day - lead < days for day in found]
    seeds = [int(result.summary["luck_seed"].iloc[0]) for result in results]
    kept = [
        (seed, result, day)
        for seed, result, day, soon in zip(seeds, results, found, early, strict=True)
        if not soon
    ]
    rows = []
    ends = window_ends([day for _, _, day in kept], lead)
    for (seed, result, day), end in zip(kept, ends, strict=True):
        series = result.daily[column].to_numpy(dtype=np.float64)[end - days : end]
        row = {"luck_seed": seed, "collapsed": day is not None, "collapse_day": day, "end": end}
        rows.append({**row, **alarm(series, settings, level=level, seed=seed)})
    table = pd.DataFrame(rows)
    table["collapse_day"] = table["collapse_day"].astype("Int64")
    table.attrs["too_early"] = [seed for seed, soon in zip(seeds, early, strict=True) if soon]
    return table


def alarm_rates(table: pd.DataFrame) -> pd.DataFrame:
    """Hits and false alarms of each indicator, and of both together.

    Parameters
    ----------
    table : DataFrame
        As from `warnings_of`.

    Returns
    -------
    DataFrame
        A row an indicator ("variance", "autocorrelation", "both"): indicator, hits, collapsed, hit_rate,
        hit_low, hit_high, false_alarms, held, false_rate, false_low, false_high, alarms, right_rate,
        right_low, right_high (of the alarms, those before a collapse: this depends on how many collapse at
        all; NaN without an alarm), covers. Intervals are Wilson's, 95 %.
    """
    rows = []
    alarms = {name: table[f"alarm_{name}"].to_numpy(dtype=bool) for name in INDICATORS}
    alarms["both"] = alarms["variance"] & alarms["autocorrelation"]
    fate = table["collapsed"].to_numpy(dtype=bool)
    for name, rang in alarms.items():
        row: dict[str, Any] = {"indicator": name}
        for kind, plural, who, among in (
            ("hit", "hits", "collapsed", fate),
            ("false", "false_alarms", "held", ~fate),
        ):
            share = wilson(int((rang & among).sum()), int(among.sum()))
            row |= {plural: int((rang & among).sum()), who: int(among.sum())}
            row |= {f"{kind}_rate": share.middle, f"{kind}_low": share.low, f"{kind}_high": share.high}
        right = wilson(row["hits"], row["hits"] + row["false_alarms"])
        row |= {"alarms": row["hits"] + row["false_alarms"]}
        row |= {"right_rate": right.middle, "right_low": right.low, "right_high": right.high}
        rows.append({**row, "covers": COVERS})
    return pd.DataFrame(rows)


def discrimination(tau: Floats, collapsed: Flags, *, seed: int = 1) -> Interval:
    """Chance that a run that collapsed has a higher tau than one that held: 0.5 tells nothing.

    The area under the curve of hits over false alarms, for every bound that tau could be given, with its
    interval (95 %, bootstrap within each kind).

    Parameters
    ----------
    tau : (n,) array of float
    collapsed : (n,) array of bool
    seed : int

    Returns
    -------
    Interval
        NaN where there are no runs of a kind.
    """
    one, other = tau[collapsed], tau[~collapsed]
    if not (one.size and other.size):
        return Interval(np.nan, np.nan, np.nan)
    wins = np.sign(one[:, np.newaxis] - other) / 2.0 + 0.5
    rng = np.random.default_rng(seed)
    again = [
        wins[np.ix_(rng.integers(one.size, size=one.size), rng.integers(other.size, size=other.size))].mean()
        for _ in range(_RESAMPLES)
    ]
    low, high = np.quantile(again, [0.025, 0.975])
    return Interval(float(wins.mean()), float(low), float(high))
