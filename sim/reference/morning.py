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


class Terms(dict[str, float]):
    """Log hazard by mechanism, in the order in which it is added."""


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
        return _sum(self.said_to_profile(rank, sect, home, outside, aware))

    def _add_cell(self, company: Company, sect: Sect) -> float:
        of_company = _sum(self.said_to_company(company))
        station = self._station(company.place, company.deployed)
        battalion = self._battalion(company.battalion)
        own_group = _sum(self.said_of_own_group(company, sect))
        return (((company.effect + of_company) + station) + battalion) + own_group

    def _station(self, place: Place, deployed: bool) -> float:
        key = (place.number, deployed)
        if key not in self._stations:
            self._stations[key] = _sum(self.said_to_station(place, deployed))
        return self._stations[key]

    def _battalion(self, battalion: Battalion) -> float:
        if battalion.number not in self._battalions:
            self._battalions[battalion.number] = _sum(self.said_to_battalion(battalion))
        return self._battalions[battalion.number]

    # What each mechanism says, in the order in which it is added.

    def said_to_profile(self, rank: int, sect: Sect, home: Place, outside: bool, aware: bool) -> Terms:
        """What is said to men of a rank, sect, home, family and knowledge of the offer."""
        situation, scenario, said = self.situation, self.situation.scenario, Terms()
        if scenario.belief.on:
            said["belief"] = belief.term(situation, rank)
        if aware:
            said["salary_plan"] = salary.term(situation, rank)
        if scenario.amnesty.on:
            said["amnesty"] = offers.amnesty(situation, rank, sect.role)
        if scenario.promise.on:
            said["promise"] = offers.promise(situation, rank, sect.role)
        if punishment.is_counted(situation):
            said["punishment"] = punishment.at_home(situation, sect, home)
        if scenario.family.on and not outside:
            said["family"] = family.term(situation, rank, home)
        if scenario.fear.on:
            said["fear"] = fear.term(situation, sect)
        return said

    def said_to_company(self, company: Company) -> Terms:
        """What is said to all men of a company."""
        scenario = self.situation.scenario
        return Terms(command=command.term(self.situation, company)) if scenario.command.on else Terms()

    def said_of_own_group(self, company: Company, sect: Sect) -> Terms:
        """What is said to men of a sect in a company."""
        on = self.situation.scenario.comrades.on
        return Terms(comrades=company.own_group_gone[sect.number]) if on else Terms()

    def said_to_station(self, place: Place, deployed: bool) -> Terms:
        """What is said to men who stand at a place, deployed or in garrison."""
        situation, scenario, said = self.situation, self.situation.scenario, Terms()
        if scenario.casualties.on:
            said["casualties"] = scenario.casualties.place_effect * casualties.rise(situation, place)
        if scenario.refuge.on:
            said["refuge"] = refuge.term(situation, place)
        if scenario.opportunity.on:
            said["opportunity"] = opportunity.term(situation, place, deployed)
        return said

    def said_to_battalion(self, battalion: Battalion) -> Terms:
        """What is said to men of a battalion."""
        situation, scenario, said = self.situation, self.situation.scenario, Terms()
        if scenario.casualties.on:
            said["casualties"] = scenario.casualties.battalion_effect * casualties.rise(situation, battalion)
        if scenario.surveillance.on:
            said["surveillance"] = surveillance.term(situation, battalion, self._leaks, self._mean_leak)
        if punishment.is_counted(situation):
            said["punishment"] = punishment.deterrence(situation, battalion)
        return said


def _sum(said: Terms) -> float:
    total = 0.0
    for value in said.values():
        total += value
    return total
