"""How a box is peeled and pasted: sizes of the steps, and what a good box is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from experiments.discovery.factors import FactorTable

Objective = Literal["mean", "gain"]


@dataclass(frozen=True)
class Rules:
    """Settings of the search for a box.

    Parameters
    ----------
    peel, paste : float
        Share of the runs in the box that a step takes away or adds, above 0 and under 1.
    least_mass : float
        Share of all runs under which no box goes, above 0 and under 1.
    objective : {"mean", "gain"}
        What the next box is chosen by: the share of its runs that are of interest (Friedman and Fisher
        1999), or the rise of that share for each run that is taken away, which does not favour factors with
        few values.

    References
    ----------
    Friedman, J. H. and Fisher, N. I. (1999), "Bump hunting in high-dimensional data", Statistics and
    Computing 9, 123-143.
    """

    peel: float = 0.05
    paste: float = 0.05
    least_mass: float = 0.05
    objective: Objective = "mean"

    def __post_init__(self) -> None:
        for name in ("peel", "paste", "least_mass"):
            value = getattr(self, name)
            if not 0.0 < value < 1.0:
                raise ValueError(f"{name} is {value:g}, allowed is above 0 and under 1")
        if self.objective not in ("mean", "gain"):
            raise ValueError(f"objective is {self.objective!r}, allowed are 'mean' and 'gain'")

    @classmethod
    def suited_to(cls, factors: FactorTable) -> Rules:
        """Give "gain" where a factor has few values, so that a slice of it is large, and "mean" elsewhere.

        A slice of two labels is half of the runs: by its mean alone it wins early, and leaves too few runs to
        find anything else in.
        """
        few = 1.0 / cls.peel
        coarse = any(
            column.kind != "real" and np.unique(column.values).size < few
            for column in factors.columns.values()
        )
        return cls(objective="gain" if coarse else "mean")

    def score(self, inside: int, interest: int, inside_before: int, interest_before: int) -> float:
        """Worth of a box, given how many runs are inside and of interest in it and in the one before."""
        mean = interest / inside
        if self.objective == "mean":
            return mean
        return (mean - interest_before / inside_before) / (inside_before - inside)
