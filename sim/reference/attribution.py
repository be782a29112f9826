"""What drove the expected exits: each mechanism's part, against the first morning without levers (7.28)."""

from __future__ import annotations

from collections import Counter
from math import exp, expm1, inf

from sim.codes import Fate
from sim.reference.morning import Morning
from sim.reference.own import anger, loss, tenure
from sim.reference.situation import Situation
from sim.reference.soldier import Soldier

LEVERS = ("salary_plan", "amnesty", "promise")
"""Mechanisms that the reference situation is without."""
EVERY = {"daily": 1, "weekly": 7}
"""Days between looks."""

Parts = Counter[tuple[int, str, int, int]]
"""Expected exits by day, mechanism, rank and sect."""


class Attribution:
    """Takes the expected exits of some days apart.

    Parameters
    ----------
    cadence : {"daily", "weekly"}

    Attributes
    ----------
    parts : Counter
        Expected exits by day, mechanism, rank and sect.
    """

    def __init__(self, cadence: str) -> None:
        self.every = EVERY[cadence]
        self.parts: Parts = Counter()
        self.first: list[dict[str, float]] = []
        """What was said to each soldier on the first morning, his own part and constants included."""

    def look(self, situation: Situation, morning: Morning) -> None:
        """Look at the day after all have decided and before anyone leaves."""
        if situation.day == 0:
            self.first = [_without_levers(_said_to(situation, morning, man)) for man in situation.soldiers]
        if situation.scenario.law.kind == "threshold":
            self._count_deciders(situation)
        elif situation.day % self.every == 0:
            for man in situation.soldiers:
                if man.fate == Fate.SERVING and man.own > -inf:
                    self._take_apart(situation, morning, man)

    def _count_deciders(self, situation: Situation) -> None:
        if situation.day % self.every == 0:
            for one in situation.today.party:
                if one.how.name == "DECIDED":
                    self.parts[situation.day, "threshold", one.man.rank, one.man.sect.number] += 1

    def _take_apart(self, situation: Situation, morning: Morning, man: Soldier) -> None:
        """Share out what is expected of a man, by the straight path from then to now (Aumann and Shapley)."""
        now, then = _said_to(situation, morning, man), self.first[man.row]
        most = exp(morning.most)
        of_then, of_now = _expected(sum(then.values()), most), _expected(sum(now.values()), most)
        change = {name: now.get(name, 0.0) - then.get(name, 0.0) for name in {**now, **then}}
        whole = sum(change.values())
        if abs(whole) > 1e-12:
            weight = (of_now - of_then) / whole
        else:
            rate = exp(sum(then.values()))
            weight = 0.0 if rate >= most else rate * (1 - of_then)
        who = (man.rank, man.sect.number)
        self.parts[(situation.day, "baseline", *who)] += of_then  # type: ignore[assignment]
        for name, size in change.items():
            if name != "lasting":
                self.parts[(situation.day, name, *who)] += weight * size  # type: ignore[assignment]


def _expected(log_hazard: float, most: float) -> float:
    """Chance of leaving within the day."""
    return -expm1(-min(most, exp(log_hazard)))


def _without_levers(said: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in said.items() if name not in LEVERS}


def _said_to(situation: Situation, morning: Morning, man: Soldier) -> dict[str, float]:
    """All that is said to a man today, by mechanism; what never changes is called `lasting`."""
    scenario, company = situation.scenario, man.company
    said = Counter({"lasting": man.lasting + company.effect})
    for terms in (
        morning.said_to_profile(man.rank, man.sect, man.home, man.family_outside, man.aware),
        morning.said_to_company(company),
        morning.said_of_own_group(company, man.sect),
        morning.said_to_station(company.place, company.deployed),
        morning.said_to_battalion(company.battalion),
        {"grievance": man.susceptibility * morning.susceptible(man)},
        {"comrades": loss(scenario, man), "punishment": anger(scenario, man)},
        {"tenure": tenure(scenario, man.step)},
    ):
        for name, value in terms.items():
            said[name] += value  # type: ignore[assignment]
    return dict(said)
