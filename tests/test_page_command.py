"""Commands that write pages: each is called what its user types, and refuses numbers that it cannot use."""

import ast
import re
import subprocess
import sys
from argparse import ArgumentTypeError
from importlib import import_module
from pathlib import Path

import pytest

from experiments.showing.page_command import at_least, page_parser, part_of_army
from sim.errors import ScenarioError
from sim.scenario_file import load

ROOT = Path(__file__).resolve().parent.parent


def page_commands() -> dict[str, str]:
    """Name in the call of `page_parser` of each module that has one, by the name after ``python -m``."""
    found = {}
    for path in sorted((ROOT / "experiments").rglob("*.py")):
        words = re.findall(r'page_parser\("([\w.]+)"', path.read_text(encoding="utf-8"))
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__main__")
        if words:
            (found[module],) = words
    return found


COMMANDS = page_commands()


def test_every_command_is_called_what_its_user_types() -> None:
    assert [*COMMANDS] == [*COMMANDS.values()]
    assert len(COMMANDS) >= 14


def test_no_command_makes_a_parser_of_its_own() -> None:
    for path in (ROOT / "experiments").rglob("*.py"):
        if path.name != "page_command.py":
            calls = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            made = [
                node for node in calls if isinstance(node, ast.Attribute) and node.attr == "ArgumentParser"
            ]
            assert not made, path


def test_every_command_of_the_makefile_is_there() -> None:
    named = re.findall(r"python -m (experiments\.\w+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert set(named) <= set(COMMANDS)


@pytest.mark.parametrize("name", sorted({*COMMANDS} - {"experiments.docs_tables"}))
def test_help_names_the_command(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = import_module(name)
    if not hasattr(module, "main"):
        module = import_module(f"{name}.__main__")
    monkeypatch.setattr("sys.argv", ["__main__.py", "--help"])
    with pytest.raises(SystemExit) as ended:
        module.main()
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith(f"usage: python -m {name} [-h]")
    # What it does is told without the name again, and in one paragraph.
    assert said.count("python -m") == 1
    assert "``" not in said


def test_help_of_a_started_process_names_the_command() -> None:
    name = "experiments.docs_tables"
    done = subprocess.run([sys.executable, "-m", name, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.startswith(f"usage: python -m {name} [-h] [--check]")


def test_the_first_paragraph_is_shown() -> None:
    about = "``python -m a.b``: write ``page.md``.\n\nMore."
    assert page_parser("a.b", about).description == "Write page.md."


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "21", "large", ""])
def test_sizes_that_no_scenario_takes_are_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=r"is no number from 0\.0001 to 20"):
        part_of_army(text)


def test_sizes_are_those_that_a_scenario_takes() -> None:
    for value in (0.0001, 20.0):
        assert part_of_army(str(value)) == load("syria-2012", overrides={"army.scale": value}).army.scale
    for value in (0.00009, 20.1):
        with pytest.raises(ScenarioError, match=r"army\.scale"):
            load("syria-2012", overrides={"army.scale": value})


@pytest.mark.parametrize("text", ["1", "-3", "2.5", "many"])
def test_too_few_are_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is no whole number from 2 on"):
        at_least(2)(text)
    assert at_least(2)("2") == 2
