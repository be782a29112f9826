"""P(collapse) over the points of a scan, with Wilson's interval at each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from experiments.intervals import wilson

COVERS = "luck and army, a point at a time; not the parameters, which are held at their values"


def probabilities(runs: pd.DataFrame, names: Sequence[str], event: str = "collapsed") -> pd.DataFrame:
    """Share of runs with an event at each point of a scan.

    All points share their armies and luck, so that their errors go together: differences between points are
    better known than each alone (see `steps`).

    Parameters
    ----------
    runs : DataFrame
        As from `experiments.tipping.scan.scan`.
    names : sequence of str
        The parameters.
    event : str
        A column of truth values.

    Returns
    -------
    DataFrame
        A row a point: the parameters, hits, runs, share, low, high (Wilson, 95 %), covers.
    """
    rows = []
    for point, part in runs.groupby(list(names)):
        hits, count = int(part[event].sum()), len(part)
        share = wilson(hits, count)
        values = dict(zip(names, point, strict=True))
        rows.append(
            {
                **values,
                "hits": hits,
                "runs": count,
                "share": share.middle,
                "low": share.low,
                "high": share.high,
                "covers": COVERS,
            }
        )
    return pd.DataFrame(rows)


def steps(runs: pd.DataFrame, name: str, event: str = "collapsed") -> pd.DataFrame:
    """Compare neighbouring points of a scan of one parameter, run by run on the same luck.

    Parameters
    ----------
    runs : DataFrame
        One run a value and seed.
    name : str
        The parameter.
    event : str
        A column of truth values.

    Returns
    -------
    DataFrame
        A row a step: below, above (values), gained and lost (seeds whose run has the event only above, and
        only below), pairs, p (exact sign test that both are as likely; McNemar 1947).
    """
    from scipy.special import bdtr

    wide = runs.pivot(index="seed", columns=name, values=event).astype(bool).sort_index(axis=1)
    rows = []
    for below, above in zip(wide.columns[:-1], wide.columns[1:], strict=True):
        gained = int((~wide[below] & wide[above]).sum())
        lost = int((wide[below] & ~wide[above]).sum())
        changed = gained + lost
        chance = min(1.0, 2.0 * float(bdtr(min(gained, lost), changed, 0.5))) if changed else 1.0
        rows.append((below, above, gained, lost, len(wide), chance))
    return pd.DataFrame(rows, columns=["below", "above", "gained", "lost", "pairs", "p"])


def crossings(table: pd.DataFrame, name: str, level: float = 0.5) -> list[dict[str, Any]]:
    """Where the share passes a level between neighbouring values of one parameter.

    Parameters
    ----------
    table : DataFrame
        As from `probabilities`, of one parameter.
    name : str
    level : float

    Returns
    -------
    list of dict
        low, high (the two values), at (by a straight line between their shares), certain (whether the
        intervals at the two values lie on either side of the level).
    """
    ordered = table.sort_values(name)
    found = []
    rows = ordered.to_dict("records")
    for one, other in pairwise(rows):
        if (one["share"] < level) == (other["share"] < level):
            continue
        part = (level - one["share"]) / (other["share"] - one["share"])
        below, above = (one, other) if one["share"] < level else (other, one)
        found.append(
            {
                "low": one[name],
                "high": other[name],
                "at": one[name] + part * (other[name] - one[name]),
                "certain": bool(below["high"] < level < above["low"]),
            }
        )
    return found
