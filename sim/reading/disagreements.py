"""What two keys must agree on, asked although single keys are wrong as well.

Checks over several keys run only on a model whose keys are all valid. So that all faults are told at
once, a copy without the wrong values is asked too, and what it says of other places is told with them.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.errors import Faults


def disagreements(error: ValidationError, data: Any, model: type[BaseModel]) -> ValidationError | None:
    """Ask for faults between keys, leaving the values out that are wrong by themselves.

    Parameters
    ----------
    error : ValidationError
        What is wrong with single keys.
    data : any
        What was validated; it is not changed.
    model : type of BaseModel

    Returns
    -------
    ValidationError or None
        Only faults between keys, of places that hold no wrong value; None where there are none, or where
        the model cannot do without a wrong value.
    """
    places = [_strip(data, one["loc"]) for one in error.errors()]
    rest = deepcopy(data)
    for place in sorted(places, key=len, reverse=True):
        _leave_out(rest, place)
    try:
        model.model_validate(rest)
    except ValidationError as again:
        return _between_keys(again, places)
    return None


def _strip(data: Any, location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Path of a fault in the data: a location without the names of alternatives that pydantic adds."""
    path: list[int | str] = []
    for step in location:
        if isinstance(data, dict):
            there = step in data
        else:
            there = isinstance(data, (list, tuple)) and isinstance(step, int) and step < len(data)
        if there:
            path.append(step)
            data = data[step]
    return tuple(path)


def _leave_out(data: Any, place: tuple[int | str, ...]) -> None:
    """Remove a value, or the item of a list that holds it: items keep their places."""
    for step in place[:-1]:
        data = data[step]
    if place and isinstance(data, dict):
        data.pop(place[-1], None)


def _between_keys(error: ValidationError, wrong: list[tuple[int | str, ...]]) -> ValidationError | None:
    """Keep the faults of checks over several keys, but those about a place that holds a wrong value."""
    kept = []
    for one in error.errors():
        cause = one.get("ctx", {}).get("error")
        if not isinstance(cause, Faults):
            return None
        faults = [fault for fault in cause.problems if not any(_touch(fault[0], place) for place in wrong)]
        if faults:
            kept.append({"type": "value_error", "loc": one["loc"], "ctx": {"error": Faults(faults)}})
    return ValidationError.from_exception_data(error.title, kept) if kept else None  # type: ignore[arg-type]


def _touch(one: tuple[int | str, ...], other: tuple[int | str, ...]) -> bool:
    """Whether one path is the beginning of the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
