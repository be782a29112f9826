"""Totals of a day, as the core records them (section 7.24)."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

from sim.codes import Fate
from sim.reference.situation import Situation
from sim.reference.triggers import control_by_day, control_by_night


def _fate(fate: Fate) -> Callable[[Situation], int]:
    return lambda situation: sum(man.fate == fate for man in situation.today.escaped)


def _in_war(value: Callable[[Situation], float]) -> Callable[[Situation], float]:
    """A number that is unknown in a dated war."""
    return lambda situation: value(situation) if situation.war_is_endogenous else nan


def _destroyed(situation: Situation) -> float:
    return sum(place.population * place.destruction for place in situation.places) / situation.population


REPORTERS: dict[str, Callable[[Situation], float]] = {
    "attempts": lambda situation: len(situation.today.attempts),
    "exits": lambda situation: len(situation.today.escaped),
    "joined": _fate(Fate.JOINED),
    "fled": _fate(Fate.FLED),
    "hiding": _fate(Fate.HIDING),
    "caught": lambda situation: len(situation.today.caught),
    "killed": lambda situation: len(situation.today.killed),
    "reported": lambda situation: len(situation.today.reported),
    "evaded": lambda situation: len(situation.today.evaded),
    "planners": lambda situation: sum(man.fate == Fate.PLANNING for man in situation.planners),
    "serving": lambda situation: situation.men,
    "deployable": lambda situation: sum(
        company.men for company in situation.companies if not company.has_collapsed
    ),
    "loyal": lambda situation: situation.loyal,
    "bases_abandoned": lambda situation: len(situation.today.abandoned),
    "belief": lambda situation: situation.belief,
    "surveillance_learned": lambda situation: situation.learned,
    "control_day": control_by_day,
    "control_night": control_by_night,
    "civilians_killed": lambda situation: sum(place.civilians_killed for place in situation.places),
    "destruction": _in_war(_destroyed),
    "fighters": _in_war(lambda situation: sum(place.fighters + place.joiners for place in situation.places)),
    "militia": _in_war(lambda situation: sum(place.militia for place in situation.places)),
    "members": lambda situation: situation.members,
    "members_left": lambda situation: len(situation.today.left_faction),
    "unity": lambda situation: situation.unity,
    "morale": lambda situation: situation.morale,
    "knowledge": lambda situation: situation.knowledge,
    "aware": lambda situation: sum(man.aware for man in situation.soldiers),
    "paid_probability": lambda situation: situation.paid_probability,
    "owed_usd": lambda situation: situation.owed_usd,
    "paid_usd": lambda situation: situation.paid_usd,
    "arrears_usd": lambda situation: situation.arrears_usd,
}
"""By the name that the frame `daily` of a result has."""
