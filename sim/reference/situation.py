"""The situation: the army, the country and all that a day finds and leaves behind."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from typing import Any

import mesa

from sim.codes import Rank
from sim.reference.company import Battalion, Company, Post
from sim.reference.country import Faction, Haven, Place, Sect
from sim.reference.dates import day_number, latest
from sim.reference.luck import Luck
from sim.reference.roll import Roll
from sim.reference.scatter import Scatter
from sim.reference.soldier import Officer, Soldier
from sim.reference.today import Today
from sim.scenario import Scenario

WINDOW = 28
"""Days over which the regime looks at exits and deaths."""


@dataclass
class Watch:
    """What a trigger has seen."""

    held: int = 0
    """Days in a row on which the quantity was beyond its bound."""
    happens_on: int | None = None
    looked_at_from: int | None = 0
    """First day on which it is looked at; none: never again."""


class Situation(mesa.Model):  # type: ignore[misc]
    """Everything at hand on the first morning.

    Parameters
    ----------
    scenario : Scenario
    roll : Roll
        The army, who is who.
    luck_seed : int
    """

    def __init__(self, scenario: Scenario, roll: Roll, luck_seed: int) -> None:
        super().__init__(seed=luck_seed)
        self.scenario = scenario
        self.scale = scenario.army.scale
        self.luck = Luck(luck_seed)
        self.army_luck = Luck(roll.seed)
        self.scatter = Scatter(self.luck)
        self.day = 0
        self.today = Today(0)
        self.yesterday = Today(-1)
        self.morning: Any = None
        """Pressure of the day that was lived through last (`sim.reference.morning.Morning`)."""
        self._country(scenario)
        self._army(scenario, roll)
        self._stocks(scenario)

    # Set up.

    def _country(self, scenario: Scenario) -> None:
        self.sects = [
            Sect(
                name,
                number,
                sect.role,
                sect.initial_loyalty,
                sect.grievance_weight,
                sect.victim_weight,
                sect.fear_weight,
            )
            for number, (name, sect) in enumerate(scenario.sects.items())
        ]
        self.places = [
            Place(
                name,
                number,
                place.population,
                [place.sects.get(sect, 0.0) for sect in scenario.sects],
                [place.distance_km.get(haven) for haven in scenario.havens],
            )
            for number, (name, place) in enumerate(scenario.places.items())
        ]
        self.havens = [Haven(name, self.number_of(one.opens)) for name, one in scenario.havens.items()]
        self.factions = [
            Faction(name, number, self.number_of(one.starts), one.weight, one.upkeep_usd_per_month)
            for number, (name, one) in enumerate(scenario.factions.items())
        ]
        self.population = sum(place.population for place in self.places)
        for sect in self.sects:
            sect.people = sum(place.population * place.shares[sect.number] for place in self.places)

    def _army(self, scenario: Scenario, roll: Roll) -> None:
        self.regulars = roll.regulars
        battalions = 1 + max(unit.battalion for unit in roll.units)
        self.battalions = [Battalion(number) for number in range(battalions)]
        branches = list(scenario.branches)
        self.companies = [
            Company(
                number,
                self.battalions[unit.battalion],
                unit.brigade,
                unit.brigade_number,
                unit.formation,
                branches[unit.branch],
                self.places[unit.place],
                unit.deployed,
                unit.effect,
            )
            for number, unit in enumerate(roll.units)
        ]
        self.soldiers = [self._soldier(row, man) for row, man in enumerate(roll.men)]
        for soldier, ties in zip(self.soldiers, roll.ties, strict=True):
            soldier.ties = [self.soldiers[row] for row in ties]
        self.persons = {name: self.soldiers[row] for name, row in roll.persons.items()}
        for person in self.persons.values():
            person.bound = True
        self._companies()
        self._posts(roll)

    def _soldier(self, row: int, man: Any) -> Soldier:
        kind = Officer if man.rank >= Rank.JUNIOR else Soldier
        company = self.companies[man.unit]
        soldier = kind(self, row, man, company, self.sects[man.sect], self.places[man.home], self.luck)
        (company.reservists if man.reservist else company.regulars).append(soldier)
        return soldier

    def _companies(self) -> None:
        for company in self.companies:
            company.battalion.companies.append(company)
            company.battalion.regulars += len(company.regulars)
            company.men = len(company.regulars)
            company.officers = sum(man.is_officer for man in company.regulars)
            company.own_group_gone = [0.0 for _ in self.sects]
            company.regulars_by_sect = [0 for _ in self.sects]
            for man in company.regulars:
                company.regulars_by_sect[man.sect.number] += 1
                man.sect.regulars += 1

    def _posts(self, roll: Roll) -> None:
        self.posts = []
        for number, one in enumerate(roll.commands):
            companies = self.companies[one.first : one.last]
            commander = self.soldiers[one.commander] if one.commander >= 0 else None
            post = Post(number, one.level, companies, commander)
            if commander is not None:
                commander.post = post
            for company in companies:
                company.posts.append(post)
            self.posts.append(post)

    def _stocks(self, scenario: Scenario) -> None:
        ranks, sects, places = range(5), self.sects, self.places
        self.erosion = [[[0.0 for _ in places] for _ in sects] for _ in ranks]
        """Stock of grievance by rank, sect and home."""
        plan = scenario.salary_plan
        self.plan_acts = plan.on and plan.usd_per_month > 0
        self.paid_probability = plan.prior_paid if self.plan_acts else 0.0
        self.learned = scenario.surveillance.learned_at_start if scenario.surveillance.on else 0.0
        self.belief = self.territory_held = self.broadcast = 0.0
        self.morale = self.recent_exits = self.recent_losses = self.knowledge = 0.0
        self.owed_usd = self.paid_usd = self.arrears_usd = 0.0
        self.called_share = 0.0
        self.planners: list[Officer] = []
        """Those who plan, in the order in which they began."""
        self.happened: dict[str, int] = {}
        """Day on which each event happened last."""
        self.history: list[tuple[str, int]] = []
        """Events that happened, each with its day."""
        self.watches: dict[str, Watch] = {}
        self.recent: deque[tuple[int, int, int]] = deque(maxlen=WINDOW)
        """Escapes, escapes of seniors and generals, men killed, of the last days."""
        self.leave_cancelled_until = self.confined_until = -1.0
        self.wage_rises: list[tuple[float, float]] = []
        """Share and first day without it, of each rise in force."""
        self.blackouts: list[tuple[float, float, float]] = []
        """Cut, anger and first day without it, of each blackout in force."""
        self.heard = 1.0
        self.purges = 0
        self.summonses: list[tuple[int, int, float]] = []
        """Day, days and share of each summons."""
        self.moves: list[tuple[int, int, Place, bool, Place, bool]] = []
        """First day there, company, place and posture before and after."""
        self.observer: Any = None
        """Who looks at each day (`sim.reference.attribution`), or none."""
        self.loyal = 0
        """Strength that counted as loyal when it was last looked at."""

    def observe(self, morning: Any) -> None:
        """Look at the day when all have decided, where it was asked for; it changes nothing."""
        if self.observer is not None:
            self.observer.look(self, morning)

    # What is asked often.

    def number_of(self, date: Date) -> int:
        """Number of the day of a date."""
        return day_number(date, self.scenario.start)

    @property
    def date(self) -> Date:
        """Today's date."""
        return self.scenario.start + timedelta(days=self.day)

    @property
    def war_is_endogenous(self) -> bool:
        """Whether the war follows from the strengths of both sides."""
        return self.scenario.war.kind == "endogenous"

    @property
    def faction_exists(self) -> bool:
        """Whether a faction can be joined today."""
        return any(faction.starts <= self.day for faction in self.factions)

    @property
    def men(self) -> int:
        """Men serving or planning."""
        return sum(company.men for company in self.companies)

    @property
    def members(self) -> int:
        """Soldiers who are members of a faction."""
        return sum(sum(faction.members) for faction in self.factions)

    @property
    def unity(self) -> float:
        """Unity of the opposition today."""
        opposition = self.scenario.opposition
        row = latest(opposition.unity_by_date, lambda one: one.date, self.date)
        return opposition.unity if row is None else row.unity

    @property
    def known(self) -> float:
        """What defectors have told, 0 to 1."""
        return self.knowledge / (self.knowledge + self.scenario.knowledge.scale)

    @property
    def country_violence(self) -> float:
        """Civilians killed today in the country, per million."""
        return sum(place.civilians_killed for place in self.places) / self.population * 1e6
