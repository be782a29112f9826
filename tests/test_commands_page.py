"""The page of the commands: every command is on it with what it printed, and a wrong end is noticed."""

import re
from pathlib import Path

import pytest

from experiments import cli
from experiments.commands_page import __main__ as page
from experiments.commands_page.examples import EXAMPLES, Example

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
SHOWN = re.compile(r"^```\n(erosion [^\n]*)\n```\n\n```text\n(.+?)\n```$", re.M | re.S)


def test_every_command_has_an_example() -> None:
    names = {command.callback.__name__ for command in cli.app.registered_commands if command.callback}
    assert {page.name_of(example) for example in EXAMPLES} == names


def test_every_example_stands_on_the_page_with_what_it_printed() -> None:
    shown = dict(SHOWN.findall(PAGE.read_text(encoding="utf-8")))
    assert list(shown) == [example.line for example in EXAMPLES]
    for line, output in shown.items():
        assert output.strip(), line
    for line in (line for line in shown if re.match("erosion (compare|dose|run .*--runs)", line)):
        assert "luck" in shown[line], "what intervals cover"
        assert "parameters" in shown[line], "what is missing"


def test_what_a_command_prints_is_cut_and_names_no_folder(tmp_path: Path) -> None:
    line = "erosion show invented-army --origin"
    said = page._said(Example(line, "", lines=3), tmp_path).splitlines()
    assert len(said) == 4
    assert said[0].endswith("# scenarios/examples/invented-army.yaml:4")
    assert re.fullmatch(r"… and \d+ more lines", said[-1])


def test_a_command_that_ends_otherwise_stops_the_page(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="erosion show nothing ended with 2"):
        page._said(Example("erosion show nothing", ""), tmp_path)
