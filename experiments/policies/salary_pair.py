"""A salary plan beside the baseline, on the same army and luck: the two runs and their figure.

The plan is the lever `salary-200` with its sum, the share of its budget that arrives and its first payment
changed; the announcement moves with the payment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patheffects import withStroke

from experiments.policies.levers import lay_over
from sim.plots import bands
from sim.plots.canvas import (
    BLACK,
    BLUE,
    GREY,
    SMALL,
    Dash,
    Drawable,
    axes_of,
    by_run,
    count_axis,
    date_axis,
    footer,
    legend_above,
    x_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.army import Army
    from sim.result import Result
    from sim.scenario import Scenario

LEVER = "salary-200"
"""The lever that a plan starts from."""

_LINES: tuple[tuple[str, str, Dash], ...] = (
    ("exits", "left", "-"),
    ("joined", "joined a faction", (0, (4, 1.5))),
)


@dataclass(frozen=True)
class Pairs:
    """What the runs of all plans share.

    Parameters
    ----------
    lever : Scenario
        The plan as it is shipped.
    army : Army
    seed : int
        Seed of luck.
    baseline : Result
        Without a plan.
    """

    lever: Scenario
    army: Army
    seed: int
    baseline: Result


def pairs_of(scenario: Scenario, scale: float, seed: int) -> Pairs:
    """Build the army and run the baseline.

    Parameters
    ----------
    scenario : Scenario
        As it is, without a plan.
    scale : float
        Size of the army that is built over the real one.
    seed : int
        Seed of the army and of luck.

    Returns
    -------
    Pairs
    """
    from sim.engine import run
    from sim.synthesis import build

    base = scenario.with_({"army.scale": scale})
    army = build(base, seed)
    return Pairs(lay_over(base, LEVER), army, seed, run(base, seed, army=army))


def run_plan(pairs: Pairs, usd_per_month: float, delivered_share: float, starts: Date) -> Result:
    """Run a plan.

    Parameters
    ----------
    pairs : Pairs
    usd_per_month : float
        Offer to a soldier.
    delivered_share : float
        In [0, 1]: share of the budget that reaches its men.
    starts : date
        Of the first payment.

    Returns
    -------
    Result
    """
    from sim.engine import run

    shipped = pairs.lever.salary_plan
    assert shipped.announced is not None, "the lever dates its announcement"
    assert shipped.starts is not None, "the lever dates its first payment"
    plan = {
        "usd_per_month": usd_per_month,
        "delivered_share": delivered_share,
        "starts": starts,
        "announced": shipped.announced + (starts - shipped.starts),
    }
    changed = pairs.lever.with_({f"salary_plan.{key}": value for key, value in plan.items()})
    return run(changed, pairs.seed, army=pairs.army)


def draw_salary(
    scenario: Scenario,
    *,
    usd_per_month: float = 200.0,
    delivered_share: float = 1.0,
    starts: Date | str = "2012-05-01",
    scale: float = 0.1,
    seed: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Run a scenario with and without a salary plan on the same army and luck, and draw both.

    Parameters
    ----------
    scenario : Scenario
        As it is, without a plan.
    usd_per_month : float
        Offer to a soldier, 0 to 5,000; other ranks have their multiple of it.
    delivered_share : float
        In [0, 1]: share of the plan's budget that reaches its men.
    starts : date or str
        Of the first payment; the announcement comes as long before it as in the lever.
    scale : float
        Size of the army that is built over the real one.
    seed : int
        Seed of the army and of luck.
    ax : Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ScenarioError
        If a value is not allowed.
    ValueError
        If `starts` is no date.
    """
    begins = Date.fromisoformat(starts) if isinstance(starts, str) else starts
    pairs = pairs_of(scenario, scale, seed)
    return draw_pair(pairs.baseline, run_plan(pairs, usd_per_month, delivered_share, begins), ax)


def draw_pair(baseline: Drawable, lever: Drawable, ax: Axes | None = None) -> Axes:
    """Draw those who left and those who joined so far, with and without a plan.

    Parameters
    ----------
    baseline, lever : Result
        One run each, of the same days.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = axes_of(ax)
    dates, top = by_run(baseline, "exits")[0], 1.0
    for result, colour, name in ((baseline, GREY, "Baseline"), (lever, BLUE, "Plan")):
        for column, text, style in _LINES:
            total = np.cumsum(by_run(result, column)[1], axis=1)
            bands.draw(ax, dates, total, colour, f"{name}: {text}", style=style)
            top = max(top, float(total.max()))
    date_axis(ax, dates)
    count_axis(ax, "Soldiers since day 0", top)
    ax.set_ylim(0, top * 1.05)
    _mark_start(ax, lever)
    legend_above(ax)
    _write(ax, (0, 1), (8, -6), _words(baseline, lever), BLACK)
    _write(ax, (0, 0), (0, -30), f"{footer(baseline)} · one pair: no interval", GREY)
    return ax


def _write(
    ax: Axes, corner: tuple[float, float], points: tuple[float, float], words: str, colour: str
) -> None:
    """Write words below and right of a place that is so many points from a corner of the axes."""
    text = ax.annotate(
        words,
        xy=corner,
        xycoords="axes fraction",
        xytext=points,
        textcoords="offset points",
        fontsize=SMALL,
        color=colour,
        va="top",
        linespacing=1.4,
        # Two dollar signs would set what is between them as a formula.
        parse_math=False,
    )
    text.set_path_effects([withStroke(linewidth=3, foreground="white")])


def _mark_start(ax: Axes, lever: Drawable) -> None:
    """Mark the first payment."""
    starts = lever.scenario.salary_plan.starts
    if starts is not None:
        ax.axvline(x_of(starts), color=GREY, linewidth=0.6, linestyle=":", zorder=0)


def _words(baseline: Drawable, lever: Drawable) -> str:
    """Say what the plan is, what it pays, and what it changes."""
    plan, last, before = lever.scenario.salary_plan, lever.summary.iloc[0], baseline.summary.iloc[0]
    starts = f"{plan.starts.day} {plan.starts:%B %Y}" if plan.starts else "its announcement"
    offer = f"${plan.usd_per_month:,.0f} a month from {starts}"
    arrives = f"{plan.delivered_share:.0%} of the budget arrives"
    changed = (f"{last[key] - before[key]:+,.0f} {text}" for key, text, _ in _LINES)
    paid = f"${last['paid_usd'] / 1e6:,.1f} million paid of ${last['owed_usd'] / 1e6:,.1f} million owed"
    return "\n".join((offer, arrives, paid, f"Difference: {', '.join(changed)}"))
