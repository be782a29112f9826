"""Sections that a file states in part, filled from the default of their own key."""

from sim.reading.from_python import node_of
from sim.reading.schema import Schema, branches, part_below
from sim.reading.tree import DEFAULT, Items, Node, Table


def with_defaults(root: Schema, part: Schema, node: Node) -> Node:
    """Fill every such section below a node.

    A key may have another default than its class: the numbers by rank of one mechanism, say. A
    file that states one rank means the others to stay.

    Parameters
    ----------
    root
        Schema of the whole model.
    part
        The part of it that is about the node.
    node
        A node of a tree.

    Returns
    -------
    Node
        The same, with the place ``default`` on what was filled in.
    """
    alternatives = branches(root, part)
    match node:
        case Table() if len(alternatives) == 1:
            return _filled_table(root, part, alternatives[0], node)
        case Items(nodes, mark) if len(alternatives) == 1:
            parts = [part_below(alternatives[0], index) or {} for index in range(len(nodes))]
            filled = [with_defaults(root, each, below) for each, below in zip(parts, nodes, strict=True)]
            return Items(tuple(filled), mark)
        case _:
            return node


def _filled_table(root: Schema, part: Schema, branch: Schema, table: Table) -> Table:
    default = part.get("default") if "properties" in branch else None
    for key, value in (default if isinstance(default, dict) else {}).items():
        if key not in table.entries:
            table = table.set(key, node_of(value, DEFAULT), DEFAULT)
    entries = {
        key: with_defaults(root, part_below(branch, key) or {}, node) for key, node in table.entries.items()
    }
    return Table(entries, table.keys, table.mark)
