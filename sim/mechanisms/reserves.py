"""Reserves: called up in the order dealt to them, and not all report.

A call-up of a share of the reserve goes out evenly over some days. A reservist is called when the share
called so far reaches the uniform number dealt to him; he reports if another is under the share of his
group that reports, and serves from the next morning; else he is a draft evader. About half of those
called from the reserve reported (Reuters, September 2012).
"""

from __future__ import annotations

import numpy as np

from sim.codes import Entries, Fate, Floats, Ints
from sim.compiled import compiled
from sim.luck import to_unit, word_of
from sim.mechanisms import tenure
from sim.parameters import MechanismSection, Section, parameter
from sim.service import enter_service
from sim.state import State
from sim.world import World

GRAIN = 2**16
"""Grains of the share of the reserve."""

_NOBODY = np.empty(0, dtype=np.int64)


class ReportShare(Section):
    """Share that reports, by role of the group."""

    in_group: float = parameter(0.9, 0, 1, "1", "Of the in-group.")
    third: float = parameter(0.7, 0, 1, "1", "Of third groups.")
    out_group: float = parameter(0.45, 0, 1, "1", "Of the out-group.")


class Reserves(MechanismSection):
    """Section `reserves`."""

    report_share: ReportShare = ReportShare()


def call_up(world: World, state: State) -> None:
    """Send today's summonses out; those who report serve from tomorrow."""
    state.reported = state.evaded = _NOBODY
    if not state.summonses or not world.rules.reserves.on:
        return
    share = sum(share / days for begin, days, share in state.summonses if begin <= state.day < begin + days)
    if share == 0.0:
        return
    before, state.called_share = state.called_share, state.called_share + share
    called = _called(world.called, world.called_at, before, state.called_share)
    state.reported, state.evaded, uniform = _summon(
        called,
        state.muster,
        world.luck.key("report for service"),
        world.luck.key("death"),
        world.report_share,
    )
    _face_death(
        state.reported,
        -np.log(uniform),
        state.unit,
        state.death_risk,
        state.death_due,
        state.next_death,
    )
    enter_service(world, state, state.reported)
    state.touched.append(state.reported)
    if world.rules.tenure.on:
        tenure.enter(state.steps_due, state.reported, state.day + 1)


def in_order_of_call(share: Floats, first_row: int) -> tuple[Ints, Floats]:
    """Rows of reservists and the share of the reserve at whose call each is called, (reservists,) each.

    They stand in the order of their call to the grain of `GRAIN`, which a sort by two bytes gives fast.
    """
    order = np.argsort((share * GRAIN).astype(np.uint16), kind="stable")
    return first_row + order, share[order]


def _called(rows: Ints, called_at: Floats, before: float, now: float) -> Ints:
    """Rows, ascending, of who is called when the share called rises from one value to another."""
    called = _called_between(rows, called_at, before, now)
    called.sort()
    return called


@compiled
def _called_between(rows: Ints, called_at: Floats, before: float, now: float) -> Ints:
    """Rows of who is called, in the order in which they stand."""
    grain = 2.0 / GRAIN
    begin, end = np.searchsorted(called_at, before - grain), np.searchsorted(called_at, now + grain)
    called, found = np.empty(end - begin, np.int64), 0
    for one in range(begin, end):
        if before < called_at[one] <= now:
            called[found] = rows[one]
            found += 1
    return called[:found]


@compiled
def _summon(
    called: Ints,
    men: Entries,
    reporting: np.uint64,
    death: np.uint64,
    report_share: Floats,
) -> tuple[Ints, Ints, Floats]:
    """Sort those called into who reports, and who does not; and the number that death dealt to the former."""
    reported, evaded, uniform = np.empty_like(called), np.empty_like(called), np.empty(called.size)
    identity, sect, fate = men["identity"], men["sect"], men["fate"]
    reports = evades = 0
    for row in called:
        if to_unit(word_of(reporting, identity[row])) < report_share[sect[row]]:
            fate[row] = Fate.SERVING
            reported[reports], uniform[reports] = row, to_unit(word_of(death, identity[row]))
            reports += 1
        else:
            fate[row] = Fate.EVADED
            evaded[evades] = row
            evades += 1
    return reported[:reports], evaded[:evades], uniform[:reports]


@compiled
def _face_death(
    rows: Ints, resistance: Floats, unit: Ints, death_risk: Floats, death_due: Floats, next_death: Floats
) -> None:
    """Let the risk of death of some men start now, against the resistance dealt to each."""
    for place in range(rows.size):
        row = rows[place]
        due = death_risk[unit[row]] + resistance[place]
        death_due[row] = due
        next_death[1, unit[row]] = min(next_death[1, unit[row]], due)
