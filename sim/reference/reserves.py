"""Reserves: who is called up, who reports, who evades (section 7.23)."""

from __future__ import annotations

from sim.codes import Fate
from sim.reference.situation import Situation
from sim.reference.soldier import Soldier
from sim.reference.tables import by_role


def call_up(situation: Situation) -> None:
    """Call the reservists whose number comes up today."""
    if not situation.scenario.reserves.on:
        return
    before = situation.called_share
    after = before + _share_called_today(situation)
    situation.called_share = after
    if after > before:
        for man in situation.soldiers:
            if man.fate == Fate.RESERVE:
                number = situation.luck.uniform("order of call-up", man.identity)
                if before < number <= after:
                    _call(situation, man)


def _share_called_today(situation: Situation) -> float:
    share = 0.0
    for day, over_days, of_reserve in situation.summonses:
        if day <= situation.day < day + over_days:
            share += of_reserve / over_days
    return share


def _call(situation: Situation, man: Soldier) -> None:
    shares = by_role(situation.scenario.reserves.report_share)
    if not man.reports(shares[man.sect.role]):
        man.fate = Fate.EVADED
        situation.today.evaded.append(man)
        return
    man.fate = Fate.SERVING
    man.entered_on = situation.day + 1
    man.death_due = situation.luck.exponential("death", man.identity) + man.company.death_risk
    man.company.next_death = min(man.company.next_death, man.death_due)
    man.company.men += 1
    situation.today.reported.append(man)
