"""The tally of a morning: tables in which the terms of all mechanisms are added up.

Each mechanism adds its term, in the order of the day. Tables are kept from day to day, so that a morning
makes none. What is said of companies is mostly a table of the state: it is pointed to, neither copied nor
changed.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sim.codes import Floats
from sim.state import State
from sim.terms import Term
from sim.world import World


class Tally:
    """Tables of the log hazard as they are added up; axes as in `sim.terms`.

    Parameters
    ----------
    world : World
    cell : (S, U) array, optional
        Room for the sum by sect and company, if there is some already.

    Attributes
    ----------
    profile : (R, S, H, 2, 2) array
        By rank, sect, home, family outside, aware.
    susceptible : (R, S, H, 2, 2) array
        The same, to be multiplied by each soldier's susceptibility.
    station : (H, 2) array
        By place of the garrison, and whether deployed.
    battalion : (B,) array
    company : (U,) array or None
        What is said of companies, alike of all sects.
    own : (S, U) array or None
        What else is said of a sect in a company.
    soldier : (N,) array or None
    cell : (S, U) array
        Room for the sum of what is said of companies.
    flat : three arrays
        `profile`, `susceptible` and `cell` in one dimension each, as a pressure keeps them.
    """

    __slots__ = (
        "_tables",
        "battalion",
        "cell",
        "company",
        "flat",
        "own",
        "profile",
        "soldier",
        "station",
        "susceptible",
    )

    def __init__(self, world: World, cell: Floats | None = None) -> None:
        profiles, battalions = math.prod(world.profile_shape), world.battalion_strength.size
        # In one piece, so that all are cleared at once.
        self._tables = np.zeros(2 * profiles + 2 * world.place_count + battalions)
        ends = np.cumsum((profiles, profiles, 2 * world.place_count))
        profile, susceptible, station, self.battalion = np.split(self._tables, ends)
        self.profile, self.susceptible = (
            table.reshape(world.profile_shape) for table in (profile, susceptible)
        )
        self.station = station.reshape(world.place_count, 2)
        self.cell = np.empty((world.sect_count, world.unit_count)) if cell is None else cell
        self.flat = profile, susceptible, self.cell.ravel()
        self.company: Floats | None = None
        self.own: Floats | None = None
        self.soldier: Floats | None = None

    def clear(self) -> None:
        """Forget what was said."""
        self._tables.fill(0.0)
        self.company = self.own = self.soldier = None

    def add_by_company(self, table: Floats) -> None:
        """Add what is said of companies, (U,)."""
        self.company = table if self.company is None else self.company + table

    def add_by_sect_and_company(self, table: Floats) -> None:
        """Add what is said of a sect in a company, (S, U)."""
        self.own = table if self.own is None else self.own + table

    def add(self, term: Term) -> None:
        """Add a term that comes as tables: the way of mechanisms that a user adds."""
        if term.profile is not None:
            self.profile += term.profile
        if term.susceptible is not None:
            self.susceptible += term.susceptible
        if term.station is not None:
            self.station += term.station
        if term.battalion is not None:
            self.battalion += term.battalion
        if term.cell is not None:
            self._add_cell(term.cell)
        if term.soldier is not None:
            self.soldier = term.soldier if self.soldier is None else self.soldier + term.soldier

    def _add_cell(self, table: Floats) -> None:
        """Add what is said by company and sect, broadcastable to (U, S)."""
        if table.shape == (self.cell.shape[1], 1):
            self.add_by_company(table[:, 0])
        else:
            self.add_by_sect_and_company(np.ascontiguousarray(np.broadcast_to(table.T, self.cell.shape)))


Say = Callable[[World, State, Tally], None]
"""How a mechanism says its term: it adds to the tally, and changes nothing else."""


def by_turns(world: World) -> tuple[Tally, Tally]:
    """Two tallies, today's and yesterday's: whose profiles are kept for a day more (`sim.watch`)."""
    one = Tally(world)
    return one, Tally(world, one.cell)


def said_by(world: World, state: State, say: Say) -> Term:
    """Ask one mechanism for its term alone, in tables that nobody else holds; those of zeros are None."""
    tally = Tally(world)
    say(world, state, tally)
    tables = tally.profile, _by_cell(tally), tally.susceptible, tally.soldier, tally.station, tally.battalion
    return Term(*(table.copy() if table is not None and table.any() else None for table in tables))


def _by_cell(tally: Tally) -> Floats | None:
    """What is said of companies and of sects in them, (U, 1) or (U, S)."""
    company = None if tally.company is None else tally.company[:, np.newaxis]
    if company is None or tally.own is None:
        return company if tally.own is None else tally.own.T
    return company + tally.own.T
