"""The salary plan: offer, payroll, arrears, and what it adds to pressure.

    owed(t)  = sum over those on the payroll of usd_per_month * multiple(rank) / days per month
    paid(t)  = min(owed, budget of a day * ramp * delivered),
               delivered = min(1, delivered share * what the payers' unity lets through)
    P(paid) moves towards paid / owed over `trust_days`; it starts from a prior; 1 when nothing is owed
    offer_i  = usd_per_month * multiple(rank)
    term_i   = effect(rank) * log(1 + offer_i * P(paid) / reference_usd), if aware

On the payroll are soldiers who joined a faction; with `payroll: members` also the civilians who took up
arms (known in an endogenous war only), each as an enlisted man.

Officers weigh money when they decide to leave, soldiers when they decide whom to join (Koehler, MESA
2015). One reference sum for all ranks: a ratio to each rank's own wage would favour conscripts.
"""

from __future__ import annotations

from datetime import date as Date
from typing import Literal

import numpy as np
from pydantic import Field

from sim.clock import DAYS_PER_MONTH, day_number
from sim.codes import Floats
from sim.mechanisms.opposition import delivered
from sim.parameters import ByRank, MechanismSection, by_rank, parameter
from sim.state import State
from sim.tally import Tally
from sim.world import World

_NOTHING = np.zeros(5)
"""Without an offer, by rank."""


class SalaryPlan(MechanismSection):
    """Section `salary_plan`."""

    usd_per_month: float = parameter(
        0.0,
        0,
        5000,
        "USD per month",
        "Offer to a soldier; 0 is no plan.",
        "ledger, row 17: at least 200",
    )
    rank_multiple: ByRank = by_rank((1, 1.25, 1.5, 2, 3), 0, 20, "1", "Offer by rank over that to a soldier.")
    announced: Date | None = Field(None, description="Date of the announcement; absent: day 0.")
    starts: Date | None = Field(None, description="Date of the first payment; absent: as announced.")
    budget_usd_per_month: float = parameter(
        1e9, 0, 1e10, "USD per month", "Money at hand; 20 million pays 100,000 men $200.", extensive=True
    )
    delivered_share: float = parameter(1.0, 0, 1, "1", "Share of the budget that reaches its men.")
    ramp_days: float = parameter(1.0, 1, 730, "days", "Days from first payment to full delivery.")
    trust_days: float = parameter(30, 1, 365, "days", "Time scale on which word of payment spreads.")
    prior_paid: float = parameter(
        0.15,
        0,
        1,
        "1",
        "P(paid) that is believed before any payment, 0 to 0.3 until September 2012.",
    )
    reference_usd: float = parameter(100, 1, 5000, "USD per month", "Sum that counts as one unit.")
    leaving_effect: ByRank = by_rank(
        (0.10, 0.15, 0.50, 0.65, 0.65),
        -1,
        3,
        "log hazard",
        "Effect on leaving.",
        "Koehler 2015: sign",
    )
    joining_effect: ByRank = by_rank(
        (0.6, 0.5, 0.1, 0.0, 0.0), -1, 3, "log odds", "Effect on joining.", "Koehler 2015: sign"
    )
    payroll: Literal["defectors", "members"] = Field(
        "defectors",
        description="Who is paid: soldiers who joined, or the civilians who took up arms, too.",
    )
    broadcast_per_day: float = parameter(
        0.01, 0, 5, "1 per day", "Rate at which broadcasts reach a soldier who has not heard."
    )
    word_of_mouth: float = parameter(0.3, 0, 10, "1", "Exposure to the offer by one strong tie who left.")

    @property
    def acts(self) -> bool:
        """Whether there is a plan at all: one of 0 dollars is none."""
        return self.on and self.usd_per_month > 0.0


def is_offered(world: World, day: int) -> bool:
    """Whether an offer stands on a day."""
    plan = world.rules.salary_plan
    if not plan.acts:
        return False
    return plan.announced is None or day >= day_number(world.rules.start, plan.announced)


def attraction(world: World, state: State) -> Floats:
    """log(1 + offer * P(paid) / reference) by rank, shape (5,); 0 without an offer."""
    plan = world.rules.salary_plan
    if not is_offered(world, state.day):
        return _NOTHING
    offer = plan.usd_per_month * plan.rank_multiple.in_order()
    return np.log1p(offer * state.paid_probability / plan.reference_usd)


def _days_paid(world: World, day: int) -> int:
    """Days since the first payment, which is day 0; negative before, and where there is no offer."""
    plan, start = world.rules.salary_plan, world.rules.start
    if not is_offered(world, day):
        return -1
    return day - day_number(start, plan.starts or plan.announced or start)


def wage_due(world: World, day: int) -> Floats:
    """What the plan owes a member of each rank today, US dollars, shape (5,)."""
    plan = world.rules.salary_plan
    if _days_paid(world, day) < 0:
        return _NOTHING
    return plan.usd_per_month * plan.rank_multiple.in_order() / DAYS_PER_MONTH


def pay(world: World, state: State) -> None:
    """Pay those on the payroll, and let word of it spread."""
    plan = world.rules.salary_plan
    state.owed_usd = state.paid_usd = 0.0
    days = _days_paid(world, state.day)
    if days < 0:
        return
    wage = wage_due(world, state.day)
    state.owed_usd = float(state.members.sum(axis=0) @ wage)
    if plan.payroll == "members":
        state.owed_usd += float(state.fighters[0].sum() * world.scale * wage[0])
    share = min(1.0, plan.delivered_share * delivered(world, state.day))
    ready = min(1.0, (days + 1) / plan.ramp_days) * share
    at_hand = plan.budget_usd_per_month * world.scale / DAYS_PER_MONTH * ready
    state.paid_usd = min(state.owed_usd, at_hand)
    state.arrears_usd += state.owed_usd - state.paid_usd
    kept = state.paid_usd / state.owed_usd if state.owed_usd > 0 else 1.0
    state.paid_probability += (kept - state.paid_probability) / plan.trust_days


def say(world: World, state: State, tally: Tally) -> None:
    """Add the log hazard by rank, of those who are aware."""
    if not is_offered(world, state.day):
        return
    felt = world.rules.salary_plan.leaving_effect.in_order() * attraction(world, state)
    aware = tally.profile[..., 1]
    aware += felt[:, np.newaxis, np.newaxis, np.newaxis]
