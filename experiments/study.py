"""Study: what an analysis varies, over which ranges, how, and what it looks at; read from a YAML file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import PrivateAttr, ValidationError, model_validator

from experiments.study_faults import faults_of_study
from experiments.study_keys import COLLAPSE, OUTPUTS, StudyKeys
from sim.errors import OVERRIDE, Fault, Faults, ScenarioError, did_you_mean
from sim.reading.scenario_folder import is_path
from sim.reading.tree import Mark, Table, Tree
from sim.scenario import Scenario
from sim.scenario_file import load, load_as

__all__ = ["COLLAPSE", "OUTPUTS", "Study", "load_study", "study_names"]

_FOLDER = Path(__file__).resolve().parent / "studies"


class Study(StudyKeys):
    """An analysis of sensitivity over some keys of a scenario."""

    _tree: Any = PrivateAttr(None)

    def sized(self, blocks: int) -> Study:
        """Return the same study with so many blocks.

        Raises
        ------
        ScenarioError
            If there cannot be so many.
        """
        key = "trajectories" if self.method == "morris" else "size"
        stated = {name: getattr(self, name) for name in self.model_fields_set}
        names = {"settings": "set"}
        try:
            made = Study.model_validate({names.get(k, k): v for k, v in {**stated, key: blocks}.items()})
        except ValidationError as error:
            raise ScenarioError([Fault(key, f"cannot be {blocks}: {_first(error)}")]) from None
        made._tree = self._tree
        return made

    @model_validator(mode="after")
    def _is_consistent(self) -> Study:
        faults = list(faults_of_study(self))
        if faults:
            raise Faults(faults)
        return self

    def resolve(self) -> Scenario:
        """Load the scenario, and try the ranges of all factors on it.

        Raises
        ------
        ScenarioError
            If the scenario cannot be loaded or a factor's range is not allowed there; at the place in the
            study that asks for it.
        """
        try:
            scenario = self._scenario()
        except ScenarioError as error:
            raise ScenarioError(self._placed(each, "scenario", "set") for each in error.faults) from None
        most = max(len(factor.values) for factor in self.factors.values())
        shares = [0.0, 1.0 / (self.levels - 1), 1.0, *((k + 0.5) / most for k in range(most))]
        faults: dict[Fault, None] = {}
        for share in shares:
            try:
                scenario.with_(self.values(np.full(len(self.factors), share)))
            except ScenarioError as error:
                faults |= dict.fromkeys(self._placed(each, "", "factors") for each in error.faults)
        if faults:
            raise ScenarioError(faults)
        return scenario

    def _scenario(self) -> Scenario:
        from experiments.asking import first_days

        overrides = {**self.settings, **({} if self.scale is None else {"army.scale": self.scale})}
        source, *overlays = (self._path(each) for each in (self.scenario, *self.overlays))
        scenario = load(source, overlays=overlays, overrides=overrides)
        return scenario if self.days is None else first_days(scenario, self.days)

    def _path(self, text: str) -> str | Path:
        """Name as it is; path from the folder of the study's file."""
        if not is_path(text) or not isinstance(self._tree, Tree):
            return text
        return Path(self._tree.root.mark.file).parent / text.replace("\\", "/")

    def _placed(self, fault: Fault, nowhere: str, table: str) -> Fault:
        """Fault of the scenario, at the place in the study that asked for it."""
        if fault.file and fault.file != OVERRIDE:
            return fault
        key = nowhere if not fault.file else next(self._keys(fault.path, table), table)
        path = ".".join(part for part in (table if fault.file else "", key) if part)
        mark = self._mark(table if fault.file else nowhere, key)
        message = fault.message if key in ("scenario", fault.path) else f"{fault.path} {fault.message}"
        return mark.fault(path, message, fault.hint)

    def _keys(self, path: str, table: str) -> Iterator[str]:
        """Keys of a table of the study that a path lies at, below or on the way to."""
        keys = self.factors if table == "factors" else self.settings
        return (key for key in keys if f"{key}.".startswith(f"{path}.") or path.startswith(f"{key}."))

    def _mark(self, table: str, key: str) -> Mark:
        """Place of a key of a table of the study's file."""
        if not isinstance(self._tree, Tree):
            return Mark("")
        root = self._tree.root
        within = root.entries.get(table)
        if isinstance(within, Table) and key in within.keys:
            return within.keys[key]
        return root.keys.get(table, root.mark)


def _first(error: ValidationError) -> str:
    """First thing that is wrong, in words."""
    found = error.errors(include_url=False)[0]
    cause = found.get("ctx", {}).get("error")
    return cause.problems[0][1] if isinstance(cause, Faults) else found["msg"].lower()


def study_names() -> dict[str, Path]:
    """Files of the shipped studies by name."""
    return {path.stem: path for path in sorted(_FOLDER.glob("*.yaml"))}


def load_study(source: str | Path) -> Study:
    """Read a study.

    Parameters
    ----------
    source : str or Path
        Name of a shipped study, or path of a YAML file.

    Returns
    -------
    Study

    Raises
    ------
    ScenarioError
        With every fault found.
    """
    if isinstance(source, str) and not is_path(source):
        names = study_names()
        if source not in names:
            hint = did_you_mean(source, names) or f"shipped: {', '.join(names) or 'none'}"
            message = f"there is no shipped study '{source}', a file's path ends in .yaml"
            raise ScenarioError([Fault("", message, hint=hint)])
        source = names[source]
    return load_as(Study, source)
