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
from tests.armies import BUSY, ENDOGENOUS, Changes, digest, invented, run_world, world

ROOT = Path(__file__).resolve().parent.parent
SIM = ROOT / "sim"

# Every loop has something to do: many are asked, follow, collapse, are called up, deployed and killed.
ALL_LOOPS: Changes = {
    **BUSY,
    **ENDOGENOUS,
    "law.reference_hazard_per_week": 0.2,
    "outcomes.unit_collapse_share": 0.2,
    "events": [
        *BUSY["events"],
        {"name": "third", "date": "2030-01-16", "kind": "deployment", "share": 0.3},
    ],
}


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


def read_by(path: Path) -> set[Path]:
    """Files from which the loops of a file take anything, itself and those of loops that they call too."""
    found, waiting = set[Path](), [path]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += taken_from(one, SOURCES.get(one, []))
    return found


def taken_from(path: Path, loops: list[ast.FunctionDef]) -> list[Path]:
    """Files of sim from which the loops of a file take a name."""
    statements = [statement for loop in loops for statement in loop.body]
    named = {node.id for one in statements for node in ast.walk(one) if isinstance(node, ast.Name)}
    return [
        ROOT.joinpath(*str(node.module).split(".")).with_suffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and str(node.module).startswith("sim.")
        and named & {each.asname or each.name for each in node.names}
    ]


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

    for module in ("sim.luck", "sim.scatter"):
        assert Path(elsewhere._folder(module)).parent == Path(elsewhere.__file__ or "").parent / "__pycache__"
        assert Path(elsewhere._folder(module)).name == Path(compiled._folder(module) or "").name


def name_of(path: Path) -> str:
    """Name of the module of a file of sim."""
    return ".".join(("sim", *path.relative_to(SIM).with_suffix("").parts))


def digests_after(elsewhere: ModuleType, path: Path) -> dict[str, str]:
    """Digest of each file of loops once another file was changed; the change is taken back."""
    source = Path(elsewhere.__file__ or "").parent / path.relative_to(SIM)
    text = source.read_bytes()
    source.write_bytes(text + b"\n# changed\n")
    elsewhere._sources.cache_clear()
    found = {name_of(one): elsewhere._digest(name_of(one)) for one in SOURCES}
    source.write_bytes(text)
    elsewhere._sources.cache_clear()
    return found


@pytest.mark.parametrize("path", sorted(SOURCES), ids=lambda path: path.relative_to(SIM).as_posix())
def test_machine_code_is_that_of_the_sources(path: Path, elsewhere: ModuleType) -> None:
    before = elsewhere._digest(name_of(path))
    for read in read_by(path):
        assert digests_after(elsewhere, read)[name_of(path)] != before
    assert elsewhere._digest(name_of(path)) == before


@pytest.mark.parametrize("name", ["errors.py", "plots/bands.py"])
def test_other_sources_leave_it_as_it_is(name: str, elsewhere: ModuleType) -> None:
    before = {name_of(one): elsewhere._digest(name_of(one)) for one in SOURCES}
    assert digests_after(elsewhere, SIM / name) == before


def test_only_what_takes_from_a_file_is_compiled_anew(elsewhere: ModuleType) -> None:
    before = {name_of(one): elsewhere._digest(name_of(one)) for one in SOURCES}
    after = digests_after(elsewhere, SIM / "scatter.py")
    changed = {name for name in before if before[name] != after[name]}
    assert {"sim.scatter", "sim.watch"} <= changed
    assert "sim.luck" not in changed


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
    assert len(folders) == 4


def test_loops_are_compiled_where_nothing_can_be_kept(
    tmp_path: Path, elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(elsewhere, "_places", lambda: iter([tmp_path / "file", tmp_path / "file" / "below"]))
    monkeypatch.setattr(elsewhere, "_folder", elsewhere._folder.__wrapped__)
    assert elsewhere._folder("sim.luck") is None

    def doubled(number: int) -> int:
        return 2 * number

    loop = elsewhere.compiled(doubled)
    assert loop(21) == 42
    assert loop.nopython_signatures
