"""What the baseline is held to, and what is shown beside it: each row, and how a run is measured for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Date

import numpy as np
import pandas as pd

from sim.clock import day_number
from sim.result import Result

JULY = Date(2012, 7, 12)


@dataclass(frozen=True)
class Row:
    """A row of the table: what is measured, and what it is held to."""

    name: str
    low: float
    high: float
    measure: Callable[[Result], float]
    note: str = ""
    of_the_war: bool = False
    """Whether it is an input where the war is a table."""


def total_by(column: str, date: Date) -> Callable[[Result], float]:
    """Total of a daily column up to and including a date."""

    def measure(result: Result) -> float:
        last = day_number(result.scenario.start, date)
        return float(result.daily.loc[result.daily["day"] <= last, column].sum())

    return measure


def exits_by(date: Date) -> Callable[[Result], float]:
    """Exits up to and including a date."""
    return total_by("exits", date)


def value_on(column: str, date: Date) -> Callable[[Result], float]:
    """Value of a daily column on a date."""

    def measure(result: Result) -> float:
        day = day_number(result.scenario.start, date)
        return float(result.daily.loc[result.daily["day"] == day, column].iloc[0])

    return measure


def exits_a_day(begin: Date, end: Date) -> Callable[[Result], float]:
    """Mean exits a day from one date to another, both included."""

    def measure(result: Result) -> float:
        first, last = (day_number(result.scenario.start, date) for date in (begin, end))
        chosen = result.daily["day"].between(first, last)
        return float(result.daily.loc[chosen, "exits"].mean())

    return measure


def escaped(result: Result, until: Date | None = None) -> pd.DataFrame:
    """Men who escaped, up to a date."""
    frame = result.exits[result.exits["fate"] != "caught"]
    if until is None:
        return frame
    return frame[frame["day"] <= day_number(result.scenario.start, until)]


def escaped_of_rank(ranks: tuple[str, ...], until: Date | None = None) -> Callable[[Result], float]:
    """Escapes of some ranks, up to a date."""
    return lambda result: float(escaped(result, until)["rank"].isin(ranks).sum())


def home_over_median(home: str, until: Date | None) -> Callable[[Result], float]:
    """Share gone of those born in a place, over the median of all places."""

    def measure(result: Result) -> float:
        share = share_gone_by_home(result, until)
        return float(share[home] / share.median())

    return measure


def share_gone_by_home(result: Result, until: Date | None) -> pd.Series:
    """Share of the regulars of day 0 who escaped, by home."""
    gone = escaped(result, until).query("not reservist").groupby("home", observed=False).size()
    return gone / result.roster.groupby("home", observed=False)["regulars"].sum()


def groups(result: Result) -> pd.Series:
    """Sizes of the groups that escaped."""
    return escaped(result).groupby("group").size()


ROWS = (
    Row("exits by 15 March 2012", 10_000, 60_000, exits_by(Date(2012, 3, 15))),
    Row("exits by 12 July 2012", 25_000, 100_000, exits_by(JULY)),
    Row("exits a day, 15 June to 12 July 2012", 60, 300, exits_a_day(Date(2012, 6, 15), JULY)),
    Row(
        "in-group, share of exits",
        0,
        0.02,
        lambda r: float(r.summary["in_group_share_of_exits"].iloc[0]),
    ),
    Row("officers who left by the end", 0, 3_500, escaped_of_rank(("junior", "senior", "general"))),
    Row(
        "senior officers and generals by 16 July 2012",
        150,
        600,
        escaped_of_rank(("senior", "general"), Date(2012, 7, 16)),
    ),
    Row("generals by 16 July 2012", 5, 60, escaped_of_rank(("general",), Date(2012, 7, 16))),
    Row(
        "Deraa-born over the median home, by 12 July 2012",
        3,
        np.inf,
        home_over_median("deraa", JULY),
    ),
    Row("exit events that are single, share", 0.8, 1, lambda r: float((groups(r) == 1).mean())),
    Row("largest group", 20, 500, lambda r: float(groups(r).max())),
    Row(
        "joined, share of those who escaped",
        0.25,
        0.75,
        lambda r: float((escaped(r)["fate"] == "joined").mean()),
    ),
    Row(
        "soldiers killed by 27 May 2012",
        2_500,
        4_500,
        total_by("killed", Date(2012, 5, 27)),
        "counted: 3,072",
        True,
    ),
    Row(
        "soldiers killed by 3 July 2012",
        3_400,
        5_500,
        total_by("killed", Date(2012, 7, 3)),
        "counted: 4,151",
        True,
    ),
    Row(
        "soldiers killed by 9 July 2012",
        3_400,
        6_000,
        total_by("killed", Date(2012, 7, 9)),
        "counted: 4,348",
        True,
    ),
    Row(
        "civilians killed by 3 July 2012",
        9_000,
        18_000,
        total_by("civilians_killed", Date(2012, 7, 3)),
        "counted: 11,486; claimed: 16,000",
        True,
    ),
    Row("collapse, 1 if so", 0, 0, lambda r: float(r.summary["outcome"].iloc[0] == "collapse")),
    Row(
        "days from the peak of 28-day exits to the end",
        56,
        np.inf,
        lambda r: float((r.daily["date"].max() - r.summary["peak_date"].iloc[0]).days),
    ),
)

SHOWN = (
    Row(
        "28-day exits at the end over the peak",
        0,
        np.inf,
        lambda r: float(r.summary["end_over_peak"].iloc[0]),
    ),
    Row(
        "share of the regulars gone at the end",
        0,
        1,
        lambda r: float(r.summary["share_gone"].iloc[0]),
    ),
    Row("exits by 31 July 2011", 200, 1_000, exits_by(Date(2011, 7, 31)), "claim: a few hundred"),
    Row(
        "exits by 30 September 2011",
        2_500,
        10_000,
        exits_by(Date(2011, 9, 30)),
        "claim: over 10,000",
    ),
    Row("exits by the end", 0, np.inf, exits_by(Date(2012, 12, 31))),
    Row(
        "night control, share, 15 July 2012",
        0,
        1,
        value_on("control_night", Date(2012, 7, 15)),
        "claim: 0.6 of territory",
        True,
    ),
    Row(
        "civilians killed by the end",
        0,
        np.inf,
        total_by("civilians_killed", Date(2012, 12, 31)),
        "counted: 32,216",
        True,
    ),
    Row(
        "soldiers killed by the end",
        0,
        np.inf,
        total_by("killed", Date(2012, 12, 31)),
        "counted: 11,487",
        True,
    ),
    Row(
        "armed opposition, 15 June 2012",
        0,
        np.inf,
        value_on("fighters", Date(2012, 6, 15)),
        "counted: about 40,000",
        True,
    ),
    Row("militia, 15 August 2012", 0, np.inf, value_on("militia", Date(2012, 8, 15)), "claim: 10,000", True),
    Row(
        "destroyed by the end, share of the country",
        0,
        1,
        value_on("destruction", Date(2012, 12, 31)),
        "claim, spring 2013: a third of homes damaged",
        True,
    ),
    Row(
        "Deraa-born gone by 12 July 2012, share",
        0,
        1,
        lambda r: float(share_gone_by_home(r, JULY)["deraa"]),
        "claim: 0.8",
    ),
    Row("Deraa-born over the median home, at the end", 0, np.inf, home_over_median("deraa", None)),
)
