"""Study: what a screening varies, over which ranges, and what it looks at; read from a YAML file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from pydantic import Field, PrivateAttr, model_validator

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

_FOLDER = Path(__file__).resolve().parent / "studies"


class Factor(Section):
    """A key of the scenario that is varied."""

    low: float = Field(description="Lowest value.", json_schema_extra={"unit": "that of the key"})
    high: float = Field(description="Highest value.", json_schema_extra={"unit": "that of the key"})
    whole: bool = Field(False, description="Whether only whole numbers are meant, each as often.")
    why: str = Field("", description="Why this range.")

    def value(self, share: float) -> float | int:
        """Value at a share of the range.

        Parameters
        ----------
        share : float
            In [0, 1].

        Returns
        -------
        float, or int where `whole`
        """
        if not self.whole:
            return self.low + share * (self.high - self.low)
        count = round(self.high) - round(self.low) + 1
        return round(self.low) + min(int(share * count), count - 1)


class Study(Section):
    """A Morris screening over some keys of a scenario."""

    name: Name
    title: str = ""
    description: str = ""
    scenario: str = Field(description="Name of a scenario, or its path from the study's folder.")
    overlays: tuple[str, ...] = Field((), description="Names or paths of overlays.")
    settings: dict[str, Any] = Field(
        default_factory=dict, alias="set", description="Dotted path to value, the same in all runs."
    )
    scale: float | None = Field(None, gt=0, le=20, description="Size of the army that is built.")
    days: int | None = Field(None, ge=1, le=20_000, description="Length of the runs.")
    seed: int = parameter(1, 0, 1_000_000_000, "1", "Seed of the first trajectory, and of the design.")
    trajectories: int = parameter(10, 2, 10_000, "1", "Trajectories; each gives one effect a factor.")
    levels: int = parameter(4, 2, 100, "1", "Levels of each range: an even number.")
    factors: dict[str, Factor] = Field(min_length=1, description="What is varied, by dotted path.")
    outputs: tuple[Output, ...] = Field(
        ("exits", "share_gone", "joined", "strength_deployable"),
        min_length=1,
        description="Columns of the summary that are looked at.",
    )

    _tree: Any = PrivateAttr(None)

    @property
    def runs(self) -> int:
        """Number of runs: one more a trajectory than there are factors."""
        return self.trajectories * (len(self.factors) + 1)

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
        shares = np.array([0.0, 1.0 / (self.levels - 1), 1.0])
        faults: dict[Fault, None] = {}
        for share in shares:
            try:
                scenario.with_(self.values(np.full(len(self.factors), share)))
            except ScenarioError as error:
                faults |= dict.fromkeys(self._placed(each, "", "factors") for each in error.faults)
        if faults:
            raise ScenarioError(faults)
        return scenario

    def values(self, shares: Floats) -> dict[str, float | int]:
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
    for path, factor in study.factors.items():
        if factor.low >= factor.high:
            yield ("factors", path), f"low must be under high; they are {factor.low:g}, {factor.high:g}"
        if factor.whole and not (factor.low.is_integer() and factor.high.is_integer()):
            yield ("factors", path), "low and high must be whole numbers where whole is true"
        if path in study.settings:
            yield ("factors", path), "is held fixed under `set`, too"
    for number, output in enumerate(study.outputs):
        if output in study.outputs[:number]:
            yield ("outputs", number), f"'{output}' is named twice"


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
