"""What a study may say: what is varied, over which ranges, how, and what is looked at."""

from __future__ import annotations

from typing import Any, Literal, get_args

from pydantic import Field

from experiments.factor import Factor, Value
from sim.clock import LONGEST_RUN_DAYS
from sim.codes import Floats
from sim.parameters import Name, Section, parameter

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


class StudyKeys(Section):
    """Keys of a study, each valid by itself; that they agree is for `Study` to check."""

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

    def values(self, shares: Floats) -> dict[str, Value]:
        """Value of each factor at a point of the unit cube, by dotted path."""
        pairs = zip(self.factors.items(), shares, strict=True)
        return {path: factor.value(float(share)) for (path, factor), share in pairs}
