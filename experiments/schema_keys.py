"""The numeric keys of a schema, where they stand in a scenario, and where a fifth of their range leads.

A key is written as a pattern: ``sects.*.fear_weight`` is that of any entry of a table,
``events[call_up].share`` that of an item of a list whose kind is `call_up`, ``claims[].low`` that of any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sim.parameters import Scaling
from sim.reading.schema import branches, model_schema

ANY, ITEM = "*", "[]"
PART = 0.2
"""How far a key is moved, as a part of its range."""

Part = dict[str, Any]
Steps = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Key:
    """A numeric key of a schema.

    Parameters
    ----------
    steps : tuple of (str, str)
        Name of each step, `ANY` for an entry of a table and `ITEM` for one of a list, with the kind that the
        section there must have, or "".
    low, high : float
        Its range; NaN where the schema states none.
    whole : bool
        Whether it is a whole number.
    multiple_of : int
        A whole number is a multiple of this.
    scaling : {"extensive", "intensive", ""}
        Whether it grows with the army that is built; "" where the schema does not say.
    """

    steps: Steps
    low: float
    high: float
    whole: bool
    multiple_of: int
    unit: str
    scaling: Scaling | str
    coercive: bool

    @property
    def pattern(self) -> str:
        """The key as it is written, such as ``law[hazard].cap_per_day``."""
        text = ""
        for name, kind in self.steps:
            text += f"[{kind}]" if name == ITEM else f".{name}" + (f"[{kind}]" if kind else "")
        return text.removeprefix(".")

    @property
    def section(self) -> str:
        """Top-level key of the scenario that it stands in."""
        return self.steps[0][0]


@dataclass(frozen=True)
class Standing:
    """Where a key stands in a scenario: the path of an override, and the value there."""

    path: str
    value: float


def keys_of(model: type[BaseModel]) -> tuple[Key, ...]:
    """Return all numeric keys that files of a model may hold, in the order of its schema."""
    root = model_schema(model)
    found = {key.pattern: key for key in _walk(root, root, (), {})}
    return tuple(found.values())


def _walk(root: Part, part: Part, steps: Steps, said: Part) -> Iterator[Key]:
    """Find the keys below a part of a schema; `said` is what its holder says of numbers by rank or level."""
    own = said | {name: part[name] for name in ("each", "unit", "scaling", "coercive") if name in part}
    several = branches(root, part)
    for branch in several:
        here = _of_kind(steps, branch) if len(several) > 1 else steps
        if branch.get("type") in ("number", "integer"):
            yield _key(here, branch, {**own, **branch})
        handed_down: Part = own if "each" in own else {}
        for name, below in branch.get("properties", {}).items():
            yield from _walk(root, below, (*here, (name, "")), handed_down)
        for name, below in _entries(branch):
            yield from _walk(root, below, (*here, (name, "")), {})


def _of_kind(steps: Steps, branch: Part) -> Steps:
    """Steps whose last one says which kind of section stands there."""
    kind = branch.get("properties", {}).get("kind", {}).get("const")
    return steps if kind is None else (*steps[:-1], (steps[-1][0], kind))


def _entries(branch: Part) -> Iterator[tuple[str, Part]]:
    """Schemas of the entries of a table or the items of a list."""
    tables = [*branch.get("patternProperties", {}).values(), branch.get("additionalProperties")]
    yield from ((ANY, below) for below in tables if isinstance(below, dict))
    items = [*branch.get("prefixItems", []), branch.get("items")]
    yield from ((ITEM, below) for below in items if isinstance(below, dict))


def _key(steps: Steps, branch: Part, about: Part) -> Key:
    each = about.get("each", {})
    return Key(
        steps=steps,
        low=branch.get("minimum", each.get("low", float("nan"))),
        high=branch.get("maximum", each.get("high", float("nan"))),
        whole=branch["type"] == "integer",
        multiple_of=int(branch.get("multipleOf", 1)),
        unit=about.get("unit", ""),
        scaling=about.get("scaling", ""),
        coercive=bool(about.get("coercive", False)),
    )


def standings(key: Key, tree: Mapping[str, Any]) -> list[Standing]:
    """Find a key in a scenario.

    Parameters
    ----------
    key : Key
    tree : mapping
        The scenario as plain tables and lists, under the names that a file has.

    Returns
    -------
    list of Standing
        Empty where it has none of the kind.
    """
    return list(_stand(key.steps, tree, ()))


def _stand(steps: Steps, node: Any, path: tuple[str, ...]) -> Iterator[Standing]:
    if not steps:
        if isinstance(node, int | float):
            yield Standing(".".join(path), node)
        return
    (name, kind), rest = steps[0], steps[1:]
    for key, below in _below(node, name):
        if not kind or (isinstance(below, Mapping) and below.get("kind") == kind):
            yield from _stand(rest, below, (*path, key))


def _below(node: Any, name: str) -> list[tuple[str, Any]]:
    """Entries of a node that a step leads to, under the words of an override."""
    match node:
        case Mapping() if name == ANY:
            return [(str(key), below) for key, below in node.items()]
        case Mapping() if name in node:
            return [(name, node[name])]
        case list() | tuple() if name == ITEM:
            return [(str(number), below) for number, below in enumerate(node)]
        case _:
            return []


def moves(key: Key, value: float, part: float = PART) -> Sequence[float]:
    """Values that a key is moved to: up and down by a part of its range, as far as that allows.

    Examples
    --------
    >>> share = Key((("share", ""),), 0, 1, False, 1, "1", "intensive", False)
    >>> moves(share, 0.5), moves(share, 1.0), moves(share, 0.125, part=0.25)
    ((0.7, 0.3), (0.8,), (0.375, 0))
    """
    step = part * (key.high - key.low)
    ends = (min(value + step, key.high), max(value - step, key.low))
    if key.whole:
        ends = (_whole(key, ends[0], value), _whole(key, ends[1], value))
    return tuple(end for end in ends if end != value)


def _whole(key: Key, end: float, value: float) -> int:
    """Allowed whole number at or within an end, at least one step from a value if the range allows."""
    step = key.multiple_of
    steps = int(abs(end - value) // step) or 1
    moved = int(value + steps * step if end > value else value - steps * step)
    return moved if key.low <= moved <= key.high else int(value)
