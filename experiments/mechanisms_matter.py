"""Every mechanism matters somewhere: what changes when one is switched off, on the same army and luck.

``python -m experiments.mechanisms_matter`` runs it and writes ``docs/mechanisms.md`` and a figure. Outcome
and sign in `experiments.mechanism_expectations` were written down before the first run and are not changed
after one. A second table puts beside it how the runs with everything on split their expected
exits (`sim.attribution`): another question, with another answer.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from experiments.intervals import Interval, paired
from experiments.mechanism_expectations import EXPECTATIONS, Expectation
from experiments.showing.page_command import add_scale, page_parser
from experiments.showing.tables import markdown, number
from experiments.verdicts import SMALLEST, verdict
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
    mean = paired(share)
    return {
        "switched off": _name(expectation),
        "outcome": expectation.outcome,
        "expected": ("more" if expectation.sign > 0 else "less") + f": {expectation.because}",
        "effect, % of the outcome": number(100 * mean.middle),
        "95 % interval": _percent(mean),
        "verdict": verdict(mean.middle, mean.low, mean.high, expectation.sign),
    }


def two_answers(expectation: Expectation, with_it: Result, without: pd.DataFrame) -> dict[str, str]:
    """One line of the table of parts, beside what exits become when the mechanism is off."""
    part = paired(part_of_expected(expectation.mechanism, with_it))
    change = paired(relative("exits", with_it.summary, without))
    return {
        "mechanism": _name(expectation),
        "part in expected exits, %": number(100 * part.middle),
        "95 % interval": _percent(part),
        "change of exits without it, %": number(100 * change.middle),
        "95 % interval of the change": _percent(change),
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


def _percent(interval: Interval) -> str:
    return " to ".join(number(100 * end) for end in (interval.low, interval.high))


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
