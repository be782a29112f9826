"""The opposition: which faction one joins, and what its unity changes.

Unity U is in [0, 1], by date. On a day, of the factions that exist,

    share of k among those who join = (1 - c) * weight_k / sum of weights + c * [k is the foremost]
    c                               = concentration * U
    strength brought together       = (1 + together_gain * U) / (1 + together_gain * U0)
    delivered by the payers         = (1 - lost_when_divided * (1 - U)) / (1 - lost_when_divided * (1 - U0))

The foremost is that of the largest weight, the first in the file among equals. One uniform number dealt to
each soldier chooses among the shares. Unity also acts on joining (`sim.mechanisms.choice`). U0 is the
reference: the unity at which the scenario's arms and its salary plan's `delivered_share` hold as stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date

import numpy as np
from pydantic import Field

from sim.clock import day_number
from sim.codes import Entries, Fate, Floats, Ints
from sim.compiled import compiled
from sim.luck import to_unit, word_of
from sim.parameters import Section, parameter
from sim.state import State
from sim.tables import Faction
from sim.world import World


class Unity(Section):
    """Unity of the opposition from a date."""

    date: Date = Field(description="From this date, until the next.")
    unity: float = parameter(..., 0, 1, "1", "Unity of the opposition.", "stated in the file")


class Opposition(Section):
    """Section `opposition`."""

    unity: float = parameter(0.3, 0, 1, "1", "Unity of the opposition, before the first date.")
    unity_by_date: tuple[Unity, ...] = Field((), description="Rows by date; each holds until the next.")
    reference_unity: float = parameter(
        0.3, 0, 1, "1", "Unity at which strengths and `delivered_share` hold as stated."
    )
    concentration: float = parameter(
        1.0, 0, 1, "1", "Share of those who join that full unity sends to the foremost faction."
    )
    together_gain: float = parameter(
        0.5, 0, 5, "1", "Strength gained at full unity, over the same men without any."
    )
    lost_when_divided: float = parameter(
        0.3,
        0,
        0.9,
        "1",
        "Share of a salary plan's money that is lost on the way if the payers have no unity.",
    )


def by_day(rules: Opposition, start: Date, days: int) -> Floats:
    """Write unity out by day, shape (T,)."""
    unity = np.full(days, rules.unity)
    for row in rules.unity_by_date:
        unity[max(day_number(start, row.date), 0) :] = row.unity
    return unity


def shares(rules: Opposition, factions: Sequence[Faction], start: Date, unity: Floats) -> Floats:
    """Shares of the factions among those who join, added up from the first on.

    Returns
    -------
    (T, F) array
        Ascending to 1 along the factions; 0 before any of them exists.
    """
    if not factions:
        return np.zeros((unity.size, 0))
    weight = np.array([faction.weight for faction in factions])
    starts = np.array([day_number(start, faction.starts) for faction in factions])
    pull = np.where(starts <= np.arange(unity.size)[:, np.newaxis], weight, 0.0)
    whole = np.maximum(pull.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    drawn = (rules.concentration * unity)[:, np.newaxis]
    foremost = np.arange(len(factions)) == pull.argmax(axis=1)[:, np.newaxis]
    share = np.where(pull > 0.0, (1.0 - drawn) * pull / whole + drawn * foremost, 0.0)
    is_open = share > 0.0
    behind: Ints = np.cumsum(is_open[:, ::-1], axis=1)[:, ::-1] - is_open
    # Whatever the rounding, the last takes the rest.
    return np.where(behind == 0, is_open.any(axis=1, keepdims=True), np.cumsum(share, axis=1))


def together(rules: Opposition, unity: Floats) -> Floats:
    """Strength that the factions bring together, by day, over that at the reference unity; shape (T,)."""
    whole = 1.0 + rules.together_gain * rules.reference_unity
    return (1.0 + rules.together_gain * unity) / whole


def delivered(world: World, day: int) -> float:
    """Share of a salary plan's money that the payers' unity lets through, over that at the reference."""
    rules = world.rules.opposition
    lost = rules.lost_when_divided
    return (1.0 - lost + lost * float(world.unity[day])) / (1.0 - lost + lost * rules.reference_unity)


def enlist(world: World, state: State) -> None:
    """Enter today's new members with a faction each."""
    _enlist(
        state.escaped,
        state.muster,
        world.luck.key("which faction"),
        world.faction_shares[state.day],
        state.station,
        state.faction,
        state.joined_from,
        state.members,
    )


@compiled
def _enlist(
    rows: Ints,
    men: Entries,
    key: np.uint64,
    shares: Floats,
    station: Ints,
    faction: Ints,
    joined_from: Ints,
    members: Ints,
) -> None:
    identity, fate, rank, unit = men["identity"], men["fate"], men["rank"], men["unit"]
    for row in rows:
        if fate[row] == Fate.JOINED:
            uniform, chosen = to_unit(word_of(key, identity[row])), 0
            while uniform >= shares[chosen]:
                chosen += 1
            faction[row] = chosen
            joined_from[row] = station[unit[row]] // 2
            members[chosen, rank[row]] += 1
