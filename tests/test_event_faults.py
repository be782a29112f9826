"""What is wrong with the events of a file is said once, where it stands."""

from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario_file import dump, load
from tests.small import small_scenario


def faults(folder: Path, *lines: str) -> list[str]:
    """Faults of the small scenario with an event more, each without the name of the file."""
    scenario = dump(small_scenario(events=[]))
    base = folder / "base.yaml"
    base.write_text(scenario, encoding="utf-8")
    path = folder / "bad.yaml"
    path.write_text("\n".join(["extends: base.yaml", "events:", *lines]) + "\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return [f"{fault.line}:{fault.column}: {fault.path}: {fault.message}" for fault in caught.value.faults]


NOW = "date: 2030-01-05"


@pytest.mark.parametrize(
    ("event", "at", "fault"),
    [
        ("confinement", "{name", "neither dated nor triggered: give it a date, or a trigger"),
        (
            f"confinement, {NOW}, trigger: {{observed: share_gone, above: 0.1}}",
            "trigger|{observed",
            "an event has a date or a trigger, not both: leave one of them out",
        ),
        (
            "confinement, trigger: {observed: share_gone}",
            "trigger|{observed",
            "state one bound of the quantity: above or below",
        ),
        (
            "confinement, trigger: {observed: share_gone, above: 0.1, below: 0.2}",
            "trigger|{observed",
            "state one bound of the quantity: above or below",
        ),
        (
            "confinement, trigger: {observed: share_gone, above: 1}",
            "trigger.above|1}",
            "share_gone is 0 to 1: above 1 holds never, or always",
        ),
        (
            "confinement, trigger: {observed: exits_per_day, below: 0}",
            "trigger.below|0}",
            "exits_per_day is 0 or more: below 0 holds never, or always",
        ),
        (
            f"confinement, {NOW}, until: 2030-01-09, lasts_days: 3",
            "lasts_days|3}",
            "until and lasts_days both say when it ends: leave one of them out",
        ),
        (
            f"confinement, {NOW}, until: 2030-01-04",
            "until|2030-01-04",
            "2030-01-04 is not after 2030-01-05: it would never be in force",
        ),
        (
            "confinement, date: 2031-01-05",
            "date|2031-01-05",
            "2031-01-05 is outside the window 2030-01-01 to 2030-04-30",
        ),
        (f"confinement, {NOW}, requires: [one]", "requires|[one", "an event cannot wait for itself"),
        (
            f"purge, {NOW}, share: 0.1, sects: [south, east]",
            "sects.1|east",
            "unknown sect 'east', allowed: north, south",
        ),
        (
            f"purge, {NOW}, share: 0.1, sects: [south], role: out",
            "role|out}",
            "a purge is of some sects or of a role, not both: leave one out",
        ),
        (
            f"movement, {NOW}, formations: [fist], place: beta",
            "formations.0|fist",
            "unknown formation 'fist', allowed: first, second (did you mean 'first'?)",
        ),
        (
            f"movement, {NOW}, formations: [first], brigades: [1, 2], place: beta",
            "brigades.1|2]",
            "there is no brigade 2: they are 1 to 1",
        ),
        (
            f"movement, {NOW}, formations: [first], place: nowhere",
            "place|nowhere",
            "unknown place 'nowhere', allowed: alpha, beta, gamma",
        ),
    ],
)
def test_a_bad_combination_is_refused_at_its_place(tmp_path: Path, event: str, at: str, fault: str) -> None:
    line = f"  - {{name: one, kind: {event}}}"
    key, _, text = at.rpartition("|")
    path = ".".join(("events.one", key)).rstrip(".")
    assert faults(tmp_path, line) == [f"3:{line.index(text) + 1}: {path}: {fault}"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        # A person leaves once.
        (
            "  - {name: a, kind: elite_exit, person: chief, "
            "trigger: {observed: belief, above: 1, again_after_days: 9}}",
            "again_after_days: is not known here",
        ),
        ("  - {name: a, kind: context, trigger: {observed: belief, above: 1}}", "trigger: is not known here"),
        (
            "  - {name: a, kind: signal, trigger: {observed: mood, above: 1}}",
            "observed: must be one of",
        ),
        ("  - {name: a, kind: signal, date: 2030-01-05, until: 2030-01-09}", "until: is not known here"),
        ("  - {name: a, kind: purge, date: 2030-01-05}", "share: is missing"),
        ("  - {name: a, kind: wage_rise, date: 2030-01-05, share: 9}", "share: must be a number from 0 to 5"),
        ("  - {name: a, kind: purge, date: 2030-01-05, share: 0.1, ranks: []}", "ranks"),
    ],
)
def test_what_a_kind_does_not_know_is_refused(tmp_path: Path, line: str, said: str) -> None:
    assert any(said in fault for fault in faults(tmp_path, line))


def test_all_faults_of_events_come_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        "  - {name: barred, kind: confinement}",
        "  - {name: go, kind: movement, date: 2031-01-05, formations: [none], place: nowhere}",
    )
    assert [fault.split(": ")[1] for fault in found] == [
        "events.barred",
        "events.go.date",
        "events.go.formations.0",
        "events.go.place",
    ]


def test_weights_of_movement_name_places() -> None:
    tree: dict[str, Any] = {"movement": {"weights": {"delta": 2.0}}}
    with pytest.raises(ValueError, match="unknown place 'delta'"):
        small_scenario(**tree)
