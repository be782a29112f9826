"""Any scenario that the schema allows is read and runs to its end, and its heads are conserved."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.reading.schema import branches
from sim.reading.tree import Tree
from sim.reading.yaml_tree import parse_yaml
from sim.record import DAILY_COLUMNS, Record
from sim.scenario import Scenario
from sim.scenario_file import build
from tests.armies import world
from tests.depth import examples
from tests.heads import go_through
from tests.scenario_trees import SCHEMA, scenario_trees

ONLY_IN_AN_ENDOGENOUS_WAR = ("destruction", "fighters", "militia")


def read(tree: dict[str, Any]) -> Scenario:
    """Read a scenario as from a file: JSON is YAML, too."""
    return build(Tree(parse_yaml(json.dumps(tree, indent=1), "any.yaml")), Scenario)


def is_finite(scenario: Scenario, record: Record) -> None:
    """Check that every total of every day is a number, and none negative that counts something."""
    table = dict(zip(DAILY_COLUMNS, np.array(record.daily).T, strict=True))
    for name, values in table.items():
        if name in ONLY_IN_AN_ENDOGENOUS_WAR and scenario.war.kind == "table":
            assert np.isnan(values).all(), name
            continue
        assert np.isfinite(values).all(), name
        assert name == "belief" or values.min() >= -1e-9, name
    for name in ("control_day", "control_night", "destruction", "unity", "paid_probability"):
        assert not table[name].max() > 1.0 + 1e-9, name


@examples(45)
@given(tree=scenario_trees(), seed=st.integers(0, 99))
def test_any_scenario_is_read_and_runs_to_its_end(tree: dict[str, Any], seed: int) -> None:
    scenario = read(tree)
    record = go_through(world(scenario, seed, seed))
    assert len(record.daily) == scenario.days
    is_finite(scenario, record)


# The generator itself.


def keys_of_schema(part: Any, path: str = "") -> Iterator[str]:
    """Every key that a file may hold, entries of tables as *, items of lists as []."""
    for branch in branches(SCHEMA, part):
        for name, below in branch.get("properties", {}).items():
            yield f"{path}.{name}"
            yield from keys_of_schema(below, f"{path}.{name}")
        tables = [*branch.get("patternProperties", {}).values(), branch.get("additionalProperties")]
        for below in tables:
            if isinstance(below, dict):
                yield from keys_of_schema(below, f"{path}.*")
        if isinstance(branch.get("items"), dict):
            yield from keys_of_schema(branch["items"], f"{path}[]")


def keys_of_tree(node: Any, known: set[str], path: str = "") -> Iterator[str]:
    """Keys that a file holds, written in the same way."""
    if isinstance(node, dict):
        for name, below in node.items():
            here = f"{path}.{name}" if f"{path}.{name}" in known else f"{path}.*"
            yield here
            yield from keys_of_tree(below, known, here)
    elif isinstance(node, list):
        for below in node:
            yield from keys_of_tree(below, known, f"{path}[]")


def test_the_generator_states_every_key_of_the_schema() -> None:
    known, seen = set(keys_of_schema(SCHEMA)), set[str]()

    @settings(max_examples=120, phases=[Phase.generate])
    @given(tree=scenario_trees())
    def look(tree: dict[str, Any]) -> None:
        seen.update(keys_of_tree(tree, known))

    look()
    assert known - seen == set()
