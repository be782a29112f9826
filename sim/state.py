"""The state of a run: everything that a day changes.

It belongs to one run, which changes it in place; each stage of the day declares what it writes.
`N` soldiers, `U` companies, `S` sects, `H` places, `K` posts, `B` battalions, `F` factions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from sim.codes import Entries, Flags, Floats, Ints, Singles
from sim.lookout import Lookout
from sim.party import Party
from sim.queues import Queues
from sim.terms import Pressure


@dataclass
class State:
    """What a day changes."""

    day: int

    muster: Entries
    """(N,) soldiers, for compiled loops: the columns below are windows on it."""

    # Soldiers, each (N,): columns of one table (`sim.muster`).
    fate: Ints
    profile: Ints
    """Rank, sect, home, family outside, aware."""
    personal: Floats
    """Log hazard of his own: initial loyalty, service, comrades who left or were caught."""
    ties_gone: Ints
    ties_caught: Ints
    tenure: Ints
    """Step of his service: first, second or third two months, later."""
    in_party: Flags
    """Whether he sets out today."""
    post_held: Ints
    """The post that he holds, or -1."""
    asked: Ints
    """Ties asked by today's group under each leader."""
    sidelined: Flags
    """Whether a purge has sidelined him."""
    depth: Ints
    """Layers of his luck of exit that are read (`sim.scatter`): what is read decides nothing."""
    line: Ints
    """His line on the list of those who are read, or -1."""

    # The same table: what never changes.
    identity: Ints
    rank: Ints
    sect: Ints
    unit: Ints
    cell: Ints
    """Sect and company, a place in a table (S, U)."""
    lasting: Floats
    """Log hazard of his own before any term, without service and comrades."""
    susceptibility: Singles
    asked_as: Ints
    """Sect of those who can be asked to come along, else -1."""
    is_bound: Flags
    """Whether he is a named person."""
    seat: Ints
    """His place among those who are alike (`sim.alike`)."""

    # Soldiers, each (N,), apart: what is asked seldom, or of all in a row.
    death_due: Floats
    """Risk of his company at which he is killed; infinite at home, and once he was due."""
    unaware_left: Floats
    """Exposure to the offer that he still needs to hear of it; infinite once aware."""
    faction: Ints
    """Faction of which he is a member, or -1."""
    joined_from: Ints
    """Place where he was posted when he joined it."""
    soon_aware: Ints
    """Rows of the unaware whom a broadcast up to `looked_up_to` reaches; some have heard of it since."""
    soon_aware_at: Floats
    """The broadcast that reaches each of them."""
    plan_ready: Ints
    plan_risk: Floats

    # Companies, places, posts.
    serving: Ints
    """(S, U) men serving."""
    men: Ints
    """(U,) men serving."""
    station: Ints
    """(U,) where each company stands: place * 2 + deployed."""
    men_by_station: Ints
    """(H * 2,) men serving, by place and whether deployed."""
    men_by_battalion: Ints
    """(B,) men serving."""
    weakness: Floats
    """(U,) share of its strength that a company has lost with its sidelined officers."""
    gone_felt: Floats
    """(S, U) log hazard by the own group's escapes, fading."""
    gone_recent_by_battalion: Floats
    """(B,) escapes, fading."""
    caught_by_battalion: Floats
    """(B,) men caught leaving, fading."""
    caught_by_home: Floats
    """(H,) men caught leaving by home, fading."""
    gone_by_unit: Ints
    """(U,) escaped or caught so far."""
    regulars_gone: Ints
    """(U,) regulars escaped or caught so far."""
    gone_by_sect: Ints
    """(S,) escaped or caught so far."""
    collapsed_on: Ints
    """(U,) day of collapse, or -1."""
    gone_lately: Ints
    """(U,) regulars escaped or caught within the window of an abandoned base."""
    gone_lately_by_battalion: Ints
    """(B,) the same."""
    abandoned_on: Ints
    """(U,) day on which its base was abandoned, or -1."""
    death_risk: Floats
    """(U,) cumulative risk of death."""
    next_death: Floats
    """(2, U) risk at which the next regular and the next reservist is killed."""
    losses_battalion_recent: Floats
    losses_battalion_past: Floats
    losses_place_recent: Floats
    losses_place_past: Floats
    commander: Ints
    """(K,) row, or -1."""
    post_refill: Ints
    """(K,) day on which an empty post is filled, or -1."""
    post_empty: Floats
    """(U, 4) 1 where the post above is empty, by level."""
    unguarded: Floats
    """(U,) log hazard by the empty posts above."""
    erosion: Floats
    """(5, S, H) the stock of grievance."""

    # War and the country.
    civilians_killed: Floats
    soldiers_expected: Floats
    control_day: Floats
    control_night: Floats
    violence: Floats
    fighters: Floats
    """(2, H) armed opposition: civilians who took up arms, soldiers who joined; real numbers."""
    fighters_entered: Floats
    """(H,) soldiers who joined and have not left, those killed since included; real numbers."""
    militia: Floats
    """(H,) men, real numbers."""
    violence_felt: Floats
    """(H,) remembered violence, deaths a day per million."""
    regime_engaged: Floats
    """(H,) share of the regime's strength that is engaged today."""
    destruction: Floats
    """(H,) share of what stood on day 0 that is destroyed."""
    haven_access: Floats
    faction_access: Floats
    open_havens: Flags

    # Stocks of the whole.
    members: Ints
    """(F, 5) members of factions who deserted, by faction and rank."""

    accounts: Floats
    """(3, F) of each faction: US dollars owed and paid today, months owed to members."""
    leaving_risk: Floats
    """(F,) cumulative risk of leaving the faction."""
    waiting: Queues
    """Members of each faction by the risk at which they leave it."""

    # Events and the regime's responses.
    happened: set[str] = field(default_factory=set)
    went_on: dict[int, Ints] = field(default_factory=dict)
    """Companies of the regulars who escaped or were caught, one by one, by day, within that window."""
    steps_due: dict[int, list[tuple[int, Ints]]] = field(default_factory=dict)
    """By day: step of service, and rows of those who pass to it."""
    lookout: Lookout = field(default_factory=Lookout)
    shocks: list[str] = field(default_factory=list)
    summonses: list[tuple[int, int, float]] = field(default_factory=list)
    leave_cancelled_until: int = -1
    confined_until: int = -1
    in_force: list[Any] = field(default_factory=list)
    """Wage rises and blackouts in force, each with its end."""
    wage_raised: float = 0.0
    """Log units by which wage rises in force have raised the real wage."""
    heard: float = 1.0
    """Share of broadcasts and public signals that passes the blackouts in force."""
    purges: int = 0
    """Purges so far."""

    belief: float = 0.0
    territory_held: float = 0.0
    learned: float = 0.0
    broadcast: float = 0.0
    looked_up_to: float = -math.inf
    aware_count: int = 0
    faction_exists: bool = False
    recent_exits: float = 0.0
    recent_losses: float = 0.0
    """Of the armed opposition, killed a day per 1,000."""
    fighters_lost: float = 0.0
    """Share of the armed opposition killed today."""
    morale: float = 0.0
    knowledge: float = 0.0
    called_share: float = 0.0
    paid_probability: float = 0.0
    owed_usd: float = 0.0
    paid_usd: float = 0.0
    arrears_usd: float = 0.0

    # Today.
    happening: list[Any] = field(default_factory=list)
    """Events that happen today, in the order of the file."""
    moved: list[Any] = field(default_factory=list)
    """Moves of companies, of this morning and of this evening."""
    pressure: Pressure | None = None
    forced: Ints = field(init=False)
    killed: Ints = field(init=False)
    party: Party = field(init=False)
    attempt: Party = field(init=False)
    caught: Ints = field(init=False)
    escaped: Ints = field(init=False)
    left_behind: Ints = field(init=False)
    """Strong ties of today's escapes, one by one."""
    abandoned: Ints = field(init=False)
    """A company of each base abandoned today."""
    planners: Ints = field(init=False)
    left_faction: Ints = field(init=False)
    """Members who left their faction."""
    reported: Ints = field(init=False)
    evaded: Ints = field(init=False)
    touched: list[Ints] = field(default_factory=list)
    """Soldiers whose profile changed, or who came in, since the pressure was last looked at."""
    persuaded: list[tuple[Ints, Floats]] = field(default_factory=list)
    """Soldiers whose own part of the pressure changed, and by how much."""

    own: dict[str, Any] = field(default_factory=dict)
    """State of mechanisms that a user adds, by their name."""
