"""Methods: what SALib tells of one output, as rows (factor, index, value, conf_low, conf_high).

Intervals are of 95 %. Those of Morris and Sobol are SALib's own, from resampling blocks; that of delta, too,
from resampling points. SALib gives none for PAWN: it is analysed again on resampled points, and 1.96 standard
deviations lie to each side; their own middle is of no use, as points that are there twice raise the index.
Intervals cover the choice of points with their army and luck, not what a study holds fixed.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from typing import Any

import numpy as np

from experiments.sensitivity.design import Design, problem_of
from experiments.study import Study
from sim.codes import Floats

Row = tuple[str, str, float, float, float]

RESAMPLES, PAWN_RESAMPLES, DELTA_RESAMPLES = 200, 20, 20
DUMMY = "(dummy)"
"""A factor that moves nothing, which PAWN is given beside the others: what its index is by chance."""
SLICES = 8
_Z = 1.96
INDICES = {
    "morris": ("mu_star", "mu", "sigma"),
    "sobol": ("S1", "ST", "S2"),
    "pawn": ("median", "maximum"),
    "delta": ("delta", "S1"),
}


def rows_of(study: Study, design: Design, values: Floats) -> list[Row]:
    """Analyse one output.

    Parameters
    ----------
    study : Study
    design : Design
    values : (points,) array of float
        Finite. Where all are the same, no index is defined but the effects of Morris, which are 0: the
        others are NaN, and SALib is not asked.

    Returns
    -------
    list of (factor, index, value, conf_low, conf_high)
    """
    if is_constant(study, values):
        value = 0.0 if study.method == "morris" else np.nan
        return [
            (factor, index, value, value, value)
            for index in INDICES[study.method]
            for factor in _named(study, index)
        ]
    return list(_ANALYSE[study.method](study, design, values))


def is_constant(study: Study, values: Floats) -> bool:
    """Tell whether an output has no variance to share out; of Sobol among its points A and B."""
    if study.method == "sobol":
        rows = study.points // study.size
        values = values.reshape(-1, rows)[:, [0, -1]]
    return bool(np.ptp(values) <= 1e-12 * np.max(np.abs(values), initial=0.0))


def _named(study: Study, index: str) -> list[str]:
    """Factors that have an index; pairs of them of the second order."""
    if index != "S2":
        return list(study.inputs) + [DUMMY] * (study.method == "pawn")
    pairs = combinations(study.inputs, 2) if study.second_order else ()
    return [f"{first} x {second}" for first, second in pairs]


def morris_rows(study: Study, design: Design, values: Floats, resamples: int = RESAMPLES) -> Iterator[Row]:
    """Elementary effects on one output that is not constant; see `rows_of`."""
    from SALib.analyze import morris

    found = morris.analyze(
        problem_of(study),
        design.shares,
        values,
        num_levels=study.levels,
        num_resamples=resamples,
        seed=study.seed + 1,
    )
    names = list(found["names"])
    for index in INDICES["morris"]:
        for factor, value, half in zip(names, found[index], found["mu_star_conf"], strict=True):
            half = float(half) if index == "mu_star" else np.nan
            # Of a group the mean is not defined, as its factors may pull different ways.
            value = float(value) if np.isfinite(value) else np.nan
            yield factor, index, value, value - half, value + half


def _sobol(study: Study, design: Design, values: Floats) -> Iterator[Row]:
    from SALib.analyze import sobol

    found = sobol.analyze(
        problem_of(study),
        values,
        calc_second_order=study.second_order,
        num_resamples=RESAMPLES,
        seed=study.seed + 1,  # 0 would count as none
    )
    for index in ("S1", "ST"):
        for factor, value, half in zip(study.inputs, found[index], found[f"{index}_conf"], strict=True):
            yield factor, index, float(value), float(value - half), float(value + half)
    if study.second_order:
        for first, second in combinations(range(len(study.inputs)), 2):
            value, half = (float(found[name][first, second]) for name in ("S2", "S2_conf"))
            pair = f"{study.inputs[first]} x {study.inputs[second]}"
            yield pair, "S2", value, value - half, value + half


def _pawn(study: Study, design: Design, values: Floats) -> Iterator[Row]:
    luck = np.random.default_rng(study.seed + 1)
    dummy = (luck.permutation(len(values)) + 0.5) / len(values)
    shares = np.column_stack([design.shares, dummy])
    names = [*study.factors, DUMMY]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    middle = _pawn_indices(problem, shares, values)
    again = []
    for _ in range(PAWN_RESAMPLES):
        picked = luck.integers(len(values), size=len(values))
        again.append(_pawn_indices(problem, shares[picked], values[picked]))
    half = _Z * np.std(np.array(again), axis=0, ddof=1)
    for at, index in enumerate(INDICES["pawn"]):
        for number, factor in enumerate(names):
            value = float(middle[at, number])
            yield factor, index, value, value - float(half[at, number]), value + float(half[at, number])


def _pawn_indices(problem: dict[str, Any], shares: Floats, values: Floats) -> Floats:
    """Median and maximum over slices of each factor, shape (2, factors)."""
    from SALib.analyze import pawn

    found = pawn.analyze(problem, shares, values, S=SLICES)
    return np.array([found["median"], found["maximum"]], dtype=np.float64)


def _delta(study: Study, design: Design, values: Floats) -> Iterator[Row]:
    from SALib.analyze import delta

    names = [f"x{number}" for number in range(len(study.factors))]  # it refuses some endings of names
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    with _delta_alone():
        found = delta.analyze(
            problem, design.shares, values, num_resamples=DELTA_RESAMPLES, seed=study.seed + 1
        )
    for index, key in (("delta", "delta_raw"), ("S1", "S1")):
        for factor, value, half in zip(study.factors, found[key], found[f"{key}_conf"], strict=True):
            yield factor, index, float(value), float(value - half), float(value + half)


@contextmanager
def _delta_alone() -> Iterator[None]:
    """Undo what SALib's delta changes for all: how warnings are written, and numpy's own luck."""
    written, luck = warnings.formatwarning, np.random.get_state()  # noqa: NPY002 (it is SALib's)
    try:
        with warnings.catch_warnings(record=True):
            yield
    finally:
        warnings.formatwarning = written
        np.random.set_state(luck)  # noqa: NPY002


_ANALYSE: dict[str, Callable[[Study, Design, Floats], Iterator[Row]]] = {
    "morris": morris_rows,
    "sobol": _sobol,
    "pawn": _pawn,
    "delta": _delta,
}
