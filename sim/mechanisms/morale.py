"""Morale of the opposition: it rises with defections, and falls with its own losses and with arrears.

    x, y    <- x + (exits today per 325,000 regulars - x) / memory_days,  the same of its losses today
    morale   = x / (x + exits_scale) * (1 - losses_weight * y / (y + losses_scale))
               * (1 - arrears_weight * m / (m + months_scale))

Losses are the armed opposition's killed, per 1,000; unknown, and taken as none, where the war is a table. m
is the mean of the months owed to members. Morale stays within [0, 1]. It acts on joining
(`sim.mechanisms.choice`) and on leaving the factions (`sim.mechanisms.leavers`).
"""

from __future__ import annotations

from sim.codes import Floats, Ints
from sim.compiled import compiled
from sim.mechanisms.funds import MONTHS_OWED
from sim.parameters import MechanismSection, parameter
from sim.state import State
from sim.world import World

_REFERENCE_REGULARS = 325_000


class Morale(MechanismSection):
    """Section `morale`."""

    memory_days: float = parameter(30, 1, 365, "days", "Time scale of what it answers to.")
    exits_scale: float = parameter(
        100, 1, 10_000, "exits per day", "Exits of 325,000 men at which the lift is a half."
    )
    losses_weight: float = parameter(0.5, 0, 1, "1", "Share of morale that heavy losses take.")
    losses_scale: float = parameter(
        1.0, 0.01, 100, "deaths per 1,000 per day", "Losses at which half of that is taken."
    )
    arrears_weight: float = parameter(0.5, 0, 1, "1", "Share of morale that long arrears take.")
    months_scale: float = parameter(2.0, 0.1, 36, "months", "Months owed at which half of that is taken.")


def feel(world: World, state: State) -> None:
    """Move morale by the day."""
    rules = world.rules.morale
    if not rules.on:
        return
    exits = state.escaped.size / world.army.regulars * _REFERENCE_REGULARS
    state.recent_exits += (exits - state.recent_exits) / rules.memory_days
    state.recent_losses += (1000.0 * state.fighters_lost - state.recent_losses) / rules.memory_days
    months = _mean_months_owed(state.accounts, state.members)
    morale = state.recent_exits / (state.recent_exits + rules.exits_scale)
    morale *= 1.0 - rules.losses_weight * state.recent_losses / (state.recent_losses + rules.losses_scale)
    state.morale = morale * (1.0 - rules.arrears_weight * months / (months + rules.months_scale))


@compiled
def _mean_months_owed(accounts: Floats, members: Ints) -> float:
    """Mean of the months owed to each member; 0 if there is none."""
    everyone, owed = 0, 0.0
    for faction in range(accounts.shape[1]):
        count = 0
        for rank in range(members.shape[1]):
            count += members[faction, rank]
        everyone += count
        owed += count * accounts[MONTHS_OWED, faction]
    return owed / max(everyone, 1)
