"""Design: the points of a study in the unit cube, through SALib, and the luck of each.

All designs are nested: one of twice the size begins with the points of the smaller one.

The block rule for seeds. A block of a Saltelli design is a point A, a point B, and A with one factor after
another taken from B (AB). A and its AB share one army and luck, so that what differs between them is the
factor's doing; B has its own, so that what A and B have in common is not chance. With second order, B with
one factor after another taken from A (BA) shares the luck of B. A trajectory of Morris is on one luck, and
each point of the other methods on its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.study import Study
from sim.codes import Floats, Ints

STRIDE = 1_000_000
"""Between the seeds of replicates: more than any design has blocks."""


@dataclass(frozen=True, eq=False)
class Design:
    """Points of a study.

    Parameters
    ----------
    shares : (points, factors) array of float
        Each in [0, 1].
    block : (points,) array of int
        From 0.
    seeds : (points,) array of int
        Of army and luck, in the first replicate.
    """

    shares: Floats
    block: Ints
    seeds: Ints


def problem_of(study: Study) -> dict[str, Any]:
    """Return the factors as SALib wants them, on the unit cube."""
    names = list(study.factors)
    problem: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    groups = [factor.group or path for path, factor in study.factors.items()]
    return problem | ({"groups": groups} if groups != names else {})


def design_of(study: Study) -> Design:
    """Lay out the points of a study; see the head of this file."""
    if study.method == "morris":
        return _trajectories(study)
    return _saltelli(study) if study.method == "sobol" else _sequence(study)


def _trajectories(study: Study) -> Design:
    from SALib.sample import morris

    shares = morris.sample(
        problem_of(study), study.trajectories, num_levels=study.levels, seed=study.seed + 1
    )
    block = np.repeat(np.arange(study.trajectories), len(study.inputs) + 1)
    return Design(np.asarray(shares, dtype=np.float64), block, study.seed + block)


def _saltelli(study: Study) -> Design:
    shares = _saltelli_shares(study, second_order=study.second_order)
    rows = study.points // study.size
    block, row = np.divmod(np.arange(study.points), rows)
    of_b = row > len(study.inputs)  # A comes first, then its AB; then, if any, BA, and B
    return Design(shares, block, study.seed + 2 * block + of_b)


def _saltelli_shares(study: Study, *, second_order: bool) -> Floats:
    from SALib.sample import sobol

    found = sobol.sample(
        problem_of(study), study.size, calc_second_order=second_order, scramble=True, seed=study.seed + 1
    )
    return np.asarray(found, dtype=np.float64)


def _sequence(study: Study) -> Design:
    """Points of a scrambled Sobol sequence: the A of a Saltelli design, as a Latin hypercube cannot grow."""
    shares = _saltelli_shares(study, second_order=False)[:: len(study.factors) + 2]
    block = np.arange(study.size)
    return Design(shares, block, study.seed + block)


def sizes_of(study: Study, most: int = 5) -> list[int]:
    """Sizes at which convergence is looked at: the last few halvings of the size, the least first."""
    least = 2 if study.method == "morris" else 8
    most = 2 if study.method == "delta" else most  # it takes minutes where the others take seconds
    halvings = int(math.log2(max(study.blocks / least, 1)))
    return sorted(study.blocks >> step for step in range(min(halvings, most - 1) + 1))
