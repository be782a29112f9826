"""How often the tests fail by chance alone: every statistical statement is counted, and the sum is small."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
PAGE = TESTS.parent / "docs" / "verification.md"

TOGETHER = 1e-3
"""Chance that the tests of a right model fail on some seeds of luck; those in use are fixed."""

STATEMENTS: dict[str, tuple[float, int]] = {
    "test_attribution": (7e-6, 1),
    "test_discovery": (1e-6, 16),
    "test_early_warning": (1e-6, 16),
    "test_graphs": (1e-6, 20),
    "test_luck": (1e-5, 5),
    "test_prim": (1e-6, 6),
    "test_recovery": (1e-6, 20),
    "test_scale_study": (1e-5, 1),
    "test_scatter": (1e-5, 41),
    "test_synthesis": (1e-6, 80),
    "test_theory": (1e-6, 100),
    "test_tipping_scans": (1e-6, 22),
}
"""Rate of false alarms of each statement of a file, and how many it makes at most."""

_SAYS_CHANCE = {"pvalue", "sf", "isf", "cdf", "corrcoef"}
_IN_WORDS = {"test_attribution"}
"""Files whose statement is one of standard errors."""
_NO_STATEMENT = {
    "test_false_alarms": "this file",
}


def files() -> list[Path]:
    return sorted(TESTS.glob("test_*.py"))


def speaks_of_chance(path: Path) -> bool:
    """Whether a test asks scipy for a probability, or states a rate of false alarms."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    asks = any(isinstance(node, ast.Attribute) and node.attr in _SAYS_CHANCE for node in ast.walk(tree))
    return asks or stated_rate(path) is not None


def stated_rate(path: Path) -> float | None:
    """Constant `FALSE_ALARM` of a file of tests."""
    found = re.search(r"^FALSE_ALARM = (\S+)", path.read_text(encoding="utf-8"), re.M)
    return None if found is None else float(found[1])


def test_every_file_that_makes_statistical_statements_is_counted() -> None:
    speaking = {path.stem for path in files() if speaks_of_chance(path)} - _NO_STATEMENT.keys()
    assert speaking | _IN_WORDS == STATEMENTS.keys(), "count them here and in docs/verification.md"


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_rates_are_those_that_the_files_state(path: Path) -> None:
    rate = stated_rate(path)
    if rate is not None:
        assert STATEMENTS.get(path.stem, (0.0, 0))[0] == rate


def test_all_together_fail_by_chance_less_than_once_in_a_thousand() -> None:
    assert all(rate <= 1e-5 for rate, _ in STATEMENTS.values())
    assert sum(rate * most for rate, most in STATEMENTS.values()) < TOGETHER


def test_the_page_of_verification_tells_the_rates() -> None:
    rows = re.findall(r"^\| `(test_\w+)\.py` \| (\S+) \| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.M)
    assert {name: (float(rate), int(most)) for name, rate, most in rows} == STATEMENTS
