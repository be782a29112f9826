"""A scenario before it is validated: plain data in which every value knows its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.errors import Fault, ScenarioError

Scalar = None | bool | int | float | str
Path = tuple[str | int, ...]

MAX_DEPTH = 60
"""Deepest nesting of maps and lists; a scenario needs about six."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place: file as shown to the user, line and column from 1 (0: no place)."""

    file: str
    line: int = 0
    column: int = 0

    def fault(self, path: str, message: str, hint: str = "") -> Fault:
        """Fault at this place."""
        return Fault(path, message, self.file, self.line, self.column, hint)


DEFAULT = Mark("default")
"""Place of a value that no file states."""

PYTHON = Mark("python")
"""Place of a value of a scenario that was made in Python."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value: text, number, truth value or nothing. Dates are text until validated."""

    value: Scalar
    mark: Mark


@dataclass(frozen=True, slots=True)
class Table:
    """A map: `entries` by key; `keys` holds the place where each key is written."""

    entries: Mapping[str, "Node"]
    keys: Mapping[str, Mark]
    mark: Mark

    def set(self, key: str, node: "Node", mark: Mark) -> "Table":
        """Copy with one entry put in or replaced."""
        return Table({**self.entries, key: node}, {**self.keys, key: mark}, self.mark)

    def without(self, *names: str) -> "Table":
        """Copy without the keys given."""
        entries = {key: node for key, node in self.entries.items() if key not in names}
        return Table(entries, self.keys, self.mark)


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    nodes: tuple["Node", ...]
    mark: Mark


Node = Leaf | Table | Items


@dataclass(frozen=True, eq=False, slots=True)
class Tree:
    """A resolved scenario file, kept by the scenario that was built from it.

    Where a value was written is no part of the value: every tree, and its absence, compare
    equal, so that two scenarios are equal when their values are.
    """

    root: Table

    def __eq__(self, other: object) -> bool:
        """Equal to any tree and to none."""
        return other is None or isinstance(other, Tree)

    def __hash__(self) -> int:
        """Give the same for all, as equality asks."""
        return hash(Tree)


def plain(node: Node) -> Any:
    """Dicts, lists and scalars without places."""
    match node:
        case Leaf(value):
            return value
        case Table(entries):
            return {key: plain(child) for key, child in entries.items()}
        case Items(nodes):
            return [plain(child) for child in nodes]


def height(node: Node) -> int:
    """Levels of nesting below and with this node; a leaf has 1."""
    match node:
        case Leaf():
            return 1
        case Table(entries):
            return 1 + max(map(height, entries.values()), default=0)
        case Items(nodes):
            return 1 + max(map(height, nodes), default=0)


def item_name(node: Node) -> str | None:
    """Text under the key ``name`` of a map; None where there is none."""
    name = node.entries.get("name") if isinstance(node, Table) else None
    return name.value if isinstance(name, Leaf) and isinstance(name.value, str) else None


def named(node: Node | None) -> bool:
    """Whether this is a list whose items are all maps with a name."""
    return (
        isinstance(node, Items)
        and bool(node.nodes)
        and all(item_name(child) is not None for child in node.nodes)
    )


def position(items: Items, key: str | int) -> int | None:
    """Index of the item with that name or at that position; None where there is none."""
    names = [item_name(node) for node in items.nodes]
    if key in names:
        return names.index(str(key))
    if isinstance(key, int) or (key.isascii() and key.isdigit() and len(key) < 10):
        index = int(key)
        return index if 0 <= index < len(names) else None
    return None


def child(node: Node, key: str | int) -> Node | None:
    """Entry of a map, or item of a list by position or name; None where there is none."""
    match node:
        case Table(entries):
            return entries.get(str(key))
        case Items(nodes):
            index = position(node, key)
            return None if index is None else nodes[index]
        case Leaf():
            return None


def leaves(node: Node, path: Path = ()) -> Iterator[tuple[Path, Leaf]]:
    """Every leaf with its path."""
    match node:
        case Leaf():
            yield path, node
        case Table(entries):
            for key, entry in entries.items():
                yield from leaves(entry, (*path, key))
        case Items(nodes):
            for index, item in enumerate(nodes):
                yield from leaves(item, (*path, index))


def dotted(root: Node | None, path: Path) -> str:
    """Path as text, with the items of named lists called by name."""
    parts: list[str] = []
    node = root
    for key in path:
        below = child(node, key) if node is not None else None
        name = item_name(below) if isinstance(node, Items) and below is not None else None
        parts.append(name if name is not None else str(key))
        node = below
    return ".".join(parts)


def bad_text(text: str) -> str:
    """Why a text cannot stand in a scenario; empty when it can."""
    if "\0" in text:
        return "holds the character NUL"
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "holds half of a surrogate pair, which is no character"
    return ""


def refuse(mark: Mark, path: str, message: str, hint: str = "") -> ScenarioError:
    """Error with one fault, to be raised."""
    return ScenarioError([mark.fault(path, message, hint)])
