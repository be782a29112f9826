"""Dead keys: numeric keys of the schema that change no frame of any shipped scenario.

``python -m experiments.dead_keys`` moves every numeric key by a fifth of its range, up and down, in the
shipped scenarios, on the same army and luck, until some frame of the run changes, and writes
``docs/keys.md``. It fails if a key changes nothing. With ``--missing`` only keys that the page does not have
yet, or has as dead, are tried, and those that are gone are dropped; ``--only PATTERN`` tries some keys and
writes nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from experiments.key_settings import Setting, in_order, shipped
from experiments.key_trials import Found, acts
from experiments.progress import shown
from experiments.schema_keys import Key, keys_of
from experiments.tables import markdown
from sim.scenario import Scenario

PAGE = Path(__file__).resolve().parent.parent / "docs" / "keys.md"

EXEMPT = {
    "claims[].low": "evidence: drawn in figures beside a run, never read by one",
    "claims[].high": "evidence: drawn in figures beside a run, never read by one",
    "events[group_exit_claim].size": "evidence: drawn in figures beside a run, never read by one",
    "places.*.tile[]": "where a place stands on the map of tiles, never read by a run",
    "[].ledger[]": "number of a row of the evidence ledger, read by the tests of the documents",
}
"""Ends of keys that no run reads, with the reason; each is tested alone in tests/test_dead_keys.py."""

Row = dict[str, str]
_DEAD = "**nowhere**"


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


def rows_of(keys: Sequence[Key], settings: Sequence[Setting]) -> Iterator[Row]:
    """Try keys, one row each; progress and dead keys are told on standard error."""
    with shown(f"{len(keys)} keys") as show:
        for done, key in enumerate(keys, start=1):
            tried_row = row(key, acts(key, in_order(key, settings)))
            for name in dead([tried_row]):
                print(f"{name}: changes no frame of any shipped scenario", file=sys.stderr)
            show(done, len(keys))
            yield tried_row


def row(key: Key, found: Found | None) -> Row:
    """Words for a key, and where it acts."""
    about = {"key": _name(key), "scaling": key.scaling, "unit": key.unit}
    if found is None:
        return {**about, "acts in": _DEAD, "moved": "", "frames changed": ""}
    place = "" if found.path == key.pattern else f"`{found.path}`: "
    return {
        **about,
        "acts in": found.setting.name,
        "moved": f"{place}{found.before:.6g} to {found.after:.6g}",
        "frames changed": ", ".join(found.frames),
    }


def dead(rows: Iterable[Row]) -> list[str]:
    """Keys that changed nothing anywhere."""
    return [each["key"].strip("`") for each in rows if each["acts in"] == _DEAD]


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
        {"key": _name(key), "scaling": key.scaling, "why": why}
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Try keys and write the page.

    Returns
    -------
    int
        1 if there are dead keys, else 0.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--missing", action="store_true", help="try only keys that the page does not have")
    parser.add_argument(
        "--only", default="*", metavar="PATTERN", help="try only such keys (* is any text), write nothing"
    )
    parser.add_argument("--out", type=Path, default=PAGE)
    chosen = parser.parse_args(arguments)
    keys = [key for key in tried() if fnmatchcase(_plain(key.pattern), _plain(chosen.only))]
    rows = _kept(chosen.out) if chosen.missing else {}
    for new in rows_of([key for key in keys if _name(key) not in rows], shipped()):
        rows[new["key"]] = new
        if chosen.only == "*":
            # After each key, so that a run that is stopped can be gone on with.
            chosen.out.write_text(page(_in_order(keys, rows)), encoding="utf-8")
    if chosen.only == "*":
        chosen.out.write_text(page(_in_order(keys, rows)), encoding="utf-8")
    else:
        print(markdown(_in_order(keys, rows)) if rows else "no such key")
    return int(bool(dead(_in_order(keys, rows))))


def _kept(file: Path) -> dict[str, Row]:
    """Rows of the keys that act, from a page that was written before."""
    rows = read(file.read_text(encoding="utf-8")) if file.exists() else []
    return {each["key"]: each for each in rows if each["acts in"] != _DEAD}


def _in_order(keys: Iterable[Key], rows: Mapping[str, Row]) -> list[Row]:
    """Rows so far, in the order of the schema, without those of keys that are gone."""
    return [rows[_name(key)] for key in keys if _name(key) in rows]


def _name(key: Key) -> str:
    """A key as it stands in a row."""
    return f"`{key.pattern}`"


def _plain(pattern: str) -> str:
    """Pattern without brackets, which mean something else in a pattern of file names."""
    return pattern.replace("[", "(")


if __name__ == "__main__":
    sys.exit(main())
