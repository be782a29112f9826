"""Mutants: whether the quick tests of a mechanism hold each of its terms.

``make mutants`` (``python -m tests.mutants``) turns the sign of every term of every mechanism, and makes it
half as large again, one at a time, and runs the tests of that mechanism until one fails. What no test notices
survives. At most one mutant in twenty may, each with a reason in `tests/mutant_table.py`.

A *term* is a summand of a sum, on whatever level of brackets, a product or quotient that stands alone, what
is added to or multiplied into a variable (``+=``, ``*=``), and each table that is handed to the tally.
Whole numbers that count or point somewhere are none (`_counts`).

The tests are collected once, in a process without compiled loops (``NUMBA_DISABLE_JIT=1`` gives the same
bytes). Each mutant is a fork of it in which the code of one function is replaced, so that whoever has taken
the function over by name runs the mutant, too. It needs a system that can fork.
"""

from __future__ import annotations
import __future__

import argparse
import ast
import gc
import importlib
import os
import pickle
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from experiments.showing.tables import markdown
from tests.mutant_table import NOT_TERMS, ONLY, SURVIVORS, TESTS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "mutants.md"
PROCESSES = 2
SECONDS = 60
"""Longest that the tests of one mutant may take; a mutant that never ends is noticed."""

MOST_SURVIVORS = 0.05
_UNCOMPILED = {**os.environ, "NUMBA_DISABLE_JIT": "1"}

CHANGES: dict[str, Callable[[ast.expr], ast.expr]] = {
    "sign": lambda term: ast.UnaryOp(ast.USub(), term),
    "half": lambda term: ast.BinOp(term, ast.Mult(), ast.Constant(1.5)),
}
"""How a term is changed: its sign is turned, or half of it is added."""

_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
_SHAPES = {"range", "empty", "zeros", "ones", "full", "arange", "repeat", "broadcast_to", "reshape", "append"}
"""Functions whose arguments count or point somewhere."""


@dataclass(frozen=True)
class Mutant:
    """One term of one function, changed in one way.

    Parameters
    ----------
    module : str
    function : str
        Name within the module, with its class if it has one.
    path : tuple
        Where the term stands in the tree of the function: names of fields and places in lists.
    term : str
        The term as it is written, with a number if the function has others that read the same.
    change : str
        One of `CHANGES`.
    """

    module: str
    function: str
    path: tuple[str | int, ...]
    term: str
    change: str

    @property
    def name(self) -> str:
        """Words that stay the same while lines move."""
        return f"{self.module.removeprefix('sim.')}.{self.function}: {self.term} [{self.change}]"


def functions_of(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions and methods of a module, by name."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    yield f"{node.name}.{method.name}", method


@lru_cache
def tree_of(module: str) -> ast.Module:
    """Tree of a module's source."""
    return ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))


def mutants_of(module: str) -> list[Mutant]:
    """All mutants of a module."""
    found = []
    for name, function in functions_of(tree_of(module)):
        if module in ONLY and name not in ONLY[module]:
            continue
        seen = Counter[str]()
        for path, term in terms_of(function):
            words = ast.unparse(term)
            seen[words] += 1
            again = f" ({seen[words]})" if seen[words] > 1 else ""
            mutants = [Mutant(module, name, path, words + again, change) for change in CHANGES]
            found += [one for one in mutants if one.name.rpartition(" [")[0] not in NOT_TERMS]
    return found


def terms_of(function: ast.FunctionDef) -> Iterator[tuple[tuple[str | int, ...], ast.expr]]:
    """Terms of a function, with where they stand in it."""
    for place, statement in enumerate(function.body):
        yield from _terms_in(statement, ("body", place), None)


def _terms_in(
    node: ast.AST, path: tuple[str | int, ...], above: ast.AST | None
) -> Iterator[tuple[tuple[str | int, ...], ast.expr]]:
    if _counts(node, above):
        return
    if isinstance(node, ast.expr) and _is_term(node, above):
        yield path, node
    for name, child in ast.iter_fields(node):
        if isinstance(child, ast.AST):
            yield from _terms_in(child, (*path, name), node)
        elif isinstance(child, list):
            for place, each in enumerate(child):
                if isinstance(each, ast.AST):
                    yield from _terms_in(each, (*path, name, place), node)


def _is_term(node: ast.expr, above: ast.AST | None) -> bool:
    """Whether an expression is a term, by what stands around it."""
    if isinstance(above, ast.AugAssign):
        return node is above.value and not _is_sum(node)
    if isinstance(above, ast.BinOp) and _is_sum(above):
        return not _is_sum(node)
    if isinstance(above, ast.Call) and getattr(above.func, "attr", "") in _ADD_A_TABLE:
        return node is not above.func and not _is_sum(node)
    if isinstance(above, ast.UnaryOp) and isinstance(above.op, ast.USub):
        return False
    if isinstance(node, ast.UnaryOp):
        # A code such as -1, and -infinity, which no factor changes, are none.
        is_code = isinstance(node.operand, ast.Constant) or ast.unparse(node.operand) == "np.inf"
        return isinstance(node.op, ast.USub) and not is_code and not isinstance(above, ast.BinOp)
    alone = not (isinstance(above, ast.BinOp) and isinstance(above.op, _ARITHMETIC))
    return alone and isinstance(node, ast.BinOp) and isinstance(node.op, _ARITHMETIC) and not _is_sum(node)


_ADD_A_TABLE = ("add_by_company", "add_by_sect_and_company")


def _is_sum(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)


def _counts(node: ast.AST, above: ast.AST | None) -> bool:
    """Whether what stands here counts or points somewhere, or is no number at all."""
    if isinstance(above, ast.Subscript) and node is above.slice:
        return True
    if isinstance(node, ast.keyword) and node.arg in ("minlength", "axis"):
        return True
    if isinstance(above, ast.Call) and node is not above.func:
        called = above.func
        name = getattr(called, "attr", getattr(called, "id", ""))
        return name in _SHAPES and not isinstance(node, ast.keyword)
    if isinstance(node, ast.AugAssign):
        is_whole = isinstance(node.value, ast.Constant) and isinstance(node.value.value, int)
        return (
            is_whole
            or not isinstance(node.op, _ARITHMETIC)
            or isinstance(node.value, ast.Compare | ast.List | ast.IfExp)
        )
    if isinstance(node, ast.BinOp):
        texts = [each for each in ast.walk(node) if isinstance(each, ast.JoinedStr | ast.List | ast.Tuple)]
        return bool(texts) and _is_sum(node)
    return isinstance(node, ast.arg | ast.JoinedStr | ast.Raise | ast.Assert)


def changed(mutant: Mutant) -> FunctionType:
    """Compile the function of a mutant, as it stands in its module."""
    function = deepcopy(dict(functions_of(tree_of(mutant.module)))[mutant.function])
    *way, last = mutant.path
    place: Any = function
    for step in way:
        place = place[step] if isinstance(step, int) else getattr(place, step)
    term = place[last] if isinstance(last, int) else getattr(place, last)
    new = CHANGES[mutant.change](term)
    if isinstance(last, int):
        place[last] = new
    else:
        setattr(place, last, new)
    function.decorator_list = []
    alone = ast.fix_missing_locations(ast.Module([function], []))
    code = compile(alone, f"<{mutant.name}>", "exec", __future__.annotations.compiler_flag, True)
    scope = dict(vars(importlib.import_module(mutant.module)))
    exec(code, scope)
    found: FunctionType = scope[function.name]
    return found


def original(mutant: Mutant) -> FunctionType:
    """The function of the model that a mutant takes the place of, below what decorates it."""
    found: Any = importlib.import_module(mutant.module)
    for name in mutant.function.split("."):
        found = vars(found)[name]
    found = getattr(found, "fget", None) or getattr(found, "func", None) or found
    found = getattr(found, "__func__", found)
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    return found


def put_in(mutant: Mutant) -> None:
    """Let the model run a mutant from now on."""
    original(mutant).__code__ = changed(mutant).__code__


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    Parameters
    ----------
    mutant : Mutant
    by : str
        "check" if a test found a wrong value, "error" if something failed otherwise, "time" if it did not
        end; empty if it survived.
    """

    mutant: Mutant
    by: str


_SURVIVED, _CHECK, _ERROR, _NOT_MADE = range(4)
_BY = {_SURVIVED: "", _CHECK: "check", _ERROR: "error"}


def run_tests(items: Sequence[pytest.Item]) -> int:
    """Run collected tests until one fails: whether one does, and whether by a check."""
    for place, item in enumerate(items):
        following = items[place + 1] if place + 1 < len(items) else None
        for report in runtestprotocol(item, log=False, nextitem=following):
            if report.failed:
                crash = getattr(report.longrepr, "reprcrash", None)
                is_check = crash is not None and crash.message.startswith(
                    ("assert", "AssertionError", "Failed")
                )
                return _CHECK if is_check else _ERROR
    return _SURVIVED


def in_a_fork(mutant: Mutant, items: Sequence[pytest.Item]) -> int:
    """Start the tests of a mutant in a process of its own; its number."""
    process = os.fork()
    if process:
        return process
    ending = _NOT_MADE
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        signal.alarm(SECONDS)
        put_in(mutant)
        ending = run_tests(items)
    finally:
        os._exit(ending)


Task = tuple[Mutant, Sequence[pytest.Item]]


def try_all(tasks: Sequence[Task], told: Callable[[Verdict], None], processes: int = PROCESSES) -> None:
    """Try mutants, some at a time."""
    waiting, running = list(reversed(tasks)), dict[int, Mutant]()
    while waiting or running:
        while waiting and len(running) < processes:
            mutant, items = waiting.pop()
            running[in_a_fork(mutant, items)] = mutant
        process, status = os.wait()
        mutant = running.pop(process)
        if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) == _NOT_MADE:
            raise RuntimeError(f"{mutant.name}: cannot be made")
        told(Verdict(mutant, "time" if os.WIFSIGNALED(status) else _BY[os.WEXITSTATUS(status)]))


def chosen(items: Sequence[pytest.Item], names: Sequence[str]) -> list[pytest.Item]:
    """Tests whose file and name begin as one of some names do, such as ``test_war::test_a_day``."""
    found = []
    for name in names:
        file, _, begin = name.partition("::")
        fits = [one for one in items if one.path.stem == file and one.name.startswith(begin)]
        if not fits:
            raise ValueError(f"no test is called {name}: mend tests/mutant_table.py")
        found += [one for one in fits if one not in found]
    return found


class Trial:
    """A plugin of pytest that tries mutants on the tests that it has collected."""

    def __init__(self, modules: Sequence[str], texts: Sequence[str], processes: int) -> None:
        self.modules, self.texts, self.processes = modules, texts, processes
        self.verdicts = list[Verdict]()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all mutants instead of running the tests."""
        items = {module: chosen(session.items, TESTS[module]) for module in self.modules}
        every = list({item.nodeid: item for these in items.values() for item in these}.values())
        reaches = {item.nodeid: reach for item, reach in zip(every, reach_of(every), strict=True)}
        tasks = [
            (mutant, reaching(mutant, items[module], reaches))
            for module in self.modules
            for mutant in mutants_of(module)
            if any(text in mutant.name for text in self.texts)
        ]
        print(f"{len(every)} tests, {len(tasks)} mutants", flush=True)
        session.config.option.tbstyle = "native"  # nobody reads how a mutant fails
        gc.freeze()  # a fork's collector then leaves the memory alone that it shares with its parent
        try_all(tasks, self.tell, self.processes)
        return True

    def tell(self, verdict: Verdict) -> None:
        """Keep a verdict, and tell of a survivor at once."""
        self.verdicts.append(verdict)
        if not verdict.by:
            print(f"survived: {verdict.mutant.name}", flush=True)


@dataclass(frozen=True)
class Reach:
    """What a test runs of the model as it is.

    Parameters
    ----------
    seconds : float
        How long it takes.
    functions : frozenset
        File and name of each function of the model.
    """

    seconds: float
    functions: frozenset[tuple[str, str]]


def reach_of(items: Sequence[pytest.Item]) -> list[Reach]:
    """Run tests on the model as it is, in a fork, and write down what each reaches.

    Raises
    ------
    RuntimeError
        If one fails.
    """
    into, out_of = os.pipe()
    process = os.fork()
    if not process:
        with os.fdopen(out_of, "wb") as pipe:
            pickle.dump([_reach(item) for item in items], pipe)
        os._exit(0)
    os.close(out_of)
    with os.fdopen(into, "rb") as pipe:
        found: list[Reach | None] = pickle.load(pipe)
    os.waitpid(process, 0)
    failed = [item.name for item, reach in zip(items, found, strict=True) if reach is None]
    if failed:
        raise RuntimeError(f"tests fail without any mutant: {', '.join(failed)}")
    return [reach for reach in found if reach is not None]


def _reach(item: pytest.Item) -> Reach | None:
    seen, model = set[tuple[str, str]](), str(ROOT / "sim")

    def note(frame: Any, kind: str, _: object) -> None:
        if kind == "call" and frame.f_code.co_filename.startswith(model):
            seen.add((frame.f_code.co_filename, frame.f_code.co_qualname))

    begun = time.monotonic()
    sys.setprofile(note)
    ending = run_tests([item])
    sys.setprofile(None)
    return None if ending else Reach(time.monotonic() - begun, frozenset(seen))


def reaching(mutant: Mutant, items: Sequence[pytest.Item], reaches: Mapping[str, Reach]) -> list[pytest.Item]:
    """Tests that run the function of a mutant, the quickest first."""
    code = original(mutant).__code__
    there = (code.co_filename, code.co_qualname)
    fits = [item for item in items if there in reaches[item.nodeid].functions]
    return sorted(fits, key=lambda item: reaches[item.nodeid].seconds)


def files_of(modules: Sequence[str]) -> list[str]:
    """Files that hold the tests of some modules."""
    stems = dict.fromkeys(name.partition("::")[0] for module in modules for name in TESTS[module])
    return [str(ROOT / "tests" / f"{stem}.py") for stem in stems]


def trial_of(
    modules: Sequence[str], texts: Sequence[str] = ("",), processes: int = PROCESSES
) -> list[Verdict]:
    """Try the mutants of some modules, those whose names hold one of some texts."""
    trial = Trial(modules, texts, processes)
    options = [
        "-p",
        "no:cacheprovider",
        "-p",
        "no:terminal",
        "--capture=no",
        "--rootdir",
        str(ROOT),
    ]
    ended = pytest.main([*options, *files_of(modules)], plugins=[trial])
    if ended not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise RuntimeError(f"the tests could not be collected: {ended!r}")
    return trial.verdicts


def page_of(verdicts: Sequence[Verdict], seconds: float) -> str:
    """Page that tells what became of all mutants."""
    survivors = [one.mutant.name for one in verdicts if not one.by]
    share, modules = len(survivors) / len(verdicts), dict.fromkeys(one.mutant.module for one in verdicts)
    parts = [
        "# Mutants",
        "Made by `make mutants`; do not edit. What a mutant is, how it is tried and which tests hold which "
        "mechanism: [verification.md](verification.md).",
        f"{len(verdicts)} mutants, of which {len(survivors)} survive ({100 * share:.1f} %), "
        f"in {seconds / 60:.0f} minutes on the machine at hand.",
        "*Check*: a test found a wrong value. *Error*: the model or a test failed otherwise, such as by a "
        "logarithm of a negative number. *Time*: it did not end.",
        markdown([_row_of(module, verdicts) for module in modules]),
        "## Survivors",
        markdown(
            [{"mutant": f"`{name}`", "reason": SURVIVORS.get(name, "**none**")} for name in survivors]
            or [{"mutant": "none", "reason": ""}]
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _row_of(module: str, verdicts: Sequence[Verdict]) -> dict[str, str]:
    these = [one.by for one in verdicts if one.mutant.module == module]
    kinds = {"check": "check", "error": "error", "time": "time", "survived": ""}
    return {
        "module": f"`{module}`",
        "mutants": str(len(these)),
        **{kind: str(these.count(by)) for kind, by in kinds.items()},
    }


def faults_of(verdicts: Sequence[Verdict]) -> list[str]:
    """What is not as it must be: too many survivors, one without a reason, a reason without a survivor."""
    survivors = [one.mutant.name for one in verdicts if not one.by]
    killed = [one.mutant.name for one in verdicts if one.by]
    made = {*survivors, *killed}
    faults = [f"survives without a reason: {name}" for name in survivors if name not in SURVIVORS]
    faults += [f"is noticed by now: {name}" for name in killed if name in SURVIVORS and name not in survivors]
    faults += [f"there is no such mutant: {name}" for name in SURVIVORS if name not in made]
    if len(survivors) > MOST_SURVIVORS * len(verdicts):
        faults.append(f"{len(survivors)} of {len(verdicts)} survive")
    return faults


def main() -> None:
    """Try all mutants, write the page, and fail if too many survive or one without a reason."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", help="modules to try, such as sim.mechanisms.fear; else all")
    parser.add_argument("--only", default="", help="try those only whose name holds this text")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="mutants at a time")
    asked = parser.parse_args()
    begun = time.monotonic()
    verdicts = trial_of(asked.modules or list(TESTS), (asked.only,), asked.processes)
    seconds = time.monotonic() - begun
    survivors = [one.mutant.name for one in verdicts if not one.by]
    print(f"{len(verdicts)} mutants, {len(survivors)} survived, {seconds:.0f} s")
    if asked.modules or asked.only:
        return
    PAGE.write_text(page_of(verdicts, seconds), encoding="utf-8")
    if faults := faults_of(verdicts):
        raise SystemExit("\n".join(faults))


if __name__ == "__main__":
    if os.environ.get("NUMBA_DISABLE_JIT") != "1":
        os.execve(sys.executable, [sys.executable, "-m", "tests.mutants", *sys.argv[1:]], _UNCOMPILED)
    main()
