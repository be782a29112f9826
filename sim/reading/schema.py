"""What a model allows, as JSON Schema: for editors, and for the words of a fault."""

import copy
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from sim.reading.tree import Leaf, Node, Path, Scalar, Table, child

Schema = dict[str, Any]

_REMOVE = {"const": True, "description": "Removes this entry from what the file extends."}

_OVERLAY = {
    "type": "object",
    "description": "Makes the file an overlay, which is laid over a scenario.",
    "properties": {
        "name": {"type": "string", "description": "Short name, kept in the scenario's `overlays`."},
        "title": {"type": "string", "description": "Name in figures and tables."},
        "description": {"type": "string", "description": "What the overlay changes, and why."},
    },
    "required": ["name"],
    "additionalProperties": False,
}

_EXTENDS = {
    "description": "Files that this one builds on, by relative path or by name if shipped.",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
}


def schema(model: type[BaseModel]) -> Schema:
    """JSON Schema of the files from which a model is built.

    Nothing is required, since a file may be a fragment or an overlay: whether a scenario is
    complete is seen when it is loaded.

    Parameters
    ----------
    model
        The model of a complete scenario.

    Returns
    -------
    dict
        JSON Schema 2020-12.
    """
    result = copy.deepcopy(model_schema(model))
    entries = list(_entries(result))
    for part in _parts(result):
        part.pop("required", None)
    for entry in entries:
        for branch in branches(result, entry):
            if "properties" in branch:
                branch["properties"].setdefault("remove", _REMOVE)
    properties = {"extends": _EXTENDS, "overlay": _OVERLAY, **result["properties"]}
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, **result, "properties": properties}


@lru_cache(maxsize=32)
def model_schema(model: type[BaseModel]) -> Schema:
    """Give the schema of a model as pydantic states it; shared, so not to be changed."""
    return model.model_json_schema(by_alias=True, mode="validation")


def branches(root: Schema, part: Schema) -> list[Schema]:
    """Alternatives that a part of a schema allows, references followed."""
    if "$ref" in part:
        return branches(root, root["$defs"][part["$ref"].rpartition("/")[2]])
    for word in ("anyOf", "oneOf", "allOf"):
        if word in part:
            return [branch for each in part[word] for branch in branches(root, each)]
    return [part]


def fitting(root: Schema, part: Schema, node: Node | None) -> list[Schema]:
    """Alternatives that a node can mean: those whose constants, such as ``kind``, are its own."""
    every = branches(root, part)
    if not isinstance(node, Table):
        return every
    return [branch for branch in every if _constants_agree(branch, node)] or every


def _constants_agree(branch: Schema, table: Table) -> bool:
    for key, part in branch.get("properties", {}).items():
        entry = table.entries.get(key)
        if "const" in part and isinstance(entry, Leaf) and entry.value != part["const"]:
            return False
    return True


def part_below(branch: Schema, key: str | int) -> Schema | None:
    """Part of a schema for a key of a map or a position in a list; None where nothing is said."""
    if isinstance(key, int):
        first: list[Schema] = branch.get("prefixItems", [])
        return first[key] if key < len(first) else _schema_or_none(branch.get("items"))
    if key in branch.get("properties", {}):
        return _schema_or_none(branch["properties"][key])
    patterns = list(branch.get("patternProperties", {}).values())
    return _schema_or_none(patterns[0] if patterns else branch.get("additionalProperties"))


def _schema_or_none(value: object) -> Schema | None:
    return value if isinstance(value, dict) else None


def parts_at(root: Schema, node: Node, path: Path) -> list[Schema]:
    """Alternatives allowed at a path of a tree; empty where nothing is said."""
    parts = [root]
    here: Node | None = node
    for key in path:
        every = [branch for part in parts for branch in fitting(root, part, here)]
        parts = [part for branch in every if (part := part_below(branch, key)) is not None]
        here = child(here, key) if here is not None else None
    return [branch for part in parts for branch in fitting(root, part, here)]


def keys_of(alternatives: list[Schema]) -> list[str]:
    """Names of the keys that alternatives name."""
    names = (key for branch in alternatives for key in branch.get("properties", {}))
    return list(dict.fromkeys(names))


def words_of(alternatives: list[Schema]) -> list[Scalar]:
    """Values that alternatives enumerate."""
    found: list[Scalar] = []
    for branch in alternatives:
        found += branch.get("enum", [])
        found += [branch["const"]] if "const" in branch else []
    return found


def _parts(part: object) -> Iterator[Schema]:
    """Every object of a schema, itself included, that has properties of its own."""
    yield from _walk(part, lambda found: found.get("type") == "object" and "properties" in found)


def _entries(part: Schema) -> Iterator[Schema]:
    """Schemas of the entries of tables and of the items of lists."""
    for each in _walk(part, lambda found: "type" in found):
        tables = [each.get("additionalProperties"), *each.get("patternProperties", {}).values()]
        yield from (entry for entry in (*tables, each.get("items")) if isinstance(entry, dict))


def _walk(part: object, wanted: Callable[[Schema], bool]) -> Iterator[Schema]:
    if isinstance(part, dict):
        if wanted(part):
            yield part
        for value in part.values():
            yield from _walk(value, wanted)
    elif isinstance(part, list):
        for value in part:
            yield from _walk(value, wanted)
