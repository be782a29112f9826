"""Files become a model, or faults: layers, overrides, places, origins, and the way back to YAML.

A toy model stands for the scenario, so that these tests hold for any.
"""

import json
import math
import pickle
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import Enum
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, Self

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from sim.errors import Faults, ScenarioError
from sim.reading.origins import Origin
from sim.reading.schema import model_schema
from sim.reading.tree import Table, plain
from sim.reading.yaml_file import read_yaml
from sim.scenario_file import (
    build,
    change,
    dump,
    load,
    load_as,
    origins,
    parse_override,
    read_layers,
    scenario_folder,
    scenario_names,
    schema,
)


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hazard(Part):
    kind: Literal["hazard"] = "hazard"
    cap: float = Field(0.5, ge=0, le=1, description="Cap.", json_schema_extra={"unit": "per day"})


class Threshold(Part):
    kind: Literal["threshold"] = "threshold"
    seeds: int = Field(1, ge=0)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Weights(Part):
    low: float = 0.0
    high: float = 0.0


class Group(Part):
    role: Literal["in", "out"]
    weight: float = Field(1.0, ge=0)
    colour: Colour = Colour.RED


class Happening(Part):
    name: str
    date: date
    until: date | None = None
    ledger: tuple[int, ...] = ()


class Period(Part):
    start: date = Field(alias="from")
    killed: dict[str, float] = Field(default_factory=dict)


class Pay(Part):
    on: bool = True
    usd: float = Field(200, ge=0, le=1000, json_schema_extra={"unit": "USD a month"})
    share: float | Literal["all"] = 0.5
    weights: Weights = Weights(low=1, high=2)

    @model_validator(mode="after")
    def _is_paid(self) -> Self:
        if self.on and self.usd == 0:
            raise ValueError("pays nothing although it is on")
        return self


class Toy(Part):
    name: Annotated[str, Field(pattern="^[a-z0-9-]+$")]
    title: str = ""
    description: str = ""
    overlays: tuple[str, ...] = ()
    start: date
    days: int = Field(ge=1, description="Length.", json_schema_extra={"unit": "days"})
    law: Annotated[Hazard | Threshold, Field(discriminator="kind")] = Hazard()
    groups: dict[str, Group] = Field(min_length=1)
    events: tuple[Happening, ...] = ()
    periods: tuple[Period, ...] = ()
    ranks: dict[Literal["enlisted", "senior"], float] = Field(default_factory=dict)
    tile: tuple[int, int] | None = None
    pay: Pay = Pay()

    _tree: Any = PrivateAttr(None)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        late = [
            (("events", number, "date"), f"{event.date} is before the start")
            for number, event in enumerate(self.events)
            if event.date < self.start
        ]
        unknown = [
            (("periods", number, "killed", name), f"unknown group '{name}'")
            for number, period in enumerate(self.periods)
            for name in period.killed
            if name not in self.groups
        ]
        if late or unknown:
            raise Faults(late + unknown)
        return self


BASE = """\
name: base
start: 2011-03-15
days: 30
groups:
  ins: {role: in, weight: 2}
  outs: {role: out}
events:
  - {name: flood, date: 2011-03-20}
  - {name: tlass, date: 2011-03-25, ledger: [1, 2]}
periods:
  - from: 2011-03-15
    killed: {ins: 1, outs: 2.5}
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write files into an empty current directory, beside the file base.yaml."""
    monkeypatch.chdir(tmp_path)

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    write_file("base.yaml", BASE)
    return write_file


def toy(source: object = "base.yaml", *overlays: str, **overrides: object) -> Toy:
    paths = {path.replace("__", "."): value for path, value in overrides.items()}
    return load_as(Toy, source, overlays=overlays, overrides=paths)  # type: ignore[arg-type]


def lines_of(source: object, *overlays: str, **overrides: object) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        toy(source, *overlays, **overrides)
    return str(caught.value).splitlines()


def line_of(source: object, *overlays: str, **overrides: object) -> str:
    (line,) = lines_of(source, *overlays, **overrides)
    return line


# Loading


def test_a_file_becomes_a_model(write: Write) -> None:
    scenario = toy()
    assert scenario.start == date(2011, 3, 15)
    assert scenario.groups["ins"] == Group(role="in", weight=2)
    assert [event.name for event in scenario.events] == ["flood", "tlass"]
    assert scenario.periods[0].killed == {"ins": 1.0, "outs": 2.5}
    assert scenario.pay == Pay()


def test_text_with_a_suffix_or_slash_and_a_path_object_mean_a_file(write: Write) -> None:
    write("plainname", BASE)
    assert toy(Path("plainname")) == toy("./plainname") == toy("base.yaml") == toy()
    assert "did you mean the file 'base.yaml'?" in line_of("base")


@pytest.mark.parametrize("source", [None, 5, b"base.yaml", ["base.yaml"]])
def test_a_source_that_is_no_name_or_path_is_refused(write: Write, source: object) -> None:
    assert line_of(source).startswith("a scenario is given by its name or path, not by ")


@pytest.mark.parametrize("source", ["", ".", "..", "a\0b", "a\0b.yaml", "x" * 5000, "\ud800/a"])
def test_strange_sources_are_refused(write: Write, source: str) -> None:
    assert line_of(source).isprintable()


def test_all_faults_come_at_once_sorted_each_at_its_place(write: Write) -> None:
    write(
        "bad.yaml",
        """\
name: bad
start: 2011-13-15
days: 0
groups:
  ins: {role: inn, wieght: 2}
  outs: {weight: -1}
events:
  - {name: flood, date: tomorrow}
pay:
  usd: 2000
sparks: 1
""",
    )
    assert lines_of("bad.yaml") == [
        "bad.yaml:2:8: start: must be a date such as 2011-03-15; it is '2011-13-15'",
        "bad.yaml:3:7: days: must be a whole number of at least 1 (days); it is 0",
        "bad.yaml:5:15: groups.ins.role: must be one of in, out; it is 'inn' (did you mean 'in'?)",
        "bad.yaml:5:20: groups.ins.wieght: is not known here, allowed: role, weight, colour "
        "(did you mean 'weight'?)",
        "bad.yaml:6:9: groups.outs.role: is missing, it must be one of in, out",
        "bad.yaml:6:18: groups.outs.weight: must be a number of at least 0; it is -1",
        "bad.yaml:8:25: events.flood.date: must be a date such as 2011-03-15; it is 'tomorrow'",
        "bad.yaml:10:8: pay.usd: must be a number from 0 to 1000 (USD a month); it is 2000",
        "bad.yaml:11:1: sparks: is not known here, allowed: name, title, description, overlays, "
        "start, days, law, groups, events, periods, ranks, tile, pay",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("days: '5'", "13:7: days: must be a whole number of at least 1 (days); it is '5'"),
        ("days: true", "13:7: days: must be a whole number of at least 1 (days); it is true"),
        ("days: 1.5", "13:7: days: must be a whole number of at least 1 (days); it is 1.5"),
        ("title: 5", "13:8: title: must be text (in quotes if it looks like a number); it is 5"),
        ("start: 20110315", "13:8: start: must be a date such as 2011-03-15; it is 20110315"),
        ("start: '20110315'", "13:8: start: must be a date such as 2011-03-15; it is '20110315'"),
        ("start: '86400'", "13:8: start: must be a date such as 2011-03-15; it is '86400'"),
        ("start: 86400", "13:8: start: must be a date such as 2011-03-15; it is 86400"),
        (
            "pay: {on: no}",
            "13:11: pay.on: must be true or false; it is 'no' (did you mean false?)",
        ),
        ("pay: {on: 1}", "13:11: pay.on: must be true or false; it is 1"),
        ("pay: {usd: '5'}", "13:12: pay.usd: must be a number from 0 to 1000 (USD a month)"),
        ("pay: {usd: .inf}", "13:12: pay.usd: must be a number from 0 to 1000 (USD a month)"),
        ("pay: {share: most}", "13:14: pay.share: must be a number or 'all'; it is 'most'"),
        ("pay: 5", "13:6: pay: must be a map; it is 5"),
        ("pay: []", "13:6: pay: must be a map; it is a list of 0"),
        ("pay:", "13:1: pay: must be a map; it is null"),
        ("pay: {usd: 0}", "13:6: pay: pays nothing although it is on"),
        ("groups: {}", "13:9: groups: dictionary should have at least 1 item"),
        ("events: {a: 1}", "13:9: events: must be a list; it is a map"),
        ("tile: [1]", "13:7: tile.1: is missing, it must be a whole number"),
        ("tile: [1, x]", "13:11: tile.1: must be a whole number; it is 'x'"),
        (
            "law: {kind: hazrad}",
            "13:13: law.kind: must be one of hazard, threshold; it is 'hazrad'",
        ),
        ("law: {cap: 1}", "13:6: law.kind: must be one of hazard, threshold; it is nothing"),
        (
            "law: {kind: threshold, cap: 1}",
            "13:24: law.cap: is not known here, allowed: kind, seeds",
        ),
        ("law: {kind: hazard, cap: 2}", "13:26: law.cap: must be a number from 0 to 1 (per day)"),
        (
            "ranks: {seinor: 1}",
            "13:9: ranks.seinor: is the key 'seinor', it must be one of enlisted, senior "
            "(did you mean 'senior'?)",
        ),
        ("name: Base!", "13:7: name: must be text of the form ^[a-z0-9-]+$; it is 'Base!'"),
        (
            "events: [{name: early, date: 2001-01-01}]",
            "13:30: events.early.date: 2001-01-01 is before the start",
        ),
        (
            "periods: [{from: 2011-03-15, killed: {ons: 1}}]",
            "13:44: periods.0.killed.ons: unknown group 'ons'",
        ),
    ],
)
def test_a_fault_says_where_and_what_is_allowed(write: Write, text: str, line: str) -> None:
    key = text.partition(":")[0]
    lines = BASE.splitlines()
    starts = [number for number, each in enumerate(lines) if not each.startswith(" ")]
    for number, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        if lines[number].startswith(f"{key}:"):
            lines[number:end] = ["#"] * (end - number)
    write("bad.yaml", "\n".join(lines) + f"\n{text}\n")
    assert line_of("bad.yaml").startswith(f"bad.yaml:{line}")


def test_a_whole_number_may_be_written_with_an_exponent(write: Write) -> None:
    write("big.yaml", BASE.replace("days: 30", "days: 1e3"))
    assert toy("big.yaml").days == 1000


def test_every_fault_of_a_validator_is_at_its_own_place(write: Write) -> None:
    write("bad.yaml", BASE.replace("2011-03-2", "2010-03-2").replace("ins: 1", "oops: 1"))
    assert lines_of("bad.yaml") == [
        "bad.yaml:8:25: events.flood.date: 2010-03-20 is before the start",
        "bad.yaml:9:25: events.tlass.date: 2010-03-25 is before the start",
        "bad.yaml:12:20: periods.0.killed.oops: unknown group 'oops'",
    ]


def test_a_validator_may_name_items_and_what_is_not_written(write: Write) -> None:
    class Strict(Toy):
        @model_validator(mode="after")
        def _fails(self) -> Self:
            raise Faults([(("events", "tlass", "until"), "is needed"), (("pay", "usd"), "is low")])

    with pytest.raises(ScenarioError) as caught:
        load_as(Strict, "base.yaml")
    assert str(caught.value).splitlines() == [
        "base.yaml:1:1: pay.usd: is low",
        "base.yaml:9:5: events.tlass.until: is needed",
    ]


def test_a_section_written_in_part_keeps_the_defaults_of_its_key(write: Write) -> None:
    write("part.yaml", BASE + "pay: {weights: {high: 5}}\n")
    assert toy("part.yaml").pay.weights == Weights(low=1, high=5)


# Layers


def test_extends_merges_maps_by_key_and_named_lists_by_name(write: Write) -> None:
    write(
        "mine.yaml",
        """\
extends: base.yaml
name: mine
groups:
  ins: {weight: 3}
  thirds: {role: out}
events:
  - {name: fall, date: 2011-04-01}
  - {name: flood, date: 2011-03-21}
  - {name: tlass, ledger: [7]}
periods:
  - {from: 2011-03-16}
""",
    )
    scenario = toy("mine.yaml")
    assert scenario.name == "mine"
    assert scenario.groups["ins"] == Group(role="in", weight=3)
    assert list(scenario.groups) == ["ins", "outs", "thirds"]
    assert [(each.name, each.date.day) for each in scenario.events] == [
        ("flood", 21),
        ("tlass", 25),
        ("fall", 1),
    ]
    assert scenario.events[1].ledger == (7,)
    assert [period.killed for period in scenario.periods] == [{}]


def test_entries_and_items_are_removed_on_request(write: Write) -> None:
    write(
        "mine.yaml",
        "extends: base.yaml\n"
        "groups: {ins: {remove: true}}\n"
        "events: [{name: flood, remove: true}]\n"
        "periods: []\n",
    )
    scenario = toy("mine.yaml")
    assert list(scenario.groups) == ["outs"]
    assert [event.name for event in scenario.events] == ["tlass"]


def test_what_is_not_there_cannot_be_removed(write: Write) -> None:
    write(
        "mine.yaml",
        "extends: base.yaml\n"
        "groups: {inns: {remove: true}}\n"
        "events: [{name: flod, remove: true}]\n"
        "pay: {usd: {remove: true}}\n",
    )
    assert lines_of("mine.yaml") == [
        "mine.yaml:2:10: groups.inns: is not there, so it cannot be removed (did you mean 'ins'?)",
        "mine.yaml:3:10: events.flod: is not there, so it cannot be removed (did you mean 'flood'?)",
        "mine.yaml:4:7: pay.usd: is not there, so it cannot be removed",
    ]


def test_a_map_whose_kind_changes_is_replaced(write: Write) -> None:
    write("mine.yaml", "extends: a.yaml\nlaw: {kind: threshold, seeds: 2}\n")
    write("a.yaml", "extends: base.yaml\nlaw: {kind: hazard, cap: .2}\n")
    assert toy("a.yaml").law == Hazard(cap=0.2)
    assert toy("mine.yaml").law == Threshold(seeds=2)
    write("b.yaml", "extends: a.yaml\nlaw: {cap: .3}\n")
    assert toy("b.yaml").law == Hazard(cap=0.3)


def test_a_name_that_stands_twice_in_a_list_is_refused(write: Write) -> None:
    write("mine.yaml", BASE.replace("tlass", "flood"))
    assert line_of("mine.yaml") == "mine.yaml:9:5: events.flood: stands twice in the list"


def test_several_files_are_extended_in_order_and_each_once(write: Write) -> None:
    write("parts/start.yaml", "days: 10\ntitle: start\n")
    write("parts/left.yaml", "extends: start.yaml\ndays: 20\n")
    write("parts/right.yaml", "extends: start.yaml\ntitle: right\n")
    write("mine.yaml", "extends: [base.yaml, parts/left.yaml, parts\\right.yaml]\n")
    scenario = toy("mine.yaml")
    assert (scenario.days, scenario.title) == (20, "right")


def test_a_fault_in_an_extended_file_is_reported_there(write: Write) -> None:
    write("parts/days.yaml", "days: many\n")
    write("mine.yaml", "extends: [base.yaml, parts/days.yaml]\n")
    place = str(Path("parts") / "days.yaml")
    assert line_of("mine.yaml").startswith(f"{place}:1:7: days: must be a whole number")


def test_a_missing_key_is_reported_at_the_file_that_was_asked_for(write: Write) -> None:
    write("part.yaml", BASE.replace("days: 30\n", ""))
    write("mine.yaml", "# comment\nextends: part.yaml\n")
    assert line_of("mine.yaml").startswith("mine.yaml:2:1: days: is missing")
    write("o.yaml", "overlay: {name: o}\n")
    assert line_of("mine.yaml", "o.yaml").startswith("mine.yaml:2:1: days: is missing")


def test_a_file_that_many_extend_is_read_once(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(path: Path) -> Table:
        read.append(path.name)
        return read_yaml(path)

    for number in range(6):
        both = f"[a{number + 1}.yaml, b{number + 1}.yaml]" if number < 5 else "base.yaml"
        write(f"a{number}.yaml", f"extends: {both}\n")
        write(f"b{number}.yaml", f"extends: {both}\n")
    monkeypatch.setattr("sim.reading.layers.read_yaml", counted)
    assert toy("a0.yaml") == toy("base.yaml")
    assert max(read.count(name) for name in set(read) - {"base.yaml"}) == 1


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        ("bse.yaml", "there is no file 'bse.yaml' (did you mean 'base.yaml'?)"),
        ("mine.yaml", "extends itself: mine.yaml → mine.yaml"),
        ("../other.yaml", "'../other.yaml' is outside the scenario's folder"),
        ("inner/../../other.yaml", "is outside the scenario's folder"),
        ("/etc/passwd.yaml", "is outside the scenario's folder"),
        ("nobody", "there is no shipped scenario 'nobody'"),
        ("base.yaml/x.yaml", "'"),
        ("5", "must be the path of a file, or a list of paths"),
        ("[base.yaml, {a: 1}]", "must be the path of a file, or a list of paths"),
        ("", "must be the path of a file, or a list of paths"),
    ],
)
def test_extends_that_leads_nowhere_is_refused(write: Write, extends: str, message: str) -> None:
    write("mine.yaml", f"extends: {extends}\n")
    assert message in line_of("mine.yaml")
    assert line_of("mine.yaml").startswith("mine.yaml:1:")


def test_a_circle_of_files_is_named(write: Write) -> None:
    write("a.yaml", "extends: b.yaml\n")
    write("b.yaml", "extends: c.yaml\n")
    write("c.yaml", "extends: b.yaml\n")
    assert line_of("a.yaml") == "c.yaml:1:10: extends: extends itself: b.yaml → c.yaml → b.yaml"


def test_a_long_chain_of_files_is_refused(write: Write) -> None:
    for number in range(100):
        write(f"f{number}.yaml", f"extends: f{number + 1}.yaml\n")
    assert "is a chain of more than 20 files" in line_of("f0.yaml")


def test_a_link_does_not_lead_outside(write: Write, tmp_path_factory: Any) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text("days: 1", encoding="utf-8")
    write("mine.yaml", "extends: link.yaml\n")
    Path("link.yaml").symlink_to(outside)
    assert "is outside the scenario's folder" in line_of("mine.yaml")


def test_faults_of_several_files_come_together(write: Write) -> None:
    write("a.yaml", "a: !foo 1\n")
    write("b.yaml", "b: {\n")
    write("mine.yaml", "extends: [a.yaml, b.yaml, c.yaml]\n")
    assert [line.split(":")[0] for line in lines_of("mine.yaml")] == [
        "a.yaml",
        "b.yaml",
        "mine.yaml",
    ]


# Overlays


def test_overlays_are_laid_over_in_order_and_remembered(write: Write) -> None:
    header = "overlay: {{name: {0}, title: The {0}, description: What it does.}}\n"
    write("pay.yaml", header.format("pay") + "pay: {usd: 300}\ndays: 40\n")
    write("long.yaml", header.format("long") + "days: 50\n")
    scenario = toy("base.yaml", "pay.yaml", "long.yaml")
    assert (scenario.name, scenario.title) == ("base", "")
    assert (scenario.days, scenario.pay.usd) == (50, 300)
    assert scenario.overlays == ("pay", "long")
    assert toy("base.yaml", "long.yaml", "pay.yaml").days == 40
    write("resolved.yaml", dump(scenario))
    assert toy("resolved.yaml", "long.yaml").overlays == ("pay", "long", "long")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("days: 3\n", "o.yaml:1:1: is not an overlay"),
        ("overlay: o\n", "o.yaml:1:10: is not an overlay"),
        ("overlay: {}\n", "o.yaml:1:10: overlay.name: is missing"),
        ("overlay: {name: 5}\n", "o.yaml:1:17: overlay.name: must be text"),
        (
            "overlay: {name: o, titel: x}\n",
            "o.yaml:1:20: overlay.titel: is not known here, allowed: name, title, description "
            "(did you mean 'title'?)",
        ),
        ("overlay: {name: o}\nname: x\n", "o.yaml:2:1: name: cannot be changed by an overlay"),
        ("overlay: {name: o}\noverlays: []\n", "o.yaml:2:1: overlays: cannot be changed"),
        ("overlay: {name: o}\nday: 3\n", "o.yaml:2:1: day: is not known here"),
    ],
)
def test_an_overlay_that_is_none_is_refused(write: Write, text: str, line: str) -> None:
    write("o.yaml", text)
    assert line_of("base.yaml", "o.yaml").startswith(line)


def test_an_overlay_is_no_scenario_and_is_laid_over_once(write: Write) -> None:
    write("o.yaml", "overlay: {name: o}\n")
    assert line_of("o.yaml").startswith("o.yaml:1:1: overlay: is an overlay: load a scenario")
    assert line_of("base.yaml", "o.yaml", "o.yaml") == "overlays: 'o' is laid over twice"
    assert line_of("base.yaml", "none.yaml").startswith("none.yaml: there is no such file")


def test_an_overlay_may_extend_fragments_and_other_overlays(write: Write) -> None:
    write("part.yaml", "days: 12\ntile: [1, 2]\n")
    write("a.yaml", "overlay: {name: a}\nextends: part.yaml\npay: {usd: 1}\n")
    write("b.yaml", "overlay: {name: b}\nextends: a.yaml\ndays: 13\n")
    scenario = toy("base.yaml", "b.yaml")
    assert (scenario.days, scenario.tile, scenario.pay.usd) == (13, (1, 2), 1)
    assert scenario.overlays == ("b",)


# Overrides


def test_overrides_reach_every_part(write: Write) -> None:
    scenario = load_as(
        Toy,
        "base.yaml",
        overrides={
            "days": np.int64(31),
            "start": date(2011, 3, 14),
            "events.tlass.date": "2011-03-26",
            "events.0.until": date(2011, 4, 1),
            "events.new": {"date": "2011-05-01"},
            "periods.0.killed.outs": np.float64(0.5),
            "groups.ins.colour": Colour.BLUE,
            "groups.new": Group(role="out"),
            "law": {"kind": "threshold"},
            "law.seeds": 4,
            "pay.weights.high": 7,
            "tile": (3, 4),
            "ranks": {"senior": 1},
        },
    )
    assert (scenario.days, scenario.start) == (31, date(2011, 3, 14))
    assert scenario.events[1].date == date(2011, 3, 26)
    assert scenario.events[0].until == date(2011, 4, 1)
    assert (scenario.events[2].name, scenario.events[2].date) == ("new", date(2011, 5, 1))
    assert scenario.periods[0].killed == {"ins": 1.0, "outs": 0.5}
    assert scenario.groups["ins"] == Group(role="in", weight=2, colour=Colour.BLUE)
    assert scenario.groups["new"] == Group(role="out")
    assert scenario.law == Threshold(seeds=4)
    assert scenario.pay.weights == Weights(low=1, high=7)
    assert (scenario.tile, scenario.ranks) == ((3, 4), {"senior": 1.0})


def test_an_override_reaches_into_what_no_file_mentions(write: Write) -> None:
    assert toy(law__cap=0.25).law == Hazard(cap=0.25)
    assert toy(pay__weights__high=9).pay == Pay(weights=Weights(low=1, high=9))
    found = {each.path: each.file for each in origins(toy(law__cap=0.25))}
    assert (found["law.cap"], found["law.kind"]) == ("--set", "default")


def test_an_override_may_remove_and_mend(write: Write) -> None:
    scenario = toy(groups__ins={"remove": True}, periods=[], events__flood={"remove": True})
    assert list(scenario.groups) == ["outs"]
    assert [event.name for event in scenario.events] == ["tlass"]
    write("part.yaml", BASE.replace("days: 30\n", ""))
    assert toy("part.yaml", days=3).days == 3


def test_an_item_replaced_keeps_its_name(write: Write) -> None:
    (_, event) = toy(events__tlass={"date": "2011-03-30"}).events
    assert event == Happening(name="tlass", date=date(2011, 3, 30))


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        ("dais", 3, "--set dais: is not known here"),
        ("pay.uds", 3, "--set pay.uds: is not known here, allowed: on, usd, share, weights"),
        ("pay.usd", -1, "--set pay.usd: must be a number from 0 to 1000 (USD a month); it is -1"),
        ("pay.usd", "5", "--set pay.usd: must be a number from 0 to 1000 (USD a month); it is '5'"),
        ("pay.usd", math.nan, "--set pay.usd: is not a number (NaN)"),
        ("pay.usd", 1j, "--set pay.usd: a Python complex cannot stand in a scenario"),
        ("pay.usd", "\ud800", "--set pay.usd: holds half of a surrogate pair"),
        ("pay.usd.x", 5, "--set pay.usd.x: leads nowhere: 'pay.usd' is a value"),
        ("pay", 0, "--set pay: must be a map; it is 0"),
        (
            "groups.inns.weight",
            3,
            "--set groups.inns.weight: leads nowhere: there is no 'inns' in 'groups', "
            "allowed: ins, outs (did you mean 'ins'?)",
        ),
        ("groups.inns", {"remove": True}, "--set groups.inns: leads nowhere: there is no 'inns'"),
        ("groups.new", {}, "--set groups.new.role: is missing, it must be one of in, out"),
        (
            "events.tlas.date",
            "2012-01-01",
            "--set events.tlas.date: leads nowhere: there is no 'tlas' in 'events', "
            "allowed: flood, tlass (did you mean 'tlass'?)",
        ),
        ("events.tlas", 5, "--set events.tlas: leads nowhere"),
        ("events.2.date", "2012-01-01", "--set events.2.date: leads nowhere"),
        ("events.-1.date", "2012-01-01", "--set events.-1.date: leads nowhere"),
        ("periods.1.from", "2012-01-01", "--set periods.1.from: leads nowhere"),
        ("events.tlass.date", "2001-01-01", "--set events.tlass.date: 2001-01-01 is before"),
        ("", 1, "--set : is no path: keys and names joined by points are needed"),
        ("a..b", 1, "--set a..b: is no path"),
        (".".join("a" * 5000), 1, "--set a.a.a"),
        ("days", [[]] * 3, "--set days: must be a whole number of at least 1 (days); it is a list"),
    ],
)
def test_an_override_that_is_wrong_is_named(write: Write, path: str, value: object, line: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_as(Toy, "base.yaml", overrides={path: value})
    (fault,) = str(caught.value).splitlines()
    assert fault.startswith(line)


def test_a_table_that_holds_itself_is_refused(write: Write) -> None:
    endless: dict[str, object] = {}
    endless["again"] = endless
    assert "nested more than 60 levels deep" in line_of("base.yaml", pay=endless)


def test_all_wrong_overrides_come_together(write: Write) -> None:
    assert len(lines_of("base.yaml", groups__x__weight=1, events__x__date=1, days__x=1)) == 3


def test_keys_with_points_can_be_addressed(write: Write) -> None:
    write("mine.yaml", BASE.replace("outs", "st. louis"))
    scenario = load_as(Toy, "mine.yaml", overrides={"groups.st. louis.weight": 9})
    assert scenario.groups["st. louis"].weight == 9


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("a.b=1e-3", "a.b", 0.001),
        (" a.b = no", "a.b", "no"),
        ("a={b: [1, x=y]}", "a", {"b": [1, "x=y"]}),
        ("a=2011-03-15", "a", "2011-03-15"),
        ("a='5'", "a", "5"),
        ("a=", "a", None),
    ],
)
def test_overrides_of_the_command_line_are_yaml(text: str, path: str, value: object) -> None:
    assert parse_override(text) == (path, value)


@pytest.mark.parametrize("text", ["", "a", "=5", "a={", "a=!foo 1", "a=*x", "a=\x00", "a=[" * 9])
def test_overrides_of_the_command_line_that_are_wrong_are_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match=r"^--set "):
        parse_override(text)


def test_change_validates_again_and_leaves_the_original(write: Write) -> None:
    scenario = toy()
    changed = change(scenario, {"pay.usd": 5})
    assert (scenario.pay.usd, changed.pay.usd) == (200, 5)
    assert change(changed, {"pay.usd": 200}) == scenario
    with pytest.raises(ScenarioError, match=r"^--set pay\.usd: must be a number from 0"):
        change(scenario, {"pay.usd": -5})
    with pytest.raises(ScenarioError, match=r"^--set days: must be a whole number"):
        change(changed, {"days": 0})


def test_a_scenario_made_in_python_can_be_changed() -> None:
    made = Toy(name="a", start=date(2011, 1, 1), days=3, groups={"x": Group(role="in")})
    assert change(made, {"groups.x.weight": 2}).groups["x"].weight == 2
    assert Origin("days", 3, "python") in origins(made)
    other = made.model_copy(update={"law": Threshold(seeds=3)})
    assert change(other, {"days": 4}).law == Threshold(seeds=3)


# Origins


def test_origins_name_the_place_of_every_value(write: Write) -> None:
    write("o.yaml", "overlay: {name: o}\npay: {usd: 300}\n")
    write("mine.yaml", "extends: base.yaml\nname: mine\nevents: [{name: tlass, ledger: [3]}]\n")
    found = {each.path: each for each in origins(toy("mine.yaml", "o.yaml", groups__ins__weight=4))}
    assert found["name"] == Origin("name", "mine", "mine.yaml", 2, 7)
    assert found["days"] == Origin("days", 30, "base.yaml", 3, 7)
    assert found["events.tlass.date"] == Origin("events.tlass.date", "2011-03-25", "base.yaml", 9, 25)
    assert found["events.tlass.ledger.0"].file == "mine.yaml"
    assert found["periods.0.from"].line == 11
    assert found["pay.usd"] == Origin("pay.usd", 300.0, "o.yaml", 2, 12)
    assert found["pay.weights.high"] == Origin("pay.weights.high", 2.0, "default")
    assert found["groups.ins.weight"] == Origin("groups.ins.weight", 4.0, "--set")
    assert found["ranks"] == Origin("ranks", {}, "default")
    assert found["overlays.0"] == Origin("overlays.0", "o", "overlays")


def test_origins_survive_a_change_and_a_process_boundary(write: Write) -> None:
    scenario = change(toy(), {"days": 5})
    again = pickle.loads(pickle.dumps(scenario))
    assert again == scenario
    assert origins(again) == origins(scenario)
    files = {each.path: each.file for each in origins(scenario)}
    assert (files["days"], files["name"], files["tile"]) == ("--set", "base.yaml", "default")


# Dump

TEXTS = st.text(max_size=40).filter(lambda text: "\0" not in text)
SCALARS = st.none() | st.booleans() | st.integers() | TEXTS | st.floats(allow_nan=False, allow_infinity=False)
KEYS = st.text(min_size=1, max_size=8).filter(str.isprintable)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


class Anything(BaseModel):
    values: dict[str, Any] = {}
    _tree: Any = PrivateAttr(None)


def test_a_dump_loads_to_an_equal_scenario(write: Write) -> None:
    text = "First line: with a colon.\nSecond # line\n\n  indented\n"
    scenario = toy(title="no", description=text, law={"kind": "threshold", "seeds": 3}, tile=(1, 2))
    write("again.yaml", dump(scenario))
    assert toy("again.yaml") == scenario
    assert dump(toy("again.yaml")) == dump(scenario)


def test_a_dump_is_readable_and_complete(write: Write) -> None:
    text = dump(toy(description="Two\nlines.", title="A title"))
    assert "extends" not in text
    assert text.startswith("# A resolved scenario")
    for lines in (
        "name: base\ntitle: A title\ndescription: |-\n  Two\n  lines.\noverlays: []\n",
        "start: 2011-03-15\n",
        "groups:\n  ins: {role: in, weight: 2.0, colour: red}\n",
        "  - name: tlass\n    date: 2011-03-25\n    until: null\n    ledger: [1, 2]\n",
        "    killed: {ins: 1.0, outs: 2.5}\n",
        "  weights: {low: 1.0, high: 2.0}\n",
    ):
        assert lines in text


@given(st.dictionaries(KEYS, VALUES, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_data_survives_a_dump(tmp_path: Path, values: dict[str, Any]) -> None:
    path = tmp_path / "any.yaml"
    path.write_bytes(dump(Anything(values=values)).encode("utf-8"))
    again = plain(read_layers(path).root)["values"]
    assert json.dumps(again) == json.dumps(values)


@pytest.mark.parametrize(
    "text",
    ["a\nb", "a\nb\n", " a\nb", "a\n b", "a \nb", "a\n", "\na", "a\n\n", "a\n\nb", "\n", "a\r\nb"],
)
def test_lines_and_spaces_survive_a_dump(write: Write, text: str) -> None:
    write("again.yaml", dump(toy(description=text)))
    assert toy("again.yaml").description == text


def test_infinite_numbers_survive_a_dump(write: Write) -> None:
    scenario = toy(ranks={"senior": math.inf, "enlisted": -math.inf})
    write("again.yaml", dump(scenario))
    assert toy("again.yaml") == scenario


# Schema


def test_the_schema_completes_what_files_may_say() -> None:
    result = schema(Toy)
    assert result["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {"extends", "overlay", "days", "law"} <= set(result["properties"])
    assert result["properties"]["days"]["unit"] == "days"
    assert result["properties"]["days"]["minimum"] == 1
    assert json.loads(json.dumps(result)) == result


def test_the_schema_asks_for_nothing_and_lets_entries_be_removed() -> None:
    result = schema(Toy)
    assert "required" not in result
    assert not [name for name, part in result["$defs"].items() if "required" in part]
    assert "remove" in result["$defs"]["Group"]["properties"]
    assert "remove" in result["$defs"]["Happening"]["properties"]
    assert "remove" not in result["$defs"]["Pay"]["properties"]
    assert model_schema(Toy) == Toy.model_json_schema()


# Names of shipped scenarios


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a shipped scenario, a lever and a fragment where the package looks for them."""
    folder = tmp_path / "package" / "scenarios"
    (folder / "levers").mkdir(parents=True)
    (folder / "parts").mkdir()
    (folder / "parts" / "base.yaml").write_text(BASE, encoding="utf-8")
    (folder / "toyland-2011.yaml").write_text("extends: parts/base.yaml\nname: toyland-2011\n")
    (folder / "levers" / "salary.yaml").write_text("overlay: {name: salary}\npay: {usd: 400}\n")
    for module in ("layers", "scenario_folder"):
        monkeypatch.setattr(f"sim.reading.{module}.scenario_folder", lambda: folder)
    return folder


def test_shipped_scenarios_and_levers_go_by_name(shipped: Path) -> None:
    assert set(scenario_names()) == {"toyland-2011", "salary"}
    scenario = toy("toyland-2011", "salary")
    assert (scenario.name, scenario.pay.usd) == ("toyland-2011", 400)


def test_an_unknown_name_is_answered_with_a_close_one(shipped: Path) -> None:
    assert line_of("toyland-2012").endswith("(did you mean 'toyland-2011'?)")


def test_a_file_of_the_user_may_extend_a_shipped_scenario(shipped: Path, write: Write) -> None:
    write("mine/mine.yaml", "extends: toyland-2011\ndays: 7\n")
    assert (toy("mine/mine.yaml").name, toy("mine/mine.yaml").days) == ("toyland-2011", 7)
    write("mine/mine.yaml", "extends: toyland-2012\n")
    assert line_of("mine/mine.yaml").endswith("(did you mean 'toyland-2011'?)")


def test_a_shipped_file_may_extend_any_other_shipped_file(shipped: Path) -> None:
    path = shipped / "levers" / "x.yaml"
    path.write_text("extends: ../parts/base.yaml\n", encoding="utf-8")
    assert toy(path).name == "base"
    path.write_text("extends: ../../secret.yaml\n", encoding="utf-8")
    assert "is outside the scenario's folder" in line_of(path)


def test_load_builds_the_scenario_of_the_package(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("sim.scenario")
    module.Scenario = Toy  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sim.scenario", module)
    write("o.yaml", "overlay: {name: o}\npay: {usd: 1}\n")
    scenario = load("base.yaml", overlays=["o.yaml"], overrides={"days": 3})
    assert scenario == toy("base.yaml", "o.yaml", days=3)


def test_the_shipped_folder_is_found_in_a_source_tree_and_in_an_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = tmp_path / "tree"
    for folder in ("sim", "scenarios"):
        (tree / folder).mkdir(parents=True)
    module = tree / "sim" / "reading" / "scenario_folder.py"
    monkeypatch.setattr("sim.reading.scenario_folder.__file__", str(module))
    with pytest.raises(ScenarioError, match="not installed"):
        scenario_folder()
    (tree / "setup.cfg").touch()
    assert scenario_folder() == (tree / "scenarios").resolve()
    shutil.copytree(tree / "scenarios", tree / "sim" / "scenarios")
    assert scenario_folder() == (tree / "sim" / "scenarios").resolve()


# Anything at all

PIECES = [
    *BASE.splitlines(keepends=True),
    *"""\
extends: base.yaml
extends: [x, y]
overlay: {}
pay: {usd: x}
law: {kind: 5}
law: []
law: {}
groups: {a: {remove: true}}
  - 5
  x: {}
days: 1e9
events: [{name: 5}]
tile: [1, 2, 3]
pay: {weights: []}
ranks: {x: 1}
periods: [{killed: 3}, {}]
overlays: {a: 1}
""".splitlines(keepends=True),
]


def is_toy_or_error(attempt: Callable[[], Toy]) -> None:
    """Check that an attempt gives a scenario, or faults of one line each."""
    try:
        result: Toy | ScenarioError = attempt()
    except ScenarioError as error:
        result = error
    if isinstance(result, ScenarioError):
        assert len(str(result).splitlines()) == len(result.faults) > 0
    else:
        assert isinstance(result, Toy)


@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.binary(max_size=60),
    SCALARS | VALUES,
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_no_file_or_override_raises_anything_else(tmp_path: Path, text: str | bytes, value: object) -> None:
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    path = tmp_path / "any.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    for source, overlays, overrides in every_use(tmp_path / "base.yaml", path, value):
        is_toy_or_error(partial(load_as, Toy, source, overlays=overlays, overrides=overrides))


Use = tuple[Path, list[Path], Mapping[str, object]]


def every_use(base: Path, path: Path, value: object) -> Iterable[Use]:
    """Use a file as a scenario and as an overlay, and a value as an override."""
    yield path, [], {}
    yield base, [path], {}
    for key in ("pay", "law", "events", "events.flood", "groups.ins", "tile.0", "days", "overlays"):
        yield base, [], {key: value}
        yield path, [], {key: value}


@given(st.text(max_size=30), st.text(max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_name_or_path_raises_anything_else(tmp_path: Path, source: str, path: str) -> None:
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    with pytest.raises(ScenarioError):
        load_as(Toy, f"no-such-{source}")
    is_toy_or_error(lambda: load_as(Toy, tmp_path / "base.yaml", overrides={path: 1}))
    is_toy_or_error(lambda: build(read_layers(tmp_path / "base.yaml", [source]), Toy))


def test_faults_between_keys_are_told_beside_wrong_values(tmp_path: Path) -> None:
    from sim.scenario_file import load

    file = tmp_path / "two-kinds.yaml"
    file.write_text(
        "extends: invented-army\ngrievance: {home_violence: 7}\n"
        "events: [{name: late, date: 2020-01-01, kind: signal}]\n"
        "places: {capital: {sects: {coastal: x}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as caught:
        load(file)
    told = {fault.path for fault in caught.value.faults}
    # Of the shares nothing is said: one of them is no number.
    assert told == {"grievance.home_violence", "events.late.date", "places.capital.sects.coastal"}
