"""Contagion: simulated companies about their map from day to day, and in ever smaller steps to the ODE."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from experiments.showing.sheet import save
from experiments.theory.case import Case, legend, logarithmic, named, panels, points, theory_line
from experiments.theory.contagion_map import Contagion, finer
from experiments.theory.outcomes import exits_by_day
from sim.codes import Floats
from sim.plots.canvas import BLUE, ORANGE, SKY
from sim.scenario import Scenario
from sim.scenario_file import load

FILE = "contagion"
RUNS = {100: 600, 400: 300, 1_600: 150, 6_400: 80, 25_600: 40, 102_400: 20}
"""Runs by men of the company."""
STEPS = (1, 2, 4, 8)
"""Steps a day."""
LARGE, _LARGE_RUNS = 200_000, range(1, 7)


@dataclass(frozen=True)
class AboutTheMap:
    """Companies of one size about the map.

    Parameters
    ----------
    gone : (runs, T) array of float
        Share gone by the end of each day.
    expected, spread : (T,) array of float
        By the map, and its standard deviation to first order.
    """

    gone: Floats
    expected: Floats
    spread: Floats

    @property
    def error(self) -> float:
        """Root of the mean square of the difference, over days and runs."""
        return float(np.sqrt(((self.gone - self.expected) ** 2).mean()))

    @property
    def error_in_theory(self) -> float:
        """The same from the noise to first order."""
        return float(np.sqrt((self.spread**2).mean()))


def companies(scenario: Scenario, men: int, seeds: range) -> AboutTheMap:
    """Run companies of some size, each on luck of its own."""
    sized = scenario.with_({"army.regulars": men})
    gone = np.array([np.cumsum(exits_by_day(sized, seed)) / men for seed in seeds])
    return AboutTheMap(gone, *Contagion.of(sized).course())


def slope_of(found: dict[int, AboutTheMap], least: int) -> float:
    """Slope of the log error on the log of the men, over companies of at least some men."""
    men = np.array([size for size in found if size >= least])
    return float(np.polyfit(np.log(men), np.log([found[int(size)].error for size in men]), 1)[0])


@dataclass(frozen=True)
class AboutTheFlow:
    """The mean of several runs, and the map, about the differential equation.

    On the day on which the map is farthest from it: that day is known before any run.
    """

    simulated: float
    error: float
    """Standard error of the mean of the runs there."""
    by_map: float


def by_step(scenario: Scenario, seeds: range) -> dict[int, AboutTheFlow]:
    """Difference from the differential equation by steps a day."""
    flow, found = Contagion.of(scenario).flow(), {}
    for steps in STEPS:
        small = finer(scenario, steps)
        ends = slice(steps - 1, None, steps)
        known, spread = (each[ends] for each in Contagion.of(small).course())
        farthest = int(np.abs(known - flow).argmax())
        runs = [np.cumsum(exits_by_day(small, seed))[ends][farthest] for seed in seeds]
        share = float(np.mean(runs)) / small.army.regulars_built
        error = float(spread[farthest]) / np.sqrt(len(seeds))
        found[steps] = AboutTheFlow(share - flow[farthest], error, float((known - flow)[farthest]))
    return found


def study() -> Case:
    """Run companies of six sizes, and a large one in four steps."""
    file = load(FILE)
    found = {men: companies(file, men, range(1, runs + 1)) for men, runs in RUNS.items()}
    steps = by_step(file.with_({"army.regulars": LARGE}), _LARGE_RUNS)
    rules = file.comrades
    rows = [
        {
            "men": f"{men:,}",
            "runs": str(RUNS[men]),
            "error, simulated": f"{each.error:.5f}",
            "theory, to first order": f"{each.error_in_theory:.5f}",
            "error × √men": f"{each.error * np.sqrt(men):.3f}",
        }
        for men, each in found.items()
    ]
    told = "; ".join(
        f"{number}: {each.simulated:+.4f} ± {each.error:.4f} (map {each.by_map:+.4f})"
        for number, each in steps.items()
    )
    return Case(
        name="contagion",
        title="Contagion",
        scenarios=(FILE,),
        text=(
            f"In one company the log hazard rises by up to {rules.own_group:g} with the share of comrades "
            "gone (`comrades.own_group`), as men feel it, fading. A large company follows a map: with s "
            "still serving, y the share gone as it is felt, p = 1 − exp(−h exp(g y)): s ← s − s p, "
            "y ← y exp(−1/fade) + s p. All by the same morning, so the leavers of a day are binomial, and "
            "the difference of a company of N men from the map falls as 1/√N; its size follows from the "
            "noise of the days, to first order, without a free constant. The slope of the log error on log N "
            f"is {slope_of(found, 400):.3f} over 400 men and more (theory −1/2). As the step shrinks (rates "
            "a day divided, days multiplied), the map goes to ds/dt = −h exp(g y) s, dy/dt = −y/fade + h "
            "exp(g y) s, with a difference of the order of the step; by steps a day, where the map is "
            f"farthest: {told}."
        ),
        rows=rows,
        caption=(
            "Left: share gone, five companies of 100 men (thin), one of 102,400 (points, every fourth day), "
            "on the map. Middle: root mean square difference from the map by men (points), on the noise to "
            "first order (line). Right: difference from the differential equation by step, on the day on "
            f"which the map is farthest: mean of {len(_LARGE_RUNS)} runs of {LARGE:,} men with ± 2 standard "
            "errors, on that of the map (line)."
        ),
        draw=lambda path: _draw(found, steps, path),
    )


def _draw(found: dict[int, AboutTheMap], steps: dict[int, AboutTheFlow], path: Path) -> None:
    figure, (left, middle, right) = panels(3)
    _draw_courses(left, found[min(found)], found[max(found)])
    men = np.array(list(found))
    theory_line(middle, men, [each.error_in_theory for each in found.values()], "noise to first order")
    points(middle, men, [each.error for each in found.values()], BLUE, "simulated")
    logarithmic(middle, (0.002, 0.005, 0.01, 0.02, 0.05))
    legend(middle, "lower left")
    named(middle, "Difference from the map", "men of the company", "root mean square")
    step = np.array([1.0 / number for number in steps])
    theory_line(right, np.append(step, 0.0), [*(each.by_map for each in steps.values()), 0.0], "map")
    points(right, step, [each.simulated for each in steps.values()], ORANGE, "simulated")
    for place, each in zip(step, steps.values(), strict=True):
        ends = [each.simulated - 2 * each.error, each.simulated + 2 * each.error]
        right.plot([place, place], ends, color=ORANGE, linewidth=1.0)
    right.set_xticks(step, [f"1/{number}" if number > 1 else "1" for number in steps])
    legend(right, "lower left")
    named(right, "Difference from the equation", "step, days", "share of the company")
    save(figure, path)


def _draw_courses(ax: Axes, small: AboutTheMap, large: AboutTheMap) -> None:
    """Draw some courses of small companies and one of a large one, on the map."""
    day = np.arange(1, large.expected.size + 1)
    for number in range(5):
        ax.plot(day, small.gone[number], color=SKY, linewidth=0.7, label="100 men" if number == 0 else "")
    theory_line(ax, day, large.expected, "map")
    points(ax, day[::4], large.gone[0][::4], BLUE, "102,400 men", 2.5)
    legend(ax, "lower right")
    named(ax, "Share gone", "day", "share")
