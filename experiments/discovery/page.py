"""The page of scenario discovery, from the runs of its example."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.discovery.coercive import coercive_among
from experiments.discovery.example import FACTORS, LITTLE, POLICIES
from experiments.discovery.figures import save_discovery
from experiments.discovery.measures import FRESH, fresh_measures
from experiments.discovery.page_text import FROM_PYTHON, METHOD
from experiments.discovery.prim import DENSITY, Discovery, prim
from experiments.discovery.regret import COVERS, regret_table, regrets
from experiments.discovery.reproducibility import reproducibility
from experiments.discovery.scores import COVERS as SCORES_COVER
from experiments.discovery.scores import pair_scores, scores
from experiments.factor import Factor
from experiments.policies.levers import BASELINE
from experiments.showing.tables import markdown, number
from sim.codes import Flags
from sim.scenario_file import load

SEARCHED = [path for path, factor in FACTORS.items() if isinstance(factor, Factor)]
"""Numbers: a slice of a factor with two values is half of the futures, and leaves too few."""


NEEDED = ("future", "policy", "status", "message", "outcome", "exits", "share_gone", *FACTORS)
"""Columns that a table of runs must have."""


def write_page(runs: pd.DataFrame, scale: float, out: Path) -> None:
    """Write the page and its figures.

    Parameters
    ----------
    runs : DataFrame
        As from `experiments.discovery.example.founding_runs`; no run may have failed.
    scale : float
        Size of the army that was built.
    out : Path
        The page; figures go to a folder `figures` beside it.

    Raises
    ------
    ValueError
        If a run failed.
    """
    if (runs["status"] != "done").any():
        bad = runs[runs["status"] != "done"].iloc[0]
        raise ValueError(f"future {bad['future']} under {bad['policy']} failed: {bad['message']}")
    figures = out.parent / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    base = runs[runs["policy"] == BASELINE].reset_index(drop=True)
    collapse = (base["outcome"] == "collapse").to_numpy()
    parts = [
        "# Where the army collapses, and where a plan adds little",
        _head(runs, scale),
        markdown(list(_ranges())),
        METHOD,
        "## What moves the outcome",
        *_scores(base, collapse),
        "## Where the army collapses",
        *_box(base, collapse, figures / "discovery-collapse.png", "the army collapses"),
        "## Where $200 a month adds little",
        *_little(runs, base, figures / "discovery-salary.png"),
        "## Regret",
        *_regret(runs),
        FROM_PYTHON,
    ]
    out.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _head(runs: pd.DataFrame, scale: float) -> str:
    futures = runs["future"].nunique()
    coercive = " and ".join(f"`{name}`" for name in coercive_among(FACTORS))
    return (
        f"Made by `python -m experiments.discovery`; do not edit. {futures} futures of the founding case at "
        f"{scale:g} of the army's size: points of a Latin hypercube over {len(FACTORS)} factors, each with "
        f"an army and luck of its own, run as it is and under {len(POLICIES)} levers of the opposition on "
        "the same army and luck. The ranges are assumptions; a share "
        "of futures is a share of these ranges and no probability. So small an army is not the real one in "
        f"all respects ([scale.md](scale.md)). {coercive} is coercive: it is varied and scored, and no box "
        "is searched over it. Nor is one over factors with two values, since to take one of them away would "
        "leave half of the futures, too few to go on. A simulation, not an observation or a forecast; what "
        "it rests on is in [limits.md](limits.md)."
    )


def _ranges() -> Iterator[dict[str, str]]:
    """Write the factors, their values in the founding case, and those they take here."""
    founding = load("syria-2012")
    for path, factor in FACTORS.items():
        if isinstance(factor, Factor):
            values = f"{factor.low:g} to {factor.high:g}" + (", whole" if factor.whole else "")
        else:
            values = ", ".join(str(value) for value in factor)
        shipped = reduce(getattr, path.split("."), founding)
        yield {"factor": f"`{path}`", "shipped": str(shipped), "values here": values}


def _scores(base: pd.DataFrame, collapse: Flags) -> Iterator[str]:
    """Write the scores of collapse and of the share gone, and the strongest pairs."""
    yield (
        f"Share of the variance that each factor explains alone, in per cent, with its 95 % interval. "
        f"{int(collapse.sum())} of {len(base)} futures collapse. The intervals cover {SCORES_COVER}."
    )
    names = list(FACTORS)
    outcomes = {"collapse": collapse, "share gone": base["share_gone"].to_numpy()}
    # Where every future ends alike there is no variance to explain.
    tables = {
        title: scores(base, values, factors=names).set_index("factor")
        for title, values in outcomes.items()
        if np.ptp(values.astype(np.float64)) > 0
    }
    first = next(iter(tables.values()))
    yield markdown(
        [
            {"factor": f"`{name}`", **{title: _percent(table.loc[name]) for title, table in tables.items()}}
            for name in first.index
        ]
    )
    pair = pair_scores(base, base["share_gone"].to_numpy(), factors=names).iloc[0]
    yield (
        f"Of pairs, `{pair['factor']}` and `{pair['other']}` explain most of the share gone beyond what each "
        f"does alone: {100 * pair['interaction']:.1f} % (no interval is given; the largest of "
        f"{len(names) * (len(names) - 1) // 2} is large by choice)."
    )


def _percent(row: pd.Series) -> str:
    ends = f"{100 * row['low']:.0f} to {100 * row['high']:.0f}"
    return f"{max(100 * row['explained'], 0.0):.0f} ({ends})"


def _box(base: pd.DataFrame, interest: Flags, figure: Path, what: str) -> Iterator[str]:
    """Find a box on every other future, and measure it on the rest."""
    found_on = (base["future"] % 2 == 1).to_numpy()
    if not 0 < interest[found_on].sum() < found_on.sum():
        yield f"Nothing to tell apart: {int(interest[found_on].sum())} of {int(found_on.sum())} futures."
        return
    half, rest = base[found_on].reset_index(drop=True), base[~found_on].reset_index(drop=True)
    found = prim(half, interest[found_on], factors=SEARCHED)
    if not found.box.restricted:
        yield f"No box of futures in which {what} is denser than chance explains."
        return
    fresh = fresh_measures(found.box, rest, interest[~found_on])
    notes = (
        f"Found on {len(half)} futures, measured on {len(rest)} others (diamond). Quasi-p: chance that the "
        "box without the limit were as dense.",
        f"Intervals (Wilson, 95 %) cover {FRESH}.",
        "A simulation, not an observation.",
    )
    save_discovery(found, figure, f"Boxes of futures in which {what}", notes, fresh)
    yield f"A box in which {what}, found on every other future: **{found.box}**.{_under(found)}"
    yield f"![Trajectory and limits of the box](figures/{figure.name})"
    yield markdown(list(_limits(found)))
    yield (
        "Quasi-p: chance that the box without this one limit were as dense. A limit that chance explains "
        "alone stays where chance does not explain it together with those that were dropped. Last column: "
        "share of 20 random halves of those futures in whose box of nearest density the factor is restricted "
        "again."
    )
    yield markdown(list(_measured(found, fresh)))
    yield f"The intervals (Wilson, 95 %) cover {FRESH}."


def _under(found: Discovery) -> str:
    """Say where limits that were dropped took the density under what was asked for."""
    density = float(found.trajectory["density"].iloc[-1])
    if density >= DENSITY:
        return ""
    before = float(found.trajectory.loc[found.trajectory["how"] != "drop", "density"].iloc[-1])
    if before >= DENSITY:
        return f" Its density was {before:.0%} before limits that chance explains were dropped."
    return f" No box has the density of {DENSITY:.0%} that was asked for."


def _limits(found: Discovery) -> Iterator[dict[str, str]]:
    again = reproducibility(found).set_index("factor")["at_density"]
    for row in found.limits().to_dict("records"):
        chances = [row[f"quasi_p_{side}"] for side in ("low", "high")]
        yield {
            "factor": f"`{row['factor']}`",
            "limit": str(found.box.limits[row["factor"]]),
            "range": "–" if row["labels"] else f"{number(row['lowest'])} to {number(row['highest'])}",
            "quasi-p": ", ".join(f"{chance:.1g}" for chance in chances if not np.isnan(chance)),
            "again on halves": f"{100 * again[row['factor']]:.0f} %",
        }


def _measured(found: Discovery, fresh: pd.DataFrame) -> Iterator[dict[str, str]]:
    last = found.trajectory.iloc[-1]
    for row in fresh.to_dict("records"):
        yield {
            "measure": row["measure"],
            "where it was found": f"{100 * last[row['measure']]:.0f} %",
            "on fresh futures": f"{row['hits']} of {row['of']}: {100 * row['share']:.0f} % "
            f"({100 * row['low']:.0f} to {100 * row['high']:.0f})",
        }


def _little(runs: pd.DataFrame, base: pd.DataFrame, figure: Path) -> Iterator[str]:
    """Find where the salary plan adds little."""
    plan = runs[runs["policy"] == "salary-200"].reset_index(drop=True)
    little = (plan["exits"] < LITTLE * base["exits"]).to_numpy()
    yield (
        f"The plan counts as adding little where exits under it are less than {LITTLE:g} times those of the "
        f"same future without it. That is so in {int(little.sum())} of {len(base)} futures."
    )
    yield from _box(base, little, figure, "the plan adds little")


def _regret(runs: pd.DataFrame) -> Iterator[str]:
    """Write how far each policy stays behind the best of its future, from the opposition's side."""
    table = regret_table(regrets(runs, "exits", "more"))
    futures = runs["future"].nunique()
    yield (
        "Exits by which each policy stays behind the best of the three in the same future: from the side of "
        "those who want exits, and without a word on what a plan costs or how many it kills. Intervals "
        f"(95 %, bootstrap over {futures} futures) cover {COVERS}."
    )
    rows = []
    for policy, part in table.groupby("policy", sort=False):
        cells = {row["statistic"]: _cell(row) for row in part.to_dict("records")}
        rows.append({"policy": str(policy), **cells})
    yield markdown(rows)


def _cell(row: dict[Any, Any]) -> str:
    """Write a statistic with its interval, a share in per cent."""
    share = row["statistic"] == "share best"
    ends = [row["value"], row["low"], row["high"]]
    texts = [f"{100 * end:.0f} %" if share else f"{end:,.0f}" for end in ends]
    return texts[0] if np.isnan(row["low"]) else f"{texts[0]} ({texts[1]} to {texts[2]})"
