"""The table of the baseline: what it is held to, over 20 pairs of army and luck seeds.

``python -m experiments.baseline`` runs it and writes ``docs/baseline.md``: once with the endogenous war of
the scenario, once with the dated table. Five armies with four lucks each, so that the variance between
armies and the variance of luck on one army are told apart.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from experiments.baseline.null_models import null_rows
from experiments.baseline.pay_hazard import pay_rows
from experiments.baseline.rows import ROWS, SHOWN, Row
from experiments.baseline.variants import laid_over, variant_line, variants
from experiments.baseline.war_by_place import place_rows
from experiments.showing.page_command import add_scale, page_parser
from experiments.showing.tables import markdown, number
from sim.engine import run
from sim.scenario import Scenario
from sim.scenario_file import load
from sim.synthesis import build

ARMIES = 5
LUCKS = 4


def measures(scenario: Scenario, rows: tuple[Row, ...]) -> pd.DataFrame:
    """Measure rows on five armies with four lucks each.

    Returns
    -------
    DataFrame
        A row a run; columns army, luck and the names of the rows.
    """
    table = []
    for army_seed in range(1, ARMIES + 1):
        army = build(scenario, army_seed)
        for number_of_luck in range(LUCKS):
            luck_seed = 100 * army_seed + number_of_luck
            result = run(scenario, luck_seed, army=army)
            values = {row.name: row.measure(result) for row in rows}
            outcome = {"outcome": result.summary["outcome"].iloc[0]}
            table.append({"army": army_seed, "luck": luck_seed, **values, **outcome})
    return pd.DataFrame(table)


def variance_parts(values: pd.Series, army: pd.Series) -> tuple[float, float]:
    """Standard deviations between armies and of luck on one army, by one-way analysis of variance.

    Parameters
    ----------
    values : (n,) Series
    army : (n,) Series
        Army of each value; the same number of values for each.

    Returns
    -------
    between, within : float
        A negative estimate of the variance between armies is given as 0.
    """
    by_army = values.groupby(army)
    size = len(values) / by_army.ngroups
    within = float(by_army.var(ddof=1).mean())
    between = float(by_army.mean().var(ddof=1)) - within / size
    return max(between, 0.0) ** 0.5, within**0.5


def lines(
    scenario: Scenario, table: pd.DataFrame, rows: tuple[Row, ...], barred: bool
) -> list[dict[str, str]]:
    """One line a row: mean, range, the two parts of the variance, and whether it is met."""
    written = []
    for row in rows:
        values = table[row.name]
        if values.isna().all():
            continue  # what the table of the war does not hold
        between, within = variance_parts(values, table["army"])
        mean = float(values.mean())
        line = {
            "row": row.name,
            "mean": number(mean),
            "least to most": f"{number(values.min())} to {number(values.max())}",
            "sd, armies": number(between),
            "sd, luck": number(within),
        }
        if barred:
            met = bool(values.between(row.low, row.high).mean() == 1.0)
            in_mean = row.low <= mean <= row.high
            line["held to"] = _interval(row)
            line["met"] = "yes, in all 20" if met else ("in the mean, not in all 20" if in_mean else "**no**")
        input_ = "an input" if row.of_the_war and scenario.war.kind == "table" else ""
        written.append({**line, "note": "; ".join(filter(None, (input_, row.note)))})
    return written


def _interval(row: Row) -> str:
    if row.low == row.high:
        return number(row.low)
    if np.isinf(row.high):
        return f"at least {number(row.low)}"
    return f"{number(row.low)} to {number(row.high)}"


def page(scenario: Scenario) -> str:
    """Run everything and write the page."""
    dated = laid_over("dated-war", scenario.army.scale)
    parts = [
        "# The baseline",
        "Made by `python -m experiments.baseline`; do not edit. Scenario `syria-2012` with shipped "
        f"parameters, {ARMIES} armies with {LUCKS} lucks each: {ARMIES * LUCKS} pairs. Ranges and standard "
        "deviations cover army and luck; they do not cover the parameters, most of which are assumptions. "
        "Claims come from belligerents; meeting an interval is no proof. How the values were chosen: "
        "[fitting.md](fitting.md).",
        *held_to(scenario, "With the endogenous war"),
        *held_to(dated, "With the dated war"),
        "## The war by place",
        *place_rows(scenario, dated),
        "## Variants",
        f"One pair each (army 1, luck 100). {scenario.war.statement}",
        markdown([variant_line(name, one) for name, one in variants(scenario, dated).items()]),
        "## Pay among the aware",
        *pay_rows(scenario),
        "## Null models",
        *null_rows(scenario),
    ]
    return "\n\n".join(parts) + "\n"


def held_to(scenario: Scenario, title: str) -> list[str]:
    """Write the rows of a scenario, with and without a bar."""
    table = measures(scenario, ROWS + SHOWN)
    classes = ", ".join(f"{name} {count}" for name, count in table["outcome"].value_counts().items())
    return [
        f"## {title}: what it is held to",
        scenario.war.statement,
        markdown(lines(scenario, table, ROWS, barred=True)),
        f"Classes of outcome: {classes}.",
        f"## {title}: shown without a bar",
        markdown(lines(scenario, table, SHOWN, barred=False)),
    ]


def main() -> None:
    """Write the page."""
    parser = page_parser("experiments.baseline", __doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/baseline.md"))
    add_scale(parser, 1.0)
    chosen = parser.parse_args()
    text = page(load("syria-2012", overrides={"army.scale": chosen.scale}))
    chosen.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
