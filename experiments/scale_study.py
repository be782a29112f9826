"""What a smaller army still tells: outcomes at parts of its size against the full size.

``python -m experiments.scale_study`` runs it and writes ``docs/scale.md``. Smaller armies have other men, so
nothing is paired: with means m and coefficients of variation c over n armies of each size, the interval of
the relative difference is

    d = m(part) / m(full) - 1,    d ± t * (1 + d) * sqrt((c(part)^2 + c(full)^2) / n)

by the delta method, t Student's with 2 (n - 1) degrees of freedom. It lies within the limit when both ends
do; the armies that this takes follow from setting the half-width to what the difference leaves of the limit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from scipy.special import stdtrit

from experiments.showing.page_command import at_least, page_parser
from experiments.showing.progress import shown
from experiments.showing.tables import markdown, number
from sim.codes import Floats
from sim.engine import run
from sim.scenario import Scenario
from sim.scenario_file import load

PAGE = Path(__file__).resolve().parent.parent / "docs" / "scale.md"
ARMIES = 20
PARTS = (0.3, 0.1)
LIMIT = 0.05
"""How far from the full size an outcome may be, as a share of it."""

HOW = (
    "Scaling leaves whole companies out, evenly over the order of battle; those that stay keep their size, "
    "their men the number of their strong ties, and the persons of the roster remain. Battalions and "
    "brigades become smaller, since they keep fewer companies. [keys.md](keys.md) tells which keys are "
    "multiplied by the scale. What happens once in an army, such as its largest group, depends on how many "
    "men there are to have it happen to: such outcomes are to be read at full size only."
)

Summary = pd.Series
Table = dict[float, pd.DataFrame]
"""Outcomes by part of the size: a row an army."""


def _per_1000(column: str) -> Callable[[Summary], float]:
    return lambda row: 1000.0 * row[column] / row["regulars"]


def _plainly(column: str) -> Callable[[Summary], float]:
    return lambda row: float(row[column])


OUTCOMES: dict[str, Callable[[Summary], float]] = {
    "exits per 1,000 regulars": _per_1000("exits"),
    "joined, share of exits": lambda row: row["joined"] / row["exits"] if row["exits"] else 0.0,
    "caught per 1,000": _per_1000("caught"),
    "killed per 1,000": _per_1000("killed"),
    "reservists reported per 1,000": _per_1000("reported"),
    "strength deployable per 1,000": _per_1000("strength_deployable"),
    "senior officers and generals left per 1,000": _per_1000("senior_and_generals_left"),
    "peak of 28-day exits a day per 1,000": _per_1000("peak_28_day_exits"),
    "civilians killed": _plainly("civilians_killed"),
    "armed opposition at the end": _plainly("fighters"),
    "groups of two and more per 1,000": _per_1000("groups"),
    "largest group, men": _plainly("largest_group"),
}


@dataclass(frozen=True)
class Against:
    """An outcome at a part of the size against the full size."""

    difference: float
    half_width: float
    spread: float
    """Root of the sum of the squared coefficients of variation, of one army each."""

    @classmethod
    def of(cls, part: Floats, full: Floats) -> Against:
        """Compare two samples of the same number of armies, at least two."""
        size, whole = part.size, float(full.mean())
        ratio = float(part.mean()) / whole
        spread = math.hypot(part.std(ddof=1) / part.mean(), full.std(ddof=1) / whole) if part.any() else 0.0
        half = ratio * spread * _student(size) / math.sqrt(size)
        return cls(ratio - 1.0, half, spread)

    @property
    def within(self) -> bool:
        """Whether the whole interval is."""
        return abs(self.difference) + self.half_width <= LIMIT

    @property
    def armies(self) -> int | None:
        """Armies of each size whose interval would lie within, were this difference the true one.

        None where the difference itself is too large.
        """
        left = LIMIT - abs(self.difference)
        if left <= 0.0:
            return None
        needed = 2
        while (1.0 + self.difference) * self.spread * _student(needed) / math.sqrt(needed) > left:
            needed += 1
        return needed


def _student(armies: int) -> float:
    """Quantile of Student's t for the two-sided 95 % interval of a difference between two such samples."""
    return float(stdtrit(2 * (armies - 1), 0.975))


def measured(scenario: Scenario, parts: Sequence[float], armies: int) -> Table:
    """Run armies of the full size and of parts of it.

    Parameters
    ----------
    scenario : Scenario
        At full size.
    parts : sequence of float
        Below 1.
    armies : int
        Armies of each size, each with a luck of its own.

    Returns
    -------
    dict
        By part of the size, 1 first: a row an army, a column an outcome.
    """
    tables: Table = {}
    with shown(f"{armies} armies of {len(parts) + 1} sizes") as show:
        for size in (1.0, *parts):
            scaled = scenario.with_({"army.scale": scenario.army.scale * size})
            rows = []
            for seed in range(1, armies + 1):
                summary = run(scaled, seed).summary.iloc[0]
                rows.append({name: measure(summary) for name, measure in OUTCOMES.items()})
                show(len(tables) * armies + seed, armies * (len(parts) + 1))
            tables[size] = pd.DataFrame(rows)
    return tables


def rows_of(tables: Table) -> list[dict[str, str]]:
    """One row an outcome: its mean at full size, and for each part the difference and what it takes."""
    rows = []
    for name in OUTCOMES:
        full = tables[1.0][name].to_numpy(dtype=float)
        if not full.any():
            continue  # what never happens at full size has no share of it
        row = {"outcome": name, "full size": number(float(full.mean()))}
        for part in (size for size in tables if size != 1.0):
            row |= _columns(part, Against.of(tables[part][name].to_numpy(dtype=float), full))
        rows.append(row)
    return rows


def _columns(part: float, against: Against) -> dict[str, str]:
    """Words for a part of the size."""
    low, high = (100 * (against.difference + side * against.half_width) for side in (-1, 1))
    needed = against.armies
    return {
        f"at {part:g}": f"{100 * against.difference:+.1f} % ({low:+.1f} to {high:+.1f})",
        f"within {100 * LIMIT:g} %, {part:g}": "yes" if against.within else "**no**",
        f"armies needed, {part:g}": "none is enough" if needed is None else str(needed),
    }


def page(scenario: Scenario, tables: Table) -> str:
    """Write the page."""
    armies = len(tables[1.0])
    intro = (
        f"Made by `python -m experiments.scale_study`; do not edit. Scenario `{scenario.name}` at full size "
        f"and at parts of it, {armies} armies of each, every army with a luck of its own. A difference is "
        "that of the means, with its 95 % interval over armies and luck, as a share of the full size. "
        "*Armies needed* are those of each size whose interval would lie within "
        f"{100 * LIMIT:g} %, were this difference the true one. " + scenario.war.statement
    )
    return "\n\n".join(["# A smaller army", intro, markdown(rows_of(tables)), HOW]) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page."""
    parser = page_parser("experiments.scale_study", __doc__)
    parser.add_argument("--armies", type=at_least(2), default=ARMIES, help="armies of each size, at least 2")
    parser.add_argument("--scenario", default="syria-2012")
    parser.add_argument("--out", type=Path, default=PAGE)
    chosen = parser.parse_args(arguments)
    scenario = load(chosen.scenario)
    tables = measured(scenario, PARTS, chosen.armies)
    chosen.out.write_text(page(scenario, tables), encoding="utf-8")


if __name__ == "__main__":
    main()
