"""Python values → nodes of a scenario tree."""

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from enum import Enum
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel

from sim.reading.tree import MAX_DEPTH, Items, Leaf, Mark, Node, Table, bad_text, refuse


def model_values(model: BaseModel) -> dict[str, Any]:
    """Values of a model as a scenario file writes them: aliases, dates as text.

    Parameters
    ----------
    model
        A validated model.

    Returns
    -------
    dict
        Dicts, lists, text, numbers, truth values and None.
    """
    return model.model_dump(mode="json", by_alias=True)


def node_of(value: object, mark: Mark, path: str = "", depth: int = 1) -> Node:
    """Node for a Python value.

    Parameters
    ----------
    value
        None, truth value, number, text, date, enumeration, path, model, mapping, sequence, set,
        or NumPy array or number.
    mark
        Place given to the node and to everything below it.
    path
        Dotted path, for faults.
    depth
        Level of nesting, from 1.

    Returns
    -------
    Node

    Raises
    ------
    ScenarioError
        If the value, or one inside it, cannot stand in a scenario.
    """
    if depth > MAX_DEPTH:
        raise refuse(mark, path, f"is nested more than {MAX_DEPTH} levels deep")
    match value:
        case BaseModel():
            return _table(model_values(value), mark, path, depth)
        case Mapping():
            return _table(value, mark, path, depth)
        case Set():
            return _items(sorted(value, key=str), mark, path, depth)
        case Sequence() if not isinstance(value, str | bytes | bytearray):
            return _items(value, mark, path, depth)
        case _ if hasattr(value, "tolist"):  # a NumPy array or number
            return node_of(value.tolist(), mark, path, depth + 1)
        case _:
            return _leaf(value, mark, path)


def _table(value: Mapping[Any, Any], mark: Mark, path: str, depth: int) -> Table:
    entries = {
        _key(key, mark, path): node_of(entry, mark, f"{path}.{key}".lstrip("."), depth + 1)
        for key, entry in value.items()
    }
    return Table(entries, dict.fromkeys(entries, mark), mark)


def _key(key: object, mark: Mark, path: str) -> str:
    value = _leaf(key, mark, path).value
    if value is None or value == "":
        raise refuse(mark, path, "has an empty key")
    return str(value)


def _items(values: Iterable[object], mark: Mark, path: str, depth: int) -> Items:
    nodes = [
        node_of(value, mark, f"{path}.{index}".lstrip("."), depth + 1) for index, value in enumerate(values)
    ]
    return Items(tuple(nodes), mark)


def _leaf(value: object, mark: Mark, path: str) -> Leaf:
    scalar = _scalar(value)
    if isinstance(scalar, str) and (problem := bad_text(scalar)):
        raise refuse(mark, path, problem)
    if isinstance(scalar, float) and math.isnan(scalar):
        raise refuse(mark, path, "is not a number (NaN)")
    if scalar is None or isinstance(scalar, bool | int | float | str):
        return Leaf(scalar, mark)
    raise refuse(mark, path, f"a Python {type(value).__name__} cannot stand in a scenario")


def _scalar(value: object) -> object:
    """Plain scalar where there is one; subclasses such as IntEnum lose their class."""
    match value:
        case Enum():
            return _scalar(value.value)
        case bool():
            return value
        case int():
            return int(value)
        case float():
            return float(value)
        case str():
            return str(value)
        case date():
            return value.isoformat()
        case PurePath():
            return value.as_posix()
        case _:
            return value
