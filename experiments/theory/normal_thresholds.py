"""Granovetter's normal thresholds: how many act by the spread of thresholds, and where that jumps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.showing.sheet import save
from experiments.theory.case import Case, legend, mark, named, panels, points, theory_line
from experiments.theory.outcomes import share_at_rest
from experiments.theory.thresholds import jump_of_normal, law_of, rest
from sim.army import Army
from sim.codes import Floats
from sim.plots.canvas import BLACK, BLUE, ORANGE, SKY
from sim.scenario import Scenario
from sim.scenario_file import load
from sim.synthesis import build

FILE = "thresholds-normal"
SPREADS: Floats = np.concatenate(
    (np.arange(0.075, 0.1151, 0.005), np.arange(0.117, 0.1291, 0.002), np.arange(0.135, 0.2001, 0.01))
)
ARMIES = range(1, 4)
SIZES = (100, 1_000, 10_000)
"""Men of the armies whose jump is looked for."""
_JUMPS = range(1, 21)
"""Army seeds of each size."""
_SPREAD = "law.thresholds.sd"
_MEAN_MAXIMUM = 0.99615
"""Of a Brownian motion in both directions less half the square of the time."""
_BETWEEN, _CLOSE = (0.06, 0.26), 1e-4


@dataclass(frozen=True)
class Found:
    """What was run."""

    shares: Floats
    """(spreads, armies) shares of the army at rest."""
    jumps: dict[int, Floats]
    """By size of the army, (armies,) the spread at which it jumps."""


def jump_of(scenario: Scenario, army: Army) -> float:
    """Spread of thresholds above which more than half of one army leaves, by halving, to 1e-4.

    Parameters
    ----------
    scenario : Scenario
        Normal thresholds on the share of the army; long enough for a man a day.
    army : Army

    Returns
    -------
    float
    """
    low, high = _BETWEEN
    while high - low > _CLOSE:
        middle = (low + high) / 2.0
        if share_at_rest(scenario.with_({_SPREAD: middle}), army=army) > 0.5:
            high = middle
        else:
            low = middle
    return (low + high) / 2.0


def jumps_of(scenario: Scenario, men: int, seeds: range) -> Floats:
    """Where armies of some size jump, shape (seeds,)."""
    sized = scenario.with_({"army.regulars": men, "days": men + 1})
    return np.array([jump_of(sized, build(sized, seed)) for seed in seeds])


def chance_spread(mean: float, men: int) -> float:
    """Standard deviation of the jump over armies of a size, by chance in the thresholds that are dealt.

    The share with thresholds at or under the touching point x varies by sqrt(x (1 - x) / N). There a wider
    spread of thresholds raises it by dF/dsd = -z density(z) / sd = -z, since density(z) = sd.
    """
    sd, share = jump_of_normal(mean)
    z = (share - mean) / sd
    return float(np.sqrt(share * (1.0 - share) / men)) / abs(z)


def expected_jump(mean: float, men: int) -> float:
    """Mean jump of armies of a size: later than that of a large one, by the order of N^(-2/3).

    An army jumps when its own curve nowhere meets the diagonal, and the lowest point of a curve with noise is
    under that without. About the touching point the curve is a parabola of curvature F'' = -z / sd, and the
    noise a Brownian motion of variance 1 / N on a unit of the share, since F' = 1 there. The mean maximum of
    a Brownian motion less t^2 / 2 is 0.99615 (Janson, Louchard and Martin-Löf 2010,
    doi:10.1214/EJP.v15-830); scaled, it is divided by dF/dsd = -z.
    """
    sd, share = jump_of_normal(mean)
    z = (share - mean) / sd
    lowest = _MEAN_MAXIMUM * (-z / sd) ** (-1.0 / 3.0) * men ** (-2.0 / 3.0)
    return float(sd + lowest / -z)


def study() -> Case:
    """Run armies over the spread of thresholds, and look for the jump of armies of several sizes."""
    scenario = load(FILE)
    armies = [build(scenario, seed) for seed in ARMIES]
    shares = np.array(
        [
            [share_at_rest(scenario.with_({_SPREAD: float(sd)}), army=army) for army in armies]
            for sd in SPREADS
        ]
    )
    found = Found(shares, {men: jumps_of(scenario, men, _JUMPS) for men in SIZES})
    mean = law_of(scenario).thresholds.mean
    touches, share = jump_of_normal(mean)
    return Case(
        name="normal-thresholds",
        title="Normal thresholds",
        scenarios=(FILE,),
        text=(
            f"Granovetter (1978): thresholds are normal with a mean of {mean:g} of the crowd. As their "
            "spread grows, the riot creeps up and then takes nearly all. A large crowd rests at the smallest "
            "share with x = F(x). The curve of F touches the diagonal at a standard deviation of "
            f"{touches:.5f}, where {100 * share:.2f} % have acted: there is the jump. *Convention*: "
            "thresholds are shares of the whole crowd, dealt man by man and not rounded; nobody has acted "
            "before day 0, so those with thresholds at or under 0 begin; a share meets a threshold that it "
            "equals. A small crowd jumps elsewhere, by chance in the thresholds dealt: with a standard "
            f"deviation of {chance_spread(mean, 1):.3f} / √N, and later on the whole by the order of "
            "N^(−2/3), since it is held wherever its own curve meets the diagonal. Both follow from the "
            "noise of a sample about the touching point, for large N."
        ),
        rows=[_row(mean, men, jumps) for men, jumps in found.jumps.items()],
        caption=(
            f"Left: shares at rest of {len(ARMIES)} armies of {scenario.army.regulars:,} men (points) on the "
            "smallest fixed point (line). Right: the jump of single armies (points), its mean in theory with "
            "± 2 standard deviations (bars), and where a large crowd jumps (dashed)."
        ),
        draw=lambda path: _draw(scenario, found, path),
    )


def _row(mean: float, men: int, jumps: Floats) -> dict[str, str]:
    error = float(jumps.std(ddof=1)) / np.sqrt(jumps.size)
    return {
        "men": f"{men:,}",
        "armies": str(jumps.size),
        "jump, mean": f"{jumps.mean():.4f} ± {error:.4f}",
        "theory": f"{expected_jump(mean, men):.4f}",
        "spread over armies": f"{jumps.std(ddof=1):.4f}",
        "theory of the spread": f"{chance_spread(mean, men):.4f}",
    }


def _draw(scenario: Scenario, found: Found, path: Path) -> None:
    figure, (left, right) = panels(2)
    mean = law_of(scenario).thresholds.mean
    touches, _ = jump_of_normal(mean)
    for low, high in ((SPREADS[0], touches - 1e-6), (touches + 1e-6, SPREADS[-1])):
        line = np.linspace(low, high, 80)
        theory_line(left, line, [rest(scenario.with_({_SPREAD: float(sd)})) for sd in line])
    for number in range(found.shares.shape[1]):
        points(left, SPREADS, found.shares[:, number], BLUE, "simulated" if number == 0 else "")
    mark(left, touches, f"{touches:.4f}", 0.75)
    left.plot([], [], color=BLACK, linewidth=1.0, label="smallest x with x = F(x)")
    left.set_yscale("log")
    left.set_yticks([0.001, 0.01, 0.1, 1.0], ["0.001", "0.01", "0.1", "1"])
    left.minorticks_off()
    legend(left, "lower right")
    named(
        left, "Share of the crowd that acts", "standard deviation of thresholds", "share, logarithmic scale"
    )
    for at, ((men, jumps), colour) in enumerate(zip(found.jumps.items(), (SKY, ORANGE, BLUE), strict=True)):
        points(right, jumps, at + np.linspace(-0.25, 0.25, jumps.size), colour)
        spread, expected = chance_spread(mean, men), expected_jump(mean, men)
        ends = [expected - 2 * spread, expected + 2 * spread]
        right.plot(ends, [at - 0.36] * 2, color=BLACK, linewidth=1.2)
        right.plot([expected], [at - 0.36], color=BLACK, marker="|", markersize=7)
    mark(right, touches)
    right.set_yticks(range(len(found.jumps)), [f"{men:,} men" for men in found.jumps])
    named(right, "Where single armies jump", "standard deviation of thresholds", "")
    save(figure, path)
