"""What a result says, as tables to print: totals of the runs, and exits by sect and rank."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.showing.printing import new_table
from sim.codes import RANKS, Fate

if TYPE_CHECKING:
    from rich.table import Table

    from sim.result import Result

Format = Callable[[float], str]


def count(value: float) -> str:
    """Write a number of men, or of dollars."""
    return "–" if np.isnan(value) else f"{value:,.0f}"


def rate(value: float) -> str:
    """Write men a day."""
    return "–" if np.isnan(value) else f"{value:,.1f}"


def percent(value: float) -> str:
    """Write a share."""
    return "–" if np.isnan(value) else f"{100 * value:.1f} %"


_ROWS: tuple[tuple[str, str, Format], ...] = (
    ("Attempts", "attempts", count),
    ("Exits", "exits", count),
    ("  joined a faction", "joined", count),
    ("  fled to a haven", "fled", count),
    ("  in hiding", "hiding", count),
    ("Caught leaving", "caught", count),
    ("Killed", "killed", count),
    ("Civilians killed", "civilians_killed", count),
    ("Destroyed, of the country", "destruction", percent),
    ("Held by the opposition at the end, by day", "control_day", percent),
    ("  by night", "control_night", percent),
    ("Armed opposition at the end", "fighters", count),
    ("Militia at the end", "militia", count),
    ("Reservists who reported", "reported", count),
    ("Reservists who evaded", "evaded", count),
    ("Gone, of the regulars of day 0", "share_gone", percent),
    ("Gone, of the out-group's regulars", "share_gone_out_group", percent),
    ("In-group, of the exits", "in_group_share_of_exits", percent),
    ("Officers who left", "officers_left", count),
    ("  senior officers and generals", "senior_and_generals_left", count),
    ("  generals", "generals_left", count),
    ("Left alone, of the exits", "single_share", percent),
    ("Largest group", "largest_group", count),
    ("Peak of exits a day, 28-day mean", "peak_28_day_exits", rate),
    ("End of it over its peak", "end_over_peak", percent),
    ("Strength at the end, nominal", "strength_nominal", count),
    ("  deployable", "strength_deployable", count),
    ("  loyal", "strength_loyal", count),
    ("Dollars paid", "paid_usd", count),
    ("Dollars owed", "owed_usd", count),
    ("Arrears in dollars at the end", "arrears_usd", count),
)
_MONEY = {"paid_usd", "owed_usd", "arrears_usd"}


def totals(result: Result) -> Table:
    """Table of the summary: the value of one run, or mean and range over several."""
    several = result.runs > 1
    heads = ("mean", "lowest", "highest") if several else ("",)
    table = new_table("What happened", "", *heads)
    table.show_header = several
    for label, column, write in _ROWS:
        values = result.summary[column].to_numpy(dtype=np.float64)
        if column not in _MONEY or values.any():
            table.add_row(label, *(write(each) for each in _spread(values, several)))
    dates = result.summary["peak_date"].dropna().dt.strftime("%Y-%m-%d")
    if len(dates):
        cells = ("", dates.min(), dates.max()) if several else (dates.iloc[0],)
        table.add_row("Date of the peak", *cells)
    table.add_row("Class of outcome", outcomes(result), *("" for _ in heads[1:]))
    return table


def quantiles(summary: pd.DataFrame) -> Table:
    """Table of the spread of outcomes over runs: median and the range of the middle 90 %."""
    table = new_table("What happened", "", "median", "5 %", "95 %")
    for label, column, write in _ROWS:
        values = summary[column].to_numpy(dtype=np.float64)
        known = values[~np.isnan(values)]
        if known.size and (column not in _MONEY or known.any()):
            table.add_row(label, *(write(float(each)) for each in np.quantile(known, (0.5, 0.05, 0.95))))
    return table


def _spread(values: np.ndarray[tuple[int], np.dtype[np.float64]], several: bool) -> tuple[float, ...]:
    """Mean, lowest and highest of the values that are known; the one value of one run."""
    known = values[~np.isnan(values)]
    if not several:
        return (float(values[0]),)
    if known.size == 0:
        return (np.nan, np.nan, np.nan)
    return float(known.mean()), float(known.min()), float(known.max())


def outcomes(result: Result) -> str:
    """Class of outcome of one run, or how many runs have which."""
    found = result.summary["outcome"].astype(str).value_counts()
    if result.runs == 1:
        return str(found.index[0])
    return ", ".join(f"{name} {number}" for name, number in found.items())


def by_sect_and_rank(result: Result) -> Table:
    """Exits by sect and rank, a mean over runs, and the share of each sect's regulars that has gone."""
    left = result.exits[result.exits["fate"] != Fate.CAUGHT.name.lower()]
    counts = pd.crosstab(left["sect"], left["rank"], dropna=False) / result.runs
    title = "Exits by sect and rank" + (", mean over runs" if result.runs > 1 else "")
    table = new_table(title, "", *RANKS, "all", "gone, of regulars")
    gone = _share_gone(result)
    for sect, entry in result.scenario.sects.items():
        row = [float(counts[rank].get(sect, 0.0)) if rank in counts else 0.0 for rank in RANKS]
        label = entry.title or sect
        table.add_row(label, *(count(each) for each in (*row, sum(row))), percent(gone[sect]))
    whole = [float((left["rank"] == rank).sum()) / result.runs for rank in RANKS]
    share = float(result.summary["share_gone"].mean())
    table.add_row("All", *(count(each) for each in (*whole, sum(whole))), percent(share))
    return table


def _share_gone(result: Result) -> dict[str, float]:
    """Share of each sect's regulars of day 0 who escaped or were caught, over all runs."""
    gone = result.exits.loc[~result.exits["reservist"], "sect"].value_counts()
    men = result.roster.groupby("sect", observed=False)["regulars"].sum()
    return {
        sect: float(gone.get(sect, 0)) / float(men.get(sect, 0)) if men.get(sect, 0) else float("nan")
        for sect in result.scenario.sects
    }


def varies(result: Result) -> str:
    """Say what differs between the runs, and what a range over them leaves out."""
    army, luck = (result.summary[f"{kind}_seed"] for kind in ("army", "luck"))
    seeds = f"army seed {_seeds(army)}, luck seed {_seeds(luck)}"
    if result.runs == 1:
        return f"One run ({seeds}): says nothing of chance; --runs R does."
    what = "Luck varies, the army is one" if army.nunique() == 1 else "Army and luck vary"
    return f"{result.runs} runs ({seeds}). {what}; the parameters are held at their values."


def _seeds(seeds: pd.Series) -> str:
    low, high = int(seeds.min()), int(seeds.max())
    return str(low) if low == high else f"{low} to {high}"
