"""The table of the baseline: what it is held to, over 20 pairs of army and luck seeds.

``python -m experiments.baseline`` runs it and writes ``docs/baseline.md``: once with the endogenous war of
the scenario, once with the dated table. Five armies with four lucks each, so that the variance between
armies and the variance of luck on one army are told apart.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.null_models import null_rows
from experiments.pay_hazard import pay_rows
from experiments.tables import markdown, number
from experiments.war_by_place import place_rows
from sim.clock import day_number
from sim.engine import run
from sim.result import Result
from sim.scenario import Scenario
from sim.scenario_file import load, scenario_folder
from sim.synthesis import build

ARMIES = 5
LUCKS = 4
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


def exits_by(date: Date) -> Callable[[Result], float]:
    """Exits up to and including a date."""

    def measure(result: Result) -> float:
        last = day_number(result.scenario.start, date)
        return float(result.daily.loc[result.daily["day"] <= last, "exits"].sum())

    return measure


def total_by(column: str, date: Date) -> Callable[[Result], float]:
    """Total of a daily column up to and including a date."""

    def measure(result: Result) -> float:
        last = day_number(result.scenario.start, date)
        return float(result.daily.loc[result.daily["day"] <= last, column].sum())

    return measure


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


def measures(scenario: Scenario, rows: tuple[Row, ...]) -> pd.DataFrame:
    """Measure rows on five armies with four lucks each.

    Returns
    -------
    DataFrame
        A row a run; columns army, luck and the names of the rows.
    """
    table = []
    for army_seed in range(1, ARMIES + 1):
        army = build(scenario, army_seed)
        for number_of_luck in range(LUCKS):
            luck_seed = 100 * army_seed + number_of_luck
            result = run(scenario, luck_seed, army=army)
            values = {row.name: row.measure(result) for row in rows}
            outcome = {"outcome": result.summary["outcome"].iloc[0]}
            table.append({"army": army_seed, "luck": luck_seed, **values, **outcome})
    return pd.DataFrame(table)


def variance_parts(values: pd.Series, army: pd.Series) -> tuple[float, float]:
    """Standard deviations between armies and of luck on one army, by one-way analysis of variance.

    Parameters
    ----------
    values : (n,) Series
    army : (n,) Series
        Army of each value; the same number of values for each.

    Returns
    -------
    between, within : float
        A negative estimate of the variance between armies is given as 0.
    """
    by_army = values.groupby(army)
    size = len(values) / by_army.ngroups
    within = float(by_army.var(ddof=1).mean())
    between = float(by_army.mean().var(ddof=1)) - within / size
    return max(between, 0.0) ** 0.5, within**0.5


def lines(
    scenario: Scenario, table: pd.DataFrame, rows: tuple[Row, ...], barred: bool
) -> list[dict[str, str]]:
    """One line a row: mean, range, the two parts of the variance, and whether it is met."""
    written = []
    for row in rows:
        values = table[row.name]
        if values.isna().all():
            continue  # what the table of the war does not hold
        between, within = variance_parts(values, table["army"])
        mean = float(values.mean())
        line = {
            "row": row.name,
            "mean": number(mean),
            "least to most": f"{number(values.min())} to {number(values.max())}",
            "sd, armies": number(between),
            "sd, luck": number(within),
        }
        if barred:
            met = bool(values.between(row.low, row.high).mean() == 1.0)
            in_mean = row.low <= mean <= row.high
            line["held to"] = _interval(row)
            line["met"] = "yes, in all 20" if met else ("in the mean, not in all 20" if in_mean else "**no**")
        input_ = "an input" if row.of_the_war and scenario.war.kind == "table" else ""
        written.append({**line, "note": "; ".join(filter(None, (input_, row.note)))})
    return written


def _interval(row: Row) -> str:
    if row.low == row.high:
        return number(row.low)
    if np.isinf(row.high):
        return f"at least {number(row.low)}"
    return f"{number(row.low)} to {number(row.high)}"


def variants(scenario: Scenario, dated: Scenario) -> dict[str, Scenario]:
    """Runs that the table is to be read beside."""
    return {
        "the baseline": scenario,
        "Deraa's offset at -1": scenario.with_({"places.deraa.loyalty_offset": -1.0}),
        "yemen-type": laid_over("yemen-type", scenario.army.scale),
        "grievance x 1.5": scenario.with_({"grievance.multiple": 1.5}),
        "grievance x 3": scenario.with_({"grievance.multiple": 3.0}),
        "dated war": dated,
        "dated war, constant in time and uniform in place": flat_war(dated),
    }


def laid_over(contrast: str, scale: float) -> Scenario:
    """Founding case with a contrast laid over it."""
    overlay = scenario_folder() / "contrasts" / f"{contrast}.yaml"
    return load("syria-2012", overlays=[overlay], overrides={"army.scale": scale})


def flat_war(scenario: Scenario) -> Scenario:
    """Spread the deaths of a dated war evenly over time and people; control stays as it is."""
    people = {name: place.population for name, place in scenario.places.items()}
    whole, periods = sum(people.values()), scenario.war.periods
    starts = [day_number(scenario.start, period.start) for period in periods] + [scenario.days]
    lengths = np.diff(np.clip(starts, 0, scenario.days))
    columns = ("civilians_killed_per_day", "soldiers_killed_per_day")
    even = {}
    for column in columns:
        total = sum(
            float(length) * sum(getattr(period, column).values())
            for length, period in zip(lengths, periods, strict=True)
        )
        even[column] = {name: total / scenario.days * men / whole for name, men in people.items()}
    rows = [{**period.model_dump(by_alias=True, mode="json"), **even} for period in periods]
    return scenario.with_({"war.periods": rows})


def variant_line(name: str, scenario: Scenario) -> dict[str, str]:
    """One run of a variant, army and luck of the first pair."""
    result = run(scenario, 100, army_seed=1)
    sizes = groups(result)
    in_groups = float(sizes[sizes > 1].sum() / sizes.sum())
    return {
        "variant": name,
        "exits by 12 July 2012": number(exits_by(JULY)(result)),
        "exits by the end": number(exits_by(Date(2012, 12, 31))(result)),
        "share gone": number(float(result.summary["share_gone"].iloc[0])),
        "Deraa over median home, July": number(home_over_median("deraa", JULY)(result)),
        "exits in groups, share of men": number(in_groups),
        "largest group": number(float(sizes.max())),
        "class": str(result.summary["outcome"].iloc[0]),
    }


def page(scenario: Scenario) -> str:
    """Run everything and write the page."""
    dated = laid_over("dated-war", scenario.army.scale)
    parts = [
        "# The baseline",
        "Made by `python -m experiments.baseline`; do not edit. Scenario `syria-2012` with shipped "
        f"parameters, {ARMIES} armies with {LUCKS} lucks each: {ARMIES * LUCKS} pairs. Ranges and standard "
        "deviations cover army and luck; they do not cover the parameters, most of which are assumptions. "
        "Claims come from belligerents; meeting an interval is no proof. How the values were chosen: "
        "[fitting.md](fitting.md).",
        *held_to(scenario, "With the endogenous war"),
        *held_to(dated, "With the dated war"),
        "## The war by place",
        *place_rows(scenario, dated),
        "## Variants",
        f"One pair each (army 1, luck 100). {scenario.war.statement}",
        markdown([variant_line(name, one) for name, one in variants(scenario, dated).items()]),
        "## Pay among the aware",
        *pay_rows(scenario),
        "## Null models",
        *null_rows(scenario),
    ]
    return "\n\n".join(parts) + "\n"


def held_to(scenario: Scenario, title: str) -> list[str]:
    """Write the rows of a scenario, with and without a bar."""
    table = measures(scenario, ROWS + SHOWN)
    classes = ", ".join(f"{name} {count}" for name, count in table["outcome"].value_counts().items())
    return [
        f"## {title}: what it is held to",
        scenario.war.statement,
        markdown(lines(scenario, table, ROWS, barred=True)),
        f"Classes of outcome: {classes}.",
        f"## {title}: shown without a bar",
        markdown(lines(scenario, table, SHOWN, barred=False)),
    ]


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/baseline.md"))
    parser.add_argument("--scale", type=float, default=1.0, help="size of the army, 1 for the real one")
    chosen = parser.parse_args()
    text = page(load("syria-2012", overrides={"army.scale": chosen.scale}))
    chosen.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
