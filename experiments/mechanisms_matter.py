"""Every mechanism matters somewhere: what changes when one is switched off, on the same army and luck.

``python -m experiments.mechanisms_matter`` runs it and writes ``docs/mechanisms.md``. Outcome, sign and
smallest meaningful effect in `EXPECTATIONS` were written down before the first run and are not changed
after one: pairing makes tiny effects significant, so below the smallest meaningful effect the page says
"immaterial here".
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd
from scipy import stats

from experiments.tables import markdown, number
from sim.army import Army
from sim.codes import Floats
from sim.engine import run
from sim.scenario import Scenario
from sim.scenario_file import load, scenario_folder
from sim.synthesis import build

PAIRS = 20
SMALLEST = 0.02
"""Smallest meaningful effect, as a share of the outcome with the mechanism on."""


@dataclass(frozen=True)
class Expectation:
    """What switching a mechanism off is expected to do, written down before it is tried."""

    mechanism: str
    outcome: str
    sign: Literal[-1, 1]
    because: str
    lever: str | None = None


EXPECTATIONS = (
    Expectation("grievance", "exits", -1, "erosion is the slow cause of most exits"),
    Expectation("comrades", "exits", -1, "those who left persuade ties and company"),
    Expectation("command", "largest_group", -1, "large groups follow a commander"),
    Expectation("invitation", "groups", -1, "most groups are invited"),
    Expectation("casualties", "exits", -1, "rising losses trigger exits"),
    Expectation("deaths", "killed", -1, "nobody is killed"),
    Expectation("militia", "killed", 1, "the army alone bears the losses"),
    Expectation("belief", "senior_and_generals_left", -1, "senior officers act on belief"),
    Expectation("salary_plan", "joined", -1, "pay moves joining", "salary-200"),
    Expectation("refuge", "exits", -1, "havens give somewhere to go; without them the reference is nowhere"),
    Expectation("surveillance", "exits", 1, "it learns: the aggregate brake"),
    Expectation("family", "officers_left", 1, "families hold officers back"),
    Expectation("planning", "senior_and_generals_left", 1, "plans take weeks and are found out"),
    Expectation("opportunity", "exits", 1, "cancelled leave and confinement cut escape"),
    Expectation("fear", "exits", 1, "fear binds"),
    Expectation("reserves", "strength_nominal", -1, "reservists replace men"),
    Expectation("attempts", "caught", -1, "nobody is betrayed or intercepted"),
    Expectation("choice", "joined", -1, "without a choice all hide"),
)


def summaries(scenario: Scenario, armies: list[Army]) -> pd.DataFrame:
    """Summaries of a scenario on each army, with the luck of the same number; a row an army."""
    return pd.concat([run(scenario, army.seed, army=army).summary for army in armies], ignore_index=True)


def acting(lever: str | None, scale: float) -> Scenario:
    """Return the scenario in which a mechanism acts."""
    overlays = [] if lever is None else [scenario_folder() / "levers" / f"{lever}.yaml"]
    return load("syria-2012", overlays=overlays, overrides={"army.scale": scale})


def effect(expectation: Expectation, with_it: pd.DataFrame, without: pd.DataFrame) -> dict[str, str]:
    """One line of the table."""
    before, after = (frame[expectation.outcome].to_numpy(dtype=float) for frame in (with_it, without))
    share = (after - before) / before.mean()
    low, high = _interval(share)
    name = f"`{expectation.mechanism}`" + (f" (with {expectation.lever})" if expectation.lever else "")
    return {
        "switched off": name,
        "outcome": expectation.outcome,
        "expected": ("more" if expectation.sign > 0 else "less") + f": {expectation.because}",
        "effect, % of the outcome": number(100 * float(share.mean())),
        "95 % interval": f"{number(100 * low)} to {number(100 * high)}",
        "verdict": verdict(float(share.mean()), low, high, expectation.sign),
    }


def _interval(values: Floats) -> tuple[float, float]:
    """Interval of a mean by Student's t; a point where nothing varies."""
    error = stats.sem(values)
    if error == 0.0:
        return float(values.mean()), float(values.mean())
    low, high = stats.t.interval(0.95, values.size - 1, values.mean(), error)
    return float(low), float(high)


def verdict(mean: float, low: float, high: float, sign: int) -> str:
    """Word for an effect.

    Examples
    --------
    >>> verdict(-0.4, -0.5, -0.3, -1), verdict(0.01, 0.005, 0.015, 1), verdict(0.2, 0.1, 0.3, -1)
    ('as expected', 'immaterial here', '**against expectation**')
    """
    if abs(mean) < SMALLEST:
        return "immaterial here"
    if low <= 0.0 <= high:
        return "not told from 0"
    return "as expected" if mean * sign > 0 else "**against expectation**"


def page(scale: float) -> str:
    """Run everything and write the page."""
    armies = [build(acting(None, scale), seed) for seed in range(1, PAIRS + 1)]
    with_all = {
        lever: summaries(acting(lever, scale), armies) for lever in {one.lever for one in EXPECTATIONS}
    }
    rows = []
    for one in EXPECTATIONS:
        off = acting(one.lever, scale).with_({f"{one.mechanism}.on": False})
        rows.append(effect(one, with_all[one.lever], summaries(off, armies)))
    head = (
        "Made by `python -m experiments.mechanisms_matter`; do not edit. Scenario `syria-2012`, each "
        f"mechanism switched off, {PAIRS} pairs on the same army and luck, army at {scale:g} of its size. "
        f"Outcome, sign and the smallest meaningful effect ({100 * SMALLEST:g} % of the outcome) were "
        "written down before the first run. The interval covers army and luck, not the parameters. "
        + acting(None, scale).war.statement
    )
    return "\n\n".join(["# Every mechanism matters somewhere", head, markdown(rows)]) + "\n"


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/mechanisms.md"))
    parser.add_argument("--scale", type=float, default=0.25, help="size of the army, 1 for the real one")
    chosen = parser.parse_args()
    chosen.out.write_text(page(chosen.scale), encoding="utf-8")


if __name__ == "__main__":
    main()
