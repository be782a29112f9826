"""Compiled loops give what plain Python gives, and machine code is kept no longer than it is true."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sim.pressure import log_hazard
from tests.armies import BUSY, Changes, digest, invented, run_world, world

ROOT = Path(__file__).resolve().parent.parent
SIM = ROOT / "sim"

# Every loop has something to do: many are asked, follow, collapse, are called up and are killed.
ALL_LOOPS: Changes = {**BUSY, "law.reference_hazard_per_week": 0.2, "outcomes.unit_collapse_share": 0.2}


def fingerprint() -> str:
    """Fingerprint of a run, of the hazards at its end and of luck that recurs."""
    one = world(invented(ALL_LOOPS), 3, 4)
    state, record = run_world(one)
    found = sha256(digest(record, one.army).encode())
    found.update(log_hazard(one, state, np.arange(one.army.size)).tobytes())
    found.update(one.luck.uniform("recurs", state.identity, 5).tobytes())
    return found.hexdigest()


def loops_of(path: Path) -> list[ast.FunctionDef]:
    """Compiled functions of a file."""
    return [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(one, ast.Name) and one.id == "compiled" for one in node.decorator_list)
    ]


SOURCES = {path: loops for path in sorted(SIM.rglob("*.py")) if (loops := loops_of(path))}

PLAIN_RUN = """
import sys
from pathlib import Path

from numba.core import config

from tests.test_compiled import SIM, fingerprint

assert config.DISABLE_JIT
called = set()


def note(frame, event, _):
    if event == "call":
        called.add(frame.f_code)


sys.setprofile(note)
print(fingerprint())
sys.setprofile(None)
for code in called:
    if Path(code.co_filename).is_relative_to(SIM):
        print(Path(code.co_filename).relative_to(SIM).as_posix(), code.co_name)
"""


def said_by(program: str, folder: Path = ROOT, **environment: str) -> list[str]:
    """Lines that a program prints in a process of its own; warnings are errors there."""
    command = [sys.executable, "-W", "error", "-c", program]
    run = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def test_compiled_loops_give_what_plain_python_gives() -> None:
    plain, *called = said_by(PLAIN_RUN, NUMBA_DISABLE_JIT="1")
    assert plain == fingerprint()
    # And there is no loop of which this says nothing.
    loops = {(path.relative_to(SIM).as_posix(), one.name) for path, found in SOURCES.items() for one in found}
    assert len(loops) > 20
    assert not loops - {tuple(line.split()) for line in called}


# Machine code, kept by the state of the sources.


def copied(folder: Path) -> ModuleType:
    """Import `sim.compiled` from a copy of the package that nobody else sees."""
    copy = folder / "sim"
    if not copy.exists():
        shutil.copytree(SIM, copy, ignore=shutil.ignore_patterns("__pycache__"))
    spec = importlib.util.spec_from_file_location("compiled_elsewhere", copy / "compiled.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_by_loops() -> set[Path]:
    """Files of sim that hold a loop, or from which a loop takes anything."""
    found = set(SOURCES)
    for path, loops in SOURCES.items():
        statements = [statement for loop in loops for statement in loop.body]
        named = {node.id for one in statements for node in ast.walk(one) if isinstance(node, ast.Name)}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and named & {each.asname or each.name for each in node.names}:
                parts = str(node.module).split(".")
                if parts[0] == "sim":
                    found.add(ROOT.joinpath(*parts).with_suffix(".py"))
    return found


@pytest.fixture(autouse=True)
def in_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep machine code where it is kept without a word from the user."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """`sim.compiled` of a copy of the package."""
    return copied(tmp_path_factory.mktemp("elsewhere"))


def test_a_copy_keeps_its_machine_code_apart(elsewhere: ModuleType) -> None:
    from sim import compiled

    assert Path(elsewhere._folder()).parent == Path(elsewhere.__file__ or "").parent / "__pycache__"
    assert Path(elsewhere._folder()).name == Path(compiled._folder() or "").name
    assert elsewhere._folder() == elsewhere._folder()


@pytest.mark.parametrize("path", sorted(read_by_loops()), ids=lambda path: path.relative_to(SIM).as_posix())
def test_machine_code_is_that_of_the_sources(path: Path, elsewhere: ModuleType) -> None:
    source = Path(elsewhere.__file__ or "").parent / path.relative_to(SIM)
    before, text = elsewhere._folder(), source.read_bytes()
    source.write_bytes(text + b"\n# changed\n")
    assert elsewhere._folder() != before
    source.write_bytes(text)
    assert elsewhere._folder() == before


@pytest.mark.parametrize("name", ["errors.py", "plots/bands.py"])
def test_other_sources_leave_it_as_it_is(name: str, elsewhere: ModuleType) -> None:
    source = Path(elsewhere.__file__ or "").parent / name
    before, text = elsewhere._folder(), source.read_bytes()
    source.write_bytes(text + b"\n# changed\n")
    assert elsewhere._folder() == before
    source.write_bytes(text)


CALLED = """
from sim.compiled import compiled


@compiled
def step(number):
    return number + {more}
"""
CALLING = """
from sim.compiled import compiled
from sim.called import step


@compiled
def twice(number):
    return step(step(number))
"""


def test_a_loop_that_is_called_from_another_file_may_change(tmp_path: Path) -> None:
    # Numba by itself would go on with the old one: the file of the loop that is asked for has not changed.
    package = tmp_path / "sim"
    package.mkdir()
    shutil.copy(SIM / "compiled.py", package)
    (package / "calling.py").write_text(CALLING, encoding="utf-8")
    for more in (1, 10):
        (package / "called.py").write_text(CALLED.format(more=more), encoding="utf-8")
        said = said_by("from sim.calling import twice; print(twice(1))", tmp_path, PYTHONPATH="")
        assert said == [str(1 + 2 * more)]
    folders = [path for path in (package / "__pycache__").glob("compiled-*") if any(path.rglob("*.nbi"))]
    assert len(folders) == 2


def test_loops_are_compiled_where_nothing_can_be_kept(
    tmp_path: Path, elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(elsewhere, "_places", lambda: iter([tmp_path / "file", tmp_path / "file" / "below"]))
    assert elsewhere._folder() is None
    monkeypatch.setattr(elsewhere, "_FOLDER", None)

    def doubled(number: int) -> int:
        return 2 * number

    loop = elsewhere.compiled(doubled)
    assert loop(21) == 42
    assert loop.nopython_signatures
