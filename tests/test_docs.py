"""What the pages say is so: tables in sync, code that runs, commands and names that exist."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer.main

from experiments import cli, docs_tables
from sim.mechanisms.order import DEPARTURE, EVENING, MORNING, TERMS
from sim.scenario import Scenario
from sim.scenario_file import load

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(page for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")) if page.exists())
ODD = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")

# Makes the next Python block of a page compiled only: for runs that take long.
NOT_RUN = "<!-- compiled, not run -->\n"
FENCE = re.compile(r"^(?P<before><!--[^\n]*-->\n)?```(?P<kind>[a-z]*)\n(?P<text>.*?)^```$", re.M | re.S)
LEDGER_ROWS = range(1, 38)

# typer brings its command parser along under one name or another: this is its error of usage.
UsageError = typer.BadParameter.__mro__[1]


class Block(NamedTuple):
    """A code block of a page."""

    page: Path
    line: int
    kind: str
    text: str
    runs: bool


def blocks_of(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        line = text[: found.start("text")].count("\n")
        yield Block(page, line, found["kind"], found["text"], found["before"] != NOT_RUN)


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


@pytest.fixture(scope="module")
def founding() -> Scenario:
    return load("syria-2012")


def test_generated_tables_are_in_sync() -> None:
    assert docs_tables.main(check=True), "run python -m experiments.docs_tables"


def test_every_section_of_a_scenario_has_its_table(founding: Scenario) -> None:
    for name in (*founding.switches, "army", "outcomes", "loyalty_index"):
        assert f"<!-- begin generated: parameters: {name} -->" in ODD, f"{name} has no table"


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no generated table is called"):
        docs_tables.block("parameters: nothing")


def test_a_table_out_of_date_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- begin generated: schedule -->\nold\n<!-- end generated -->\n", encoding="utf-8")
    monkeypatch.setattr(docs_tables, "PAGE", page)
    assert not docs_tables.main(check=True)
    assert docs_tables.main(check=False)
    assert docs_tables.main(check=True)
    assert "deaths.strike" in page.read_text(encoding="utf-8")


def test_every_stage_is_described() -> None:
    submodels = ODD.partition("## 7. Submodels")[2]
    stages = [stage.act for stage in (*MORNING, *DEPARTURE, *EVENING)] + [say for _, say in TERMS]
    missing = [name for stage in stages if (name := docs_tables.full_name(stage)) not in submodels]
    assert not missing, f"{missing}: describe each in section 7 of docs/odd.md"


def dealt_names() -> set[str]:
    """Names of all decisions in the code: first arguments of the dealer's methods."""
    dealers = {"uniform", "normal", "exponential", "words", "key"}
    names = set()
    for path in (ROOT / "sim").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            node.targets[0].id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                first = node.args[0]
                constant = first.id if isinstance(first, ast.Name) else ""
                name = constants.get(constant, getattr(first, "value", None))
                if node.func.attr in dealers and isinstance(name, str):
                    names.add(name)
    return names


def test_every_dealt_decision_is_listed() -> None:
    names = dealt_names()
    assert "resistance to leaving" in names
    missing = sorted(name for name in names if f"`{name}`" not in ODD)
    assert not missing, f"{missing}: add to the table of section 7.2 of docs/odd.md"


def ledger_table() -> dict[int, str]:
    """Rows of the table of section 6, by number of the ledger row."""
    section = ODD.partition("## 6. Input data")[2].partition("## 7.")[0]
    return {int(row): rest for row, rest in re.findall(r"^\| (\d+) (\|.*)$", section, re.M)}


def test_every_ledger_row_is_accounted_for_as_the_files_say(founding: Scenario) -> None:
    table = ledger_table()
    assert list(table) == list(LEDGER_ROWS)
    entries = [*founding.events, *founding.claims]
    for row, words in table.items():
        said = set(re.findall(r"`([^`]+)`", words)) & {entry.name for entry in entries}
        assert said == {entry.name for entry in entries if row in entry.ledger}, f"row {row}"


def test_targets_and_context_are_told_apart(founding: Scenario) -> None:
    table = ledger_table()
    for claim in founding.claims:
        for row in claim.ledger:
            use = table[row].split("|")[2]
            assert ("T" if claim.use == "target" else "C") in use, f"row {row}: {claim.name}"


def test_keys_named_in_the_ledger_table_exist(founding: Scenario) -> None:
    keys = re.findall(r"`([a-z_]+)\.([a-z_]+)`", "".join(ledger_table().values()))
    assert keys
    for section, key in keys:
        assert hasattr(getattr(founding, section), key), f"{section}.{key}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shared: dict[str, object] = {"__name__": "__page__"}
    for block in BLOCKS:
        if block.page == page and block.kind == "python":
            program = compile("\n" * block.line + block.text, str(page), "exec")
            if block.runs:
                exec(program, shared)


def commands_of(block: Block) -> Iterator[list[str]]:
    """Words of each `erosion ...` of a block of commands, without its first."""
    for line in block.text.replace("\\\n", " ").splitlines():
        if re.match(r"(\S+/)?erosion ", line):
            yield shlex.split(line, comments=True)[1:]


def complaint_about(program: Any, words: list[str]) -> str:
    """What the command line has against a command, which is parsed and not run; empty if nothing."""
    commands = getattr(program, "commands", {})
    if commands and words and not words[0].startswith("-"):
        command = commands.get(words[0])
        return complaint_about(command, words[1:]) if command else f"no command '{words[0]}'"
    try:
        program.make_context(program.name, list(words))
    except typer.Exit:
        return ""  # --help and --version end here
    except UsageError as error:
        return str(error) or type(error).__name__
    return ""


def test_commands_of_the_pages_exist() -> None:
    program = typer.main.get_command(cli.app)
    assert complaint_about(program, ["no-such-command"])
    assert complaint_about(program, ["run", "syria-2012", "--no-such-option"])
    assert not complaint_about(program, ["run", "syria-2012"])
    for block in BLOCKS:
        for words in commands_of(block) if block.kind in ("", "bash") else ():
            complaint = complaint_about(program, words)
            assert not complaint, f"{block.page.name}:{block.line}: erosion {shlex.join(words)}: {complaint}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
