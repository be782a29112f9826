"""What is kept of a day: totals, a log of everything that befell a soldier, and loyalty each week.

The log holds a line a man and event, so that any breakdown by group can be made afterwards at no cost
to the day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from sim.codes import Entries, Fate, Floats, Ints
from sim.compiled import compiled
from sim.loyalty_gauge import LoyaltyGauge
from sim.mechanisms.event_kinds import end_of
from sim.state import State
from sim.world import World

WEEK = 7

DAILY_COLUMNS = (
    "attempts",
    "exits",
    "joined",
    "fled",
    "hiding",
    "caught",
    "killed",
    "reported",
    "evaded",
    "planners",
    "serving",
    "deployable",
    "loyal",
    "bases_abandoned",
    "belief",
    "surveillance_learned",
    "control_day",
    "control_night",
    "civilians_killed",
    "destruction",
    "fighters",
    "militia",
    "members",
    "members_left",
    "unity",
    "morale",
    "knowledge",
    "aware",
    "paid_probability",
    "owed_usd",
    "paid_usd",
    "arrears_usd",
)

DEPARTURE_COLUMNS = ("day", "row", "leader", "how", "fate", "aware", "faction")

_NO_THEATRE, _UNKNOWN = np.empty(0), (math.nan,) * 3
"""Of an endogenous war, where the war is a table."""


@dataclass
class Log:
    """Lines of one kind of event: a table for each day that has any, joined when the run ends."""

    columns: tuple[str, ...]
    """`day`, then those of the tables."""
    days: list[int] = field(default_factory=list)
    tables: list[Ints] = field(default_factory=list)
    _joined: dict[str, Ints] = field(default_factory=dict)
    """All lines, once they were asked for."""

    def add(self, day: int, lines: Ints) -> None:
        """Add the lines of a day, by column; shape (columns, n), or (n,) of one column."""
        if lines.size:
            self.days.append(day)
            self.tables.append(lines)
            self._joined = {}

    def joined(self) -> dict[str, Ints]:
        """All lines, by column; not to be written to."""
        self._joined = self._joined or self._join()
        return self._joined

    def _join(self) -> dict[str, Ints]:
        tables = [np.empty((len(self.columns) - 1, 0), dtype=np.int64)]
        tables += [np.atleast_2d(lines) for lines in self.tables]
        day = np.repeat(np.array(self.days, dtype=np.int64), [table.shape[1] for table in tables[1:]])
        return dict(zip(self.columns, (day, *np.concatenate(tables, axis=1)), strict=True))


@dataclass
class Record:
    """What a run has kept so far.

    Attributes
    ----------
    daily : list of tuple
        A row a day, in the order of `DAILY_COLUMNS`.
    departures, members_left, deaths, arrivals, evaders : Log
        Who left or was caught leaving; left his faction; was killed; reported from the reserve; did not
        report.
    accounts : list of array
        `State.accounts` of each day.
    moves : Log
        Companies that went elsewhere or changed posture; `day` is the first on which they stand there.
    events : list of (int, str, int)
        Day of each event that happened, its name, and the first day on which it is not in force.
    loyalty : list
        (day, counts) each week; counts of serving men by rank, sect, home and bin of loyalty
        (`loyalty_edges`), shape (5 * S * H, `LOYALTY_BINS`).
    """

    daily: list[tuple[float, ...]] = field(default_factory=list)
    departures: Log = field(default_factory=lambda: Log(DEPARTURE_COLUMNS))
    members_left: Log = field(default_factory=lambda: Log(("day", "row")))
    accounts: list[Floats] = field(default_factory=list)
    deaths: Log = field(default_factory=lambda: Log(("day", "row")))
    arrivals: Log = field(default_factory=lambda: Log(("day", "row")))
    evaders: Log = field(default_factory=lambda: Log(("day", "row")))
    moves: Log = field(default_factory=lambda: Log(("day", "unit", "before", "after", "men")))
    events: list[tuple[int, str, int]] = field(default_factory=list)
    loyalty: list[tuple[int, Ints]] = field(default_factory=list)
    _loyal: int = 0
    _gauge: LoyaltyGauge | None = None

    def take(self, world: World, state: State) -> None:
        """Keep what matters of the day that ends."""
        self._take_loyalty(world, state)
        party = state.attempt
        self.departures.add(
            state.day,
            _departed(party.row, party.leader, party.how, state.muster, state.faction),
        )
        self.members_left.add(state.day, state.left_faction)
        self.deaths.add(state.day, state.killed)
        self.arrivals.add(state.day, state.reported)
        self.evaders.add(state.day, state.evaded)
        self.accounts.append(state.accounts.copy())
        for move in state.moved:
            self.moves.add(move.day, np.stack(move[1:]))
        for event in state.happening:
            end = end_of(event, world.scenario.start, state.day, world.scenario.days)
            self.events.append((state.day, event.name, end))
        self.daily.append(self._totals(world, state))

    def _totals(self, world: World, state: State) -> tuple[float, ...]:
        """Totals of the day, in the order of `DAILY_COLUMNS`."""
        joined, fled, hiding, serving, deployable, by_day, by_night, civilians, members, *of_the_war = _sums(
            state.escaped,
            state.fate,
            state.men,
            state.collapsed_on,
            world.people_share,
            state.control_day,
            state.control_night,
            state.civilians_killed,
            state.members,
            _NO_THEATRE if world.theatre is None else world.theatre.people,
            state.destruction,
            state.fighters,
            state.militia,
        )
        return (
            state.attempt.row.size,
            state.escaped.size,
            joined,
            fled,
            hiding,
            state.caught.size,
            state.killed.size,
            state.reported.size,
            state.evaded.size,
            state.planners.size,
            serving,
            deployable,
            self._loyal,
            state.abandoned.size,
            state.belief,
            state.learned,
            by_day,
            by_night,
            civilians,
            *(_UNKNOWN if world.theatre is None else of_the_war),
            members,
            state.left_faction.size,
            world.unity[state.day],
            state.morale,
            state.knowledge,
            state.aware_count,
            state.paid_probability,
            state.owed_usd,
            state.paid_usd,
            state.arrears_usd,
        )

    def _take_loyalty(self, world: World, state: State) -> None:
        """Count serving men by group and bin of loyalty, each week."""
        if self._gauge is None:
            self._gauge = LoyaltyGauge.of(world)
        self._gauge.follow(state)
        if state.day % WEEK == 0:
            counts, self._loyal = self._gauge.count(world, state)
            self.loyalty.append((state.day, counts))


@compiled
def _departed(row: Ints, leader: Ints, how: Ints, men: Entries, faction: Ints) -> Ints:
    """Lines of those who left or were caught leaving, shape (6, n)."""
    lines, fate, profile = np.empty((6, row.size), np.int32), men["fate"], men["profile"]
    for one in range(row.size):
        man = row[one]
        lines[0, one], lines[1, one], lines[2, one] = man, leader[one], how[one]
        lines[3, one], lines[4, one], lines[5, one] = fate[man], profile[man] % 2, faction[man]
    return lines


@compiled
def _sums(
    escaped: Ints,
    fate: Ints,
    men: Ints,
    collapsed_on: Ints,
    people_share: Floats,
    control_day: Floats,
    control_night: Floats,
    civilians_killed: Floats,
    members: Ints,
    people: Floats,
    destruction: Floats,
    fighters: Floats,
    militia: Floats,
) -> tuple[float, ...]:
    """Add up soldiers by fate, companies, places, factions, and what an endogenous war moves."""
    return (
        _fates(escaped, fate)
        + _men(men, collapsed_on)
        + _control(people_share, control_day, control_night, civilians_killed)
        + (members.sum(),)
        + _war(people, destruction, fighters, militia)
    )


@compiled
def _fates(escaped: Ints, fate: Ints) -> tuple[int, int, int]:
    """Who joined, fled and hides today."""
    joined = fled = hiding = 0
    for row in escaped:
        joined += fate[row] == Fate.JOINED
        fled += fate[row] == Fate.FLED
        hiding += fate[row] == Fate.HIDING
    return joined, fled, hiding


@compiled
def _men(men: Ints, collapsed_on: Ints) -> tuple[int, int]:
    """Serving and deployable men."""
    serving = deployable = 0
    for unit in range(men.size):
        serving += men[unit]
        deployable += men[unit] if collapsed_on[unit] < 0 else 0
    return serving, deployable


@compiled
def _control(
    people_share: Floats, control_day: Floats, control_night: Floats, civilians_killed: Floats
) -> tuple[float, float, float]:
    """Control by day and by night, by population; civilians killed."""
    by_day = by_night = civilians = 0.0
    for place in range(people_share.size):
        by_day += people_share[place] * control_day[place]
        by_night += people_share[place] * control_night[place]
        civilians += civilians_killed[place]
    return by_day, by_night, civilians


@compiled
def _war(
    people: Floats, destruction: Floats, fighters: Floats, militia: Floats
) -> tuple[float, float, float]:
    """Destruction by population, armed opposition, militia."""
    destroyed = armed = militiamen = 0.0
    for place in range(people.size):
        destroyed += people[place] * destruction[place]
        armed += fighters[0, place] + fighters[1, place]
        militiamen += militia[place]
    return destroyed, armed, militiamen
