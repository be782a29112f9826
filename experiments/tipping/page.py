"""The page of tipping, from the runs of its example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.tables import markdown
from experiments.tipping.alarms import COVERS as ALARMS_COVER
from experiments.tipping.alarms import LEVEL, alarm_rates, discrimination, warnings_of
from experiments.tipping.collapse import day_of_collapse
from experiments.tipping.example import (
    AFTER_DAYS,
    BELIEF,
    EDGE,
    FEEDBACKS,
    GRIEVANCE,
    HIGH,
    LEAD_DAYS,
    LOW,
    WINDOW_DAYS,
)
from experiments.tipping.figures import save, surface_figure, survival_figure, tau_figure
from experiments.tipping.indicators import INDICATORS
from experiments.tipping.memory import COVERS as MEMORY_COVERS
from experiments.tipping.memory import memory_of
from experiments.tipping.probability import COVERS, crossings, probabilities, steps
from experiments.tipping.survival import COVERS as SURVIVAL_COVERS
from experiments.tipping.survival import median_day, survival_curve, survival_of

if TYPE_CHECKING:
    from sim.result import Result
    from sim.scenario import Scenario


def write_page(
    scenario: Scenario,
    runs: pd.DataFrame,
    edge: Sequence[Result],
    memories: dict[tuple[str, int], pd.DataFrame],
    out: Path,
) -> None:
    """Write the page and its figures.

    Parameters
    ----------
    scenario : Scenario
        As it was run, before anything was moved.
    runs : DataFrame
        As from `experiments.tipping.example.surface`.
    edge : sequence of Result
        As from `experiments.tipping.example.at_the_edge`.
    memories : dict
        As from `experiments.tipping.example.memories`.
    out : Path
        The page; figures go to a folder `figures` beside it.
    """
    figures = out.parent / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    parts = [
        "# Tipping: where collapse becomes likely, when, and whether it is announced",
        _head(scenario),
        "## P(collapse) over two parameters",
        *_surface(runs, figures / "tipping-surface.png"),
        "## Time to collapse",
        *_times(runs, edge, figures / "tipping-times.png"),
        "## Early warnings",
        *_warnings(edge, figures / "tipping-warnings.png"),
        "## Memory",
        *_memory(memories),
    ]
    out.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _head(scenario: Scenario) -> str:
    return (
        "Made by `python -m experiments.tipping`; do not edit. Scenario `syria-2012` at "
        f"{scenario.army.scale:g} of the army's size, which is not the real one in all respects "
        f"([scale.md](scale.md)). {scenario.war.statement} Collapse is a class of outcome by definition "
        f"([odd.md](odd.md), 7.25): more than {scenario.outcomes.collapse_gone_share:.0%} of the regulars "
        f"gone, or under {scenario.outcomes.collapse_deployable_share:.0%} of them deployable, at the end. "
        "Values are compared where they were stated; nothing is optimised. A simulation, not an observation "
        "or a forecast; what it rests on is in [limits.md](limits.md)."
    )


def _surface(runs: pd.DataFrame, figure: Path) -> Iterator[str]:
    """Write the surface, its crossings, and paired steps along the first parameter."""
    names = (GRIEVANCE.name, BELIEF.name)
    table = probabilities(runs, names)
    save([(3.4, lambda ax: surface_figure(table, *names, ax))], figure)
    seeds = runs["seed"].nunique()
    keys = "; ".join(
        f"*{each.name}*: {', '.join(f'`{key}`' for key in each.keys)}" for each in (GRIEVANCE, BELIEF)
    )
    yield (
        f"{seeds} armies and lucks at each point, the same at all. {keys}. Per cent of the runs that "
        f"collapsed, and below it the interval (Wilson, 95 %). Intervals cover {COVERS}."
    )
    yield f"![P(collapse) over grievance and belief](figures/{figure.name})"
    yield "Where half collapse along grievance, between the two values that were run:"
    yield markdown([_crossing(table, value) for value in BELIEF.values])
    here = steps(runs[runs[BELIEF.name] == BELIEF.values[1]], GRIEVANCE.name)
    yield (
        f"Neighbouring values on the same luck, at a belief of {BELIEF.values[1]:g}: what the intervals "
        "above cannot tell apart, pairs may. P is that of a sign test."
    )
    yield markdown(
        [
            {
                "from": f"{row['below']:g}",
                "to": f"{row['above']:g}",
                "collapse only at the second": f"{row['gained']}",
                "only at the first": f"{row['lost']}",
                "pairs": f"{row['pairs']}",
                "P": f"{row['p']:.2g}",
            }
            for row in here.to_dict("records")
        ]
    )


def _crossing(table: pd.DataFrame, belief: float) -> dict[str, str]:
    found = crossings(table[table[BELIEF.name] == belief], GRIEVANCE.name)
    words = "; ".join(f"{each['low']:g} to {each['high']:g}" for each in found)
    sure = "; ".join("yes" if each["certain"] else "no" for each in found)
    return {
        "belief": f"{belief:g}",
        "grievance": words or "not within the values",
        "intervals on either side of a half": sure or "–",
    }


def _times(runs: pd.DataFrame, edge: Sequence[Result], figure: Path) -> Iterator[str]:
    """Write how long armies lasted at some points."""
    here = runs[runs[BELIEF.name] == BELIEF.values[1]]
    curves = {
        f"grievance {value:g}": survival_of(here[here[GRIEVANCE.name] == value])
        for value in GRIEVANCE.values[-3:]
    }
    days = int(runs["days"].iloc[0])
    known = [day_of_collapse(result) for result in edge]
    at_edge = survival_curve(
        np.array([days - 1 if day is None else day for day in known]),
        np.array([day is not None for day in known]),
    )
    every = {f"grievance {EDGE['grievance.multiple']:g}": at_edge, **curves}
    save([(3.0, lambda ax: survival_figure(every, days, ax))], figure)
    yield (
        "Share of armies that have not met the rule of collapse, by day (Kaplan and Meier), with intervals "
        f"(95 %, Greenwood) that cover {SURVIVAL_COVERS}. An army that never did is censored at the end of "
        "the run, which is an end of the calendar and not of its history."
    )
    yield f"![Armies that have not collapsed, by day](figures/{figure.name})"
    yield markdown(
        [
            {
                "at": title,
                "armies": f"{curve['at_risk'].iloc[0]}",
                "collapsed": f"{curve['collapses'].sum()}",
                "half by day": _median(curve),
                "not collapsed at the end": _band(curve),
            }
            for title, curve in every.items()
        ]
    )


def _median(curve: pd.DataFrame) -> str:
    day = median_day(curve)
    return "not reached" if day is None else str(day)


def _band(curve: pd.DataFrame) -> str:
    last = curve.iloc[-1]
    if np.isnan(last["low"]):
        return f"{last['share']:.0%} (no interval)"
    return f"{last['share']:.0%} ({100 * last['low']:.0f} to {100 * last['high']:.0f})"


def _warnings(edge: Sequence[Result], figure: Path) -> Iterator[str]:
    """Write how often indicators rang before a collapse, and without one."""
    table = warnings_of(edge, days=WINDOW_DAYS, lead=LEAD_DAYS)
    save([(2.6, lambda ax: tau_figure(table, ax))], figure)
    early = len(table.attrs["too_early"])
    yield (
        f"{len(edge)} armies and lucks at a grievance of {EDGE['grievance.multiple']:g}, where some "
        f"collapse and some do not. Exits a day in the {WINDOW_DAYS} days up to {LEAD_DAYS} days before the "
        "collapse, or on the same days of a run that held, by Anscombe's square root and without their "
        "trend (Gaussian kernel, a tenth of the window). In a moving half of it: variance and lag-1 "
        "autocorrelation (Scheffer and others 2009). An alarm is a rise (Kendall's tau) such as at most "
        f"{LEVEL:.0%} of AR(1) surrogates show."
        + f" {early} runs collapsed too early for a window and are left out."
        * (early > 0)
    )
    yield f"![Trend of the indicators, runs that collapsed and that held](figures/{figure.name})"
    taus = {name: table[f"tau_{name}"].to_numpy(dtype=np.float64) for name in INDICATORS}
    fate = table["collapsed"].to_numpy(dtype=bool)
    rows = []
    for row in alarm_rates(table).to_dict("records"):
        name = str(row["indicator"])
        cells = {"indicator": name}
        for kind, plural, who in (("hit", "hits", "collapsed"), ("false", "false_alarms", "held")):
            ends = f"{100 * row[f'{kind}_low']:.0f} to {100 * row[f'{kind}_high']:.0f}"
            cells[f"alarms, {who}"] = f"{row[plural]} of {row[who]}: {row[f'{kind}_rate']:.0%} ({ends})"
        if name in taus:
            area = discrimination(taus[name], fate)
            cells["higher tau where collapsed"] = f"{area.middle:.2f} ({area.low:.2f} to {area.high:.2f})"
        else:
            cells["higher tau where collapsed"] = "–"
        rows.append(cells)
    yield markdown(rows)
    yield (
        "Alarms of runs that collapsed are hits, of runs that held false alarms. Last column: chance that a "
        "run that collapsed has a higher tau than one that held; 0.5 tells nothing. Intervals (95 %: Wilson, "
        f"bootstrap) cover {ALARMS_COVER}."
    )
    yield _verdict(table)


def _verdict(table: pd.DataFrame) -> str:
    """Say what the rates come to."""
    fate = table["collapsed"].to_numpy(dtype=bool)
    telling = [
        name
        for name in INDICATORS
        if discrimination(table[f"tau_{name}"].to_numpy(dtype=np.float64), fate).low > 0.5
    ]
    reason = (
        "A collapse here is a bound that a growing share passes, in a country at war. It is no fold that a "
        "system in balance is slowly brought to, which is what the theory of critical slowing down is about."
    )
    if telling:
        return f"Before a collapse {' and '.join(telling)} rise more often than without one. {reason}"
    return f"Neither indicator announces a collapse in these runs. {reason}"


def _memory(memories: dict[tuple[str, int], pd.DataFrame]) -> Iterator[str]:
    """Write whether rates depend on the past."""
    feedbacks = ", ".join(f"`{name}`" for name in FEEDBACKS)
    seeds = next(iter(memories.values()))["seed"].nunique()
    yield (
        "Hysteresis in the strict sense is a state that goes back on another branch than it came. It cannot "
        "be seen in who is gone: nobody returns, so the share gone never falls. What can be asked is "
        "whether those who still serve leave at another rate under the same pressure because of what was "
        f"before. Everybody's hazard is multiplied by {LOW:g} or by {HIGH:g} from day 0 on, and by 1 in the "
        f"{AFTER_DAYS} days that follow, on the same dates, army and luck. Memory is the logarithm of the "
        "rate of exits after the high past over that after the low one: above 0 the past drags on, under 0 "
        f"it was used up (the ready have left, surveillance has learned). *Without feedback*: {feedbacks} "
        "are off, so that mostly selection is left. A ramp within a run "
        "(`experiments.tipping.memory.ramps`) mixes its levels with the dates of the war, and is for "
        "scenarios without such dates."
    )
    rows = []
    for (variant, past), table in memories.items():
        memory = memory_of(table)
        rates = table.groupby("after")["rate"].mean()
        rows.append(
            {
                "scenario": variant,
                "days of the past": f"{past}",
                "exits a day per 1,000, after low": f"{rates['low']:.3f}",
                "after high": f"{rates['high']:.3f}",
                "memory": f"{memory.middle:+.2f} ({memory.low:+.2f} to {memory.high:+.2f})",
            }
        )
    yield markdown(rows)
    yield f"{seeds} pairs of army and luck each. The intervals (95 %, paired t) cover {MEMORY_COVERS}."
