"""The page of tipping, from the runs of its example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.showing.tables import markdown
from experiments.tipping.caption import caption
from experiments.tipping.collapse import day_of_collapse
from experiments.tipping.example import (
    BELIEF,
    EDGE,
    GRIEVANCE,
)
from experiments.tipping.figures import save, surface_figure, survival_figure
from experiments.tipping.page_memory import memory_part, ramps_part
from experiments.tipping.page_warnings import warnings_part
from experiments.tipping.probability import COVERS, crossings, probabilities, steps
from experiments.tipping.survival import COVERS as SURVIVAL_COVERS
from experiments.tipping.survival import median_day, survival_curve, survival_of

if TYPE_CHECKING:
    from sim.result import Result
    from sim.scenario import Scenario


FROM_PYTHON = """## For another scenario

```python
import sim
from experiments.tipping.memory import memory_of, ramps
from experiments.tipping.probability import crossings, probabilities, steps
from experiments.tipping.scan import Scanned, scan
from experiments.tipping.survival import median_day, survival_of

army = sim.load("invented-army").with_({"army.scale": 0.1})
hazard = Scanned("hazard", ("law.reference_hazard_per_week",), (1e-4, 3e-4, 1e-3, 3e-3))
runs = scan(army, [hazard], seeds=range(1, 6))  # or two parameters; with folder="…" each run is kept
table = probabilities(runs, ["hazard"])  # P(collapse) with Wilson's interval, and what it covers
print(table, crossings(table, "hazard"), steps(runs, "hazard"))
print(median_day(survival_of(runs[runs["hazard"] == 3e-3])))

forgetful = sim.load("constant-hazard").with_({"law.reference_hazard_per_week": 0.014})
print(memory_of(ramps(forgetful, (0.5, 1.0, 2.0), hold_days=10, seeds=range(1, 4))))
```

Alarms are `warnings_of` and `alarm_rates` of `experiments.tipping.alarms`; notebook 04 uses them."""


def write_page(
    scenario: Scenario,
    runs: pd.DataFrame,
    edge: Sequence[Result],
    memories: dict[tuple[str, int], pd.DataFrame],
    ramps: dict[tuple[str, int], pd.DataFrame],
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
    ramps : dict
        As from `experiments.tipping.example.ramped`.
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
        *_times(scenario, runs, edge, figures / "tipping-times.png"),
        "## Early warnings",
        *warnings_part(edge, figures / "tipping-warnings.png"),
        "## Memory",
        *memory_part(memories),
        "## Ramps: up and down again",
        *ramps_part(ramps, figures / "tipping-ramps.png"),
        FROM_PYTHON,
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
    titles = {each.name: each.title for each in (GRIEVANCE, BELIEF)}
    save([(3.4, lambda ax: surface_figure(table, *names, ax, titles=titles))], figure)
    seeds = runs["seed"].nunique()
    keys = "; ".join(
        f"*{each.name}*: {', '.join(f'`{key}`' for key in each.keys)}" for each in (GRIEVANCE, BELIEF)
    )
    yield (
        f"{seeds} armies and lucks at each point, the same at all. {keys}. Per cent of the runs that "
        f"collapsed, and below it the interval (Wilson, 95 %). Intervals cover {COVERS}."
    )
    yield f"![P(collapse) over grievance and belief](figures/{figure.name})"
    yield caption(f"Intervals (Wilson, 95 %) cover {COVERS}.")
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


def _times(scenario: Scenario, runs: pd.DataFrame, edge: Sequence[Result], figure: Path) -> Iterator[str]:
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
    save([(3.0, lambda ax: survival_figure(every, days, ax, start=scenario.start))], figure)
    yield (
        "Share of armies that have not met the rule of collapse, by day (Kaplan and Meier), with intervals "
        f"(95 %, Greenwood) that cover {SURVIVAL_COVERS}. An army that never did is censored at the end of "
        "the run, which is an end of the calendar and not of its history."
    )
    yield f"![Armies that have not collapsed, by day](figures/{figure.name})"
    yield caption(f"Bands (95 %, Greenwood) cover {SURVIVAL_COVERS}.")
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
