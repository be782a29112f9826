"""A box: limits on some factors of a table of runs, and what stands inside it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from experiments.discovery.factors import FactorTable
from sim.codes import Flags


@dataclass(frozen=True)
class Span:
    """Limits of a number, both included; infinite where a side is open."""

    low: float = -math.inf
    high: float = math.inf

    def __str__(self) -> str:
        if math.isinf(self.low):
            return f"≤ {self.high:.4g}"
        return f"≥ {self.low:.4g}" if math.isinf(self.high) else f"{self.low:.4g} to {self.high:.4g}"


@dataclass(frozen=True)
class OneOf:
    """Labels of a category that are inside."""

    labels: frozenset[str]

    def __str__(self) -> str:
        return " or ".join(sorted(self.labels))


Limit = Span | OneOf


@dataclass(frozen=True)
class Box:
    """Limits by factor; a factor without one may have any value."""

    limits: Mapping[str, Limit] = field(default_factory=dict)

    def __str__(self) -> str:
        return ", ".join(f"{name} {limit}" for name, limit in self.limits.items()) or "everything"

    @property
    def restricted(self) -> tuple[str, ...]:
        """Names of the factors that have limits."""
        return tuple(self.limits)

    def limited(self, name: str, limit: Limit) -> Box:
        """Box with another limit of a factor; none at all where both sides are open."""
        if limit == Span():
            return self.without(name)
        return Box({**self.limits, name: limit})

    def without(self, name: str) -> Box:
        """Box that lets a factor have any value."""
        return Box({other: limit for other, limit in self.limits.items() if other != name})

    def span(self, name: str) -> Span:
        """Limits of a number, open where it has none."""
        limit = self.limits.get(name, Span())
        if not isinstance(limit, Span):
            raise TypeError(f"factor {name} is a category")
        return limit

    def labels(self, name: str, every: tuple[str, ...]) -> frozenset[str]:
        """Labels of a category that are inside, given all of them."""
        limit = self.limits.get(name, OneOf(frozenset(every)))
        if not isinstance(limit, OneOf):
            raise TypeError(f"factor {name} is a number")
        return limit.labels

    def holds(self, factors: FactorTable) -> Flags:
        """Tell which runs are inside, shape (runs,)."""
        inside = np.ones(factors.runs, dtype=bool)
        for name, limit in self.limits.items():
            inside &= within(limit, factors, name)
        return inside

    def frame(self, factors: FactorTable) -> pd.DataFrame:
        """Limits beside the range of the runs: factor, kind, low, high, labels, lowest, highest."""
        rows = []
        for name, limit in self.limits.items():
            column = factors.columns[name]
            span = limit if isinstance(limit, Span) else Span(math.nan, math.nan)
            labels = str(limit) if isinstance(limit, OneOf) else ""
            ends = (column.values.min(), column.values.max()) if not column.labels else (math.nan, math.nan)
            rows.append((name, column.kind, span.low, span.high, labels, *ends))
        names = ["factor", "kind", "low", "high", "labels", "lowest", "highest"]
        return pd.DataFrame(rows, columns=names)


def within(limit: Limit, factors: FactorTable, name: str) -> Flags:
    """Tell which runs are within the limit of one factor, shape (runs,)."""
    column = factors.columns[name]
    if isinstance(limit, OneOf):
        allowed = np.array([label in limit.labels for label in column.labels])
        return np.asarray(allowed[column.values.astype(np.int64)])
    return (limit.low <= column.values) & (column.values <= limit.high)
