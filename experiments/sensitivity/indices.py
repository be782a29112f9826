"""Indices: one tidy table of what a method tells of each output, day and factor; and how it converged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.sensitivity.design import Design, sizes_of
from experiments.sensitivity.methods import is_constant, rows_of
from experiments.sensitivity.outputs import END, Series

if TYPE_CHECKING:
    from experiments.study import Study

COLUMNS = ("method", "output", "day", "factor", "index", "value", "conf_low", "conf_high")


def indices_of(study: Study, design: Design, outputs: Sequence[Series]) -> pd.DataFrame:
    """Analyse all outputs.

    Parameters
    ----------
    study : Study
    design : Design
    outputs : sequence of Series

    Returns
    -------
    DataFrame
        A row an output, day, factor and index: method, output, day (last of the week, from 0; `END`, -1, for
        the whole run), factor (two joined by " x " for a pair), index, value, conf_low and conf_high (95 %).
        NaN where an index is not defined.
    """
    rows = [
        (study.method, one.name, one.day, *row)
        for one in outputs
        for row in rows_of(study, design, one.values)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def convergence_of(study: Study, design: Design, outputs: Sequence[Series]) -> pd.DataFrame:
    """Analyse the outputs of the whole run on the first parts of the design, which are smaller designs.

    Returns
    -------
    DataFrame
        The columns of `indices_of`, after `size`: blocks, trajectories or points.
    """
    ends = [one for one in outputs if one.day == END]
    return pd.concat([*_smaller(study, design, ends)], ignore_index=True)


def _smaller(study: Study, design: Design, outputs: Sequence[Series]) -> Iterator[pd.DataFrame]:
    for size in sizes_of(study):
        part = study.sized(size)
        points = part.points
        cut = Design(design.shares[:points], design.block[:points], design.seeds[:points])
        table = indices_of(part, cut, [Series(one.name, one.day, one.values[:points]) for one in outputs])
        table.insert(0, "size", size)
        yield table


def constant_among(study: Study, outputs: Sequence[Series]) -> list[str]:
    """Say which outputs no factor moves, and in how many weeks."""
    said = []
    for name in dict.fromkeys(one.name for one in outputs):
        days = [one for one in outputs if one.name == name]
        flat = sum(is_constant(study, one.values) for one in days if one.day != END)
        if any(is_constant(study, one.values) for one in days if one.day == END):
            said.append(f"{name} is the same in all runs: no factor moves it here.")
        if flat:
            weeks = sum(one.day != END for one in days)
            said.append(f"{name} is the same in all runs in {flat} of {weeks} weeks, which have no indices.")
    return said


def strongest(table: pd.DataFrame, output: str, index: str, day: int = END) -> pd.DataFrame:
    """Rows of one output and index, the largest value first."""
    rows = table[(table["output"] == output) & (table["index"] == index) & (table["day"] == day)]
    return rows.sort_values("value", ascending=False, kind="stable", na_position="last")


def order_of(table: pd.DataFrame, index: str) -> list[str]:
    """Factors by their part of the outputs, the strongest first.

    The part of an output is the value over the largest of it, so that outputs of any unit count alike; the
    mean of all parts decides.
    """
    rows = table[(table["index"] == index) & table["value"].notna()]
    if rows.empty:
        return list(dict.fromkeys(table.loc[table["index"] == index, "factor"]))
    most = rows.groupby(["output", "day"])["value"].transform(lambda values: np.abs(values).max())
    parts = (rows["value"].abs() / most.where(most > 0, 1.0)).groupby(rows["factor"], sort=False).mean()
    return list(parts.sort_values(ascending=False, kind="stable").index)
