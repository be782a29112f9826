"""The reference model: the same army as plain Mesa agents, one day a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import mesa

from sim.army import Army
from sim.reference import day
from sim.reference.attribution import Attribution
from sim.reference.constants import first_morning
from sim.reference.daily import REPORTERS
from sim.reference.gauge import Counts, Gauge
from sim.reference.roll import Roll, roll_of
from sim.reference.situation import Situation
from sim.scenario import Scenario
from sim.synthesis import build

DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Line:
    """What befell a soldier, and when.

    `what` is `left`, `killed`, `reported`, `evaded` or `left faction`; the rest is of those who left.
    """

    day: int
    what: str
    row: int
    leader: int | None = None
    how: str | None = None
    fate: str | None = None
    aware: bool | None = None
    faction: int | None = None


class ReferenceModel(Situation):
    """The model as plain agents: slow, and readable as the story of one soldier.

    It is written from the page on the model alone and shares with the fast core the scenario and nothing
    else of the run, so that each can be checked by the other.

    Parameters
    ----------
    scenario : Scenario
    army : Army or Roll, optional
        Who is who; built from the scenario if it is not given.
    luck_seed : int
        Seed of all that befalls the soldiers.
    army_seed : int
        Seed of the army that is built if none is given.
    attribution : {"daily", "weekly"}, optional
        How often to take the expected exits apart (`observer.parts`); not at all if it is not given.

    Attributes
    ----------
    day : int
        Number of the day that the next step lives through.
    lines : list of Line
        What befell whom, in the order in which it happened.
    loyalty : list of (int, Counter)
        Each week: men who serve by rank, sect, home and bin of loyalty.
    datacollector : mesa.DataCollector
        Totals of each day.
    """

    def __init__(
        self,
        scenario: Scenario,
        army: Army | Roll | None = None,
        luck_seed: int = 1,
        army_seed: int = 1,
        attribution: Literal["daily", "weekly"] | None = None,
    ) -> None:
        if army is None:
            army = build(scenario, army_seed)
        super().__init__(scenario, army if isinstance(army, Roll) else roll_of(army), luck_seed)
        first_morning(self)
        self.observer = None if attribution is None else Attribution(attribution)
        self.gauge = Gauge(self)
        self.loyalty: list[tuple[int, Counts]] = []
        self.lines: list[Line] = []
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS)

    def step(self) -> None:
        """Live through a day; after the last day the model runs no more."""
        day.live_through(self)
        self._write_down()
        if self.day % DAYS_A_WEEK == 0:
            counts, self.loyal = self.gauge.look(self)
            self.loyalty.append((self.day, counts))
        self.datacollector.collect(self)
        self.day += 1
        self.running = self.day < self.scenario.days

    def run(self) -> ReferenceModel:
        """Live through all days that are left."""
        while self.running:
            self.step()
        return self

    def _write_down(self) -> None:
        """Write down what befell whom today."""
        today = self.today
        for one in today.attempts:
            man = one.man
            joined = self._faction_joined(man.row)
            self.lines.append(
                Line(
                    today.day,
                    "left",
                    man.row,
                    one.leader.row,
                    one.how.name.lower(),
                    man.fate.name.lower(),
                    man.aware,
                    joined,
                )
            )
        for what, men in (
            ("killed", today.killed),
            ("reported", today.reported),
            ("evaded", today.evaded),
            ("left faction", today.left_faction),
        ):
            self.lines += [Line(today.day, what, man.row) for man in men]

    def _faction_joined(self, row: int) -> int | None:
        """Faction that a man joined today."""
        return self.soldiers[row].faction
