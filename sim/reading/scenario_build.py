"""Tree → validated model, and a changed copy; for any pydantic model."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from sim.errors import ScenarioError
from sim.reading.disagreements import disagreements
from sim.reading.from_python import model_values, node_of
from sim.reading.overrides import override
from sim.reading.schema import model_schema
from sim.reading.section_defaults import with_defaults
from sim.reading.tree import PYTHON, Table, Tree, plain
from sim.reading.validation_faults import faults_of_kind, faults_of_validation

Model = TypeVar("Model", bound=BaseModel)


def build(tree: Tree, model: type[Model]) -> Model:
    """Validate a tree.

    Parameters
    ----------
    tree
        From `read_layers`, with or without overrides.
    model
        A pydantic model that declares ``_tree: Any = PrivateAttr(None)``.

    Returns
    -------
    Model
        The model, which keeps the tree for `change` and `origins`.

    Raises
    ------
    ScenarioError
        With every fault, each at its place.
    """
    schema = model_schema(model)
    root = with_defaults(schema, schema, tree.root)
    found = faults_of_kind(root, schema)
    data = plain(root)
    try:
        instance = model.model_validate(data)
    except ValidationError as error:
        found += faults_of_validation(error, root, schema)
        again = disagreements(error, data, model)
        found += faults_of_validation(again, root, schema) if again is not None else []
    if found:
        raise ScenarioError(dict.fromkeys(found))
    instance._tree = tree  # type: ignore[attr-defined]
    return instance


def change(scenario: Model, overrides: Mapping[str, object]) -> Model:
    """Build a copy with some values changed.

    Parameters
    ----------
    scenario
        A model made by `build`, or in Python.
    overrides
        Dotted path → value, as in `override`.

    Returns
    -------
    Model
        Validated again as a whole.

    Raises
    ------
    ScenarioError
        If a path leads nowhere or the changed scenario is not valid.
    """
    return build(override(tree_of(scenario), overrides, scenario), type(scenario))


def build_changed(tree: Tree, overrides: Mapping[str, object], model: type[Model]) -> Model:
    """Validate a tree with overrides, which may also mend it.

    Parameters
    ----------
    tree, model
        As in `build`.
    overrides
        Dotted path → value, as in `override`.

    Raises
    ------
    ScenarioError
        As `build` and `override` do.
    """
    if not overrides:
        return build(tree, model)
    try:
        before = build(tree, model)
    except ScenarioError:
        return build(override(tree, overrides), model)
    return change(before, overrides)


def tree_of(scenario: BaseModel) -> Tree:
    """Tree that a model was built from; for one made in Python, a tree of its values."""
    tree = getattr(scenario, "_tree", None)
    if isinstance(tree, Tree):
        return tree
    root = node_of(model_values(scenario), PYTHON)
    return Tree(root if isinstance(root, Table) else Table({}, {}, PYTHON))
