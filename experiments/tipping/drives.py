"""What a schedule drives: the hazard of everybody, or a table of dates of the scenario."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import numpy as np

from sim.mechanisms.exits import HazardLaw
from sim.mechanisms.order import Mechanism
from sim.state import State
from sim.terms import Term
from sim.world import World

if TYPE_CHECKING:
    from experiments.tipping.schedule import Schedule
    from sim.scenario import Scenario


class Drive(Protocol):
    """Applies a schedule to a scenario."""

    @property
    def title(self) -> str:
        """What is driven."""

    def applied(self, scenario: Scenario, schedule: Schedule) -> tuple[Scenario, tuple[Mechanism, ...]]:
        """Scenario and mechanisms to run."""


@dataclass(frozen=True)
class HazardMultiple:
    """Everybody's hazard of leaving is multiplied by the level: a term log(level), for all alike."""

    title: str = "multiple of everybody's hazard"

    def applied(self, scenario: Scenario, schedule: Schedule) -> tuple[Scenario, tuple[Mechanism, ...]]:
        """Add the term as a mechanism of its own.

        Raises
        ------
        ValueError
            If the scenario has the threshold law, which knows no hazard.
        """
        if not isinstance(scenario.law, HazardLaw):
            raise ValueError(f"{scenario.name} has the threshold law: nobody has a hazard to multiply")
        logs = [math.log(level) for level in schedule.by_day()]

        def term(world: World, state: State) -> Term:
            return Term(profile=np.full((1, 1, 1, 1, 1), logs[state.day]))

        return scenario, (Mechanism("driven", term=term),)


@dataclass(frozen=True)
class DatedKey:
    """A table of rows by date is replaced, each row holding until the next.

    Parameters
    ----------
    path : str
        Of the table, such as ``opposition.unity_by_date``.
    value : str
        Key of a row that takes the level, such as ``unity``.
    date : str
        Key of a row that takes the date.
    """

    path: str
    value: str
    date: str = "date"

    @property
    def title(self) -> str:
        """The key."""
        return f"{self.path}: {self.value}"

    def applied(self, scenario: Scenario, schedule: Schedule) -> tuple[Scenario, tuple[Mechanism, ...]]:
        """Write the table anew.

        Raises
        ------
        ScenarioError
            If a level or the table is not allowed.
        """
        rows = [
            {self.date: (scenario.start + timedelta(days=hold.first)).isoformat(), self.value: hold.level}
            for hold in schedule.holds()
        ]
        return scenario.with_({self.path: rows}), ()
