"""YAML 1.2 is read as plain data with places, and nothing but a ScenarioError is raised."""

import math
import os
import pickle
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import Fault, ScenarioError, SimulationError, did_you_mean
from sim.reading.tree import Items, Leaf, Mark, Table, Tree, child, dotted, leaves, plain
from sim.reading.yaml_file import MAX_BYTES, read_yaml
from sim.reading.yaml_tree import MAX_NODES, parse_yaml


def read(text: str) -> object:
    return plain(parse_yaml(text, "x.yaml"))


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        parse_yaml(text, "x.yaml")
    return str(caught.value).splitlines()


def file_fault(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_yaml(path)
    (fault,) = caught.value.faults
    return fault.message


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("1e-3", 0.001),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("-5", -5),
        (".5", 0.5),
        ("1.", 1.0),
        ("+1.5E2", 150.0),
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("2011-03-15", "2011-03-15"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("'5'", "5"),
        ('"true"', "true"),
        ("! 5", "5"),
        ("!!str 5", "5"),
        ("!!int 5", 5),
        ("!!float 3", 3.0),
        ("!!bool true", True),
        ("!!null ''", None),
        ("!!seq [1]", [1]),
        ("!!map {a: 1}", {"a": 1}),
        ("ضابط", "ضابط"),
        ('"\\U0001F600"', "\U0001f600"),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(word: str, value: object) -> None:
    result = read(f"key: {word}")
    assert result == {"key": value}
    assert isinstance(result, dict)
    assert type(result["key"]) is type(value)


def test_keys_are_text_as_written() -> None:
    assert read("on: 1\n010: 2\n2011-03-15: 3\nnull: 4\n") == {
        "on": 1,
        "010": 2,
        "2011-03-15": 3,
        "null": 4,
    }


def test_every_value_and_key_knows_its_place() -> None:
    tree = parse_yaml("a:\n  b: 1\n  c:\n    - x\n    - {d: 2}\n", "x.yaml")
    places = {dotted(tree, path): (leaf.mark.line, leaf.mark.column) for path, leaf in leaves(tree)}
    assert places == {"a.b": (2, 6), "a.c.0": (4, 7), "a.c.1.d": (5, 11)}
    assert isinstance(tree, Table)
    below = tree.entries["a"]
    assert isinstance(below, Table)
    assert below.keys["c"] == Mark("x.yaml", 3, 3)


def test_an_alias_stands_for_its_anchor() -> None:
    assert read("a: &x {b: [1, 2]}\nc: *x\nd: &k v\n") == {
        "a": {"b": [1, 2]},
        "c": {"b": [1, 2]},
        "d": "v",
    }


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "x.yaml:3:1: a: stands twice, first in line 1"),
        ("a: {b: 1, b: 2}", "x.yaml:1:11: a.b: stands twice, first in line 1"),
        ("a: !foo 1", "x.yaml:1:4: a: has the tag !foo, only plain data is allowed"),
        ("a: !!set {b}", "x.yaml:1:4: a: has the tag !!set, only plain data is allowed"),
        (
            "a: !!python/object:os.system {}",
            "x.yaml:1:4: a: has the tag !!python/object:os.system, only plain data is allowed",
        ),
        ("a: !!int x", "x.yaml:1:4: a: does not fit its tag !!int"),
        ("a: !!int true", "x.yaml:1:4: a: does not fit its tag !!int"),
        ("!!int 5: 1", "x.yaml:1:1: 5: has a tag on its key"),
        ("a: .nan", "x.yaml:1:4: a: is not a number (NaN)"),
        ("a: 1e999", "x.yaml:1:4: a: is too large a number (write .inf for infinity)"),
        ("a: *b", "x.yaml:1:4: a: *b has no complete &b before it"),
        ("a: &b [*b]", "x.yaml:1:8: a.0: *b has no complete &b before it"),
        ("? " * 5000, "x.yaml:1:3: has a key that is not plain text"),
        ("[a]: 1", "x.yaml:1:1: has a key that is not plain text"),
        ("'': 1", "x.yaml:1:1: has a key that is empty or not printable"),
        ('"a\\nb": 1', "x.yaml:1:1: has a key that is empty or not printable"),
        ('a: "\\0"', "x.yaml:1:4: a: holds the character NUL"),
        ('a: "\\ud800"', "x.yaml:1:4: a: holds half of a surrogate pair, which is no character"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1: holds a second document, one is allowed"),
        ("%YAML 1.1\n---\na: no\n", "x.yaml:2:1: asks for another version of YAML, only 1.2"),
        ("", "x.yaml: is empty"),
        ("# only a comment\n", "x.yaml: is empty"),
        ("a: 1\n b: 2\n", "x.yaml:2:3: cannot be read as YAML: mapping values are not allowed"),
        ("a: {b: 1", "x.yaml:1:9: cannot be read as YAML: expected ',' or '}'"),
        ('a: "\\U99999999"', "x.yaml: cannot be read as YAML: "),
        ("a: 1\nb: \x07\n", "x.yaml:2:4: holds a control character"),
    ],
)
def test_what_is_refused_is_named_with_its_place(text: str, line: str) -> None:
    (found,) = faults(text)
    assert found.startswith(line)


def test_a_merge_key_is_refused_with_the_mend() -> None:
    assert faults("a: &x {b: 1}\nc:\n  <<: *x\n") == [
        "x.yaml:3:3: c: merge keys (<<) are not part of YAML 1.2 (use extends)"
    ]
    assert read("'<<': 1") == {"<<": 1}


def test_faults_that_do_not_stop_the_reading_come_together() -> None:
    assert len(faults("a: !foo 1\nb: .nan\nc: 1\nc: 2\n")) == 3


def test_a_number_too_long_to_convert_is_refused() -> None:
    (line,) = faults(f"a: {'9' * 5000}")
    assert "more than 400 characters" in line


@pytest.mark.parametrize("text", ["[" * 5000, "- " * 5000, '{"a": ' * 5000])
def test_deep_nesting_is_refused(text: str) -> None:
    (line,) = faults(text)
    assert "nested more than 60 levels deep" in line


def test_nesting_up_to_the_limit_is_read() -> None:
    assert read("[" * 60 + "]" * 60)
    (line,) = faults("[" * 61 + "]" * 61)
    assert "60 levels" in line


def test_deep_nesting_through_aliases_is_refused() -> None:
    links = "".join(f"a{number}: &x{number} [*x{number - 1}]\n" for number in range(1, 100))
    (line,) = faults(f"a0: &x0 [1]\n{links}")
    assert "nested more than 60 levels deep" in line


def test_a_bomb_of_aliases_is_refused() -> None:
    levels = [f"a{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]" for n in range(1, 12)]
    (line,) = faults("a0: &x0 [1, 1]\n" + "\n".join(levels))
    assert f"more than {MAX_NODES:,} values" in line


def test_a_file_with_too_many_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.reading.yaml_tree.MAX_NODES", 5)
    assert read("{a: 1, b: 2}") == {"a": 1, "b": 2}
    assert faults("{a: 1, b: 2, c: 3}") == ["x.yaml:1:14: holds more than 5 values, aliases written out"]


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "اسم.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: \xd8\xa7\r\nb: 2\r\n")
    assert plain(read_yaml(path)) == {"a": "\u0627", "b": 2}
    assert child(read_yaml(path), "b") == Leaf(2, Mark(str(path), 2, 4))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\x00\x01", "is binary, or text that is not UTF-8"),
        ("a: b".encode("utf-16"), "is binary, or text that is not UTF-8"),
        (b"a: 1\nb: \xff\n", "is not UTF-8 text"),
        (b"- 1\n", "must be a map of keys and values at the top"),
        (b"text\n", "must be a map of keys and values at the top"),
        (b"#" * (MAX_BYTES + 1), "is larger than 5 MB"),
    ],
)
def test_files_that_are_no_yaml_maps_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    assert file_fault(path) == message


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    assert file_fault(tmp_path) == "is a folder, a YAML file is needed"
    assert file_fault(tmp_path / "none.yaml") == "there is no such file"
    assert file_fault(Path("a\0b.yaml")).startswith("cannot be read")
    assert file_fault(Path("a" * 5000)).startswith("cannot be read")
    assert file_fault(Path("\ud800.yaml"))


def test_a_device_is_refused_without_being_opened() -> None:
    assert file_fault(Path(os.devnull)) == "is not an ordinary file, a YAML file is needed"


def test_a_file_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "x.yaml").write_text("a: 1", encoding="utf-8")
    monkeypatch.setattr(Path, "open", refuse)
    assert file_fault(tmp_path / "x.yaml") == "may not be read: permission denied"


def test_a_missing_file_is_answered_with_one_named_alike(tmp_path: Path) -> None:
    (tmp_path / "syria.yaml").write_text("a: 1", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"did you mean 'syria\.yaml'\?"):
        read_yaml(tmp_path / "siria.yaml")


def test_faults_name_files_inside_the_current_directory_by_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "x.yaml").write_text("a: !foo 1", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError) as caught:
        read_yaml(tmp_path / "inner" / "x.yaml")
    assert caught.value.faults[0].file == str(Path("inner") / "x.yaml")


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    with suppress(ScenarioError, UnicodeDecodeError):
        parse_yaml(content.decode("utf-8-sig"), "x.yaml")


MARKS = list("[]{},:?-#&*!|>'\"%@`ab01.~")
WORDS = ["- ", ": ", "<<", "&a", "*a", "!!int", "!<", "|+1", ">-", "\\", "1e", ".inf", "!!binary"]
BROKEN = [
    '"\\x',
    '"\\u12',
    '"\\U99999999',
    "---",
    "...",
    "%YAML",
    "%TAG",
    "\x00",
    "\ud800",
    "\ufeff",
]
SPACES = [" ", "\t", "\n", "\r\n", "\n  ", "\x85", "\u2028"]
PIECES = [*MARKS, *WORDS, *BROKEN, *SPACES]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_text_raises_anything_else(text: str) -> None:
    result = tree_or_error(text)
    if isinstance(result, ScenarioError):
        assert len(str(result).splitlines()) == len(result.faults) > 0
    else:
        assert isinstance(result, Leaf | Table | Items)


def tree_or_error(text: str) -> object:
    try:
        return parse_yaml(text, "x.yaml")
    except ScenarioError as error:
        return error


def test_a_fault_is_one_printable_line() -> None:
    fault = Fault("a\nb", "is\x00bad \ud800", "f.yaml", 3, 4, "did you mean 'ab'?")
    assert str(fault) == "f.yaml:3:4: a\\nb: is\\x00bad \\ud800 (did you mean 'ab'?)"
    assert str(Fault("a.b", "is bad", "--set")) == "--set a.b: is bad"
    assert str(Fault("", "is bad", "f.yaml")) == "f.yaml: is bad"


def test_faults_are_sorted_and_errors_survive_a_process_boundary() -> None:
    given_faults = [Fault("c", "m", "b.yaml", 1, 1), Fault("b", "m", "a.yaml", 9, 1)]
    error = ScenarioError([*given_faults, Fault("a", "m", "a.yaml", 10, 1)])
    assert [fault.path for fault in error.faults] == ["b", "a", "c"]
    assert pickle.loads(pickle.dumps(error)).faults == error.faults
    failure = SimulationError(3, "pay", "payroll", "is negative: -1 USD")
    assert str(pickle.loads(pickle.dumps(failure))) == "day 3: pay: payroll: is negative: -1 USD"


def test_a_hint_is_given_only_for_a_close_word() -> None:
    assert did_you_mean("pya", ["pay", "fear"]) == "did you mean 'pay'?"
    assert did_you_mean("zebra", ["pay", "fear"]) == ""


def test_where_a_value_was_written_is_no_part_of_it() -> None:
    tree = Tree(Table({"a": Leaf(1, Mark("f"))}, {"a": Mark("f")}, Mark("f")))
    assert tree == Tree(Table({}, {}, Mark("g")))
    assert {"_tree": tree} == {"_tree": None}
    empty = None
    assert empty == tree
    assert tree != 1
