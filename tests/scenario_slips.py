"""Slips that make a valid scenario invalid, each at one place of it."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from random import Random
from typing import Any

from sim.reading.schema import branches
from tests.scenario_trees import BY_DATE, REFERENCES, SCHEMA, SHARES_OF_ONE, TABLES_OF, Tree

Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """A value of a scenario, and what the schema says of it."""

    steps: Steps
    pattern: tuple[str, ...]
    value: Any
    branch: Tree
    each: Tree

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Range of a number; None of anything else, and where the schema states none."""
        low = self.branch.get("minimum", self.each.get("low"))
        high = self.branch.get("maximum", self.each.get("high"))
        return None if low is None or high is None else (low, high)


@dataclass(frozen=True)
class Slip:
    """A scenario with a slip."""

    kind: str
    tree: Tree
    steps: Steps
    """Where it is."""
    words: tuple[str, ...]
    """What the fault must say, one of them."""
    value: Any = None
    """What stands there now, if it can be written in place of what stood there before."""
    is_value: bool = False


def places(
    node: Any, part: Any = SCHEMA, steps: Steps = (), pattern: tuple[str, ...] = ()
) -> Iterator[Place]:
    """Every value of a scenario, from the top down."""
    branch = _branch(node, part)
    yield Place(steps, pattern, node, branch, part.get("each", {}))
    if isinstance(node, dict):
        tables = [*branch.get("patternProperties", {}).values(), branch.get("additionalProperties")]
        for key, below in node.items():
            named = branch.get("properties", {}).get(key)
            inner = named or next(table for table in tables if isinstance(table, dict))
            if named is not None and "each" in part:
                inner = {**inner, "each": part["each"]}
            yield from places(below, inner, (*steps, key), (*pattern, key if named else "*"))
    elif isinstance(node, list):
        for number, below in enumerate(node):
            inner = (branch.get("prefixItems") or [branch.get("items")] * len(node))[number]
            yield from places(below, inner, (*steps, number), (*pattern, "[]"))


def _branch(node: Any, part: Tree) -> Tree:
    """Alternative of the schema that a value is of."""
    kinds = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    kind = kinds.get(type(node), "number")
    fitting = []
    for branch in branches(SCHEMA, part):
        same = branch.get("type") == kind or (kind == "number" and branch.get("type") == "integer")
        constants = {key: each.get("const") for key, each in branch.get("properties", {}).items()}
        if same and all(
            constant is None or node.get(key, constant) == constant for key, constant in constants.items()
        ):
            fitting.append(branch)
    assert fitting, f"nothing in the schema fits {node!r}"
    return fitting[0]


def dotted(tree: Any, steps: Steps) -> str:
    """Path as a fault writes it: items of lists by their name, if they have one."""
    words = []
    for step in steps:
        tree = tree[step] if not isinstance(tree, dict) or step in tree else None
        named = isinstance(step, int) and isinstance(tree, dict) and "name" in tree
        words.append(str(tree["name"]) if named else str(step))
    return ".".join(words)


def _with(tree: Tree, steps: Steps, value: Any) -> Tree:
    """Copy with one value changed."""
    copy = deepcopy(tree)
    node = copy
    for step in steps[:-1]:
        node = node[step]
    node[steps[-1]] = value
    return copy


def _value_slip(kind: str, tree: Tree, place: Place, value: Any, *words: str) -> Slip:
    return Slip(kind, _with(tree, place.steps, value), place.steps, words, value, is_value=True)


def out_of_range(luck: Random, tree: Tree, place: Place) -> Slip | None:
    """A number beyond an end of its range."""
    if place.bounds is None or place.branch["type"] not in ("number", "integer"):
        return None
    low, high = place.bounds
    step: float = 1 if place.branch["type"] == "integer" else (high - low) * luck.choice((1e-6, 0.5, 1e6))
    value = luck.choice((low - step, high + step))
    return _value_slip("out of range", tree, place, value, f"{low:g}", f"{high:g}")


def no_whole_number(luck: Random, tree: Tree, place: Place) -> Slip | None:
    """A fraction for a whole number, or one that is no multiple."""
    if place.branch.get("type") != "integer":
        return None
    step = place.branch.get("multipleOf", 1)
    value = place.value + (0.5 if step == 1 else 1)
    if place.value + 1 > place.branch.get("maximum", value + 1):
        value = place.value - (0.5 if step == 1 else 1)
    return _value_slip("no whole number", tree, place, value, "whole number", "multiple")


def another_kind(luck: Random, tree: Tree, place: Place) -> Slip | None:
    """A value of another kind."""
    if not place.steps:
        return None
    others: dict[str, list[Any]] = {
        "object": ["text", 3, True, [1]],
        "array": ["text", 3, True, {"x": 1}],
        "string": [3, True, [1], {"x": 1}, 20110315],
        "boolean": ["yes", 1, "true", [True]],
        "null": [],
        "number": ["12", "many", True, [1], {"x": 1}],
        "integer": ["12", "many", False, [1], {"x": 1}],
    }
    choices = others[place.branch["type"]]
    return _value_slip("another kind", tree, place, luck.choice(choices), "") if choices else None


def no_such_word(luck: Random, tree: Tree, place: Place) -> Slip | None:
    """A word that is none of those allowed."""
    words = place.branch.get("enum") or ([place.branch["const"]] if "const" in place.branch else None)
    return None if words is None else _value_slip("no such word", tree, place, "nonsense", *map(str, words))


def no_date(luck: Random, tree: Tree, place: Place) -> Slip | None:
    """A day that is not in the calendar, or no date at all."""
    if place.branch.get("format") != "date":
        return None
    value = luck.choice(("2011-02-30", "soon", "2011-13-01", "15.03.2011", "2011-3-5", ""))
    return _value_slip("no date", tree, place, value, "date", "day", "month")


def dangling(luck: Random, tree: Tree, place: Place) -> Slip | None:
    """A name of something that is not there."""
    if place.pattern not in REFERENCES or place.value is None:
        return None
    slip = _value_slip("dangling", tree, place, "nowhere", "unknown")
    # What an event waits for is told of the whole list.
    return slip if place.steps[-2:-1] != ("requires",) else Slip(**{**vars(slip), "steps": slip.steps[:-1]})


def unknown_key(luck: Random, tree: Tree, place: Place) -> Slip | None:
    """A key that a section does not know, or a table of names may not have."""
    if not isinstance(place.value, dict):
        return None
    steps = (*place.steps, "no-such key")
    if place.branch.get("additionalProperties") is False and "patternProperties" not in place.branch:
        words = ("not known here",)
    elif place.pattern in TABLES_OF and place.pattern != ("war", "sources"):
        words = ("unknown", "must be")
    elif "patternProperties" in place.branch:
        words = ("must be text of the form",)
    else:
        return None
    return Slip("unknown key", _with(tree, steps, 0.0), steps, words)


def missing(luck: Random, tree: Tree, place: Place) -> Slip | None:
    """A key that must be stated, left out."""
    required = [key for key in place.branch.get("required", []) if key in place.value]
    if not required:
        return None
    key, copy = luck.choice(required), deepcopy(tree)
    node = copy
    for step in place.steps:
        node = node[step]
    del node[key]
    return Slip("missing", copy, (*place.steps, key), ("missing", "must be", "dated"))


def wrong_sum(luck: Random, tree: Tree, place: Place) -> Slip | None:
    """Shares that do not add up to 1."""
    if place.pattern not in SHARES_OF_ONE or not place.value:
        return None
    key = luck.choice(list(place.value))
    share = place.value[key]
    table = {**place.value, key: share - 0.1 if share > 0.5 else share + 0.1}
    return _value_slip("wrong sum", tree, place, table, "add up to")


def out_of_order(luck: Random, tree: Tree, place: Place) -> Slip | None:
    """Rows that do not come in the order of their dates."""
    if place.pattern not in BY_DATE or not place.value:
        return None
    rows = [*place.value, luck.choice(place.value)]
    return _value_slip("out of order", tree, place, rows, "order of their dates")


def twice(luck: Random, tree: Tree, place: Place) -> Slip | None:
    """A name that stands twice in a list."""
    if place.pattern not in (("events",), ("claims",), ("army", "order_of_battle"), ("army", "persons")):
        return None
    if not place.value:
        return None
    return _value_slip("twice", tree, place, [*place.value, deepcopy(place.value[0])], "twice", "another")


def out_of_the_window(luck: Random, tree: Tree, place: Place) -> Slip | None:
    """An event before the first day or after the last."""
    if place.pattern != ("events", "[]", "date"):
        return None
    start = Date.fromisoformat(tree["start"])
    value = str(start + timedelta(days=luck.choice((-1, tree["days"]))))
    return _value_slip("out of the window", tree, place, value, "outside")


def ends_crossed(luck: Random, tree: Tree, place: Place) -> Slip | None:
    """A claim whose lower end is above its upper one."""
    if place.pattern != ("claims", "[]") or place.value["high"] >= 1e9:
        return None
    claim = {**place.value, "low": place.value["high"] + 1.0}
    slip = _value_slip("ends crossed", tree, place, claim, "is above high")
    return Slip(**{**vars(slip), "steps": (*slip.steps, "low")})


KINDS: tuple[Callable[[Random, Tree, Place], Slip | None], ...] = (
    out_of_range,
    no_whole_number,
    another_kind,
    no_such_word,
    no_date,
    dangling,
    unknown_key,
    missing,
    wrong_sum,
    out_of_order,
    twice,
    out_of_the_window,
    ends_crossed,
)


def any_slip(luck: Random, tree: Tree) -> Slip:
    """Draw a slip: first its kind, then one of the places where it can be made."""
    everywhere = list(places(tree))
    while True:
        make = luck.choice(KINDS)
        found = luck.sample(everywhere, len(everywhere))
        for place in found:
            if (slip := make(luck, tree, place)) is not None:
                return slip
