"""Factors of a table of runs as arrays: real numbers, whole numbers and categories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from sim.codes import Floats

Kind = Literal["real", "whole", "category"]


@dataclass(frozen=True, eq=False)
class FactorColumn:
    """A factor in all runs.

    Parameters
    ----------
    kind : {"real", "whole", "category"}
    values : (n,) array of float
        Numbers; of a category, the number of its label.
    labels : tuple of str
        Labels of a category, in order; empty for numbers.
    """

    kind: Kind
    values: Floats
    labels: tuple[str, ...] = ()


def kind_of(column: pd.Series) -> Kind:
    """Kind of a factor by the type of its column: truth values and texts are categories."""
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        return "category"
    return "whole" if pd.api.types.is_integer_dtype(column) else "real"


def column_of(column: pd.Series) -> FactorColumn:
    """Take a column of a table as a factor.

    Raises
    ------
    ValueError
        If a value is missing or not finite; naming the column and its first such row.
    """
    kind = kind_of(column)
    if kind == "category":
        missing = column.isna().to_numpy()
    else:
        missing = ~np.isfinite(column.to_numpy(dtype=np.float64, na_value=np.nan))
    if missing.any():
        raise ValueError(f"factor {column.name} has no finite value in row {int(np.argmax(missing)) + 1}")
    if kind == "category":
        texts = column.astype(str)
        labels = tuple(sorted(texts.unique()))
        codes = pd.Categorical(texts, categories=labels).codes
        return FactorColumn(kind, codes.astype(np.float64), labels)
    return FactorColumn(kind, column.to_numpy(dtype=np.float64))


@dataclass(frozen=True, eq=False)
class FactorTable:
    """All factors of a table of runs, in the order of its columns, and how many runs there are."""

    columns: dict[str, FactorColumn]
    runs: int

    @classmethod
    def of(cls, experiments: pd.DataFrame, names: Sequence[str] | None = None) -> FactorTable:
        """Take columns of a table; all of them where no names are given.

        Raises
        ------
        ValueError
            If a column is not there or has values that are missing or not finite.
        """
        names = list(experiments.columns) if names is None else list(names)
        if unknown := [name for name in names if name not in experiments]:
            raise ValueError(f"the table has no column {', '.join(unknown)}")
        return cls({name: column_of(experiments[name]) for name in names}, len(experiments))

    def varied(self) -> Iterator[str]:
        """Names of the factors that differ between runs."""
        return (name for name, column in self.columns.items() if np.ptp(column.values) > 0)
