"""The tool that makes mutants: what a term is, one mutant that is noticed and one that cannot be."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import mutants
from tests.mutant_table import NOT_TERMS, SURVIVORS, TESTS
from tests.mutants import Mutant, Verdict, changed, faults_of, mutants_of, page_of, terms_of

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "mutants.md"


def terms(source: str) -> list[str]:
    """Terms of a function, as they are written."""
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    return [ast.unparse(term) for _, term in terms_of(function)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return a + b - c", ["a", "b", "c"]),
        ("return a * (b + c)", ["a * (b + c)", "b", "c"]),
        ("return -a * math.exp(b / c)", ["-a * math.exp(b / c)", "b / c"]),
        ("return -a", ["-a"]),
        ("tally.add_by_company(a); tally.add_by_sect_and_company(b * c)", ["a", "b * c"]),
        ("x += a", ["a"]),
        ("x *= a + b", ["a", "b"]),
        ("x[i + 1] = a", []),
        ("n += 1", []),
        ("kept += a < b", []),
        ("seen &= a", []),
        ("return np.zeros(a * b)", []),
        ("return np.full(3, -1)", []),
        ("return found, -1, -np.inf", []),
        ("name = f'{a + b}'", []),
    ],
)
def test_terms_are_summands_and_products_that_stand_alone(body: str, expected: list[str]) -> None:
    assert terms(f"def f():\n    {body}") == expected


def test_a_mutant_is_another_function_of_the_same_name() -> None:
    module = "sim.mechanisms.morale"
    made = mutants_of(module)
    assert len({one.name for one in made}) == len(made)
    (one,) = (each for each in made if each.name == "mechanisms.morale.feel: exits [half]")
    source, mutant = (function.__code__ for function in (mutants.original(one), changed(one)))
    assert source.co_varnames == mutant.co_varnames
    assert source.co_freevars == mutant.co_freevars
    assert source.co_code != mutant.co_code


@pytest.mark.parametrize("module", TESTS)
def test_every_mutant_can_be_made(module: str) -> None:
    for one in mutants_of(module):
        assert changed(one).__code__.co_freevars == mutants.original(one).__code__.co_freevars


def test_every_mechanism_has_its_tests() -> None:
    inert = {"__init__", "order", "events"}  # no arithmetic
    modules = {path.stem for path in (ROOT / "sim" / "mechanisms").glob("*.py")} - inert
    assert modules == {name.rpartition(".")[2] for name in TESTS if name.startswith("sim.mechanisms.")}


def tried(names: Sequence[str]) -> dict[str, str]:
    """What became of some mutants of a mechanism, by name, in a process without compiled loops."""
    program = (
        "import json, sys\n"
        "from tests.mutants import trial_of\n"
        "found = trial_of(['sim.mechanisms.composition'], sys.argv[1:])\n"
        "print('found', json.dumps({one.mutant.name: one.by for one in found}))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, *names],
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found: dict[str, str] = json.loads(ended.stdout.rpartition("found ")[2])
    return found


def test_a_mutant_is_noticed_and_one_that_changes_nothing_is_not() -> None:
    # Men of a company by home are squared before anything is made of them: their sign is nothing.
    killed, equal = (
        "mechanisms.composition.of_companies: men [sign]",
        "mechanisms.composition._count: 1.0 (2) [sign]",
    )
    assert tried([killed, equal]) == {killed: "check", equal: ""}


def mutant(name: str) -> Mutant:
    function, _, rest = name.partition(":")
    term, _, change = rest.strip().rpartition(" [")
    return Mutant("sim.mechanisms.fear", function, (), term, change.rstrip("]"))


def test_too_many_survivors_and_survivors_without_a_reason_are_faults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = mutant("f: a [sign]"), mutant("f: b [sign]")
    monkeypatch.setattr(mutants, "SURVIVORS", {})
    found = faults_of([Verdict(first, ""), Verdict(second, "check")])
    assert found == [f"survives without a reason: {first.name}", "1 of 2 survive"]
    monkeypatch.setattr(mutants, "SURVIVORS", {second.name: "a reason", "gone": "a reason"})
    assert faults_of([Verdict(second, "check")]) == [
        f"is noticed by now: {second.name}",
        "there is no such mutant: gone",
    ]
    page = page_of([Verdict(first, ""), Verdict(second, "error")], 60.0)
    assert f"| `{first.name}` | **none** |" in page
    assert "| `sim.mechanisms.fear` | 2 | 0 | 1 | 0 | 1 |" in page


def test_the_page_tells_of_every_survivor_and_why() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, reason in SURVIVORS.items():
        assert f"| `{name}` | {reason} |" in page
    assert "**none**" not in page


def test_what_is_no_term_would_be_one_by_its_looks() -> None:
    looks = {
        f"{module.removeprefix('sim.')}.{name}: {ast.unparse(term)}"
        for module in TESTS
        for name, function in mutants.functions_of(mutants.tree_of(module))
        for _, term in terms_of(function)
    }
    assert looks >= NOT_TERMS
