"""The generated tables of `docs/odd.md`: parameters from the schema, and the order of the day.

Each table stands between ``<!-- begin generated: NAME -->`` and ``<!-- end generated -->``. Run
``python -m experiments.docs_tables`` to write them anew, with ``--check`` only to compare.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date as Date
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from experiments.showing.page_command import page_parser
from sim.mechanisms.event_kinds import (
    Blackout,
    CallUp,
    Deployment,
    EliteExit,
    Movement,
    Purge,
    SurveillanceStep,
    WageRise,
)
from sim.mechanisms.exits import HazardLaw, ThresholdLaw
from sim.mechanisms.order import DEPARTURE, EVENING, MORNING, TERMS
from sim.mechanisms.triggers import Trigger
from sim.parameters import Section
from sim.scenario import Scenario
from sim.scenario_file import load
from sim.tables import (
    Branch,
    ConfigurationGraph,
    DegreeWeight,
    Faction,
    Formation,
    Haven,
    Person,
    Place,
    PoissonGraph,
    Sect,
)

PAGE = Path(__file__).resolve().parent.parent / "docs" / "odd.md"
FOUNDING = "syria-2012"

_BLOCK = re.compile(
    r"(?P<begin><!-- begin generated: (?P<name>[^>]+?) -->\n).*?(?P<end><!-- end generated -->)", re.S
)
_ENTRIES: dict[str, type[Section]] = {
    "law: hazard": HazardLaw,
    "law: threshold": ThresholdLaw,
    "events: elite_exit": EliteExit,
    "events: wage_rise": WageRise,
    "events: blackout": Blackout,
    "events: surveillance": SurveillanceStep,
    "events: purge": Purge,
    "events: deployment": Deployment,
    "events: movement": Movement,
    "events: call_up": CallUp,
    "events: trigger": Trigger,
    "sects": Sect,
    "branches": Branch,
    "places": Place,
    "havens": Haven,
    "factions": Faction,
    "army.ties.graph: poisson": PoissonGraph,
    "army.ties.graph: configuration": ConfigurationGraph,
    "army.ties.graph.degrees": DegreeWeight,
    "army.order_of_battle": Formation,
    "army.persons": Person,
}
"""Parts of a scenario that are entries of a table or kinds of a section: no founding value."""

_UNSHOWN = ("on", "kind", "title", "name", "ledger", "source", "tile", "description", "date")
"""Keys that say nothing to the model, or that every section has."""


@dataclass(frozen=True)
class _Row:
    """A line of a table of parameters."""

    key: str
    field: FieldInfo
    value: Any
    founding: Any


def parameters(model: type[Section], founding: Section | None = None) -> str:
    """Write the parameters of a section as a Markdown table.

    Parameters
    ----------
    model : type of Section
    founding : Section, optional
        The same section of the founding case, for a column of its values.

    Returns
    -------
    str
        Table with key, default, value of the founding case, unit, range, meaning and source.
    """
    columns = ["key", "default", FOUNDING, "unit", "allowed", "meaning", "source"]
    rows = [_cells(row) for row in _rows(model, None, founding)]
    if founding is None:
        columns.pop(2)
        rows = [[*cells[:2], *cells[3:]] for cells in rows]
    return _table(columns, rows)


def _rows(
    model: type[Section], values: Section | None, founding: Section | None, prefix: str = ""
) -> Iterator[_Row]:
    """Lines of a section, those of the sections within it under dotted keys."""
    for name, field in model.model_fields.items():
        if name in _UNSHOWN:
            continue
        default = field.get_default(call_default_factory=True)
        value = default if values is None else getattr(values, name)
        own = None if founding is None else getattr(founding, name)
        key = prefix + (field.alias or name)
        if isinstance(value, Section) and _each(field) is None:
            yield from _rows(type(value), value, own, f"{key}.")
        else:
            yield _Row(key, field, value, own)


def _cells(row: _Row) -> list[str]:
    """Words of a line, in the order of the columns."""
    extra = row.field.json_schema_extra
    about = extra if isinstance(extra, dict) else {}
    value, founding = _words(row.value), _words(row.founding)
    marks = (" *Coercive.*" * bool(about.get("coercive"))) + (
        " *Extensive.*" * (about.get("scaling") == "extensive")
    )
    return [
        f"`{row.key}`",
        value,
        founding if founding == value else f"**{founding}**",
        str(about.get("unit", "")),
        _allowed(row.field, row.value),
        (row.field.description or "") + marks,
        str(about.get("source", "")),
    ]


def _words(value: Any) -> str:
    """Words for a value; tables and lists are left to the file."""
    match value:
        case _ if value is PydanticUndefined:
            return "required"
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case Section():
            return " / ".join(f"{number:g}" for _, number in value)
        case tuple() | dict():
            return "in the file" if value else "empty"
        case int() | str() | Date():
            return str(value)
        case _:
            return type(value).__name__


def _allowed(field: FieldInfo, value: Any) -> str:
    """Range of a number, or the words that may stand there."""
    if isinstance(value, Section):
        field = next(iter(type(value).model_fields.values())) if not _each(field) else field
    if bounds := _each(field):
        return f"each {bounds['low']:g} to {bounds['high']:g}"
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(field.annotation))
    low, high = (_bound(field, name) for name in ("ge", "le"))
    return f"{low:g} to {high:g}" if low is not None and high is not None else ""


def _each(field: FieldInfo) -> dict[str, float] | None:
    """Range of each number of a table by rank."""
    extra = field.json_schema_extra
    each = extra.get("each") if isinstance(extra, dict) else None
    return dict(each) if isinstance(each, dict) else None  # type: ignore[arg-type]


def _bound(field: FieldInfo, name: str) -> float | None:
    """Lower ("ge") or upper ("le") end of a number's range."""
    found = (getattr(rule, name) for rule in field.metadata if hasattr(rule, name))
    return next(found, None)


def schedule() -> str:
    """Write the order of the day as a Markdown table."""
    rows: list[list[str]] = []
    parts = (("morning", MORNING), ("departures", DEPARTURE), ("evening", EVENING))
    for part, stages in parts:
        for stage in stages:
            writes = ", ".join(f"`{name}`" for name in stage.writes)
            rows.append([part, f"`{full_name(stage.act)}`", stage.why_here, writes])
        if part == "morning":
            rows += _pressure_rows()
    return _table(["", "part", "stage", "why here", "writes"], _numbered(rows))


def _pressure_rows() -> list[list[str]]:
    """Lines between the morning and the departures: the terms, their sum, the law of exit."""
    terms = ", ".join(f"`{full_name(say)}`" for _, say in TERMS)
    return [
        ["pressure", terms, "each mechanism that can act adds its part of the log hazard to a tally", ""],
        ["pressure", "`pressure.add_up`", "the tally is summed by sect and company", "`pressure`"],
        [
            "exits",
            "`exits.decide`",
            "pressure meets resistance: all by the same morning",
            "`party`, `in_party`, `asked`, `touched`, `persuaded`, `depth`, `line`",
        ],
    ]


def _numbered(rows: Iterable[list[str]]) -> list[list[str]]:
    return [[str(number), *row] for number, row in enumerate(rows, start=1)]


def full_name(function: Callable[..., object]) -> str:
    """Module and name of a stage or term, such as ``deaths.strike``."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def _table(columns: list[str], rows: Iterable[list[str]]) -> str:
    """Write a Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def block(name: str) -> str:
    """Write the table of a name that a marker of the page states.

    Raises
    ------
    ValueError
        If there is no such table.
    """
    if name == "schedule":
        return schedule()
    key = name.removeprefix("parameters: ")
    if key in _ENTRIES:
        return parameters(_ENTRIES[key])
    if key != name and key in Scenario.model_fields:
        section = getattr(_founding_case(), key)
        return parameters(type(section), section)
    raise ValueError(f"no generated table is called '{name}'")


@cache
def _founding_case() -> Scenario:
    """Load the founding case once, since it takes half a second."""
    return load(FOUNDING)


def filled(text: str) -> str:
    """Return a page with all its generated tables written anew."""
    return _BLOCK.sub(lambda found: found["begin"] + block(found["name"]) + found["end"], text)


def main(check: bool) -> bool:
    """Write the tables of the page, or only compare them.

    Parameters
    ----------
    check : bool
        Leave the page as it is.

    Returns
    -------
    bool
        Whether the page was up to date, or is now.
    """
    text = PAGE.read_text(encoding="utf-8")
    wanted = filled(text)
    if check:
        return text == wanted
    if text != wanted:
        PAGE.write_text(wanted, encoding="utf-8")
    return True


if __name__ == "__main__":
    parser = page_parser("experiments.docs_tables", __doc__)
    parser.add_argument("--check", action="store_true", help="only compare; exit with 1 if out of date")
    in_order = main(check=parser.parse_args().check)
    sys.exit(None if in_order else "docs/odd.md is out of date: run python -m experiments.docs_tables")
