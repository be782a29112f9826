"""The page of keys: a row for each numeric key of the schema, with where it acts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from experiments.dead_keys.trials import Found
from experiments.schema_keys import Key, keys_of
from experiments.showing.tables import markdown
from sim.scenario import Scenario

EXEMPT = {
    "claims[].low": "evidence: drawn in figures beside a run, never read by one",
    "claims[].high": "evidence: drawn in figures beside a run, never read by one",
    "events[group_exit_claim].size": "evidence: drawn in figures beside a run, never read by one",
    "places.*.tile[]": "where a place stands on the map of tiles, never read by a run",
    "[].ledger[]": "number of a row of the evidence ledger, read by the tests of the documents",
}
"""Ends of keys that no run reads, with the reason; each is tested alone in tests/test_dead_keys.py."""

Row = dict[str, str]
DEAD = "**nowhere**"


def exempt(key: Key) -> str:
    """Reason why a key needs to change no frame; empty for all but a few."""
    return next((why for end, why in EXEMPT.items() if _ends(key.pattern, end)), "")


def _ends(pattern: str, end: str) -> bool:
    """Whether a pattern ends so; ``[]`` in front stands for an item of any kind."""
    if end.startswith("[]"):
        return pattern.endswith(end.removeprefix("[]"))
    return pattern == end


def tried() -> tuple[Key, ...]:
    """Keys that have to change something."""
    return tuple(key for key in keys_of(Scenario) if not exempt(key))


def row(key: Key, found: Found | None) -> Row:
    """Words for a key, and where it acts."""
    about = {"key": name_of(key), "scaling": key.scaling, "unit": key.unit}
    if found is None:
        return {**about, "acts in": DEAD, "moved": "", "frames changed": ""}
    place = "" if found.path == key.pattern else f"`{found.path}`: "
    return {
        **about,
        "acts in": found.setting.name,
        "moved": f"{place}{found.before:.6g} to {found.after:.6g}",
        "frames changed": ", ".join(found.frames),
    }


def dead(rows: Iterable[Row]) -> list[str]:
    """Keys that changed nothing anywhere."""
    return [each["key"].strip("`") for each in rows if each["acts in"] == DEAD]


def page(rows: Sequence[Row]) -> str:
    """Write the page."""
    silent = dead(rows)
    intro = (
        "Made by `python -m experiments.dead_keys`; do not edit. Each numeric key of the schema is moved by "
        "a fifth of its range in shipped scenarios (at a few thousand men, on the same army and luck) until "
        "some frame of the run changes; the first scenario in which one does is named. A move that a "
        "scenario does not allow is halved until it does; a share of a whole takes from the other shares. "
        "The size of a change is not judged here; [mechanisms.md](mechanisms.md) does that."
    )
    scaling = (
        "*Extensive* keys belong to the whole army and are multiplied by `army.scale` when a smaller army is "
        "built; *intensive* keys are not. `x.*` is any entry of a table, `x[kind]` an item of a list."
    )
    named = ", ".join(f"`{name}`" for name in silent)
    verdict = f"Dead keys: {named}." if silent else "There are no dead keys."
    spared = [
        {"key": name_of(key), "scaling": key.scaling, "why": why}
        for key in keys_of(Scenario)
        if (why := exempt(key))
    ]
    heading = "## Keys that no run reads"
    parts = ["# Numeric keys", intro, scaling, verdict, markdown(rows), heading, markdown(spared)]
    return "\n\n".join(parts) + "\n"


def read(text: str) -> list[Row]:
    """Rows of a page as `page` wrote them."""
    table = text.partition("| key | scaling | unit |")[2].partition("\n\n")[0].splitlines()[2:]
    names = ("key", "scaling", "unit", "acts in", "moved", "frames changed")
    return [dict(zip(names, line.strip("| ").split(" | "), strict=False)) for line in table]


def name_of(key: Key) -> str:
    """A key as it stands in a row."""
    return f"`{key.pattern}`"
