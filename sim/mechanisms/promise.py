"""Promise of power: those who leave are told that they will have a part in what comes after the fall.

    term = told * effect(rank) * weight(role of the sect),   told = 1 - exp(-(days since + 1) / spread_days)

A lever: nothing without a date. The roadmap of the opposition holds the implicit promise of power after
the fall (ledger, row 33). Strongest on senior officers, who have a place to keep; the in-group has none
to expect. No size is published.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date

from pydantic import Field

from sim.codes import Floats
from sim.mechanisms.amnesty import told
from sim.parameters import ByRank, ByRole, MechanismSection, by_rank, by_role, parameter
from sim.state import State
from sim.tally import Tally
from sim.world import World


class Promise(MechanismSection):
    """Section `promise`."""

    announced: Date | None = Field(None, description="Date from which it is made; absent: it never is.")
    effect: ByRank = by_rank((0, 0, 0.1, 0.3, 0.3), -1, 3, "log hazard", "Effect once all have heard.")
    role_weight: ByRole = by_role((0.0, 0.5, 1.0), 0, 5, "1", "Effect on a group over that on the out-group.")
    spread_days: float = parameter(30, 1, 730, "days", "Days until 63 % have heard.")

    @property
    def acts(self) -> bool:
        """Whether it is ever made."""
        return self.on and self.announced is not None


def sizes(rules: Promise, roles: Sequence[str]) -> Floats:
    """Log hazard once all have heard, shape (5, S, 1, 1, 1); the role of each sect given."""
    by_group: Floats = rules.effect.in_order()[:, None] * rules.role_weight.by_sect(roles)
    return by_group[..., None, None, None]


def say(world: World, state: State, tally: Tally) -> None:
    """Add the log hazard by rank and sect."""
    rules = world.rules.promise
    share = told(world, rules.announced, rules.spread_days, state.day)
    if share > 0.0:
        tally.profile += share * world.promise
