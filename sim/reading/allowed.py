"""What a place of a scenario allows, in plain words; and whether a value is of an allowed kind."""

import re
from typing import Any

from sim.errors import did_you_mean
from sim.reading.schema import Schema, fitting, part_below, words_of
from sim.reading.tree import Items, Leaf, Node, Path, Scalar, Table

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?")
_LONGEST_SHOWN = 60
_MOST_WORDS = 20


def in_words(alternatives: list[Schema]) -> str:
    """Say what alternatives allow, such as ``a number from 0 to 1``; empty if unknown."""
    words = words_of(alternatives)
    named = [f"one of {listed(words)}"] if len(words) > 1 else [repr_of(word) for word in words]
    open_ones = [branch for branch in alternatives if "enum" not in branch and "const" not in branch]
    kinds = [_kind_in_words(branch) for branch in open_ones]
    if not all(kinds):
        return ""
    return " or ".join(dict.fromkeys([*kinds, *named]))


def _kind_in_words(branch: Schema) -> str:
    match branch.get("type"):
        case "integer" | "number" as kind:
            noun = "a whole number" if kind == "integer" else "a number"
            return noun + _range_in_words(branch)
        case "string" if str(branch.get("format", "")).startswith("date"):
            return "a date such as 2011-03-15"
        case "string" if "pattern" in branch:
            most = f", at most {branch['maxLength']} characters" if "maxLength" in branch else ""
            return f"text of the form {branch['pattern']}{most}"
        case "string":
            return "text (in quotes if it looks like a number)"
        case kind:
            nouns = {
                "boolean": "true or false",
                "null": "null",
                "array": "a list",
                "object": "a map",
            }
            return nouns.get(str(kind), "")


def _range_in_words(branch: Schema) -> str:
    low, high = branch.get("minimum"), branch.get("maximum")
    above, below = branch.get("exclusiveMinimum"), branch.get("exclusiveMaximum")
    parts = [
        f" from {low:g} to {high:g}" if low is not None and high is not None else "",
        f" of at least {low:g}" if low is not None and high is None else "",
        f" of at most {high:g}" if high is not None and low is None else "",
        f" above {above:g}" if above is not None else "",
        f" below {below:g}" if below is not None else "",
    ]
    return "".join(parts)


def unit_in_words(parts: list[Schema]) -> str:
    """Give the unit in parentheses with a space before; empty for a pure number."""
    units = [str(part["unit"]) for part in parts if part.get("unit", "1") != "1"]
    return f" ({units[0]})" if units else ""


def given(node: Node | None) -> str:
    """Say what stands there, such as ``'abc'``, ``a map``."""
    match node:
        case Table():
            return "a map"
        case Items():
            return f"a list of {len(node.nodes)}"
        case Leaf():
            return repr_of(node.value)
        case None:
            return "nothing"


def repr_of(value: Scalar) -> str:
    """Give a value as a scenario file writes it, shortened; text in quotes."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        short = value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…"
        return f"'{short}'"
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def listed(words: list[Any]) -> str:
    """Words in a row, at most twenty."""
    more = f" and {len(words) - _MOST_WORDS} more" if len(words) > _MOST_WORDS else ""
    return ", ".join(map(str, words[:_MOST_WORDS])) + more


def closest(value: object, alternatives: list[Schema]) -> str:
    """Hint for a value that is none of the words allowed, or is an old way to say true or false."""
    if not isinstance(value, str):
        return ""
    truths = {"yes": "true", "on": "true", "no": "false", "off": "false"}
    if value.lower() in truths and any(each.get("type") == "boolean" for each in alternatives):
        return f"did you mean {truths[value.lower()]}?"
    return did_you_mean(value, [word for word in words_of(alternatives) if isinstance(word, str)])


def wrong_kinds(root: Schema, node: Node) -> list[tuple[Path, Leaf]]:
    """Leaves of a kind that the schema does not allow there.

    pydantic would turn the text ``'5'`` into a number, ``no`` into false, true into 1 and 20110315
    into a day of 1970: in a file that is read by people, each is a slip.

    Parameters
    ----------
    root
        Schema of the whole.
    node
        Root of the tree.
    """
    return _wrong_kinds(root, [root], node, ())


def _wrong_kinds(root: Schema, parts: list[Schema], node: Node, path: Path) -> list[tuple[Path, Leaf]]:
    alternatives = [branch for part in parts for branch in fitting(root, part, node)]
    match node:
        case Leaf(value):
            known = not alternatives or any(_accepts(each, value) for each in alternatives)
            return [] if known else [(path, node)]
        case Table(entries):
            below: list[tuple[str | int, Node]] = list(entries.items())
        case Items(nodes):
            below = list(enumerate(nodes))
    found: list[tuple[Path, Leaf]] = []
    for key, each in below:
        inner = [part for branch in alternatives if (part := part_below(branch, key)) is not None]
        found += _wrong_kinds(root, inner, each, (*path, key))
    return found


def _accepts(branch: Schema, value: Scalar) -> bool:
    """Whether a scalar is of the kind of a branch; its range is left to pydantic."""
    if "enum" in branch or "const" in branch:
        return True
    match branch.get("type"):
        case "string" if str(branch.get("format", "")).startswith("date"):
            return isinstance(value, str) and _DATE.fullmatch(value) is not None
        case "string":
            return isinstance(value, str)
        case "number" | "integer":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "null":
            return value is None
        case _:
            return True
