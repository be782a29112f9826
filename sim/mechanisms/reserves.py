"""Reserves: called up in the order dealt to them, and not all report.

A call-up of a share of the reserve goes out evenly over some days. A reservist is called when the share
called so far reaches the uniform number dealt to him; he reports if another is under the share of his
group that reports, and serves from the next morning; else he is a draft evader. About half of those
called from the reserve reported (Reuters, September 2012).
"""

from __future__ import annotations

import numpy as np

from sim.codes import Fate
from sim.parameters import MechanismSection, Section, parameter
from sim.service import enter_service
from sim.state import State
from sim.world import World


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
    state.reported = state.evaded = np.empty(0, dtype=np.int64)
    if not world.scenario.reserves.on:
        return
    share = sum(share / days for begin, days, share in state.summonses if begin <= state.day < begin + days)
    if share == 0.0:
        return
    before, state.called_share = state.called_share, state.called_share + share
    begin, end = np.searchsorted(world.called_at, (before, state.called_share), side="right")
    called = np.sort(world.called[begin:end])
    soldiers = world.army.soldiers
    uniform = world.luck.uniform("report for service", soldiers.identity[called])
    reports = uniform < world.report_share[soldiers.sect[called]]
    state.reported, state.evaded = called[reports], called[~reports]
    state.fate[state.evaded] = Fate.EVADED
    _take_in(world, state)


def _take_in(world: World, state: State) -> None:
    """Put those who reported into their companies; their risk of death starts now."""
    rows, soldiers = state.reported, world.army.soldiers
    unit = soldiers.unit[rows]
    state.fate[rows] = Fate.SERVING
    enter_service(world, state, rows)
    state.death_due[rows] = state.death_risk[unit] + world.luck.exponential("death", soldiers.identity[rows])
    np.minimum.at(state.next_death, unit, state.death_due[rows])
    state.touched.append(rows)
