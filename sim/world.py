"""The world of a run: everything that no day changes, gathered once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sim.alike import Alike
from sim.army import Army
from sim.codes import Flags, Floats, Ints
from sim.loyalty_order import LoyaltyOrder
from sim.luck import Luck
from sim.theatre import Theatre

if TYPE_CHECKING:  # the only look upward: a scenario gathers the parameters of all mechanisms
    from sim.mechanisms.event_kinds import Event, Triggered
    from sim.scenario import Scenario


@dataclass(frozen=True)
class World:
    """Scenario, army and luck of a run, with constants worked out from them.

    `N` soldiers, `U` companies, `S` sects, `H` places, `V` havens, `F` factions, `T` days.
    """

    scenario: Scenario
    rules: Scenario
    """The scenario as plain objects (`sim.plain`): what a day reads."""
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
    farthest_km: Floats
    """(H,) distance to the farthest haven that can be reached; 500 where none can."""
    closeness: Floats
    """Closeness of each branch to the ruler."""
    grievance_weight: Floats
    """(S,)"""
    fear_weight: Floats
    """(S,)"""
    belief_effect: Floats
    """(5,) effect of belief by rank."""
    family_effect: Floats
    """(5,) restraint by a family within reach, by rank."""
    is_out_group: Flags
    """(S,)"""
    report_share: Floats
    """(S,) share of reservists who report."""
    called: Ints
    """(reservists,) rows of the reserve, about in the order of their call."""
    called_at: Floats
    """(reservists,) the share of the reserve at whose call each of them is called."""
    profile: Ints
    """(N,) profile on day 0: rank, sect, home, family outside, aware, in C order."""
    profile_shape: tuple[int, int, int, int, int]
    alike: Alike
    """Seats of the men, by who is alike."""
    loyalty_order: LoyaltyOrder
    """Regulars in the order in which their loyalty is counted."""
    cell: Ints
    """(N,) sect * U + company: place in a table (S, U)."""
    station: Ints
    """(U,) place * 2 + deployed on day 0; `State.station` is today's."""
    asked_as: Ints
    """(N,) sect of those who can be asked to come along; -1 for bound persons and the ranks that plan."""
    persuasion: Floats
    """Effect of 0, 1, 2, ... strong ties gone."""
    anger: Floats
    """Effect of 0, 1, 2, ... strong ties caught leaving."""
    own_group_weight: Floats
    """(S, U) effect of one man of the own sect who left the company."""
    events_on: dict[int, list[Event]]
    """Dated events by day, in the order of the file."""
    triggered: tuple[Triggered, ...]
    """Events that have a trigger, in the order of the file."""
    log_wage: Floats
    """(T,) log of the real wage over that of day 0, before any rise by the regime."""
    haven_pull: Floats
    """(H, V) pull of each haven, once open, on those who serve in a place."""
    amnesty: Floats
    """(5, S, 1, 1, 1) effect of an amnesty of which all have heard, by rank and sect."""
    promise: Floats
    """(5, S, 1, 1, 1) the same of the promise of power."""
    career: Floats
    """(5, S, 1) career grievance a day, by rank and sect."""
    haven_opens: Floats
    """(V,) day on which each haven opens."""
    faction_starts: int
    """Day from which some faction exists."""
    faction_shares: Floats
    """(T, F) shares of the factions among those who join, added up from the first faction on."""
    joining: Floats
    """(2, 5) by rank: log odds of joining over hiding, and the effect of the offer on them."""
    unity: Floats
    """(T,) unity of the opposition."""
    knowledge_weight: Floats
    """(5,) what a man of each rank knows, over a junior officer."""
    elite_weight: Floats
    """(5,) weight of an exit as a public signal, by rank."""
    gone_effect: Floats
    """(4,) log hazard by an empty post above the company, by level."""
    upkeep: Floats
    """(F,) what each faction owes a member a day, US dollars."""
    donations: Floats
    """(T, F) what donors give each faction, US dollars a day."""
    planning: Ints
    """(n,) rows of the senior officers who plan before they go, ascending."""
    plan_days: Ints
    """(n,) days that the plan of each takes."""
    plan_resistance: Floats
    """(n,) risk at which the plan of each is found out."""
    personal: Floats
    """(N,) log hazard of day 0 before any term; -inf for those who do not decide."""
    lasting: Floats
    """(N,) the same without what the step of his service adds."""
    tenure: Ints
    """(N,) step of his service on day 0."""
    tenure_effect: Floats
    """(4,) log hazard by step of service."""
    steps_due: dict[int, list[tuple[int, Ints]]]
    """By day: step of service, and rows of the regulars who pass to it."""
    unit_effect: Floats
    """(U,) log hazard of each company for good: its random effect, composition and polarisation."""
    threshold: Floats | None
    """(N,) personal thresholds, under the threshold law."""
    strength: Floats
    """(S, U) regulars of day 0."""
    unit_strength: Floats
    """(U,) regulars of day 0."""
    strength_by_sect: Floats
    """(S,) regulars of day 0."""
    battalion_strength: Floats
    smallest_company: Floats
    """(B,) regulars of day 0 of the smallest company of each battalion."""
    is_bound: Flags
    """(N,) whether he is a named person, who leaves by a dated event or not at all."""
    acting: Ints
    """Rows of the bound persons who leave by an event."""
    publicity: Floats
    """Publicity of the exit of each of them."""

    @cached_property
    def log_cap(self) -> float:
        """Log of the most that a hazard can be, 1 per day."""
        return math.log(self.scenario.law.cap_per_day)

    @cached_property
    def people(self) -> float:
        """Persons in the whole country."""
        return float(self.population.sum())

    @cached_property
    def people_share(self) -> Floats:
        """(H,) share of the country's people."""
        share: Floats = self.population / self.people
        return share

    @cached_property
    def unit_count(self) -> int:
        """U, the number of companies."""
        return int(self.army.units.place.size)

    @cached_property
    def place_count(self) -> int:
        """H, the number of places."""
        return int(self.population.size)

    @cached_property
    def sect_count(self) -> int:
        """S, the number of sects."""
        return int(self.community.size)

    def identities_below(self, with_reserve: bool) -> int:
        """Bound of the identities of those who can be serving: one more than the largest."""
        return self._identities_below[with_reserve]

    @cached_property
    def _identities_below(self) -> tuple[int, int]:
        """Bound of the identities of the regulars, and of all."""
        identity = self.army.soldiers.identity
        return int(identity[: self.army.regulars].max()) + 1, int(identity.max()) + 1
