"""Values that are changed by path: ``{"events.tlass.date": "2012-07-08"}``."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from sim.errors import OVERRIDE, AllFaults, ScenarioError, did_you_mean
from sim.reading.from_python import node_of
from sim.reading.merge import is_removal
from sim.reading.tree import (
    DEFAULT,
    MAX_DEPTH,
    Items,
    Leaf,
    Mark,
    Node,
    Table,
    Tree,
    item_name,
    named,
    position,
)

MARK = Mark(OVERRIDE)


def override(tree: Tree, overrides: Mapping[str, object], instance: BaseModel | None = None) -> Tree:
    """Put values at paths of a tree.

    Parameters
    ----------
    tree
        The tree, which stays as it is.
    overrides
        Dotted path → Python value. Items of a named list are addressed by name, of any list by
        position from 0. A map replaces what was there; ``{"remove": True}`` removes it.
    instance
        The model built from the tree, if it is valid: it tells tables from sections, and lends
        the defaults of what the tree leaves out.

    Returns
    -------
    Tree
        With the place ``--set`` on each value changed.

    Raises
    ------
    ScenarioError
        With a fault for each path that leads nowhere or value that cannot stand in a scenario.
    """
    root: Node = tree.root
    faults = AllFaults()
    for path, value in overrides.items():
        with faults.kept():
            root = _Override(str(path), value).put(root, instance)
    faults.refuse()
    return Tree(root) if isinstance(root, Table) else tree


class _Override:
    """One path and its value, on their way down the tree."""

    def __init__(self, path: str, value: object) -> None:
        self.path = path
        self.steps = path.split(".")
        if len(self.steps) > MAX_DEPTH or not all(self.steps):
            raise self.refused("is no path: keys and names joined by points are needed")
        self.value = node_of(value, MARK, path)

    def put(self, root: Node, instance: BaseModel | None) -> Node:
        """Copy of the root with the value put in."""
        return self._put(root, self.steps, instance)

    def refused(self, message: str, hint: str = "") -> ScenarioError:
        """Error at this override."""
        return ScenarioError([MARK.fault(self.path, message, hint)])

    def _put(self, node: Node | None, steps: Sequence[str], model: object) -> Node:
        """Copy of a node with the value put in below it; `model` is what was built from it."""
        if not steps:
            return self.value
        if node is None or (isinstance(node, Leaf) and node.value is None):
            node = _seed(model)
        match node:
            case Table():
                return self._put_in_table(node, steps, model)
            case Items():
                return self._put_in_items(node, steps, model)
            case Leaf():
                raise self.refused(f"leads nowhere: '{self._before(steps)}' is a value")

    def _put_in_table(self, table: Table, steps: Sequence[str], model: object) -> Table:
        known = {**table.entries, **dict.fromkeys(_names(model))}
        key, rest = _first_key(known, steps)
        if key not in known and isinstance(model, Mapping) and (rest or is_removal(self.value)):
            raise self._unknown(steps, known)
        if not rest and is_removal(self.value):
            return table.without(key)
        below = self._put(table.entries.get(key), rest, _below(model, key))
        return table.set(key, below, table.keys.get(key, MARK) if rest else MARK)

    def _put_in_items(self, items: Items, steps: Sequence[str], model: object) -> Items:
        names = [name for node in items.nodes if (name := item_name(node)) is not None]
        key, rest = _first_key(dict.fromkeys(names), steps)
        index = position(items, key)
        nodes = list(items.nodes)
        if index is None:
            nodes.append(self._new_item(items, steps, key, rest, names))
        elif not rest and is_removal(self.value):
            del nodes[index]
        else:
            nodes[index] = self._named_as_before(nodes[index], rest, _below(model, index))
        return Items(tuple(nodes), items.mark)

    def _named_as_before(self, node: Node, rest: Sequence[str], model: object) -> Node:
        """Item with the value put in; replaced as a whole, it keeps its name."""
        new = self._put(node, rest, model)
        name = item_name(node)
        if name is None or not isinstance(new, Table) or "name" in new.entries:
            return new
        return new.set("name", Leaf(name, MARK), MARK)

    def _new_item(
        self, items: Items, steps: Sequence[str], key: str, rest: Sequence[str], names: list[str]
    ) -> Node:
        """Item that a map under a new name adds to a named list."""
        is_new = not rest and isinstance(self.value, Table) and not is_removal(self.value)
        if not (is_new and named(items)) or not isinstance(self.value, Table):
            raise self._unknown(steps, names or [str(each) for each in range(len(items.nodes))])
        return self.value if "name" in self.value.entries else self.value.set("name", Leaf(key, MARK), MARK)

    def _unknown(self, steps: Sequence[str], known: Any) -> ScenarioError:
        words = list(known)
        before = self._before(steps)
        where = f" in '{before}'" if before else ""
        allowed = f", allowed: {', '.join(words[:20])}" if words else ""
        message = f"leads nowhere: there is no '{steps[0]}'{where}{allowed}"
        return self.refused(message, did_you_mean(steps[0], words))

    def _before(self, steps: Sequence[str]) -> str:
        return ".".join(self.steps[: len(self.steps) - len(steps)])


def _first_key(known: Mapping[str, object], steps: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Longest run of steps that is a known key, for keys with points in them; else one step."""
    for length in range(len(steps), 1, -1):
        if (key := ".".join(steps[:length])) in known:
            return key, steps[length:]
    return steps[0], steps[1:]


def _seed(model: object) -> Node:
    """Make what a part of the scenario consists of that no file mentions."""
    return Table({}, {}, MARK) if model is None else node_of(model, DEFAULT)


def _below(model: object, key: str | int) -> object:
    """Part of a built model under a key of its file, or a position; None where there is none."""
    match model:
        case BaseModel():
            fields = type(model).model_fields
            names = {field.alias or name: name for name, field in fields.items()}
            return getattr(model, names[str(key)], None) if str(key) in names else None
        case Mapping():
            return next((value for name, value in model.items() if str(name) == key), None)
        case list() | tuple():
            return model[key] if isinstance(key, int) and key < len(model) else None
        case _:
            return None


def _names(model: object) -> list[str]:
    """Keys of a table that was built."""
    return [str(key) for key in model] if isinstance(model, Mapping) else []
