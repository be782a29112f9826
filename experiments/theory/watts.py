"""Watts' cascades on random graphs: how often one man sets off many, how many, and day by day."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from scipy.stats import beta

from experiments.showing.sheet import save
from experiments.theory.case import Case, legend, mark, named, panels, points, theory_line
from experiments.theory.outcomes import course_to_rest, share_at_rest
from experiments.theory.random_graphs import TiedArmy, window
from experiments.theory.thresholds import law_of
from sim.codes import Floats
from sim.plots.canvas import BLUE, ORANGE
from sim.scenario import Scenario
from sim.scenario_file import load
from sim.synthesis import build

POISSON, TWO_DEGREES = "watts-poisson", "watts-two-degrees"
DEGREES = (0.8, 1.2, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.3, 5.6, 6.0, 6.5, 7.0)
"""Mean numbers of ties that are run."""
GRAPHS, STARTS = 25, 6
"""Graphs of each mean number of ties, and men who begin on each, one after another."""
GLOBAL = 0.1
"""A cascade of more than this share of the army is global."""
BEGINNING = 100
"""Men who begin where cascades are followed day by day."""
_SEEDS = range(1, 6)
_DEGREE = "army.ties.graph.mean_degree"
_LEVEL = 0.99
_NEAR_THE_END = (5.6, 6.0)
"""Mean numbers of ties on either side of the upper end of the window."""
_LARGER, _LARGER_GRAPHS = 100_000, 12
_FOLLOWED_DAYS = 13


@dataclass(frozen=True)
class Cascades:
    """Cascades from one man each, on graphs of one mean number of ties.

    Parameters
    ----------
    shares : (n,) array of float
        Share of the army that each took.
    theory : TiedArmy
    """

    shares: Floats
    theory: TiedArmy

    @property
    def number(self) -> int:
        """Of global cascades."""
        return int((self.shares > GLOBAL).sum())

    @property
    def share(self) -> float:
        """Of global cascades."""
        return self.number / self.shares.size

    @property
    def size(self) -> float:
        """Mean share of the army that global cascades took; NaN if there was none."""
        return float(self.shares[self.shares > GLOBAL].mean()) if self.number else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Clopper-Pearson interval of the share of global cascades."""
        n, tail = self.shares.size, (1.0 - _LEVEL) / 2.0
        low = float(beta.ppf(tail, self.number, n - self.number + 1)) if self.number else 0.0
        high = float(beta.ppf(1.0 - tail, self.number + 1, n - self.number)) if self.number < n else 1.0
        return low, high


def cascades_of(scenario: Scenario, graphs: int, starts: int) -> Cascades:
    """Run cascades from one man each.

    Parameters
    ----------
    scenario : Scenario
        With one initiator, on a graph of ties.
    graphs, starts : int
        Army seeds 1, 2, ..., and seeds of luck on each, which say who begins.
    """
    shares = []
    for number in range(graphs):
        army = build(scenario, number + 1)
        luck = range(starts * number + 1, starts * (number + 1) + 1)
        shares += [share_at_rest(scenario, seed, army=army) for seed in luck]
    return Cascades(np.array(shares), TiedArmy.of(scenario))


def courses_of(scenario: Scenario, seeds: range, days: int) -> Floats:
    """Share gone by the end of each day, (runs, days), of armies of their own."""
    rows = []
    for seed in seeds:
        gone = course_to_rest(scenario, seed)[:days] / scenario.army.regulars_built
        rows.append(np.pad(gone, (0, days - gone.size), mode="edge"))
    return np.array(rows)


def study() -> Case:
    """Run cascades inside and outside the window, and follow some day by day."""
    file, other = load(POISSON), load(TWO_DEGREES)
    found = {degree: cascades_of(file.with_({_DEGREE: degree}), GRAPHS, STARTS) for degree in DEGREES}
    low, high = window(file)
    many = file.with_({"law.initiators": BEGINNING})
    followed = {scenario.title: scenario for scenario in (many, other)}
    threshold = law_of(file).thresholds.mean
    return Case(
        name="watts",
        title="Cascades on random graphs",
        scenarios=(POISSON, TWO_DEGREES),
        text=(
            f"Watts (2002, doi:10.1073/pnas.082090499): everybody leaves once {threshold:g} of his ties "
            "have. On a large Poisson graph one man can set off a share of the army if the vulnerable, whom "
            "one tie moves, hang together: sum over k of k (k − 1) ρ_k p_k > z. That is so for a mean number "
            f"of ties z between {low:.4f} and {high:.4f}. The chance that a random man does is that he is "
            "tied to the large cluster of the vulnerable (by generating functions); how many go, and day by "
            "day, follows from what a tie says (Gleeson and Cahalane 2007, doi:10.1103/PhysRevE.75.056103). "
            f"*Convention*: a cascade of more than {100 * GLOBAL:g} % of the {file.army.regulars:,} men is "
            "global; a man leaves when the share of his ties that left reaches his threshold; who has no tie "
            f"never does. For each z {GRAPHS} graphs and on each {STARTS} men who begin, one at a time. Near "
            "the ends of "
            "the window an army of 10,000 is not large, and what is sharp in theory is blurred: "
            + _near_the_end(file, found)
        ),
        rows=[_row(degree, cascades) for degree, cascades in found.items()],
        caption=(
            "Left: share of men who set off a global cascade, with 99 % intervals, on the chance by "
            "generating functions. Middle: mean size of global cascades on the mean-field limit. Dashed: the "
            f"window. Right: share gone by day where {BEGINNING} men begin, {len(_SEEDS)} armies each "
            f"(points), on the mean-field course: a Poisson graph of mean {_mean_degree(file):g}, and one "
            "where six in ten men have 4 ties and the others 8."
        ),
        draw=lambda path: _draw(found, (low, high), followed, path),
    )


def _near_the_end(file: Scenario, found: dict[float, Cascades]) -> str:
    """Say what a larger army does near the upper end of the window."""
    told = []
    for degree in _NEAR_THE_END:
        sized = file.with_({_DEGREE: degree, "army.regulars": _LARGER})
        larger = cascades_of(sized, _LARGER_GRAPHS, STARTS)
        told.append(
            f"at z = {degree:g} a share of {found[degree].share:.2f} of men set off a global cascade in "
            f"armies of {file.army.regulars:,}, {larger.share:.2f} in armies of {_LARGER:,} (theory "
            f"{larger.theory.trigger_chance:.2f})"
        )
    return "; ".join(told) + "."


def _mean_degree(scenario: Scenario) -> float:
    return TiedArmy.of(scenario).mean_degree


def _row(degree: float, cascades: Cascades) -> dict[str, str]:
    low, high = cascades.interval
    global_ones = cascades.theory.trigger_chance > 1e-6
    return {
        "mean ties": f"{degree:g}",
        "vulnerable per vulnerable": f"{cascades.theory.branching:.2f}",
        "share of global cascades (99 % interval)": (f"{cascades.share:.3f} ({low:.3f} to {high:.3f})"),
        "theory": f"{cascades.theory.trigger_chance:.3f}",
        "mean size": "none" if np.isnan(cascades.size) else f"{cascades.size:.4f}",
        "theory of size": f"{cascades.theory.size():.4f}" if global_ones else "none",
    }


def _draw(
    found: dict[float, Cascades], ends: tuple[float, float], followed: dict[str, Scenario], path: Path
) -> None:
    figure, (left, middle, right) = panels(3)
    file = load(POISSON)
    line = np.unique(np.concatenate((np.linspace(0.6, 7.2, 120), np.linspace(ends[0], ends[0] + 0.3, 20))))
    armies = [TiedArmy.of(file.with_({_DEGREE: float(degree)})) for degree in line]
    theory_line(left, line, [army.trigger_chance for army in armies])
    inside = (line > ends[0]) & (line < ends[1])
    sizes = [army.size() for army, within in zip(armies, inside, strict=True) if within]
    theory_line(middle, line[inside], sizes)
    for degree, cascades in found.items():
        left.plot([degree] * 2, cascades.interval, color=BLUE, linewidth=1.0, alpha=0.5)
        points(left, [degree], [cascades.share], BLUE)
        points(middle, [degree], [cascades.size], BLUE)
    for ax in (left, middle):
        for end in ends:
            mark(ax, end)
    named(left, "One man sets off a cascade", "mean number of ties", "share of men who do")
    named(middle, "Size of global cascades", "mean number of ties", "share of the army")
    for (_, scenario), colour in zip(followed.items(), (BLUE, ORANGE), strict=True):
        _follow(right, scenario, colour)
    right.set_xticks(range(0, _FOLLOWED_DAYS, 3))
    named(right, "From 1 %, day by day", "day", "share of the army")
    legend(right, "lower right")
    save(figure, path)


def _follow(ax: Axes, scenario: Scenario, colour: str) -> None:
    """Draw cascades of some armies day by day, on their theory."""
    days = np.arange(_FOLLOWED_DAYS)
    begin = law_of(scenario).initiators / scenario.army.regulars_built
    theory_line(ax, days, TiedArmy.of(scenario).course(begin, days.size))
    label = "Poisson" if scenario.name == POISSON else "4 or 8 ties"
    for number, gone in enumerate(courses_of(scenario, _SEEDS, days.size)):
        points(ax, days, gone, colour, label if number == 0 else "", 2.5)
