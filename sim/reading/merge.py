"""Layers of a scenario → one tree.

Maps are merged key by key, except that a map whose ``kind`` changes is replaced. Lists whose items
are all maps with a ``name`` are merged by name: known ones in place, new ones at the end. Other
lists and values are replaced. ``key: {remove: true}`` and ``- {name: x, remove: true}`` remove.
"""

from collections.abc import Iterable

from sim.errors import Fault, did_you_mean
from sim.reading.tree import Items, Leaf, Mark, Node, Path, Table, dotted, item_name, named


def merge(lower: Table, upper: Table, faults: list[Fault], path: Path = ()) -> Table:
    """Lay one map over another.

    Parameters
    ----------
    lower, upper
        The map below, and the one whose values win.
    faults
        Receives removals of what is not there, and names that stand twice.
    path
        Path of both maps, for faults.

    Returns
    -------
    Table
        With the place of `upper`.
    """
    entries, keys = dict(lower.entries), {**lower.keys, **upper.keys}
    for key, node in upper.entries.items():
        here = (*path, key)
        if not is_removal(node):
            entries[key] = _combine(entries.get(key), node, faults, here)
        elif key in entries:
            del entries[key]
        else:
            faults.append(_nothing_to_remove(upper.keys[key], here, entries))
    return Table(entries, keys, upper.mark)


def is_removal(node: Node, *, of_item: bool = False) -> bool:
    """Whether a node says ``{remove: true}``, with a name if it is an item of a list."""
    if not isinstance(node, Table):
        return False
    said = node.entries.get("remove")
    expected = {"name", "remove"} if of_item else {"remove"}
    return set(node.entries) == expected and isinstance(said, Leaf) and said.value is True


def _combine(old: Node | None, new: Node, faults: list[Fault], path: Path) -> Node:
    match new:
        case Table():
            below = old if isinstance(old, Table) and _same_kind(old, new) else None
            # merging over nothing finds the removals inside a new map
            return merge(below or Table({}, {}, new.mark), new, faults, path)
        case Items() if named(new):
            below_items = old if isinstance(old, Items) and named(old) else Items((), new.mark)
            return _merge_named(below_items, new, faults, path)
        case _:
            return new


def _same_kind(old: Table, new: Table) -> bool:
    kinds = [table.entries.get("kind") for table in (old, new)]
    values = [kind.value for kind in kinds if isinstance(kind, Leaf)]
    return len(values) < 2 or values[0] == values[1]


def _merge_named(lower: Items, upper: Items, faults: list[Fault], path: Path) -> Items:
    items = {str(item_name(node)): node for node in lower.nodes}
    seen: set[str] = set()
    for node in upper.nodes:
        name = str(item_name(node))
        here = (*path, name)
        if name in seen:
            faults.append(node.mark.fault(dotted(None, here), "stands twice in the list"))
        seen.add(name)
        if not is_removal(node, of_item=True):
            items[name] = _combine(items.get(name), node, faults, here)
        elif items.pop(name, None) is None:
            faults.append(_nothing_to_remove(node.mark, here, items))
    return Items(tuple(items.values()), upper.mark)


def _nothing_to_remove(mark: Mark, path: Path, known: Iterable[str]) -> Fault:
    hint = did_you_mean(str(path[-1]), known)
    return mark.fault(dotted(None, path), "is not there, so it cannot be removed", hint)
