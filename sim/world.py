"""The world of a run: everything that no day changes, gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.army import Army
from sim.codes import Flags, Floats, Ints
from sim.luck import Luck
from sim.theatre import Theatre

if TYPE_CHECKING:  # the only look upward: a scenario gathers the parameters of all mechanisms
    from sim.scenario import Scenario


@dataclass(frozen=True)
class World:
    """Scenario, army and luck of a run, with constants worked out from them.

    `N` soldiers, `U` companies, `S` sects, `H` places, `V` havens, `T` days.
    """

    scenario: Scenario
    army: Army
    luck: Luck
    scale: float
    """Size of the army over that of the scenario file: multiplies counts that grow with it."""
    war: dict[str, Floats]
    """Columns of the war table, each (T, H)."""
    theatre: Theatre | None
    """Inputs of an endogenous war; none with a table."""
    population: Floats
    """(H,) persons."""
    community: Floats
    """(S,) persons."""
    victim_share: Floats
    """(H, S) share of each sect among the civilians killed in a place."""
    distance_km: Floats
    """(H, V) distance to each haven; infinite where it cannot be reached."""
    closeness: Floats
    """Closeness of each branch to the ruler."""
    grievance_weight: Floats
    """(S,)"""
    fear_weight: Floats
    """(S,)"""
    is_out_group: Flags
    """(S,)"""
    report_share: Floats
    """(S,) share of reservists who report."""
    call_order: Floats
    """(reservists,) the share of the reserve at whose call each is called."""
    profile: Ints
    """(N,) profile on day 0: rank, sect, home, family outside, aware, in C order."""
    profile_shape: tuple[int, int, int, int, int]
    cell: Ints
    """(N,) company * S + sect."""
    personal: Floats
    """(N,) log hazard of day 0 before any term; -inf for those who do not decide."""
    threshold: Floats | None
    """(N,) personal thresholds, under the threshold law."""
    strength: Floats
    """(U, S) regulars of day 0."""
    unit_strength: Floats
    """(U,) regulars of day 0."""
    strength_by_sect: Floats
    """(S,) regulars of day 0."""
    battalion_strength: Floats
    is_bound: Flags
    """(N,) whether he is a named person, who leaves by a dated event or not at all."""
    publicity: dict[int, float]
    """Publicity of the exits of bound persons, by row."""

    @property
    def unit_count(self) -> int:
        """U, the number of companies."""
        return int(self.army.units.place.size)

    @property
    def place_count(self) -> int:
        """H, the number of places."""
        return int(self.population.size)

    @property
    def sect_count(self) -> int:
        """S, the number of sects."""
        return int(self.community.size)

    def identities_below(self, with_reserve: bool) -> int:
        """Bound of the identities of those who can be serving: one more than the largest."""
        identity = self.army.soldiers.identity
        return int((identity if with_reserve else identity[: self.army.regulars]).max()) + 1

    def publicity_of(self, rows: Ints) -> Floats:
        """Publicity of exits, shape (n,): 1 but for bound persons."""
        publicity = np.ones(rows.size)
        for row, value in self.publicity.items():
            publicity[rows == row] = value
        return publicity
