"""Baseline numbers: what every shipped scenario gives, stored, so that no number moves unseen.

``make numbers`` (``python -m experiments.baseline_numbers``) runs every shipped scenario at a small size and
compares it with ``tests/numbers.json``. Where numbers have moved it writes the file anew, tells what has
moved, and puts a line into ``CHANGELOG.md`` whose reason is left to whoever moved them: the tests fail until
it is stated. With ``--check`` it writes nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.armies import Armies
from experiments.dead_keys.settings import SEED, Setting, shipped
from experiments.showing.page_command import page_parser
from experiments.showing.progress import shown
from sim.engine import run
from sim.result import Result

ROOT = Path(__file__).resolve().parent.parent
STORED = ROOT / "tests" / "numbers.json"
CHANGELOG = ROOT / "CHANGELOG.md"
WHY = "(say why)"
"""Stands in a new line of the changelog where the reason belongs."""

CLOSE = 1e-9
"""Relative difference of a sum of real numbers that another machine's exp, log or library may make."""

DIGESTED = ("daily", "exits", "log", "moves", "events", "units", "factions")
"""Frames of which a digest of all whole numbers, names and dates is stored."""

_SPAN = 28

Numbers = dict[str, Any]


@dataclass(frozen=True)
class Move:
    """A number that is not what it was."""

    scenario: str
    number: str
    before: object
    after: object

    def __str__(self) -> str:
        return f"{self.scenario}: {self.number} {_words(self.before)} to {_words(self.after)}"


def measure(result: Result) -> Numbers:
    """Numbers of a run: by what befell men, day by day, and in sum.

    Parameters
    ----------
    result : Result
        Of one run.

    Returns
    -------
    dict
        `outcome`; `totals` of the whole numbers of `Result.daily` over all days; `exits` in spans of 28
        days; `sums` of its real numbers over all days, nine digits of which count; `digests` of the whole
        numbers of each frame.
    """
    daily = result.daily.drop(columns=["run", "day", "date"])
    whole = [name for name in daily if daily[name].dtype.kind == "i"]
    real = [name for name in daily if daily[name].dtype.kind == "f"]
    return {
        "outcome": str(result.summary["outcome"].iloc[0]),
        "totals": {name: int(daily[name].sum()) for name in whole},
        "exits": [int(n) for n in daily["exits"].groupby(daily.index // _SPAN).sum()],
        "sums": {name: _rounded(float(daily[name].sum(min_count=1))) for name in real},
        "digests": {name: digest(result.frame(name)) for name in DIGESTED},
    }


def digest(frame: pd.DataFrame) -> str:
    """Digest of the whole numbers, names and dates of a frame; real numbers differ between machines."""
    exact = [name for name in frame if frame[name].dtype.kind != "f"]
    return sha256(frame[exact].to_csv(index=False, lineterminator="\n").encode()).hexdigest()[:16]


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else float(f"{value:.12g}")


def of_shipped() -> dict[str, Numbers]:
    """Run all shipped scenarios, each at a small size, and measure them, by name."""
    armies, settings, found = Armies(), shipped(), dict[str, Numbers]()
    with shown(f"{len(settings)} scenarios") as show:
        for done, setting in enumerate(settings, start=1):
            found[setting.name] = measure(_run(setting, armies))
            show(done, len(settings))
    return found


def _run(setting: Setting, armies: Armies) -> Result:
    return run(setting.scenario, SEED, army=armies.of(setting.scenario, SEED))


def moves(before: Mapping[str, Numbers], after: Mapping[str, Numbers]) -> list[Move]:
    """List every number that has moved, come or gone; sums only beyond `CLOSE`."""
    found = []
    for scenario in dict.fromkeys((*before, *after)):
        old, new = (dict(_flat(numbers.get(scenario, {}))) for numbers in (before, after))
        for number in dict.fromkeys((*old, *new)):
            if not _same(old.get(number), new.get(number)):
                found.append(Move(scenario, number, old.get(number), new.get(number)))
    return found


def _flat(numbers: Numbers, above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in numbers.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=CLOSE)
    return one == other


def _words(value: object) -> str:
    if value is None:
        return "nothing"
    return f"{value:,}" if isinstance(value, int) else str(value)


def text_of(numbers: Mapping[str, Numbers]) -> str:
    """Text of the stored file: a line a group of numbers, so that a change is read in a comparison."""
    scenarios = []
    for name, groups in numbers.items():
        lines = [f"    {json.dumps(group)}: {json.dumps(value)}" for group, value in groups.items()]
        scenarios.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(scenarios) + "\n}\n"


def fingerprint(text: str) -> str:
    """Eight letters that stand for a stored file, named by its line in the changelog."""
    return sha256(text.encode()).hexdigest()[:8]


def line_for(text: str, moved: list[Move]) -> str:
    """Line of the changelog for numbers that have moved."""
    scenarios = dict.fromkeys(move.scenario for move in moved)
    told = [str(move) for move in moved if move.number in ("totals.exits", "outcome")]
    shown_ones = "; ".join(told[:2]) or "no total of exits"
    head = f"- Baseline numbers `{fingerprint(text)}`: {len(scenarios)} scenarios moved"
    return f"{head}\n  ({shown_ones}).\n  {WHY}\n"


def fault_of_changelog(text: str, changelog: str) -> str:
    """What the changelog lacks for a stored file; empty if nothing."""
    name = f"Baseline numbers `{fingerprint(text)}`"
    if name not in changelog:
        return f"CHANGELOG.md has no line '- {name}: ...' for the stored numbers: run make numbers"
    if WHY in changelog:
        return f"CHANGELOG.md does not say why the baseline numbers moved: replace '{WHY}'"
    return ""


def with_line(changelog: str, line: str) -> str:
    """Put a line at the head of what has changed and is not released yet."""
    head = "### Changed\n\n"
    before, found, after = changelog.partition(head)
    if not found:
        raise ValueError("CHANGELOG.md has no heading '### Changed' for the line")
    return before + head + line + after


def stored() -> dict[str, Numbers]:
    """Numbers as stored; none if there is no file yet."""
    if not STORED.exists():
        return {}
    numbers: dict[str, Numbers] = json.loads(STORED.read_text(encoding="utf-8"))
    return numbers


def update(numbers: dict[str, Numbers]) -> list[Move]:
    """Store numbers and tell the changelog, if any has moved; what has moved."""
    moved = moves(stored(), numbers)
    if moved:
        text = text_of(numbers)
        STORED.write_text(text, encoding="utf-8")
        changelog = CHANGELOG.read_text(encoding="utf-8")
        CHANGELOG.write_text(with_line(changelog, line_for(text, moved)), encoding="utf-8")
    return moved


def main() -> None:
    """Compare what the shipped scenarios give with what is stored; store it anew unless only asked."""
    parser = page_parser("experiments.baseline_numbers", __doc__)
    parser.add_argument("--check", action="store_true", help="only tell what has moved")
    check = parser.parse_args().check
    numbers = of_shipped()
    moved = moves(stored(), numbers) if check else update(numbers)
    for move in moved:
        print(move)
    print(f"{len(numbers)} scenarios, {len(moved)} numbers moved")
    if moved and not check:
        print(f"CHANGELOG.md has a new line: put the reason where it says {WHY}")
    if moved and check:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
