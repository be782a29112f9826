"""pydantic's errors → faults: each at its place, in plain words, with what is allowed."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.errors import Fault, Faults, did_you_mean
from sim.reading.allowed import closest, given, in_words, listed, repr_of, unit_in_words, wrong_kinds
from sim.reading.schema import Schema, branches, keys_of, part_below, parts_at
from sim.reading.tree import Items, Leaf, Mark, Node, Path, Table, child, dotted, position

# Kinds of error that are said best by what the place allows; others keep pydantic's own words.
_SAID_BY_SCHEMA = ("_type", "_parsing", "_inexact", "_tag_invalid", "_tag_not_found")
_SAID_BY_SCHEMA_WHOLE = frozenset(
    {
        "enum",
        "finite_number",
        "greater_than",
        "greater_than_equal",
        "int_from_float",
        "less_than",
        "less_than_equal",
        "literal_error",
        "string_pattern_mismatch",
    }
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an error belongs: its path, the node there if there is one, and what to point at."""

    path: Path
    node: Node | None
    mark: Mark


def faults_of_kind(root: Node, schema: Schema) -> list[Fault]:
    """Faults of values whose kind is not the one asked for, such as text for a number."""
    return [
        _unlike_schema(root, schema, _Place(path, leaf, leaf.mark))
        for path, leaf in wrong_kinds(schema, root)
    ]


def faults_of_validation(error: ValidationError, root: Node, schema: Schema) -> list[Fault]:
    """Faults for all that pydantic found wrong.

    Parameters
    ----------
    error
        What pydantic raised on the plain data of the tree.
    root
        Root of the tree.
    schema
        Schema of the model, as `model_schema` gives it.
    """
    details = error.errors(include_url=False, include_input=False)
    return [fault for each in details for fault in _faults(each, root, schema)]


def _faults(error: ErrorDetails, root: Node, schema: Schema) -> Iterator[Fault]:
    cause = error.get("ctx", {}).get("error")
    place = _place_of(root, error)
    if isinstance(cause, Faults):
        for path, message in cause.problems:
            yield _fault(root, _below(root, (*place.path, *path)), message)
    elif isinstance(cause, Exception):
        yield _fault(root, place, str(cause) or _lower(error["msg"]))
    else:
        yield _from_kind(error, root, schema, place)


def _from_kind(error: ErrorDetails, root: Node, schema: Schema, place: _Place) -> Fault:
    kind = error["type"]
    if error["loc"] and error["loc"][-1] == "[key]":
        return _bad_key(root, schema, place)
    if kind == "extra_forbidden":
        return _unknown_key(root, schema, place)
    if kind == "missing":
        words = _allowed(root, schema, place.path)
        return _fault(root, place, "is missing" + (f", it must be {words}" if words else ""))
    if kind.endswith(_SAID_BY_SCHEMA) or kind in _SAID_BY_SCHEMA_WHOLE:
        return _unlike_schema(root, schema, place, _lower(error["msg"]))
    return _fault(root, place, f"{_lower(error['msg'])}; it is {given(place.node)}")


def _unlike_schema(root: Node, schema: Schema, place: _Place, otherwise: str = "") -> Fault:
    """Fault for a value that is not what its place allows."""
    alternatives = parts_at(schema, root, place.path)
    value = place.node.value if isinstance(place.node, Leaf) else None
    if len(alternatives) > 1 and isinstance(place.node, Table):
        return _unknown_kind(root, place, alternatives)
    words = _allowed(root, schema, place.path)
    message = f"must be {words}" if words else otherwise or "is not allowed here"
    return _fault(root, place, f"{message}; it is {given(place.node)}", closest(value, alternatives))


def _unknown_kind(root: Node, place: _Place, alternatives: list[Schema]) -> Fault:
    """Fault for a map that must be one of several kinds, and says which by a constant."""
    constants: dict[str, list[str]] = {}
    for branch in alternatives:
        for key, part in branch.get("properties", {}).items():
            if "const" in part:
                constants.setdefault(key, []).append(str(part["const"]))
    for key, words in constants.items():
        inner = _below(root, (*place.path, key))
        value = inner.node.value if isinstance(inner.node, Leaf) else None
        hint = did_you_mean(value, words) if isinstance(value, str) else ""
        message = f"must be one of {listed(words)}; it is {given(inner.node)}"
        return _fault(root, inner, message, hint)
    return _fault(root, place, "is none of the maps allowed here")


def _unknown_key(root: Node, schema: Schema, place: _Place) -> Fault:
    allowed = keys_of(parts_at(schema, root, place.path[:-1]))
    key = str(place.path[-1])
    message = "is not known here" + (f", allowed: {listed(allowed)}" if allowed else "")
    return _fault(root, place, message, did_you_mean(key, allowed))


def _bad_key(root: Node, schema: Schema, place: _Place) -> Fault:
    parts = parts_at(schema, root, place.path[:-1])
    patterns = [
        {"type": "string", **part.get("propertyNames", {}), "pattern": pattern}
        for part in parts
        for pattern in part.get("patternProperties", {})
    ]
    names = [part["propertyNames"] for part in parts if "propertyNames" in part]
    alternatives = patterns or [each for name in names for each in branches(schema, name)]
    key = str(place.path[-1])
    words = in_words(alternatives) or "a key of another kind"
    message = f"is the key {repr_of(key)}, it must be {words}"
    return _fault(root, place, message, closest(key, alternatives))


def _allowed(root: Node, schema: Schema, path: Path) -> str:
    """Say what a path allows, with the unit that its key states."""
    words = in_words(parts_at(schema, root, path))
    if not words or not path:
        return words
    above = parts_at(schema, root, path[:-1])
    keyed = [part for branch in above if (part := part_below(branch, path[-1])) is not None]
    return words + unit_in_words(keyed)


def _place_of(root: Node, error: ErrorDetails) -> _Place:
    """Place of an error of pydantic, whose location may hold words of a union between the keys."""
    location = [step for step in error["loc"] if step != "[key]"]
    place = _Place((), root, root.mark)
    for number, step in enumerate(location):
        below = _below(root, (*place.path, step))
        is_absent_key = number == len(location) - 1 and error["type"] == "missing"
        if below.node is not None or is_absent_key:
            place = below
    at_key = error["type"] == "extra_forbidden" or error["loc"][-1:] == ("[key]",)
    return _Place(place.path, place.node, _key_mark(root, place) if at_key else place.mark)


def _below(root: Node, path: Path) -> _Place:
    """Place of a path, whose steps may be names of items; absent, it is the nearest parent's."""
    node: Node | None = root
    mark = root.mark
    clean: Path = ()
    for step in path:
        below = child(node, step) if node is not None else None
        clean = (*clean, step if node is None else _key(node, step))
        mark = below.mark if below is not None else mark
        node = below
    return _Place(clean, node, mark)


def _key_mark(root: Node, place: _Place) -> Mark:
    """Where the key of an entry is written."""
    above = _below(root, place.path[:-1]).node if place.path else None
    return above.keys[str(place.path[-1])] if isinstance(above, Table) else place.mark


def _key(node: Node, step: str | int) -> str | int:
    """Step as a key of a map, or a position in a list that may be given by name."""
    if not isinstance(node, Items):
        return str(step)
    index = position(node, step)
    return step if index is None else index


def _fault(root: Node, place: _Place, message: str, hint: str = "") -> Fault:
    return place.mark.fault(dotted(root, place.path), message, hint)


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
