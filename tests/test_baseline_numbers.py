"""Stored numbers of every shipped scenario: none moves unseen, and none without a word."""

from pathlib import Path

import pandas as pd
import pytest

from experiments import baseline_numbers
from experiments.baseline_numbers import (
    CHANGELOG,
    STORED,
    WHY,
    Numbers,
    digest,
    fault_of_changelog,
    fingerprint,
    line_for,
    measure,
    moves,
    of_shipped,
    stored,
    text_of,
    update,
    with_line,
)
from sim.reading.scenario_folder import scenario_names
from tests.small import small_result

LOG = "# Changelog\n\n## [0.1.0] - unreleased\n\n### Changed\n\n- Before.\n"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a stored file and a changelog of its own."""
    monkeypatch.setattr(baseline_numbers, "STORED", tmp_path / "numbers.json")
    monkeypatch.setattr(baseline_numbers, "CHANGELOG", tmp_path / "CHANGELOG.md")
    (tmp_path / "CHANGELOG.md").write_text(LOG, encoding="utf-8")
    return tmp_path


def small(exits: int = 3, belief: float = 1.0) -> dict[str, Numbers]:
    return {"one": {"outcome": "hold", "totals": {"exits": exits}, "sums": {"belief": belief}}}


def test_no_number_of_a_shipped_scenario_has_moved() -> None:
    moved = moves(stored(), of_shipped())
    assert not moved, "run make numbers and say why:\n" + "\n".join(map(str, moved[:20]))


def test_every_shipped_scenario_has_stored_numbers() -> None:
    named = {name.rpartition("/")[2] for name in stored()}
    assert named == set(scenario_names())


def test_changelog_says_why_the_numbers_are_what_they_are() -> None:
    fault = fault_of_changelog(STORED.read_text(encoding="utf-8"), CHANGELOG.read_text(encoding="utf-8"))
    assert not fault, fault


def test_stored_file_is_as_the_command_writes_it() -> None:
    assert text_of(stored()) == STORED.read_text(encoding="utf-8")


def test_a_run_that_differs_by_one_day_of_luck_has_other_numbers() -> None:
    one, other = (measure(small_result(seed)) for seed in (1, 2))
    moved = {move.number for move in moves({"small": one}, {"small": other})}
    assert {"totals.exits", "exits", "digests.daily", "digests.exits", "sums.belief"} <= moved
    assert not moves({"small": one}, {"small": measure(small_result(1))})


def test_real_numbers_have_no_part_in_a_digest() -> None:
    frame = pd.DataFrame({"man": [1, 2], "family": [0.5, 0.25], "fate": ["fled", "joined"]})
    assert digest(frame) == digest(frame.assign(family=[0.1, 0.2]))
    assert digest(frame) != digest(frame.assign(man=[1, 3]))
    assert digest(frame) != digest(frame.assign(fate=["fled", "hiding"]))


def test_the_last_digits_of_a_sum_are_left_to_the_machine() -> None:
    assert not moves(small(), small(belief=1.0 + 1e-11))
    assert [move.number for move in moves(small(), small(belief=1.0 + 1e-8))] == ["sums.belief"]


def test_scenarios_that_come_or_go_have_moved() -> None:
    assert [str(move) for move in moves({}, small())][:2] == [
        "one: outcome nothing to hold",
        "one: totals.exits nothing to 3",
    ]
    assert len(moves(small(), {})) == 3


def test_the_command_stores_what_moved_and_asks_why(kept: Path) -> None:
    assert update(small())
    text, log = ((kept / name).read_text(encoding="utf-8") for name in ("numbers.json", "CHANGELOG.md"))
    assert stored() == small()
    assert WHY in fault_of_changelog(text, log)
    explained = log.replace(WHY, "A reason.")
    assert not fault_of_changelog(text, explained)
    assert fault_of_changelog(text + " ", explained).startswith("CHANGELOG.md has no line")


def test_the_command_leaves_all_alone_where_nothing_moved(kept: Path) -> None:
    update(small())
    before = [(kept / name).read_bytes() for name in ("numbers.json", "CHANGELOG.md")]
    assert not update(small(belief=1.0 + 1e-12))
    assert before == [(kept / name).read_bytes() for name in ("numbers.json", "CHANGELOG.md")]


def test_the_line_tells_what_moved_and_stands_first(kept: Path) -> None:
    update(small())
    update(small(exits=1_200))
    log = (kept / "CHANGELOG.md").read_text(encoding="utf-8")
    name = fingerprint((kept / "numbers.json").read_text(encoding="utf-8"))
    assert f"### Changed\n\n- Baseline numbers `{name}`: 1 scenarios moved\n" in log
    assert "(one: totals.exits 3 to 1,200)" in log
    assert log.endswith("- Before.\n")
    assert "(no total of exits)" in line_for("", moves(small(), small(belief=2.0)))


def test_a_changelog_without_a_place_for_the_line_is_told() -> None:
    with pytest.raises(ValueError, match="no heading"):
        with_line("# Changelog\n", "- A line.\n")
