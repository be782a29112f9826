"""``python -m experiments.dead_keys``: try numeric keys, write the page, fail if one changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from experiments.dead_keys.page import DEAD, Row, dead, name_of, page, read, row, tried
from experiments.dead_keys.settings import Setting, in_order, shipped
from experiments.dead_keys.trials import acts
from experiments.schema_keys import Key
from experiments.showing.page_command import page_parser
from experiments.showing.progress import shown
from experiments.showing.tables import markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "keys.md"


def rows_of(keys: Sequence[Key], settings: Sequence[Setting]) -> Iterator[Row]:
    """Try keys, one row each; progress and dead keys are told on standard error."""
    with shown(f"{len(keys)} keys") as show:
        for done, key in enumerate(keys, start=1):
            tried_row = row(key, acts(key, in_order(key, settings)))
            for name in dead([tried_row]):
                print(f"{name}: changes no frame of any shipped scenario", file=sys.stderr)
            show(done, len(keys))
            yield tried_row


def main(arguments: Sequence[str] | None = None) -> int:
    """Try keys and write the page.

    Returns
    -------
    int
        1 if there are dead keys, else 0.
    """
    parser = page_parser("experiments.dead_keys", __doc__)
    parser.add_argument("--missing", action="store_true", help="try only keys that the page does not have")
    parser.add_argument(
        "--only", default="*", metavar="PATTERN", help="try only such keys (* is any text), write nothing"
    )
    parser.add_argument("--out", type=Path, default=PAGE)
    chosen = parser.parse_args(arguments)
    keys = [key for key in tried() if fnmatchcase(_plain(key.pattern), _plain(chosen.only))]
    rows = _kept(chosen.out) if chosen.missing else {}
    for new in rows_of([key for key in keys if name_of(key) not in rows], shipped()):
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
    return {each["key"]: each for each in rows if each["acts in"] != DEAD}


def _in_order(keys: Iterable[Key], rows: Mapping[str, Row]) -> list[Row]:
    """Rows so far, in the order of the schema, without those of keys that are gone."""
    return [rows[name_of(key)] for key in keys if name_of(key) in rows]


def _plain(pattern: str) -> str:
    """Pattern without brackets, which mean something else in a pattern of file names."""
    return pattern.replace("[", "(")


if __name__ == "__main__":
    sys.exit(main())
