"""Where each value of a scenario comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sim.reading.from_python import model_values, node_of
from sim.reading.scenario_build import tree_of
from sim.reading.tree import DEFAULT, Items, Leaf, Node, Path, Scalar, Table, child, dotted, plain


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value of a scenario comes from.

    Parameters
    ----------
    path
        Dotted path, with the items of named lists called by name.
    value
        As a scenario file writes it; an empty map or list is a value too.
    file
        File, ``--set`` for an override, ``default`` for the model's own value, ``overlays`` for
        the list of overlays, ``python`` for a scenario that was not read from a file.
    line, column
        Counted from 1; 0 where `file` is no file.
    """

    path: str
    value: Scalar | tuple[()] | Mapping[str, Any]
    file: str
    line: int = 0
    column: int = 0


def origins(scenario: BaseModel) -> tuple[Origin, ...]:
    """Every value of a scenario with the place that it comes from.

    Parameters
    ----------
    scenario
        A model made by `build` or `change`, or in Python.

    Returns
    -------
    tuple of Origin
        In the order of the model.
    """
    written = tree_of(scenario).root
    values = node_of(model_values(scenario), DEFAULT)
    return tuple(_origins(values, values, written, ()))


def _origins(values: Node, node: Node, written: Node | None, path: Path) -> list[Origin]:
    below: list[tuple[str | int, Node]] = []
    match node:
        case Table(entries):
            below = list(entries.items())
        case Items(nodes):
            below = list(enumerate(nodes))
    if not below:
        mark = written.mark if written is not None else DEFAULT
        return [Origin(dotted(values, path), plain(node), mark.file, mark.line, mark.column)]
    found: list[Origin] = []
    for key, each in below:
        source = written if isinstance(written, Leaf) or written is None else child(written, key)
        found += _origins(values, each, source, (*path, key))
    return found
