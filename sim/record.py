"""What is kept of a day: totals, a log of everything that befell a soldier, and loyalty each week.

The log holds a line a man and event, so that any breakdown by group can be made afterwards at no cost
to the day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from sim.codes import Fate, Flags, Floats, Ints, Singles
from sim.compiled import compiled
from sim.mechanisms.event_kinds import end_of
from sim.scenario import LoyaltyIndex
from sim.state import State
from sim.world import World

LOYALTY_BINS = 60
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


@dataclass
class Log:
    """Lines of one kind of event: parallel lists of arrays, joined when the run ends."""

    columns: tuple[str, ...]
    parts: list[tuple[Ints, ...]] = field(default_factory=list)

    def add(self, *values: Ints) -> None:
        """Add the lines of a day."""
        if values[0].size:
            self.parts.append(values)

    def joined(self) -> dict[str, Ints]:
        """All lines, by column."""
        if not self.parts:
            return {name: np.empty(0, dtype=np.int64) for name in self.columns}
        together = zip(*self.parts, strict=True)
        return {name: np.concatenate(part) for name, part in zip(self.columns, together, strict=True)}


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
        day = np.full(party.row.size, state.day)
        fate, faction = (of[party.row].astype(np.int64) for of in (state.fate, state.faction))
        aware = state.profile[party.row] % 2
        self.departures.add(day, party.row, party.leader, party.how, fate, aware, faction)
        for log, rows in (
            (self.members_left, state.left_faction),
            (self.deaths, state.killed),
            (self.arrivals, state.reported),
            (self.evaders, state.evaded),
        ):
            log.add(np.full(rows.size, state.day), rows)
        self.accounts.append(state.accounts.copy())
        for move in state.moved:
            self.moves.add(np.full(move.unit.size, move.day), *move[1:])
        for event in state.happening:
            end = end_of(event, world.scenario.start, state.day, world.scenario.days)
            self.events.append((state.day, event.name, end))
        self.daily.append(self._totals(world, state))

    def _totals(self, world: World, state: State) -> tuple[float, ...]:
        """Totals of the day, in the order of `DAILY_COLUMNS`."""
        fates = np.bincount(state.fate[state.escaped], minlength=len(Fate))
        men = state.men
        people = world.people_share
        return (
            state.attempt.row.size,
            state.escaped.size,
            fates[Fate.JOINED],
            fates[Fate.FLED],
            fates[Fate.HIDING],
            state.caught.size,
            state.killed.size,
            state.reported.size,
            state.evaded.size,
            state.planners.size,
            state.men_by_battalion.sum(),
            int(men @ (state.collapsed_on < 0)),
            self._loyal,
            state.abandoned.size,
            state.belief,
            state.learned,
            float(people @ state.control_day),
            float(people @ state.control_night),
            state.civilians_killed.sum(),
            *_of_the_war(world, state),
            state.members.sum(),
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
        for gone in (state.attempt.row, state.killed):
            self._gauge.serves[self._gauge.place[gone]] = False
        self._gauge.serves[self._gauge.place[state.reported]] = True
        if state.day % WEEK == 0:
            counts = self._gauge.count(state)
            self._loyal = self._gauge.loyal(world, state, counts)
            self.loyalty.append((state.day, counts))


def _of_the_war(world: World, state: State) -> tuple[float, float, float]:
    """Destruction of the country, armed opposition and militia; unknown where the war is a table."""
    if world.theatre is None:
        return math.nan, math.nan, math.nan
    destroyed = float(world.theatre.people @ state.destruction)
    return destroyed, float(state.fighters.sum()), float(state.militia.sum())


@dataclass(frozen=True)
class LoyaltyGauge:
    """Loyalty of those who serve in bins, in single precision: it is only counted.

    A man's bin is ``level - slope * erosion`` of his group, rounded down. Regulars stand group by group,
    then reservists.
    """

    place: Ints
    """(N,) where each row of the roster stands."""
    end: Ints
    """(2, G) where each group of either ends: rank, sect and home, in C order."""
    level: Singles
    slope: Singles
    serves: Flags
    first_loyal: int
    """First bin of those who count as loyal."""

    @staticmethod
    def of(world: World) -> LoyaltyGauge:
        """Work out the constants of an army; the regulars serve."""
        rules, soldiers = world.scenario.loyalty_index, world.army.soldiers
        edges = loyalty_edges(rules)
        width = edges[1] - edges[0]
        groups = math.prod(world.profile_shape[:3])
        # Few enough groups for two bytes are sorted fast.
        kind = np.min_scalar_type(2 * groups)
        group = ((world.profile >> 2) + groups * soldiers.reservist).astype(kind)
        order = np.argsort(group, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(order.size)
        return LoyaltyGauge(
            place=place,
            end=np.cumsum(np.bincount(group, minlength=2 * groups)).reshape(2, groups),
            level=((soldiers.loyalty - edges[0]) / width).astype(np.float32)[order],
            slope=(soldiers.susceptibility / width).astype(np.float32)[order],
            serves=~soldiers.reservist[order],
            first_loyal=int(np.searchsorted(edges, loyal_from(rules))),
        )

    def count(self, state: State) -> Ints:
        """Count those who serve, by group and bin; shape (G, `LOYALTY_BINS`)."""
        erosion = state.erosion.ravel().astype(np.float32)
        counts = np.zeros((erosion.size, LOYALTY_BINS), dtype=np.int64)
        end = self.end if state.called_share > 0.0 else self.end[:1]
        _count(end, self.level, self.slope, self.serves, erosion, counts)
        return counts

    def loyal(self, world: World, state: State, counts: Ints) -> int:
        """Men above the bound of loyalty in companies that have not collapsed."""
        rows = world.army.rows_of(np.flatnonzero(state.collapsed_on >= 0))
        place = self.place[rows]
        erosion = state.erosion.ravel().astype(np.float32)[world.profile[rows] >> 2]
        height = np.clip(self.level[place] - self.slope[place] * erosion, 0, LOYALTY_BINS - 1)
        loyal = height >= self.first_loyal
        return int(counts[:, self.first_loyal :].sum() - (loyal & self.serves[place]).sum())


@compiled
def _count(end: Ints, level: Singles, slope: Singles, serves: Flags, erosion: Singles, counts: Ints) -> None:
    """Add those who serve to the counts."""
    begin, first, last = 0, np.int32(0), np.int32(counts.shape[1] - 1)
    for part in range(end.shape[0]):
        for group in range(end.shape[1]):
            for place in range(begin, end[part, group]):
                height = np.int32(level[place] - slope[place] * erosion[group])
                counts[group, min(max(height, first), last)] += serves[place]
            begin = end[part, group]


def loyalty_edges(rules: LoyaltyIndex) -> Floats:
    """Edges of the bins of loyalty, log hazard, shape (`LOYALTY_BINS` + 1,).

    Six widths to either side of the middle: index 0.0025 to 0.9975. One edge lies on the middle.
    """
    edges: Floats = rules.middle + rules.width * np.linspace(-6.0, 6.0, LOYALTY_BINS + 1)
    return edges


def loyal_from(rules: LoyaltyIndex) -> float:
    """Loyalty, log hazard, from which a soldier counts as loyal."""
    return rules.middle + rules.width * math.log(rules.loyal_above / (1.0 - rules.loyal_above))


def loyalty_index(loyalty: Floats, middle: float, width: float) -> Floats:
    """Loyalty as it is shown to people.

    Parameters
    ----------
    loyalty : array
        Loyalty L, log hazard.
    middle, width : float
        Loyalty whose index is 0.5, and width of the transform.

    Returns
    -------
    array in [0, 1], of the same shape
    """
    index: Floats = 1.0 / (1.0 + np.exp((middle - loyalty) / width))
    return index
