"""Reproducibility: whether the same factors are restricted again on halves of the runs.

Each half is peeled anew; of its boxes that with the nearest coverage, and that with the nearest density, is
looked at. A factor that is restricted by chance is seldom so again (Bryant and Lempert 2010).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.discovery.box import Box
from experiments.discovery.factors import FactorColumn, FactorTable
from experiments.discovery.measures import measures
from experiments.discovery.peeling import Candidate, peeled
from experiments.discovery.prim import Discovery
from sim.codes import Flags, Ints


def reproducibility(found: Discovery, *, halves: int = 20, seed: int = 1) -> pd.DataFrame:
    """Count how often each factor is restricted in boxes found on halves of the runs, by the same rules.

    Parameters
    ----------
    found : Discovery
    halves : int
        Random halves of the runs that were looked at.
    seed : int

    Returns
    -------
    DataFrame
        A row a factor: factor, restricted (in the box), at_coverage and at_density (shares of the halves in
        whose box of nearest coverage or density the factor is restricted), halves (that could be peeled).
    """
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(found.among)
    counts = {name: [0, 0] for name in found.factors.columns}
    peels = 0
    for _ in range(halves):
        half = rng.choice(rows, rows.size // 2, replace=False)
        factors, interest = _taken(found.factors, half), found.interest[half]
        if not 0 < interest.sum() < interest.size:
            continue
        peels += 1
        boxes = peeled(factors, interest, np.ones(half.size, dtype=bool), found.rules)
        for kind, box in enumerate(_nearest(boxes, interest, found)):
            for name in box.restricted:
                counts[name][kind] += 1
    return pd.DataFrame(
        {
            "factor": list(counts),
            "restricted": [name in found.box.restricted for name in counts],
            "at_coverage": [both[0] / max(peels, 1) for both in counts.values()],
            "at_density": [both[1] / max(peels, 1) for both in counts.values()],
            "halves": peels,
        }
    )


def _taken(factors: FactorTable, rows: Ints) -> FactorTable:
    """Some runs of a table."""
    return FactorTable(
        {
            name: FactorColumn(column.kind, column.values[rows], column.labels)
            for name, column in factors.columns.items()
        },
        rows.size,
    )


def _nearest(boxes: list[Candidate], interest: Flags, found: Discovery) -> list[Box]:
    """Boxes of nearest coverage and of nearest density."""
    worth = [measures(each.inside, interest, 0) for each in boxes]
    wanted = measures(found.box.holds(found.factors) & found.among, found.interest & found.among, 0)
    return [
        boxes[int(np.argmin([abs(one[name] - wanted[name]) for one in worth]))].box
        for name in ("coverage", "density")
    ]
