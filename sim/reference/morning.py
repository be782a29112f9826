"""The morning: what each mechanism says today, and how it is added up (sections 7.11 to 7.13).

Nothing is worked out before somebody asks for it.
"""

from __future__ import annotations

from math import log

from sim.reference import (
    belief,
    casualties,
    command,
    family,
    fear,
    offers,
    opportunity,
    punishment,
    refuge,
    salary,
    surveillance,
)
from sim.reference.company import Battalion, Company
from sim.reference.country import Place, Sect
from sim.reference.situation import Situation
from sim.reference.soldier import Soldier

Profile = tuple[int, int, int, bool, bool]
"""Rank, sect, home, whether his family is outside, whether he is aware."""


class Morning:
    """Pressure of today, part by part.

    Parameters
    ----------
    situation : Situation
        After the stages of the morning.
    """

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.day = situation.day
        law = situation.scenario.law
        self.most = log(law.cap_per_day) if law.kind == "hazard" else float("inf")
        self.profiles: dict[Profile, float] = {}
        """What was asked for today, by profile."""
        self.cells: dict[tuple[int, int], float] = {}
        """The same, by company and sect."""
        self._stations: dict[tuple[int, bool], float] = {}
        self._battalions: dict[int, float] = {}
        self._leaks = surveillance.leaks(situation)
        self._mean_leak = sum(self._leaks) / len(self._leaks)

    def profile(self, man: Soldier) -> float:
        """What is said to men of his rank, sect, home, family and knowledge of the offer."""
        key = (man.rank, man.sect.number, man.home.number, man.family_outside, man.aware)
        if key not in self.profiles:
            self.profiles[key] = self._add_profile(man.rank, man.sect, man.home, *key[3:])
        return self.profiles[key]

    def susceptible(self, man: Soldier) -> float:
        """Grievance of his like, to be multiplied by his susceptibility."""
        if not self.situation.scenario.grievance.on:
            return 0.0
        return self.situation.erosion[man.rank][man.sect.number][man.home.number]

    def cell(self, man: Soldier) -> float:
        """What is said to men of his company and sect."""
        key = (man.company.number, man.sect.number)
        if key not in self.cells:
            self.cells[key] = self._add_cell(man.company, man.sect)
        return self.cells[key]

    def _add_profile(self, rank: int, sect: Sect, home: Place, outside: bool, aware: bool) -> float:
        situation, scenario = self.situation, self.situation.scenario
        total = 0.0
        if scenario.belief.on:
            total += belief.term(situation, rank)
        if aware:
            total += salary.term(situation, rank)
        if scenario.amnesty.on:
            total += offers.amnesty(situation, rank, sect.role)
        if scenario.promise.on:
            total += offers.promise(situation, rank, sect.role)
        if punishment.is_counted(situation):
            total += punishment.at_home(situation, sect, home)
        if scenario.family.on and not outside:
            total += family.term(situation, rank, home)
        if scenario.fear.on:
            total += fear.term(situation, sect)
        return total

    def _add_cell(self, company: Company, sect: Sect) -> float:
        scenario = self.situation.scenario
        of_company = command.term(self.situation, company) if scenario.command.on else 0.0
        own_group = company.own_group_gone[sect.number] if scenario.comrades.on else 0.0
        station = self._station(company.place, company.deployed)
        battalion = self._battalion(company.battalion)
        return (((company.effect + of_company) + station) + battalion) + own_group

    def _station(self, place: Place, deployed: bool) -> float:
        """What is said to men who stand at a place, deployed or in garrison."""
        key = (place.number, deployed)
        if key not in self._stations:
            situation, scenario = self.situation, self.situation.scenario
            total = 0.0
            if scenario.casualties.on:
                total += scenario.casualties.place_effect * casualties.rise(situation, place)
            if scenario.refuge.on:
                total += refuge.term(situation, place)
            if scenario.opportunity.on:
                total += opportunity.term(situation, place, deployed)
            self._stations[key] = total
        return self._stations[key]

    def _battalion(self, battalion: Battalion) -> float:
        """What is said to men of a battalion."""
        if battalion.number not in self._battalions:
            situation, scenario = self.situation, self.situation.scenario
            total = 0.0
            if scenario.casualties.on:
                total += scenario.casualties.battalion_effect * casualties.rise(situation, battalion)
            if scenario.surveillance.on:
                total += surveillance.term(situation, battalion, self._leaks, self._mean_leak)
            if punishment.is_counted(situation):
                total += punishment.deterrence(situation, battalion)
            self._battalions[battalion.number] = total
        return self._battalions[battalion.number]
