"""Scenario files: the way in.

`load` reads a scenario by name or path, with what it extends, overlays and overrides; `origins`
says where each value comes from; `dump` writes a scenario out; `schema` helps editors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import OVERRIDE, Fault, ScenarioError
from sim.reading.layers import read_layers
from sim.reading.origins import Origin, origins
from sim.reading.scenario_build import Model, build, build_changed, change
from sim.reading.scenario_folder import scenario_folder, scenario_names
from sim.reading.scenario_text import dump
from sim.reading.schema import schema
from sim.reading.tree import plain
from sim.reading.yaml_tree import parse_yaml

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = [
    "Origin",
    "build",
    "change",
    "dump",
    "load",
    "load_as",
    "origins",
    "parse_override",
    "read_layers",
    "scenario_folder",
    "scenario_names",
    "schema",
]


def load(
    source: str | Path,
    *,
    overlays: Iterable[str | Path] = (),
    overrides: Mapping[str, object] | None = None,
) -> Scenario:
    """Load a scenario.

    Parameters
    ----------
    source
        Name of a shipped scenario, such as ``"syria-2012"``, or path of a YAML file.
    overlays
        Names or paths of levers and contrasts, laid over it in this order.
    overrides
        Dotted path → value, put in last.

    Returns
    -------
    Scenario
        Validated.

    Raises
    ------
    ScenarioError
        With every fault found, one line each: ``file:line:column: path: what is wrong``.
    """
    from sim.scenario import Scenario

    return load_as(Scenario, source, overlays=overlays, overrides=overrides)


def load_as(
    model: type[Model],
    source: str | Path,
    *,
    overlays: Iterable[str | Path] = (),
    overrides: Mapping[str, object] | None = None,
) -> Model:
    """Load a file as any pydantic model; the rest is as in `load`.

    Parameters
    ----------
    model
        A pydantic model that declares ``_tree: Any = PrivateAttr(None)``.
    source, overlays, overrides
        As in `load`.

    Raises
    ------
    ScenarioError
        As in `load`.
    """
    return build_changed(read_layers(source, overlays), overrides or {}, model)


def parse_override(text: str) -> tuple[str, object]:
    """Path and value of an override from the command line.

    Parameters
    ----------
    text
        ``path=value``, with the value in YAML.

    Raises
    ------
    ScenarioError
        If there is no ``=``, or the value is not YAML.

    Examples
    --------
    >>> parse_override("salary_plan.usd_per_month=300")
    ('salary_plan.usd_per_month', 300)
    >>> parse_override("sects.kurd={remove: true}")
    ('sects.kurd', {'remove': True})
    """
    path, separator, value = text.partition("=")
    path = path.strip()
    if not separator or not path:
        raise ScenarioError([Fault(path, "must be written path=value", OVERRIDE)])
    if not value.strip():
        return path, None
    try:
        return path, plain(parse_yaml(value, OVERRIDE))
    except ScenarioError as error:
        messages = [fault.message for fault in error.faults]
        raise ScenarioError([Fault(path, each, OVERRIDE) for each in messages]) from None
