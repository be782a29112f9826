"""What the keys of a study must agree on."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.factor import faults_of_factor
from experiments.study_keys import StudyKeys
from sim.reading.known_names import Fault


def faults_of_study(study: StudyKeys) -> Iterator[Fault]:
    """Report all that two keys must agree on, each at its own place."""
    if study.levels % 2:
        yield ("levels",), f"must be even; it is {study.levels}"
    if study.size & (study.size - 1):
        below = 1 << (study.size.bit_length() - 1)
        yield ("size",), f"must be a power of two, such as {below} or {2 * below}; it is {study.size}"
    yield from _faults_of_method(study)
    for path, factor in study.factors.items():
        for fault in faults_of_factor(factor):
            yield ("factors", path), fault
        if path in study.settings:
            yield ("factors", path), "is held fixed under `set`, too"
        if factor.group in study.factors:
            yield ("factors", path), f"group '{factor.group}' has the name of a factor"
    for key in ("outputs", "weekly"):
        named = getattr(study, key)
        for number, output in enumerate(named):
            if output in named[:number]:
                yield (key, number), f"'{output}' is named twice"


def _faults_of_method(study: StudyKeys) -> Iterator[Fault]:
    """Keys that the method does not use, as they would mislead."""
    stated, method = study.model_fields_set, study.method
    for key, users in (
        ("trajectories", ("morris",)),
        ("levels", ("morris",)),
        ("size", ("sobol", "pawn", "delta")),
        ("second_order", ("sobol",)),
    ):
        if key in stated and method not in users:
            yield (key,), f"belongs to {' and '.join(users)}; the method is {method}"
    if method not in ("morris", "sobol"):
        for path, factor in study.factors.items():
            if factor.group:
                yield ("factors", path), f"has a group, which {method} cannot use"
    if (
        len(study.inputs) < 2
        and method in ("morris", "sobol")
        and any(factor.group for factor in study.factors.values())
    ):
        yield ("factors",), "are all in one group: at least two are needed"
