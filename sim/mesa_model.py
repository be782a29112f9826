"""The model for users of Mesa: a `mesa.Model` whose step is a day.

    import mesa
    from sim.mesa_model import LoyaltyModel

    model = LoyaltyModel("invented-army", seed=1)
    model.run_model()
    daily = model.datacollector.get_model_vars_dataframe()

    plan = {"scenario": "invented-army", "seed": [1, 2, 3], "salary_plan.usd_per_month": [0, 300]}
    rows = mesa.batch_run(LoyaltyModel, plan, data_collection_period=1)

It is the same run as `sim.run` gives, number by number. Two habits of Mesa 3.3 matter:

- `batch_run(iterations=3)` hands the same parameters to all three runs: with a `seed` among them they are
  one run three times. Name the seeds instead: ``"seed": [1, 2, 3]``. Without a seed each run takes a fresh
  one, which stands in the column `luck_seed`.
- A parameter that can be gone through is a list of values for the sweep. A `Scenario`, a dictionary or a list
  that is meant as one value needs brackets around it: ``"scenario": [scenario]``.

Importing this module imports Mesa, which sets the start method of multiprocessing to "spawn".
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
from mesa.agent import AgentSet

from sim.codes import Ints
from sim.engine import days
from sim.mechanisms.order import Mechanism
from sim.mesa_agents import Soldier, SoldierSet
from sim.record import DAILY_COLUMNS, Record
from sim.result import Result
from sim.results.daily_frame import totals_of
from sim.results.frames import Frames
from sim.scenario import Scenario
from sim.scenario_file import load
from sim.setting import world_of
from sim.soldier_columns import column
from sim.start import first_state
from sim.synthesis import build

REPORTED = ("date", "day", *DAILY_COLUMNS, "army_seed", "luck_seed")
"""Model reporters: the columns of `Result.daily`, and the seeds of the run."""


class DayCollector(mesa.DataCollector):  # type: ignore[misc]  # Mesa has no types
    """Mesa's collector, which numbers what it is told about soldiers by day, from 0.

    Mesa 3.3 numbers records of the model from 0 and those of agents from 1, so that `batch_run` would put
    beside the model's day the soldiers of the day before, and never give those of the last.
    """

    def collect(self, model: LoyaltyModel) -> None:
        """Collect at the end of a day."""
        super().collect(model)
        for records in (self._agent_records, self._agenttype_records):
            if model.steps in records:
                records[model.day] = _of_day(records.pop(model.steps), model.day)


def _of_day(records: Any, day: int) -> Any:
    """Records of agents with the day in place of Mesa's number of the step."""
    if isinstance(records, dict):
        return {kind: _of_day(each, day) for kind, each in records.items()}
    return [(day, *record[1:]) for record in records]


class LoyaltyModel(mesa.Model):  # type: ignore[misc]  # Mesa has no types
    """A scenario as a model of Mesa.

    Parameters
    ----------
    scenario : str, Path or Scenario
        Name of a shipped scenario, path of a file, or a scenario that was loaded.
    seed : int, optional
        Seed of luck, as in `sim.run`; a fresh one unless stated.
    army_seed : int, optional
        Seed of who is who; the same as `seed` unless stated.
    overlays : str, Path or sequence of them
        Levers and contrasts that are laid over a scenario named or given by its path.
    overrides : mapping, optional
        Dotted path to value, put in after the overlays.
    mechanisms : sequence of Mechanism
        Mechanisms of your own.
    agent_reporters : mapping, optional
        Name to attribute or function of a soldier, as in `mesa.DataCollector`: a line a soldier and day,
        which is much for a large army.
    **kwargs
        More overrides, by dotted path, put in last: what a sweep varies.

    Attributes
    ----------
    running : bool
        Whether there is a day left.
    steps : int
        Days done.
    datacollector : DayCollector
        A row a day with the columns `REPORTED`. Each is also an attribute: `model.exits` is today's.
    agents : SoldierSet
        All soldiers, whatever has become of them: regulars, then reservists.
    world, state : World, State
        What `sim` itself reads; not to be changed.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read, or an override does not fit.
    ValueError
        If overlays are to be laid over a scenario that was loaded, or a mechanism bears the name of another.
    """

    running: bool
    steps: int

    # Named kwargs: by this name Mesa's user interface sees that parameters of any name are taken.
    def __init__(
        self,
        scenario: str | Path | Scenario = "syria-2012",
        *,
        seed: int | None = None,
        army_seed: int | None = None,
        overlays: str | Path | Sequence[str | Path] = (),
        overrides: Mapping[str, Any] | None = None,
        mechanisms: Sequence[Mechanism] = (),
        agent_reporters: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.luck_seed = secrets.randbits(31) if seed is None else int(seed)
        self.army_seed = self.luck_seed if army_seed is None else int(army_seed)
        super().__init__(seed=self.luck_seed % 2**32)
        self.scenario = _scenario(scenario, overlays, {**(overrides or {}), **kwargs})
        self.mechanisms = tuple(mechanisms)
        self.world = world_of(self.scenario, build(self.scenario, self.army_seed), self.luck_seed)
        self.state = first_state(self.world)
        self._record = Record()
        self._days = days(self.world, self.mechanisms)
        self._today: dict[str, Any] = {}
        reporters = {name: name for name in REPORTED}
        self.datacollector = DayCollector(reporters, agent_reporters)

    @property
    def day(self) -> int:
        """Number of the last day done, -1 before the first."""
        return len(self._record.daily) - 1

    @property
    def date(self) -> pd.Timestamp:
        """Its date."""
        return pd.Timestamp(np.datetime64(self.scenario.start, "ns") + np.timedelta64(self.day, "D"))

    def __getattr__(self, name: str) -> Any:
        """Total of today, one of `DAILY_COLUMNS`; not there before the first day."""
        today = self.__dict__.get("_today", {})
        if name not in today:
            raise AttributeError(f"'{type(self).__name__}' has no attribute '{name}'")
        return today[name]

    def step(self) -> None:
        """Take a day; after the last there is nothing to do."""
        if not self.running:
            self.steps = self.day + 1
            return
        self.state = next(self._days)
        self._record.take(self.world, self.state)
        self._today = totals_of(self._record.daily[-1])
        self.running = self.day + 1 < self.scenario.days
        self.datacollector.collect(self)

    def result(self) -> Result:
        """Give the whole run, as `sim.run` does: frames, figures, cascades, files.

        Raises
        ------
        RuntimeError
            If there is a day left.
        """
        if self.running:
            raise RuntimeError("the run is not over: call run_model() first")
        return Result.of(Frames(self.world, self.state, self._record), self.mechanisms)

    @cached_property
    def _everyone(self) -> Ints:
        """All rows of the roster."""
        return np.arange(self.world.army.size)

    @property
    def agents(self) -> SoldierSet:
        """All soldiers."""
        return SoldierSet(self, self._everyone)

    @property
    def agent_types(self) -> list[type]:
        """Types of agents: soldiers only."""
        return [Soldier]

    @property
    def agents_by_type(self) -> dict[type, AgentSet]:
        """All soldiers, under their type."""
        return {Soldier: self.agents}

    def soldier_values(self, name: str, rows: Ints) -> Any:
        """Attribute of some soldiers, (n,); arguments and errors as in `sim.soldier_columns.column`."""
        return column(name, self.world, self.state, rows)

    def register_agent(self, agent: mesa.Agent) -> None:
        """Refuse: the agents of this model are its soldiers."""
        raise TypeError("the agents of this model are its soldiers: no others can be added")

    def remove_all_agents(self) -> None:
        """Refuse, as `register_agent` does."""
        raise TypeError("the agents of this model are its soldiers: they cannot be removed")


def _scenario(
    source: str | Path | Scenario, overlays: str | Path | Iterable[str | Path], overrides: Mapping[str, Any]
) -> Scenario:
    """Load a scenario, or change one that was loaded."""
    laid = [overlays] if isinstance(overlays, (str, Path)) else list(overlays)
    if not isinstance(source, Scenario):
        return load(source, overlays=laid, overrides=overrides)
    if laid:
        raise ValueError("overlays are laid over a name or a path: load the scenario with them")
    return source.with_(overrides) if overrides else source
