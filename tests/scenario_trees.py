"""Any scenario that a file may hold, drawn from the schema: every section, every key, within its bounds.

The schema says what each key allows; here stands only what two keys must agree on (names that refer to
others, shares that add up to 1, the order of dates), and how large an army may get so that a run takes a
moment. A scenario is drawn as a file would hold it, of tables, lists, text and numbers.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from sim.codes import RANKS
from sim.mechanisms.triggers import ANY_SIGN, SHARES
from sim.reading.schema import branches, model_schema
from sim.scenario import Scenario

Tree = dict[str, Any]
Path = tuple[str, ...]

SCHEMA = model_schema(Scenario)

# Names that a careless reader would take for something else than text.
NAMES = ("a", "1", "null", "true", "on", "2011-03-15", "1e5", "x-", "0", "b" * 60)
SIZES: dict[Path, tuple[float, float]] = {
    ("days",): (1, 40),
    ("army", "regulars"): (1, 150),
    ("army", "reserves"): (0, 80),
    ("army", "scale"): (0.02, 2),
    ("law", "initiators"): (0, 200),
    ("army", "order_of_battle", "[]", "brigades"): (1, 2),
    ("army", "order_of_battle", "[]", "battalions_per_brigade"): (1, 2),
    ("army", "order_of_battle", "[]", "companies_per_battalion"): (1, 3),
}
"""Ranges narrower than those of the schema, for the time that a run takes."""

MOST_ITEMS = 3
FIRST, LAST = Date(1700, 1, 1), Date(2199, 12, 31)
"""Between them a run may start."""

TABLES_OF: dict[Path, str] = {
    ("places", "*", "sects"): "sects",
    ("places", "*", "distance_km"): "havens",
    ("movement", "weights"): "places",
    ("uprising", "mobilisation", "[]", "intensity"): "places",
    **{
        ("war", "periods", "[]", column): "places"
        for column in (
            "civilians_killed_per_day",
            "soldiers_killed_per_day",
            "opposition_control_day",
            "opposition_control_night",
        )
    },
    ("army", "rank_shares"): "ranks",
    **{("army", "compositions", "*", rank): "sects" for rank in RANKS},
    ("war", "sources"): "columns",
}
"""Tables whose keys are names of others."""

REFERENCES: dict[Path, str] = {
    ("army", "reserve_composition"): "compositions",
    ("army", "order_of_battle", "[]", "branch"): "branches",
    ("army", "order_of_battle", "[]", "place"): "places",
    ("army", "order_of_battle", "[]", "composition"): "compositions",
    ("army", "persons", "[]", "formation"): "formations",
    ("army", "persons", "[]", "sect"): "sects",
    ("army", "persons", "[]", "home"): "places",
    ("events", "[]", "person"): "persons",
    ("events", "[]", "place"): "places",
    ("events", "[]", "sects", "[]"): "sects",
    ("events", "[]", "formations", "[]"): "formations",
    ("events", "[]", "requires", "[]"): "events",
    ("claims", "[]", "place"): "places",
}
"""Values that are names of others."""

NAMED_TABLES = ("sects", "branches", "places", "havens", "factions")
SHARES_OF_ONE = (
    ("places", "*", "sects"),
    ("army", "rank_shares"),
    *(("army", "compositions", "*", rank) for rank in RANKS),
)
BY_DATE = {
    ("war", "periods"): "from",
    ("uprising", "mobilisation"): "from",
    ("uprising", "arms"): "date",
    ("battle", "fighting"): "date",
    ("opposition", "unity_by_date"): "date",
    ("grievance", "real_wage"): "date",
    ("factions", "*", "donations"): "date",
}
"""Lists in the order of their dates, none twice."""


@dataclass
class Drawing:
    """A scenario that is being drawn: the names that others may refer to, and its window."""

    luck: Random
    names: dict[str, list[str]] = field(default_factory=dict)
    start: Date = Date(2011, 3, 15)
    days: int = 1

    def one_of(self, values: Iterable[Any]) -> Any:
        """Draw one of some values."""
        return self.luck.choice(list(values))

    def coin(self) -> bool:
        """Draw yes or no."""
        return self.luck.random() < 0.5

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return self.luck.randint(low, high)

    def number(self, low: float, high: float) -> float:
        """Draw a number: an end, one between, or one close to the lower end."""
        match self.whole(0, 3):
            case 0:
                return float(self.one_of((low, high)))
            case 1:
                return low + (high - low) * 10.0 ** -self.luck.uniform(0, 9)
            case _:
                return self.luck.uniform(low, high)

    def some(self, values: Iterable[Any], least: int, most: int) -> list[Any]:
        """Draw some of several values, none twice."""
        pool = list(values)
        return self.luck.sample(pool, min(self.whole(least, most), len(pool)))

    def date(self) -> str:
        """Draw a date within the window or some months to either side of it."""
        return str(self.start + timedelta(days=self.whole(-200, self.days + 200)))

    def date_in_window(self) -> str:
        """Draw a day of the run."""
        return str(self.start + timedelta(days=self.whole(0, self.days - 1)))


def scenario_trees() -> st.SearchStrategy[Tree]:
    """Any valid scenario.

    Each is drawn whole from one number: choice by choice, Hypothesis would vary a few of the hundreds of
    keys at a time, and try few scenarios that are really different.
    """
    return st.integers(0, 2**32 - 1).map(any_scenario)


def any_scenario(number: int) -> Tree:
    """Draw the scenario of a number."""
    one = Drawing(Random(number))
    one.start = FIRST + timedelta(days=one.whole(0, (LAST - FIRST).days))
    one.days = one.whole(*SIZES[("days",)])
    tables = {"sects": (1, 3), "branches": (1, 2), "places": (1, 3), "havens": (0, 2), "factions": (0, 2)}
    one.names = {name: one.some(NAMES, *bounds) for name, bounds in tables.items()}
    one.names |= {
        "compositions": one.some(NAMES, 1, 2),
        "formations": one.some(NAMES, 1, 3),
        "persons": [],
        "events": one.some(NAMES, 0, 4),
        "claims": one.some(NAMES, 0, 2),
        "ranks": list(RANKS),
        "columns": ["soldiers_killed_per_day"],
    }
    tree: Tree = _object(one, (), SCHEMA)
    tree |= {"start": str(one.start), "days": one.days}
    _agree(one, tree)
    return tree


def _value(one: Drawing, path: Path, part: Tree) -> Any:
    """Draw what a part of the schema allows."""
    if path in REFERENCES:
        return one.one_of(one.names[REFERENCES[path]] or ["nobody"])
    branch = one.one_of(branches(SCHEMA, part))
    if "const" in branch:
        return branch["const"]
    if "enum" in branch:
        return one.one_of(branch["enum"])
    match branch["type"]:
        case "number" | "integer":
            return _number(one, path, branch, part.get("each", {}))
        case "boolean":
            return one.coin()
        case "null":
            return None
        case "string":
            return one.date() if branch.get("format") == "date" else one.one_of(("", "a text: 'b' # \n é"))
        case "array":
            return _items(one, path, branch)
        case "object" if _keys_of_table(one, path) is not None:
            return _table(one, path, branch)
        case "object":
            return _object(one, path, branch, part.get("each", {}))
        case other:
            raise AssertionError(f"{path}: the schema has a kind that nothing here draws: {other}")


def _number(one: Drawing, path: Path, branch: Tree, each: Tree) -> float:
    """Draw a number within its bounds, the bounds themselves more often than others."""
    low, high = branch.get("minimum", each.get("low")), branch.get("maximum", each.get("high"))
    low, high = SIZES.get(path, (low, high))
    if branch["type"] == "integer":
        step = branch.get("multipleOf", 1)
        return step * one.whole(int(low) // step, int(high) // step)
    return one.number(low, high)


def _items(one: Drawing, path: Path, branch: Tree) -> list[Any]:
    """Draw a list: one item for each name where its items are named, else a few."""
    if "prefixItems" in branch:
        return [_value(one, (*path, "[]"), part) for part in branch["prefixItems"]]
    here = (*path, "[]")
    named = {"order_of_battle": "formations", "events": "events", "claims": "claims", "persons": "persons"}
    if path and path[-1] in named:
        of_name = one.names[named[path[-1]]]
        return [_value(one, here, branch["items"]) | {"name": name} for name in of_name]
    if path == ("overlays",):
        return one.some(NAMES, 0, 2)
    least = branch.get("minItems", 0)
    most = min(branch.get("maxItems", MOST_ITEMS), MOST_ITEMS)
    if here in REFERENCES and not one.names[REFERENCES[here]]:
        most = 0
    return [_value(one, here, branch["items"]) for _ in range(one.whole(least, most))]


def _keys_of_table(one: Drawing, path: Path) -> list[str] | None:
    """Keys that a table may have; None of a section, whose keys the schema names."""
    if path in TABLES_OF:
        return one.names[TABLES_OF[path]]
    if len(path) == 1 and path[0] in NAMED_TABLES:
        return one.names[path[0]]
    return one.names["compositions"] if path == ("army", "compositions") else None


def _table(one: Drawing, path: Path, branch: Tree) -> Tree:
    """Draw a table: all its entries where others refer to them, else some."""
    keys = _keys_of_table(one, path)
    assert keys is not None
    patterns = branch.get("patternProperties", {})
    below = next(iter(patterns.values())) if patterns else branch["additionalProperties"]
    if path in SHARES_OF_ONE:
        return _shares(one, keys)
    if path in TABLES_OF:
        keys = [key for key in keys if one.coin()]
    return {key: _value(one, (*path, "*"), below) for key in keys}


def _shares(one: Drawing, keys: list[str]) -> Tree:
    """Draw shares that add up to 1; what has no share may be left out."""
    weights = [one.whole(0, 4) for _ in keys]
    weights[one.whole(0, len(keys) - 1)] += 1
    shares = {key: weight / sum(weights) for key, weight in zip(keys, weights, strict=True)}
    return {key: share for key, share in shares.items() if share > 0 or one.coin()}


def _object(one: Drawing, path: Path, branch: Tree, each: Tree | None = None) -> Tree:
    """Draw a section: all that it must state, and of the rest some."""
    required, found = branch.get("required", []), {}
    for name, part in branch["properties"].items():
        here = (*path, name)
        if name not in required and "const" not in part and not _is_stated(one, here):
            continue
        own = {**part, "each": each} if each else part
        found[name] = _value(one, here, own)
    return found


def _is_stated(one: Drawing, path: Path) -> bool:
    """Draw whether a key is stated that need not be; one that refers to nothing cannot be."""
    if path in REFERENCES and not one.names[REFERENCES[path]]:
        return False
    if path in (("havens",), ("factions",), ("events",), ("claims",)):
        return True
    return one.coin()


# What keys must agree on.


def _agree(one: Drawing, tree: Tree) -> None:
    """Mend what a file may not hold though each key by itself is allowed."""
    tree["name"] = one.one_of(NAMES)
    _persons(one, tree)
    _graph(tree["army"].get("ties", {}).get("graph", {}))
    _tiles(one, tree["places"])
    for path, key in BY_DATE.items():
        for rows in _lists_at(tree, path):
            dates = dict.fromkeys(row[key] for row in rows)
            rows[:] = [{**row, key: date} for row, date in zip(rows, sorted(dates, key=str), strict=False)]
    for number, event in enumerate(tree["events"]):
        tree["events"][number] = _event(one, tree, event)
    for claim in tree["claims"]:
        claim["low"], claim["high"] = sorted((claim["low"], claim["high"]))
        if claim.get("from") is not None:
            claim["from"], claim["to"] = sorted((claim["from"], claim["to"]), key=Date.fromisoformat)
    if tree.get("uprising", {}).get("mobilisation") and not tree.get("war", {}).get("periods"):
        tree.setdefault("war", {})["kind"] = "endogenous"
    thresholds = tree.get("law", {}).get("thresholds", {})
    if thresholds.get("distribution") == "listed":
        army = Scenario.model_fields["army"].annotation
        assert army is not None
        plan = army.model_validate(tree["army"])
        size = plan.regulars_built + plan.reserves_built
        thresholds["values"] = [one.number(-2, 50) for _ in range(size)]


def _tiles(one: Drawing, places: Tree) -> None:
    """Give each place a tile of its own, or none any."""
    has_tiles = one.coin()
    for number, place in enumerate(places.values()):
        place.pop("tile", None)
        if has_tiles:
            place["tile"] = [number, one.whole(0, 1000)]


def _graph(graph: Tree) -> None:
    """Name each number of ties once, and let somebody have one."""
    if graph.get("kind") == "configuration":
        rows = {row["degree"]: row for row in graph["degrees"]}
        graph["degrees"] = list(rows.values())
        if not any(row.get("weight", 1.0) for row in graph["degrees"]):
            graph["degrees"][0]["weight"] = 1.0


def _lists_at(tree: Any, path: Path) -> list[list[Tree]]:
    """Lists at a path of a tree, of which there may be several or none."""
    if not path:
        return [tree] if tree else []
    name, rest = path[0], path[1:]
    below = list(tree.values()) if name == "*" else [tree[name]] if name in tree else []
    return [rows for each in below for rows in _lists_at(each, rest)]


def _persons(one: Drawing, tree: Tree) -> None:
    """Bind persons to brigades, each once, in an army whose headquarters have men for them."""
    army = tree["army"]
    army.pop("persons", None)
    if one.coin():
        return
    army.pop("scale", None)
    lines = army["order_of_battle"]
    companies = 0
    for line in lines:
        line.pop("company_strength", None)
        battalions = line.get("brigades", 1) * line.get("battalions_per_brigade", 1)
        companies += battalions * line.get("companies_per_battalion", 1)
    army["regulars"] = max(army["regulars"], 5 * companies)
    posts = [(line["name"], number + 1) for line in lines for number in range(line.get("brigades", 1))]
    chosen = one.some(posts, 1, 2)
    one.names["persons"] = one.some(NAMES, len(chosen), len(chosen))
    here = ("army", "persons", "[]")
    army["persons"] = [
        _value(one, here, {"$ref": "#/$defs/Person"})
        | {"name": name, "formation": formation, "brigade": brigade}
        for name, (formation, brigade) in zip(one.names["persons"], chosen, strict=True)
    ]


def _event(one: Drawing, tree: Tree, event: Tree) -> Tree:
    """Give an event its day or its rule, an end after its beginning, and people who are there."""
    if event["kind"] == "elite_exit" and not one.names["persons"]:
        event = {"name": event["name"], "kind": "context", "date": one.date_in_window()}
    elif event["kind"] in ("elite_exit", "context") and one.names["persons"]:
        name, here = event["name"], ("events", "[]")
        event = _value(one, here, {"$ref": "#/$defs/EliteExit"}) | {"name": name}
    event["requires"] = [name for name in event.get("requires", []) if name != event["name"]]
    if event.get("trigger") is not None:
        event.pop("date", None)
        _bound(one, event["trigger"])
    else:
        event.pop("trigger", None)
        event["date"] = one.date_in_window()
    if event.get("lasts_days") is not None:
        event.pop("until", None)
    if event.get("until") is not None:
        begins = Date.fromisoformat(event.get("date", str(one.start)))
        event["until"] = str(begins + timedelta(days=one.whole(1, 60)))
    if event.get("sects"):
        event.pop("role", None)
    if event["kind"] == "movement":
        lines = [line for line in tree["army"]["order_of_battle"] if line["name"] in event["formations"]]
        most = max(line.get("brigades", 1) for line in lines)
        event["brigades"] = [1 + number % most for number in event.get("brigades", [])]
    return event


def _bound(one: Drawing, rule: Tree) -> None:
    """Give a rule one bound, which its quantity can pass."""
    for key in ("above", "below"):
        rule.pop(key, None)
    observed = rule["observed"]
    key = one.one_of(("above", "below"))
    low = -1e9 if observed in ANY_SIGN else 0.0
    high = 1.0 if observed in SHARES else 1e9
    bound = one.number(*one.one_of(((low, high), (0.0, min(high, 50.0)))))
    fits: Callable[[float], bool] = (
        (lambda bound: low <= bound < 1.0 or observed not in SHARES)
        if key == "above"
        else (lambda bound: bound > 0.0 or observed in ANY_SIGN)
    )
    rule[key] = bound if fits(bound) else 0.5
