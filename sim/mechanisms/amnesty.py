"""Amnesty: the opposition accepts those who leave, despite their past.

    term = told * effect(role of the sect) * weight(rank),   told = 1 - exp(-(days since + 1) / spread_days)

A lever: nothing without a date. Defectors are embraced despite their past (ledger, row 27). Among the
in-group reassurance is not believed: its elasticity is about zero (McLauchlin 2010, 2018).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date as Date

from pydantic import Field

from sim.clock import day_number
from sim.codes import Floats
from sim.parameters import ByRank, ByRole, MechanismSection, by_rank, by_role, parameter
from sim.state import State
from sim.tally import Tally
from sim.world import World


class Amnesty(MechanismSection):
    """Section `amnesty`."""

    announced: Date | None = Field(None, description="Date from which it is offered; absent: it never is.")
    effect: ByRole = by_role(
        (0.0, 0.15, 0.3),
        -1,
        3,
        "log hazard",
        "Effect once all have heard.",
        "ledger, section 6: 0.2 to 0.6 out-group, about 0 in-group; third groups an assumption",
    )
    rank_weight: ByRank = by_rank((1, 1, 1, 1, 1), 0, 5, "1", "Effect on a rank over that on a soldier.")
    spread_days: float = parameter(30, 1, 730, "days", "Days until 63 % have heard.")

    @property
    def acts(self) -> bool:
        """Whether it is ever offered."""
        return self.on and self.announced is not None


def sizes(rules: Amnesty, roles: Sequence[str]) -> Floats:
    """Log hazard once all have heard, shape (5, S, 1, 1, 1); the role of each sect given."""
    by_group: Floats = rules.rank_weight.in_order()[:, None] * rules.effect.by_sect(roles)
    return by_group[..., None, None, None]


def told(world: World, announced: Date | None, spread_days: float, day: int) -> float:
    """Share who have heard of what is offered from a date, if it ever is."""
    if announced is None:
        return 0.0
    days = day - day_number(world.rules.start, announced) + 1
    return -math.expm1(-days / spread_days) if days > 0 else 0.0


def say(world: World, state: State, tally: Tally) -> None:
    """Add the log hazard by rank and sect."""
    rules = world.rules.amnesty
    share = told(world, rules.announced, rules.spread_days, state.day)
    if share > 0.0:
        tally.profile += share * world.amnesty
