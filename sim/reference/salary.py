"""The salary plan: what the offer is worth to who has heard of it, and what is paid (7.12, 7.21)."""

from __future__ import annotations

from math import log1p

from sim.codes import Rank
from sim.reference.awareness import offer_stands
from sim.reference.country import Faction
from sim.reference.dates import DAYS_A_MONTH
from sim.reference.situation import Situation
from sim.reference.tables import by_rank


def attraction(situation: Situation, rank: int) -> float:
    """Worth of the offer to a rank, as far as payment is believed; 0 while it does not stand."""
    plan = situation.scenario.salary_plan
    if not offer_stands(situation):
        return 0.0
    dollars = plan.usd_per_month * by_rank(plan.rank_multiple)[rank] * situation.paid_probability
    return log1p(dollars / plan.reference_usd)


def term(situation: Situation, rank: int) -> float:
    """Log hazard of a rank by the offer, of those who have heard of it."""
    return by_rank(situation.scenario.salary_plan.leaving_effect)[rank] * attraction(situation, rank)


def owed_to(situation: Situation, faction: Faction) -> float:
    """What the plan owes the members of a faction today."""
    plan = situation.scenario.salary_plan
    if _days_of_payment(situation) < 0:
        return 0.0
    multiple = by_rank(plan.rank_multiple)
    owed = 0.0
    for rank, members in enumerate(faction.members):
        owed += members * plan.usd_per_month * multiple[rank] / DAYS_A_MONTH
    return owed


def pay(situation: Situation) -> None:
    """Pay those on the payroll, and let word of payment spread."""
    plan = situation.scenario.salary_plan
    situation.owed_usd = situation.paid_usd = 0.0
    days = _days_of_payment(situation)
    if days < 0:
        return
    owed, at_hand = _owed(situation), _at_hand(situation, days)
    paid = min(owed, at_hand)
    situation.owed_usd, situation.paid_usd = owed, paid
    situation.arrears_usd += owed - paid
    share = paid / owed if owed > 0 else 1.0
    situation.paid_probability += (share - situation.paid_probability) / plan.trust_days


def _days_of_payment(situation: Situation) -> int:
    """Days since the first payment; below 0 while nothing is paid."""
    plan = situation.scenario.salary_plan
    if not offer_stands(situation):
        return -1
    date = plan.announced if plan.starts is None else plan.starts
    return situation.day - (0 if date is None else situation.number_of(date))


def _owed(situation: Situation) -> float:
    plan = situation.scenario.salary_plan
    multiple = by_rank(plan.rank_multiple)
    owed = 0.0
    for rank in Rank:
        members = sum(faction.members[rank] for faction in situation.factions)
        owed += members * plan.usd_per_month * multiple[rank] / DAYS_A_MONTH
    if plan.payroll == "members":
        fighters = sum(place.fighters for place in situation.places) * situation.scale
        owed += fighters * plan.usd_per_month * multiple[Rank.ENLISTED] / DAYS_A_MONTH
    return owed


def _at_hand(situation: Situation, days: int) -> float:
    """Money of the day: the budget, less what is lost on the way."""
    plan = situation.scenario.salary_plan
    ramp = min(1.0, (days + 1) / plan.ramp_days)
    delivered = min(1.0, plan.delivered_share * _delivered(situation))
    return plan.budget_usd_per_month * situation.scale / DAYS_A_MONTH * (ramp * delivered)


def _delivered(situation: Situation) -> float:
    """What the unity of the payers lets through, over that at the reference unity."""
    opposition = situation.scenario.opposition
    lost = opposition.lost_when_divided
    return (1 - lost * (1 - situation.unity)) / (1 - lost * (1 - opposition.reference_unity))
