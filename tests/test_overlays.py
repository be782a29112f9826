"""Levers and contrasts as they are shipped: each is valid, says what it is and rests on, and is listed."""

import re
from pathlib import Path

import pytest

from sim.scenario import Scenario
from sim.scenario_file import load

FOLDER = Path(__file__).resolve().parent.parent / "scenarios"
OVERLAYS = sorted(path for part in ("levers", "contrasts") for path in (FOLDER / part).glob("*.yaml"))
LEDGER_ROWS = range(1, 38)


@pytest.fixture(scope="module")
def founding() -> Scenario:
    return load("syria-2012")


def comment_of(path: Path) -> str:
    """Comment at the head of a file, without the line for editors."""
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    return " ".join(line.removeprefix("#").strip() for line in lines[1:first])


@pytest.mark.parametrize("path", OVERLAYS, ids=lambda path: path.stem)
def test_an_overlay_is_valid_named_and_acts(path: Path, founding: Scenario) -> None:
    laid = load("syria-2012", overlays=[path])
    assert laid.overlays == (path.stem,)
    assert re.search(r"^overlay:\n  name: .*\n  title: .+$", path.read_text(encoding="utf-8"), re.M)
    assert laid.model_dump(exclude={"overlays"}) != founding.model_dump(exclude={"overlays"})


@pytest.mark.parametrize("path", OVERLAYS, ids=lambda path: path.stem)
def test_an_overlay_says_what_it_is_and_rests_on(path: Path) -> None:
    comment = comment_of(path)
    rows = [int(row) for row in re.findall(r"\d+", " ".join(re.findall(r"rows? ([\d, and-]+)", comment)))]
    assert set(rows) <= set(LEDGER_ROWS)
    assert rows or re.search("assum|ledger|specification|invented", comment), "neither a row nor 'assumption'"


def test_the_guide_lists_every_overlay_and_no_other() -> None:
    guide = (FOLDER / "README.md").read_text(encoding="utf-8")
    for part in ("levers", "contrasts"):
        listed = re.findall(rf"^\| `{part}/([a-z0-9-]+)\.yaml` \|", guide, re.M)
        assert sorted(listed) == sorted(path.stem for path in OVERLAYS if path.parent.name == part)


def test_taking_an_event_out_leaves_the_others_as_they_are(founding: Scenario) -> None:
    stays = load("syria-2012", overlays=["commander-stays"])
    left = [event for event in founding.events if event.name != "brigade-commander-leaves"]
    assert list(stays.events) == left
    assert stays.army == founding.army


def test_an_event_is_moved_and_stays_what_it_is(founding: Scenario) -> None:
    early = load("syria-2012", overlays=["commander-leaves-early"])
    before, after = (
        next(event for event in scenario.events if event.name == "brigade-commander-leaves")
        for scenario in (founding, early)
    )
    assert (before.date - after.date).days == 182
    assert (after.kind, after.name) == (before.kind, before.name)
