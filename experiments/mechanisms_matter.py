"""Every mechanism matters somewhere: what changes when one is switched off, on the same army and luck.

``python -m experiments.mechanisms_matter`` runs it and writes ``docs/mechanisms.md`` and a figure. Outcome,
sign and smallest meaningful effect in `EXPECTATIONS` were written down before the first run and are not
changed after one: pairing makes tiny effects significant, so below the smallest meaningful effect the page
says "immaterial here". A second table puts beside it how the runs with everything on split their expected
exits (`sim.attribution`): another question, with another answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from experiments.page_command import add_scale, page_parser
from experiments.tables import markdown, number
from sim.army import Army
from sim.attribution import Cadence
from sim.codes import Floats
from sim.engine import run
from sim.mechanisms.order import PARTS
from sim.plots import attribution, save_figure
from sim.result import Result
from sim.scenario import Scenario
from sim.scenario_file import load
from sim.synthesis import build

PAIRS = 20
SMALLEST = 0.02
"""Smallest meaningful effect, as a share of the outcome with the mechanism on."""


TWO_ANSWERS = (
    "The *part* is attribution (section 7.28 of [odd.md](odd.md)), looked at each week in the runs with all "
    "mechanisms on: of the men expected to decide to leave, how many rest on what the mechanism says of them "
    "then and did not say on day 0. Parts and baseline add up to all of them; brakes are negative. The "
    "*change* is causal, within the rules: exits on the same army and luck without the mechanism, invited "
    "and followers included. Changes do not add up. The two differ for three reasons. Hazards multiply: a "
    "mechanism that is switched off takes along all that it did together with others, which the parts share "
    "out. What followed goes too: comrades who then do not leave, surveillance that then does not learn. And "
    "what a mechanism said on day 0 already is in the baseline, but goes when it is switched off: families "
    "hold men back, and their part is positive, for they hold back less than on day 0. Say which is meant."
)


@dataclass(frozen=True)
class Expectation:
    """What switching a mechanism off is expected to do, written down before it is tried."""

    mechanism: str
    outcome: str
    sign: Literal[-1, 1]
    because: str
    lever: str | None = None


EXPECTATIONS = (
    Expectation("conscription", "exits", 1, "professionals among the ranks hold"),
    Expectation("tenure", "exits", -1, "men leave more readily in their first months"),
    Expectation("composition", "exits", -1, "companies differ more: those of many conscripts lose most"),
    Expectation("polarisation", "exits", -1, "companies differ more: those of facing camps lose most"),
    Expectation("grievance", "exits", -1, "erosion is the slow cause of most exits"),
    Expectation("comrades", "exits", -1, "those who left persuade ties and company"),
    Expectation("command", "largest_group", -1, "large groups follow a commander"),
    Expectation("invitation", "groups", -1, "most groups are invited"),
    Expectation("casualties", "exits", -1, "rising losses trigger exits"),
    Expectation("deaths", "killed", -1, "nobody is killed"),
    Expectation("militia", "killed", 1, "the army alone bears the losses"),
    Expectation("funds", "members", 1, "nobody is owed upkeep, so fewer leave"),
    Expectation("leavers", "members", 1, "nobody leaves his faction"),
    Expectation("knowledge", "killed", -1, "the opposition is weaker without what defectors know"),
    Expectation("morale", "joined", -1, "exits lift morale, and morale draws men into the factions"),
    Expectation("belief", "senior_and_generals_left", -1, "senior officers act on belief"),
    Expectation("salary_plan", "joined", -1, "pay moves joining", "salary-200"),
    Expectation("refuge", "exits", -1, "havens give somewhere to go; without them the reference is nowhere"),
    Expectation("surveillance", "exits", 1, "it learns: the aggregate brake"),
    Expectation(
        "punishment", "exits", -1, "anger of homes reaches farther than fear in battalions", "examples-made"
    ),
    Expectation("amnesty", "exits", -1, "whoever is accepted has somewhere to go", "amnesty"),
    Expectation(
        "promise",
        "senior_and_generals_left",
        -1,
        "power after the fall draws those who have some",
        "promise-of-power",
    ),
    Expectation("family", "officers_left", 1, "families hold officers back"),
    Expectation("planning", "senior_and_generals_left", 1, "plans take weeks and are found out"),
    Expectation("opportunity", "exits", 1, "cancelled leave and confinement cut escape"),
    Expectation("fear", "exits", 1, "fear binds"),
    Expectation("reserves", "strength_nominal", -1, "reservists replace men"),
    Expectation("attempts", "caught", -1, "nobody is betrayed or intercepted"),
    Expectation(
        "bases", "strength_deployable", 1, "who is left in an abandoned base is not deployable", "yemen-type"
    ),
    Expectation("movement", "killed", -1, "brigades do not march into the fire", "units-march"),
    Expectation("choice", "joined", -1, "without a choice all hide"),
)


def runs_of(scenario: Scenario, armies: list[Army], cadence: Cadence | None = None) -> Result:
    """Run a scenario on each army, with the luck of the same number."""
    return Result.together([run(scenario, army.seed, army=army, attribution=cadence) for army in armies])


def acting(lever: str | None, scale: float) -> Scenario:
    """Return the scenario in which a mechanism acts."""
    overlays = [] if lever is None else [lever]
    return load("syria-2012", overlays=overlays, overrides={"army.scale": scale})


def effect(expectation: Expectation, with_it: pd.DataFrame, without: pd.DataFrame) -> dict[str, str]:
    """One line of the table of effects, from the summaries of the runs with and without."""
    share = relative(expectation.outcome, with_it, without)
    low, high = _interval(share)
    return {
        "switched off": _name(expectation),
        "outcome": expectation.outcome,
        "expected": ("more" if expectation.sign > 0 else "less") + f": {expectation.because}",
        "effect, % of the outcome": number(100 * float(share.mean())),
        "95 % interval": _percent((low, high)),
        "verdict": verdict(float(share.mean()), low, high, expectation.sign),
    }


def two_answers(expectation: Expectation, with_it: Result, without: pd.DataFrame) -> dict[str, str]:
    """One line of the table of parts, beside what exits become when the mechanism is off."""
    parts = part_of_expected(expectation.mechanism, with_it)
    change = relative("exits", with_it.summary, without)
    return {
        "mechanism": _name(expectation),
        "part in expected exits, %": number(100 * float(parts.mean())),
        "95 % interval": _percent(_interval(parts)),
        "change of exits without it, %": number(100 * float(change.mean())),
        "95 % interval of the change": _percent(_interval(change)),
    }


def part_of_expected(mechanism: str, result: Result) -> Floats:
    """Part of a mechanism in the expected exits of each run, as a share of their sum, shape (R,)."""
    assert result.attribution is not None, "the runs are asked for it"
    whole = result.attribution.groupby("run")["expected_exits"].sum()
    its = result.attribution.query("mechanism == @mechanism").groupby("run")["expected_exits"].sum()
    shares: Floats = (its / whole).to_numpy()
    return shares


def relative(outcome: str, with_it: pd.DataFrame, without: pd.DataFrame) -> Floats:
    """Change of an outcome in each pair, over its mean with everything on, shape (R,)."""
    before, after = (frame[outcome].to_numpy(dtype=float) for frame in (with_it, without))
    change: Floats = after - before
    if before.mean() == 0.0:
        # Nothing of it with everything on: no change of it is none, any other is without bound.
        return np.where(change == 0.0, 0.0, np.copysign(np.inf, change))
    share: Floats = change / before.mean()
    return share


def _name(expectation: Expectation) -> str:
    return f"`{expectation.mechanism}`" + (f" (with {expectation.lever})" if expectation.lever else "")


def _percent(interval: tuple[float, float]) -> str:
    return " to ".join(number(100 * end) for end in interval)


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


def page(scale: float, figure: Path) -> str:
    """Run everything, draw the figure and write the page, which looks for it in the folder `figures`."""
    armies = [build(acting(None, scale), seed) for seed in range(1, PAIRS + 1)]
    levers = {one.lever for one in EXPECTATIONS}
    with_all = {lever: runs_of(acting(lever, scale), armies, "weekly") for lever in levers}
    save_figure(attribution, with_all[None], figure)
    effects, answers = [], []
    for one in EXPECTATIONS:
        off = acting(one.lever, scale).with_({f"{one.mechanism}.on": False})
        without = runs_of(off, armies).summary
        effects.append(effect(one, with_all[one.lever].summary, without))
        if one.mechanism in PARTS:
            answers.append(two_answers(one, with_all[one.lever], without))
    return "\n\n".join(_parts(scale, figure, markdown(effects), markdown(answers))) + "\n"


def _parts(scale: float, figure: Path, effects: str, answers: str) -> list[str]:
    """Put the page together."""
    head = (
        "Made by `python -m experiments.mechanisms_matter`; do not edit. Scenario `syria-2012`, each "
        f"mechanism switched off, {PAIRS} pairs on the same army and luck, army at {scale:g} of its size. "
        f"Outcome, sign and the smallest meaningful effect ({100 * SMALLEST:g} % of the outcome) were "
        "written down before the first run. The interval covers army and luck, not the parameters. "
        + acting(None, scale).war.statement
    )
    picture = f"![Expected exits a day by mechanism, brakes below the axis](figures/{figure.name})"
    caption = (
        f"*Expected exits by mechanism, mean of the {PAIRS} runs with all mechanisms on. The thin lines are "
        "those who left or were caught in these runs. A simulation, not an observation.*"
    )
    title = "# Every mechanism matters somewhere"
    return [title, head, effects, "## Two answers", TWO_ANSWERS, answers, picture, caption]


def main() -> None:
    """Write the page and its figure."""
    parser = page_parser("experiments.mechanisms_matter", __doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/mechanisms.md"))
    add_scale(parser, 0.25)
    chosen = parser.parse_args()
    figures = chosen.out.parent / "figures"
    figures.mkdir(exist_ok=True)
    text = page(chosen.scale, figures / "attribution.png")
    chosen.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
