"""Study: what an analysis varies, over which ranges, how, and what it looks at; read from a YAML file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from pydantic import Field, PrivateAttr, ValidationError, model_validator

from experiments.factor import Factor, Value, faults_of_factor
from sim.clock import LONGEST_RUN_DAYS
from sim.codes import Floats
from sim.errors import OVERRIDE, Fault, Faults, ScenarioError, did_you_mean
from sim.parameters import Name, Section, parameter
from sim.reading.scenario_folder import is_path
from sim.reading.tree import Mark, Table, Tree
from sim.scenario import Scenario
from sim.scenario_file import load, load_as

Output = Literal[
    "attempts",
    "exits",
    "joined",
    "fled",
    "hiding",
    "caught",
    "killed",
    "reported",
    "evaded",
    "share_gone",
    "share_gone_out_group",
    "in_group_share_of_exits",
    "officers_left",
    "senior_and_generals_left",
    "generals_left",
    "family",
    "groups",
    "single_share",
    "largest_group",
    "peak_28_day_exits",
    "end_over_peak",
    "strength_nominal",
    "strength_deployable",
    "strength_loyal",
    "civilians_killed",
    "destruction",
    "control_day",
    "control_night",
    "fighters",
    "militia",
    "members",
    "members_left",
    "bases_abandoned",
    "paid_usd",
    "owed_usd",
    "arrears_usd",
]
"""Columns of the summary that are numbers and that a factor can move."""

OUTPUTS: tuple[str, ...] = get_args(Output)

COLLAPSE = "collapse"
"""Output that is 1 where a run's class of outcome is collapse, else 0."""

Daily = Literal[
    "attempts",
    "exits",
    "joined",
    "fled",
    "hiding",
    "caught",
    "killed",
    "planners",
    "serving",
    "deployable",
    "loyal",
    "belief",
    "surveillance_learned",
    "control_day",
    "control_night",
    "civilians_killed",
    "fighters",
    "militia",
    "morale",
    "aware",
    "paid_usd",
    "arrears_usd",
]
"""Columns of the daily table that can be looked at week by week."""

Method = Literal["morris", "sobol", "pawn", "delta"]

_FOLDER = Path(__file__).resolve().parent / "studies"


class Study(Section):
    """An analysis of sensitivity over some keys of a scenario."""

    name: Name
    title: str = ""
    description: str = ""
    scenario: str = Field(description="Name of a scenario, or its path from the study's folder.")
    overlays: tuple[str, ...] = Field((), description="Names or paths of overlays.")
    settings: dict[str, Any] = Field(
        default_factory=dict, alias="set", description="Dotted path to value, the same in all runs."
    )
    scale: float | None = Field(None, gt=0, le=20, description="Size of the army that is built.")
    days: int | None = Field(None, ge=1, le=LONGEST_RUN_DAYS, description="Length of the runs.")
    seed: int = parameter(1, 0, 900_000_000, "1", "Seed of the first block of runs, and of the design.")
    method: Method = Field("morris", description="What is told of each factor; see docs/sensitivity.md.")
    trajectories: int = parameter(10, 2, 10_000, "1", "Morris: trajectories; each gives one effect a factor.")
    levels: int = parameter(4, 2, 100, "1", "Morris: levels of each range, an even number.")
    size: int = parameter(
        64, 4, 262_144, "1", "Sobol: blocks of the design; PAWN, delta: points; a power of two."
    )
    second_order: bool = Field(False, description="Sobol: whether pairs of factors are looked at, too.")
    replicates: int = parameter(
        1, 1, 100, "1", "Runs of each point; above 1, indices on mean and spread over them."
    )
    factors: dict[str, Factor] = Field(min_length=1, description="What is varied, by dotted path.")
    outputs: tuple[Output | Literal["collapse"], ...] = Field(
        ("exits", "share_gone", "joined", "strength_deployable"),
        min_length=1,
        description="Columns of the summary that are looked at; collapse is 1 where the army collapsed.",
    )
    weekly: tuple[Daily, ...] = Field(
        (), description="Columns of the daily table that are looked at week by week."
    )

    _tree: Any = PrivateAttr(None)

    @property
    def blocks(self) -> int:
        """Blocks of the design: trajectories of Morris, else `size`."""
        return self.trajectories if self.method == "morris" else self.size

    @property
    def points(self) -> int:
        """Points of the design."""
        inputs = len(self.inputs)
        each = {"morris": inputs + 1, "sobol": inputs * (1 + self.second_order) + 2}
        return self.blocks * each.get(self.method, 1)

    @property
    def runs(self) -> int:
        """Number of runs."""
        return self.points * self.replicates

    @property
    def inputs(self) -> tuple[str, ...]:
        """What has indices, in order: groups, and the paths of the factors that are in none."""
        return tuple(dict.fromkeys(factor.group or path for path, factor in self.factors.items()))

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
        faults = list(_faults(self))
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

    def values(self, shares: Floats) -> dict[str, Value]:
        """Value of each factor at a point of the unit cube, by dotted path."""
        pairs = zip(self.factors.items(), shares, strict=True)
        return {path: factor.value(float(share)) for (path, factor), share in pairs}

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


def _faults(study: Study) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if study.levels % 2:
        yield ("levels",), f"must be even; it is {study.levels}"
    if study.size & (study.size - 1):
        below = 1 << (study.size.bit_length() - 1)
        yield ("size",), f"must be a power of two, such as {below} or {2 * below}; it is {study.size}"
    yield from _faults_of_method(study)
    for path, factor in study.factors.items():
        for fault in faults_of_factor(factor):
            yield ("factors", path), fault
        if path in study.settings:
            yield ("factors", path), "is held fixed under `set`, too"
        if factor.group in study.factors:
            yield ("factors", path), f"group '{factor.group}' has the name of a factor"
    for key in ("outputs", "weekly"):
        named = getattr(study, key)
        for number, output in enumerate(named):
            if output in named[:number]:
                yield (key, number), f"'{output}' is named twice"


def _faults_of_method(study: Study) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Keys that the method does not use, as they would mislead."""
    stated, method = study.model_fields_set, study.method
    for key, users in (
        ("trajectories", ("morris",)),
        ("levels", ("morris",)),
        ("size", ("sobol", "pawn", "delta")),
        ("second_order", ("sobol",)),
    ):
        if key in stated and method not in users:
            yield (key,), f"belongs to {' and '.join(users)}; the method is {method}"
    if method not in ("morris", "sobol"):
        for path, factor in study.factors.items():
            if factor.group:
                yield ("factors", path), f"has a group, which {method} cannot use"
    if (
        len(study.inputs) < 2
        and method in ("morris", "sobol")
        and any(factor.group for factor in study.factors.values())
    ):
        yield ("factors",), "are all in one group: at least two are needed"


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
