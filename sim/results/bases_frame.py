"""The bases abandoned in a run, one by one, from the frame of companies."""

from __future__ import annotations

import pandas as pd


def abandoned_bases(units: pd.DataFrame) -> pd.DataFrame:
    """List the abandoned bases in the order of their dates.

    Parameters
    ----------
    units : DataFrame
        Frame of one or several runs.

    Returns
    -------
    DataFrame
        run, date, battalion, formation, branch, place (of garrison on day 0), companies, regulars (of day
        0), lost (escaped or caught by the end, reservists included); a row a base.
    """
    keys = ["run", "abandoned_date", "battalion", "formation", "branch", "place"]
    left = units[units["abandoned_date"].notna()]
    bases = left.assign(lost=left["escaped"] + left["caught"]).groupby(keys, observed=True)
    listed = bases.agg(
        companies=("unit", "size"), regulars=("regulars", "sum"), lost=("lost", "sum")
    ).reset_index()
    return listed.rename(columns={"abandoned_date": "date"})
