"""Notebooks run from top to bottom at a small size, hold no logic, and are committed as they ran.

The one on a mechanism of your own defines functions, for these are its subject; no other does.
"""

import ast
import asyncio
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SMALL_SIZE = {
    "EROSION_NOTEBOOK_SCALE": "0.01",
    "EROSION_NOTEBOOK_PAIRS": "2",
    "EROSION_NOTEBOOK_TRAJECTORIES": "2",
    "EROSION_NOTEBOOK_DAYS": "120",
    "EROSION_NOTEBOOK_RUNS": "2",
    "EROSION_NOTEBOOK_SEEDS": "1",
    "EROSION_NOTEBOOK_BLOCKS": "8",
}
LOGIC = (ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try)
DEFINES_FUNCTIONS = "07_a_mechanism_of_your_own"
MACHINE_PATH = re.compile(r"(?<![\w.])/(home|root|Users|tmp|work|mnt)/|[A-Z]:\\\\")
MOST_BYTES = 900_000

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def code_of(path: Path) -> list[NotebookNode]:
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def plain_python(cell: NotebookNode) -> str:
    """Source of a cell without the lines that only a notebook knows."""
    return "\n".join(line for line in cell.source.splitlines() if not line.startswith("%"))


def outputs_of(cells: list[NotebookNode]) -> list[NotebookNode]:
    return [output for cell in cells for output in cell.outputs]


async def execute(path: Path) -> list[NotebookNode]:
    """Run a copy in a kernel of its own, from the folder of the notebook."""
    environment = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    environment |= SMALL_SIZE | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}
    notebook = nbformat.read(path, 4)
    place = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources=place)
    await client.async_execute(env=environment)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


async def execute_all() -> dict[str, list[NotebookNode]]:
    """Run all at the same time, for most of it is waiting for kernels."""
    cells = await asyncio.gather(*(execute(path) for path in NOTEBOOKS))
    return dict(zip((path.stem for path in NOTEBOOKS), cells, strict=True))


@pytest.fixture(scope="module")
def executed() -> dict[str, list[NotebookNode]]:
    return asyncio.run(execute_all())


def test_the_notebooks_are_numbered() -> None:
    assert [path.name[:3] for path in NOTEBOOKS] == [f"{number:02d}_" for number in range(1, 8)]


@each_notebook
def test_runs_without_a_word_on_the_error_stream(executed: dict[str, list[NotebookNode]], path: Path) -> None:
    outputs = outputs_of(executed[path.stem])
    assert [output.text for output in outputs if output.output_type == "stream"] == []
    assert any("image/png" in output.get("data", {}) for output in outputs)


@each_notebook
def test_holds_no_logic(path: Path) -> None:
    refused = LOGIC if path.stem == DEFINES_FUNCTIONS else (*LOGIC, ast.FunctionDef)
    for cell in code_of(path):
        nodes = ast.walk(ast.parse(plain_python(cell)))
        assert [type(node).__name__ for node in nodes if isinstance(node, refused)] == []


def test_only_mechanisms_are_defined() -> None:
    (path,) = (path for path in NOTEBOOKS if path.stem == DEFINES_FUNCTIONS)
    defined = [
        node.name
        for cell in code_of(path)
        for node in ast.walk(ast.parse(plain_python(cell)))
        if isinstance(node, ast.FunctionDef)
    ]
    assert defined == ["start", "update", "letters", "term"]


@each_notebook
def test_committed_as_it_ran(path: Path) -> None:
    cells = code_of(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert {output.output_type for output in outputs_of(cells)} <= {"display_data", "execute_result"}
    assert nbformat.read(path, 4).metadata.kernelspec.name == "python3"


@each_notebook
def test_light_and_without_paths_of_a_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    pictures_out = re.sub(r'"(image/png|value)": "[A-Za-z0-9+/=\\n]{200,}"', "", text)
    assert MACHINE_PATH.findall(pictures_out) == []
    assert len(text.encode()) < MOST_BYTES
