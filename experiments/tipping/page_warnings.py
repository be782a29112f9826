"""The part of the page that tells whether a collapse is announced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.intervals import Interval
from experiments.showing.tables import markdown
from experiments.tipping.alarms import COVERS as ALARMS_COVER
from experiments.tipping.alarms import LEVEL, alarm_rates, discrimination, warnings_of
from experiments.tipping.caption import caption
from experiments.tipping.collapse import day_of_collapse
from experiments.tipping.example import CHOICES, EDGE, LEAD_DAYS, WINDOW_DAYS
from experiments.tipping.figures import save, tau_figure
from experiments.tipping.indicators import INDICATORS, Settings

if TYPE_CHECKING:
    from sim.result import Result


def warnings_part(edge: Sequence[Result], figure: Path) -> Iterator[str]:
    """Write how often indicators rang before a collapse, and without one."""
    fates = {day_of_collapse(result) is not None for result in edge}
    if len(fates) == 1:
        which = "Every army collapses" if fates.pop() else "No army collapses"
        yield f"{which} at a grievance of {EDGE['grievance.multiple']:g}: there is nothing to tell apart."
        return
    table = warnings_of(edge, days=WINDOW_DAYS, lead=LEAD_DAYS)
    save([(2.6, lambda ax: tau_figure(table, ax))], figure)
    early = len(table.attrs["too_early"])
    yield (
        f"{len(edge)} armies and lucks at a grievance of {EDGE['grievance.multiple']:g}, where some "
        f"collapse and some do not. Exits a day in the {WINDOW_DAYS} days up to {LEAD_DAYS} days before the "
        "collapse, or on the same days of a run that held, by Anscombe's square root and without their "
        "trend (Gaussian kernel, a tenth of the window). In a moving half of it: variance and lag-1 "
        "autocorrelation (Scheffer and others 2009). An alarm is a rise (Kendall's tau) such as at most "
        f"{LEVEL:.0%} of AR(1) surrogates show (Dakos and others 2012). Runs that held are looked at as "
        "those that collapsed are: to look at collapses alone finds what rises by chance too often "
        "(Boettiger and Hastings 2012)."
        + f" {early} runs collapsed too early for a window and are left out."
        * (early > 0)
    )
    yield f"![Trend of the indicators, runs that collapsed and that held](figures/{figure.name})"
    yield caption("A circle a run; filled: an alarm. Its height within a row says nothing.")
    collapsed, rates = int(table["collapsed"].sum()), alarm_rates(table)
    rows = []
    for row in rates.to_dict("records"):
        name = str(row["indicator"])
        rows.append(
            {
                "indicator": name,
                "alarms, collapsed": _share(row["hits"], row["collapsed"], row, "hit"),
                "alarms, held": _share(row["false_alarms"], row["held"], row, "false"),
                "collapsed, of the alarms": _share(row["hits"], row["alarms"], row, "right"),
                "higher tau where collapsed": _area(table, name, ends=True) if name in INDICATORS else "–",
            }
        )
    yield markdown(rows)
    yield (
        "Alarms of runs that collapsed are hits, of runs that held false alarms. How many of the alarms "
        "come before a collapse depends on how many collapse at all, here "
        f"{collapsed} of {len(table)} by choice of the grievance. Last column: chance that a run that "
        "collapsed has a higher tau than one that held; 0.5 tells nothing. Intervals (95 %: Wilson, "
        f"bootstrap) cover {ALARMS_COVER}."
    )
    yield _verdict(table, rates)
    yield from _choices(edge)


def _choices(edge: Sequence[Result]) -> Iterator[str]:
    """Write what other choices would have found."""
    tables = {each: warnings_of(edge, days=WINDOW_DAYS, lead=LEAD_DAYS, settings=each) for each in CHOICES}
    yield "The same runs with other moving windows and kernels, as parts of the days looked at:"
    yield markdown([_choice(table, settings) for settings, table in tables.items()])
    areas = [_discrimination(table, name) for table in tables.values() for name in INDICATORS]
    off = sum(area.low > 0.5 or area.high < 0.5 for area in areas)
    collapsed = next(iter(tables.values()))["collapsed"]
    yield (
        f"*h*: alarms of {int(collapsed.sum())} runs that collapsed; *f*: false alarms of "
        f"{int((~collapsed).sum())} that held; *tau*: chance of a higher tau where collapsed. Of these "
        f"{len(areas)} chances {off} {'has an interval' if off == 1 else 'have intervals'} (95 %, as wide as "
        f"above) without 0.5; of independent ones luck alone would give about {0.05 * len(areas):.1g}. They "
        "are of the same runs and go together."
    )


def _discrimination(table: pd.DataFrame, name: str) -> Interval:
    """Chance of a higher tau of an indicator where a run collapsed."""
    tau = table[f"tau_{name}"].to_numpy(dtype=np.float64)
    return discrimination(tau, table["collapsed"].to_numpy(dtype=bool))


def _share(hits: int, of: int, row: Mapping[Any, Any], kind: str) -> str:
    """Write a count, its share and its interval."""
    if not of:
        return "–"
    ends = f"{100 * row[f'{kind}_low']:.0f} to {100 * row[f'{kind}_high']:.0f}"
    return f"{hits} of {of}: {row[f'{kind}_rate']:.0%} ({ends})"


def _area(table: pd.DataFrame, name: str, *, ends: bool) -> str:
    """Write the chance of a higher tau where a run collapsed."""
    area = _discrimination(table, name)
    return f"{area.middle:.2f}" + (f" ({area.low:.2f} to {area.high:.2f})" if ends else "")


def _choice(table: pd.DataFrame, settings: Settings) -> dict[str, str]:
    """Write alarms and tau of each indicator under one choice."""
    cells = {"window": f"{settings.window:g}", "kernel": f"{settings.bandwidth:g}"}
    rates = alarm_rates(table).set_index("indicator")
    for name in INDICATORS:
        cells |= {
            f"{name}: h": str(rates.loc[name, "hits"]),
            f"{name}: f": str(rates.loc[name, "false_alarms"]),
            f"{name}: tau": _area(table, name, ends=False),
        }
    return cells


def _verdict(table: pd.DataFrame, rates: pd.DataFrame) -> str:
    """Say what the rates come to."""
    telling = [name for name in INDICATORS if _discrimination(table, name).low > 0.5]
    loud = [str(row["indicator"]) for row in rates.to_dict("records") if row["false_low"] > LEVEL]
    errors = (
        f" Of {' and '.join(loud)} there are more false alarms than the {LEVEL:.0%} that the surrogates "
        "promise. Who has one series, and no runs that held, cannot see this."
    ) * bool(loud)
    reason = (
        " A collapse here is a bound that a growing share passes, in a country at war. It is no fold that a "
        "system in balance is slowly brought to, which is what the theory of critical slowing down is about. "
        "Before such a fold the same code does ring ([verification.md](verification.md))."
    )
    if telling:
        return f"Before a collapse {' and '.join(telling)} rise more often than without one.{errors}{reason}"
    return f"Neither indicator announces a collapse in these runs with these settings.{errors}{reason}"
