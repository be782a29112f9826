"""Whatever is wrong with a scenario is refused, with its place and what is allowed."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import OVERRIDE, ScenarioError
from sim.reading.tree import Tree
from sim.reading.yaml_tree import parse_yaml
from sim.scenario import Scenario
from sim.scenario_file import build
from tests.depth import examples
from tests.scenario_slips import KINDS, Slip, any_slip, dotted
from tests.scenario_trees import any_scenario
from tests.small import small_tree
from tests.test_any_scenario import read

NUMBERS = st.integers(0, 2**32 - 1)


def written(tree: dict[str, Any]) -> str:
    """A scenario as a file holds it: JSON is YAML, too."""
    return json.dumps(tree, indent=1)


def refused(text: str) -> ScenarioError:
    """Read a file that must be refused, and check that each fault can be shown."""
    with pytest.raises(ScenarioError) as caught:
        build(Tree(parse_yaml(text, "any.yaml")), Scenario)
    lines = text.split("\n")
    assert caught.value.faults
    for fault in caught.value.faults:
        assert fault.file == "any.yaml"
        assert 1 <= fault.line <= len(lines)
        assert 1 <= fault.column <= len(lines[fault.line - 1]) + 1
        assert len(fault.message) > 5
        assert str(fault).isprintable()
    return caught.value


def is_told(error: ScenarioError, slip: Slip) -> None:
    """Check that a fault stands at the slip, and says what is allowed."""
    where = dotted(slip.tree, slip.steps)
    numbered = ".".join(map(str, slip.steps))  # an item whose name is wrong goes by its number
    near = [fault for fault in error.faults if f"{fault.path}.".startswith((f"{where}.", f"{numbered}."))]
    assert near, f"{slip.kind} at {where}: {error}"
    said = " ".join(f"{fault.message} {fault.hint}" for fault in near)
    assert any(word in said for word in slip.words), f"{slip.kind} at {where}: {said}"


@examples(150)
@given(number=NUMBERS)
def test_any_slip_is_refused_at_its_place(number: int) -> None:
    luck = Random(number)
    slip = any_slip(luck, any_scenario(number))
    is_told(refused(written(slip.tree)), slip)


@examples(60)
@given(number=NUMBERS)
def test_any_slip_in_an_override_is_refused(number: int) -> None:
    luck, tree = Random(number), any_scenario(number)
    scenario = read(tree)
    slip = any_slip(luck, tree)
    while not slip.is_value:
        slip = any_slip(luck, tree)
    with pytest.raises(ScenarioError) as caught:
        scenario.with_({dotted(tree, slip.steps): slip.value})
    assert {fault.file for fault in caught.value.faults} <= {OVERRIDE, "any.yaml"}


@examples(40)
@given(number=NUMBERS, part=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_short_is_refused(number: int, part: float) -> None:
    text = written(any_scenario(number))
    refused(text[: max(1, int(part * len(text)))])


def test_every_kind_of_slip_is_made() -> None:
    made = {any_slip(Random(number), any_scenario(number)).kind for number in range(100)}
    assert len(made) == len(KINDS)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"start": "1500-01-01"}, "start: 1500-01-01 is outside 1700-01-01 to 2199-12-31"),
        ({"start": "9999-12-31"}, "start: 9999-12-31 is outside 1700-01-01 to 2199-12-31"),
        ({"claims.0.place": "delta"}, "claims.stock.place: unknown place 'delta'"),
        ({"claims.0.from": "2030-03-16"}, "claims.stock.from: 2030-03-16 is after to, 2030-03-15"),
        (
            {"grievance": {"real_wage": [{"date": "2030-02-01"}, {"date": "2030-01-01"}]}},
            "grievance.real_wage.1.date: periods must be in the order of their dates",
        ),
        (
            {"salary_plan": {"rank_multiple": {"nco": 50}}},
            "salary_plan.rank_multiple.nco: rank_multiple.nco is 50, allowed 0 to 20",
        ),
        ({"places.beta.tile": None}, "places.beta.tile: is missing, while others have one"),
        ({"places.beta.tile": [0, 1]}, "places.beta.tile: [0, 1] is the tile of alpha, too"),
        (
            {"branches.Guard": {}},
            "branches.Guard: is the key 'Guard', it must be text of the form ^[a-z0-9][a-z0-9-]*$, "
            "at most 60 characters",
        ),
    ],
)
def test_a_slip_that_once_went_unseen_is_told(changes: dict[str, Any], fault: str) -> None:
    tree = small_tree()
    for path, value in changes.items():
        *way, last = path.split(".")
        node: Any = tree
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node[step]
        node[last] = value
    assert fault in str(refused(written(tree)))
