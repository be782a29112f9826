"""YAML 1.2 text → tree: plain data only, each value with its line and column.

The parser's events are composed here, so that nothing is ever constructed but text, numbers,
truth values, lists and maps, and limits hold before memory is spent.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.reader import ReaderError

from sim.errors import Fault, ScenarioError
from sim.reading.tree import MAX_DEPTH, Items, Leaf, Mark, Node, Path, Table, bad_text, height, refuse
from sim.reading.yaml_scalar import TAG, plain_scalar, short_tag, tagged_scalar

MAX_NODES = 200_000
"""Values of a file, with every alias written out."""


def parse_yaml(text: str, file: str) -> Node:
    """Tree of a YAML text with one document.

    Parameters
    ----------
    text
        The YAML text.
    file
        Name of the file in faults.

    Returns
    -------
    Node
        The root.

    Raises
    ------
    ScenarioError
        With every fault found, or those up to the one that stopped the reading.
    """
    return _Composer(text, file).document()


class _Anchored(NamedTuple):
    """What an anchor names, and its size and height when written out."""

    node: Node
    size: int
    height: int


class _Composer:
    """Builds one document; lives for one call of `parse_yaml`."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.events = _events(text, file)
        self.anchors: dict[str, _Anchored] = {}
        self.faults: list[Fault] = []
        self.size = 0

    def document(self) -> Node:
        """Compose the only document of the stream."""
        next(self.events)
        start = next(self.events)
        if not isinstance(start, DocumentStartEvent):
            raise refuse(Mark(self.file), "", "is empty")
        if start.version not in (None, (1, 2)):
            self.fault(start, (), "asks for another version of YAML, only 1.2 is read")
        root = self.node(next(self.events), ())
        next(self.events)
        end = next(self.events)
        if not isinstance(end, StreamEndEvent):
            self.fault(end, (), "holds a second document, one is allowed")
        if self.faults:
            raise ScenarioError(self.faults)
        return root

    def node(self, event: Any, path: Path) -> Node:
        """Compose a value of any kind from its first event."""
        if isinstance(event, AliasEvent):
            return self.alias(event, path)
        before = self.size
        self.count(event, 1, path)
        node = self.fresh(event, path)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(node, self.size - before, height(node))
        return node

    def fresh(self, event: Any, path: Path) -> Node:
        """Compose a value that is written here."""
        if isinstance(event, ScalarEvent):
            return self.leaf(event, path)
        self.limit_depth(event, len(path) + 1, path)
        kind = "map" if isinstance(event, MappingStartEvent) else "seq"
        if event.tag not in (None, "!", f"{TAG}{kind}"):
            tag = short_tag(str(event.tag))
            self.fault(event, path, f"has the tag {tag}, only plain data is allowed")
        return self.table(event, path) if kind == "map" else self.items(event, path)

    def leaf(self, event: Any, path: Path) -> Leaf:
        """Compose text, a number, a truth value or nothing."""
        mark, value = self.mark(event), None
        try:
            if event.tag is not None:
                value = tagged_scalar(str(event.tag), event.value)
            else:
                value = plain_scalar(event.value) if event.style is None else event.value
        except ValueError as error:
            self.fault(event, path, str(error))
        if isinstance(value, str) and (problem := bad_text(value)):
            self.fault(event, path, problem)
        return Leaf(value, mark)

    def items(self, start: SequenceStartEvent, path: Path) -> Items:
        """Compose a list."""
        nodes: list[Node] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            nodes.append(self.node(event, (*path, len(nodes))))
        return Items(tuple(nodes), self.mark(start))

    def table(self, start: MappingStartEvent, path: Path) -> Table:
        """Compose a map."""
        entries: dict[str, Node] = {}
        keys: dict[str, Mark] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self.key(event, path)
            if key in keys:
                message = f"stands twice, first in line {keys[key].line}"
                self.fault(event, (*path, key), message)
            keys[key] = self.mark(event)
            value = next(self.events)
            node = self.node(value, (*path, key))
            # the parser places an absent value at the next token, perhaps some lines below
            entries[key] = Leaf(None, keys[key]) if _is_absent(value) else node
        return Table(entries, keys, self.mark(start))

    def key(self, event: Any, path: Path) -> str:
        """Compose the key of a map: text as written."""
        if not isinstance(event, ScalarEvent):
            raise refuse(self.mark(event), _dotted(path), "has a key that is not plain text")
        if event.value == "<<" and event.style is None:
            self.fault(event, path, "merge keys (<<) are not part of YAML 1.2", "use extends")
        key = str(event.value)
        if not key or not key.isprintable():
            self.fault(event, path, "has a key that is empty or not printable")
        if event.tag not in (None, "!", f"{TAG}str"):
            self.fault(event, (*path, key), "has a tag on its key")
        self.count(event, 1, path)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(Leaf(key, self.mark(event)), 1, 1)
        return key

    def alias(self, event: AliasEvent, path: Path) -> Node:
        """Give what an anchor before this place names."""
        anchored = self.anchors.get(event.anchor)
        if anchored is None:
            message = f"*{event.anchor} has no complete &{event.anchor} before it"
            raise refuse(self.mark(event), _dotted(path), message)
        self.count(event, anchored.size, path)
        self.limit_depth(event, len(path) + anchored.height, path)
        return anchored.node

    def count(self, event: Event, size: int, path: Path) -> None:
        """Refuse a document that grows too large."""
        self.size += size
        if self.size > MAX_NODES:
            message = f"holds more than {MAX_NODES:,} values, aliases written out"
            raise refuse(self.mark(event), _dotted(path), message)

    def limit_depth(self, event: Event, depth: int, path: Path) -> None:
        """Refuse a document that is nested too deeply."""
        if depth > MAX_DEPTH:
            message = f"is nested more than {MAX_DEPTH} levels deep"
            raise refuse(self.mark(event), _dotted(path), message)

    def mark(self, event: Event) -> Mark:
        """Place where an event begins."""
        start: Any = event.start_mark
        return Mark(self.file, start.line + 1, start.column + 1)

    def fault(self, event: Event, path: Path, message: str, hint: str = "") -> None:
        """Note a fault after which the reading goes on."""
        self.faults.append(self.mark(event).fault(_dotted(path), message, hint))


def _is_absent(event: Event) -> bool:
    return isinstance(event, ScalarEvent) and event.start_mark == event.end_mark


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))


def _events(text: str, file: str) -> Iterator[Event]:
    """Events of the parser; all that it may raise becomes a ScenarioError."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        place: Any = error.problem_mark or error.context_mark
        mark = Mark(file, place.line + 1, place.column + 1) if place else Mark(file)
        problem = error.problem or error.context
        raise refuse(mark, "", f"cannot be read as YAML: {problem}") from None
    except ReaderError as error:
        raise refuse(_place(text, error.position, file), "", "holds a control character") from None
    except Exception as error:
        # On malformed text the parser also lets OverflowError, ValueError and others through.
        raise refuse(Mark(file), "", f"cannot be read as YAML: {error}") from None


def _place(text: str, position: int, file: str) -> Mark:
    before = text[:position]
    return Mark(file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)
