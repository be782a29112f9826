"""Scenario to army: every soldier, unit, post and tie, dealt under the army seed.

Strengths of companies and numbers of each rank come out exactly, by largest remainders; sects, homes
and personal traits are dealt soldier by soldier, so their shares hold within sampling error.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.army import Army, Posts, Roster, Ties, Units, expand, lock
from sim.codes import RANKS, Flags, Floats, Ints, Level, Rank
from sim.errors import Fault, ScenarioError
from sim.luck import Luck
from sim.scenario import Scenario
from sim.tables import ArmyPlan

# How many of a rank serve in a headquarters company, relative to a plain one and per man.
_SENIOR_WEIGHT = {
    Level.COMPANY: 0.3,
    Level.BATTALION: 3.0,
    Level.BRIGADE: 12.0,
    Level.FORMATION: 24.0,
}
_GENERAL_WEIGHT = {
    Level.COMPANY: 0.0,
    Level.BATTALION: 0.0,
    Level.BRIGADE: 1.0,
    Level.FORMATION: 4.0,
}
_MOST_SENIOR_SHARE = 0.6


def build(scenario: Scenario, army_seed: int) -> Army:
    """Build the army of a scenario.

    Parameters
    ----------
    scenario : Scenario
    army_seed : int
        Decides who is who; what befalls him is dealt under the luck seed.

    Returns
    -------
    Army
    """
    luck = Luck(army_seed)
    skeleton = _skeleton(scenario)
    units = _units(scenario, skeleton, luck)
    people, starts = _people(scenario, skeleton, units, luck)
    posts = _posts(skeleton, starts[0])
    persons = _bind_persons(scenario, skeleton, posts, people)
    soldiers = _with_traits(scenario, units, people, luck)
    ties = _ties(scenario, soldiers, luck)
    for part in (soldiers, units, posts, ties):
        lock(part)
    return Army(soldiers, units, posts, ties, int(starts[0][-1]), *starts, persons, army_seed)


@dataclass(frozen=True)
class _Skeleton:
    """Companies before any soldier: where each stands in the order of battle; all (U,)."""

    formation: Ints
    brigade: Ints
    number: Ints
    """Number of the brigade within its formation, from 0."""
    battalion: Ints
    strength: Ints
    headquarters: Ints
    """Highest level whose headquarters the company is."""


def largest_remainder(total: int, weights: Floats) -> Ints:
    """Split a whole number in proportion to weights, exactly.

    Parameters
    ----------
    total : int
    weights : (n,) array of float
        Not negative; not all 0 unless `total` is 0.

    Returns
    -------
    (n,) array of int
        Sums to `total`.
    """
    if total == 0:
        return np.zeros(weights.size, dtype=np.int64)
    exact = weights * (total / weights.sum())
    whole = np.floor(exact).astype(np.int64)
    short = total - int(whole.sum())
    order = np.argsort(whole - exact, kind="stable")
    whole[order[:short]] += 1
    split: Ints = whole
    return split


def _skeleton(scenario: Scenario) -> _Skeleton:
    """Write out the order of battle company by company, at the army's scale."""
    plan, rows = scenario.army, []
    for place, line in enumerate(plan.order_of_battle):
        shape = (line.brigades, line.battalions_per_brigade, line.companies_per_battalion)
        brigade, battalion, company = (axis.ravel() for axis in np.indices(shape))
        strength = np.full(brigade.size, line.company_strength)
        rows.append((np.full(brigade.size, place), brigade, battalion, company, strength))
    columns = [np.concatenate(column) for column in zip(*rows, strict=True)]
    kept, copy = _kept(columns[0].size, plan.scale, _bound_companies(plan, columns[0], columns[1]))
    formation, brigade, battalion, company, strength = (column[kept] for column in columns)
    order = np.lexsort((company, battalion, brigade, copy, formation))
    formation, strength = formation[order], strength[order]
    number = brigade[order]
    brigade = _number((formation, copy[order], number))
    battalion = _number((brigade, battalion[order]))
    level = np.full(formation.size, Level.COMPANY)
    for rank, group in (
        (Level.BATTALION, battalion),
        (Level.BRIGADE, brigade),
        (Level.FORMATION, formation),
    ):
        level[np.diff(group, prepend=-1) != 0] = rank
    filled = largest_remainder(plan.regulars_built, strength)
    return _Skeleton(formation, brigade, number, battalion, filled, level)


def _number(keys: tuple[Ints, ...]) -> Ints:
    """Number the groups of equal neighbours, 0 and upward; rows are in order of the keys."""
    changes = np.zeros(keys[0].size, dtype=bool)
    for key in keys:
        changes |= np.diff(key, prepend=key[:1]) != 0
    return np.cumsum(changes)


def _kept(companies: int, scale: float, bound: Ints) -> tuple[Ints, Ints]:
    """Companies that are built at a scale, spread evenly over the order of battle, and which copy each is."""
    if scale == 1.0:
        return np.arange(companies), np.zeros(companies, dtype=np.int64)
    number = max(1, round(companies * scale))
    kept = np.floor((np.arange(number) + 0.5) * companies / number).astype(np.int64)
    kept = np.sort(np.concatenate((kept, np.setdiff1d(bound, kept))))
    first = np.searchsorted(kept, kept)
    return kept, np.arange(kept.size) - first


def _bound_companies(plan: ArmyPlan, formation: Ints, brigade: Ints) -> Ints:
    """Headquarters companies of the brigades that named persons command."""
    names = [line.name for line in plan.order_of_battle]
    found = [
        np.flatnonzero((formation == names.index(one.formation)) & (brigade == one.brigade - 1))[0]
        for one in plan.persons
    ]
    return np.array(found, dtype=np.int64)


def _units(scenario: Scenario, skeleton: _Skeleton, luck: Luck) -> Units:
    """Companies with branch, place, posture and random effect."""
    lines = scenario.army.order_of_battle
    branches, places = list(scenario.branches), list(scenario.places)
    branch = np.array([branches.index(line.branch) for line in lines])
    place = np.array([places.index(line.place) for line in lines])
    deployed = np.array([line.deployed for line in lines])
    number = np.arange(skeleton.formation.size)
    return Units(
        battalion=skeleton.battalion,
        brigade=skeleton.brigade,
        formation=skeleton.formation,
        branch=branch[skeleton.formation],
        place=place[skeleton.formation],
        deployed=deployed[skeleton.formation],
        effect=scenario.army.unit_effect_sd * luck.normal("unit effect", number),
    )


def _rank_counts(plan: ArmyPlan, skeleton: _Skeleton) -> Ints:
    """Men of each rank in each company, shape (U, 5); highest ranks gather in headquarters."""
    share = np.array([plan.rank_shares.get(rank, 0.0) for rank in RANKS])  # type: ignore[call-overload]
    total = largest_remainder(plan.regulars_built, share)
    strength = skeleton.strength.astype(np.float64)
    counts = np.zeros((strength.size, len(RANKS)), dtype=np.int64)
    left = skeleton.strength.copy()
    for rank, weight in ((Rank.GENERAL, _GENERAL_WEIGHT), (Rank.SENIOR, _SENIOR_WEIGHT)):
        pull = np.array([weight[Level(level)] for level in range(len(Level))])[skeleton.headquarters]
        wanted = largest_remainder(int(total[rank]), pull * strength) if pull.any() else 0 * left
        most = np.floor(_MOST_SENIOR_SHARE * left).astype(np.int64)
        counts[:, rank] = _fill(wanted, most, left)
        left = left - counts[:, rank]
    for rank in (Rank.JUNIOR, Rank.NCO):
        counts[:, rank] = np.minimum(largest_remainder(int(total[rank]), left.astype(float)), left)
        left = left - counts[:, rank]
    counts[:, Rank.ENLISTED] = left
    return counts


def _fill(wanted: Ints, most: Ints, room: Ints) -> Ints:
    """Cap a distribution and hand what is over to companies with room, in proportion to it."""
    taken = np.minimum(wanted, most)
    while over := int(wanted.sum() - taken.sum()):
        room_left = room - taken
        if not room_left.any():
            break
        taken = taken + np.minimum(largest_remainder(over, room_left.astype(float)), room_left)
    return taken


@dataclass(frozen=True)
class _People:
    """Soldiers before their traits; all (N,)."""

    unit: Ints
    rank: Ints
    sect: Ints
    home: Ints
    reservist: Flags


def _people(
    scenario: Scenario, skeleton: _Skeleton, units: Units, luck: Luck
) -> tuple[_People, tuple[Ints, Ints]]:
    """Soldiers with unit, rank, sect and home; first rows of each unit's regulars and reservists."""
    plan, unit_count = scenario.army, skeleton.formation.size
    counts = _rank_counts(plan, skeleton)[:, ::-1]
    regular_unit = np.repeat(np.arange(unit_count), counts.sum(axis=1))
    rank = np.repeat(np.tile(np.arange(len(RANKS))[::-1], unit_count), counts.ravel())
    filled = largest_remainder(plan.reserves_built, skeleton.strength.astype(np.float64))
    unit = np.concatenate((regular_unit, np.repeat(np.arange(unit_count), filled)))
    rank = np.concatenate((rank, np.full(plan.reserves_built, Rank.ENLISTED)))
    reservist = np.arange(unit.size) >= regular_unit.size
    sect = _sects(scenario, units, unit, rank, reservist, luck)
    home = _homes(scenario, units.place[unit], sect, luck)
    starts = (
        _starts(regular_unit, unit_count, 0),
        _starts(unit[reservist], unit_count, regular_unit.size),
    )
    return _People(unit, rank, sect, home, reservist), starts


def _starts(unit: Ints, unit_count: int, offset: int) -> Ints:
    """First row of each unit in a block of rows in unit order, shape (U + 1,)."""
    length = np.bincount(unit, minlength=unit_count)
    return offset + np.concatenate(([0], np.cumsum(length)))


def _choose(cumulative: Floats, table: Ints, uniform: Floats) -> Ints:
    """Inverse transform: the first entry of a row of a cumulative table above a uniform number."""
    chosen = np.zeros(table.size, dtype=np.int64)
    for column in range(cumulative.shape[1] - 1):
        chosen += uniform >= cumulative[table, column]
    return chosen


def _sects(scenario: Scenario, units: Units, unit: Ints, rank: Ints, reservist: Flags, luck: Luck) -> Ints:
    """Sect of each soldier from the composition of his formation and rank."""
    plan, names = scenario.army, list(scenario.sects)
    kinds = list(plan.compositions)
    share = np.array(
        [
            [[getattr(plan.compositions[kind], rank).get(sect, 0.0) for sect in names] for rank in RANKS]
            for kind in kinds
        ]
    )
    kind_of_line = np.array([kinds.index(line.composition) for line in plan.order_of_battle])
    kind = kind_of_line[units.formation[unit]]
    if plan.reserve_composition is not None:
        kind[reservist] = kinds.index(plan.reserve_composition)
    cumulative = np.cumsum(share, axis=2).reshape(-1, len(names))
    uniform = luck.uniform("sect", np.arange(unit.size))
    return _choose(cumulative / cumulative[:, -1:], kind * len(RANKS) + rank, uniform)


def _homes(scenario: Scenario, posted: Ints, sect: Ints, luck: Luck) -> Ints:
    """Home of each soldier in proportion to his sect's people, never where he is posted."""
    places = list(scenario.places.values())
    people = np.array(
        [[place.population * place.sects.get(name, 0.0) for place in places] for name in scenario.sects]
    )
    lonely = people.sum(axis=1) == 0
    people[lonely] = [place.population for place in places]
    people = np.repeat(people[:, np.newaxis, :], len(places), axis=1)
    if scenario.army.posted_away_from_home and len(places) > 1:
        here = np.arange(len(places))
        elsewhere = people.copy()
        elsewhere[:, here, here] = 0.0
        possible = elsewhere.sum(axis=2) > 0
        people = np.where(possible[..., np.newaxis], elsewhere, people)
    cumulative = np.cumsum(people, axis=2).reshape(-1, len(places))
    uniform = luck.uniform("home", np.arange(sect.size))
    return _choose(cumulative / cumulative[:, -1:], sect * len(places) + posted, uniform)


def _with_traits(scenario: Scenario, units: Units, people: _People, luck: Luck) -> Roster:
    """Complete the roster: initial loyalty, susceptibility, frailty, stayers, families outside."""
    plan, identity = scenario.army, np.arange(people.unit.size)
    of_sect = np.array([entry.initial_loyalty for entry in scenario.sects.values()])
    of_branch = np.array([entry.loyalty for entry in scenario.branches.values()])
    of_home = np.array([entry.loyalty_offset for entry in scenario.places.values()])
    of_rank = np.array(plan.rank_loyalty.values_in_order())
    branch = units.branch[people.unit]
    loyalty = of_sect[people.sect] + of_branch[branch] + of_home[people.home] + of_rank[people.rank]
    loyalty += plan.loyalty_sd * luck.normal("loyalty", identity)
    susceptibility = luck.uniform("susceptibility", identity)
    frailty = luck.uniform("frailty", identity)
    return Roster(
        identity=identity,
        unit=people.unit.astype(np.int32),
        rank=people.rank.astype(np.int8),
        sect=people.sect.astype(np.int8),
        home=people.home.astype(np.int32),
        loyalty=loyalty,
        susceptibility=_gamma(susceptibility, 1.0 / plan.susceptibility_shape).astype(np.float32),
        log_frailty=np.log(_gamma(frailty, plan.frailty_variance)),
        stayer=luck.uniform("stayer", identity) < plan.stayers_share,
        family_outside=luck.uniform("family outside", identity) < plan.family_outside_share,
        reservist=people.reservist,
    )


def _gamma(uniform: Floats, variance: float) -> Floats:
    """Gamma numbers of mean 1 by inverse transform, from a table of quantiles between rare tails.

    Between the 0.1 % tails the inverse is interpolated on 4,096 knots in the logit of the probability:
    exact to 1e-5, and ten times faster; in the tails it is computed exactly.
    """
    if variance == 0.0:
        return np.ones(uniform.size)
    from scipy.special import gammaincinv

    shape = 1.0 / variance
    logit = np.log(uniform / (1.0 - uniform))
    knots = np.linspace(-7.0, 7.0, 4096)
    quantiles = gammaincinv(shape, 1.0 / (1.0 + np.exp(-knots))) / shape
    numbers: Floats = np.interp(logit, knots, quantiles)
    tail = np.flatnonzero(np.abs(logit) > 7.0)
    numbers[tail] = np.maximum(gammaincinv(shape, uniform[tail]) / shape, 1e-300)
    return numbers


def _posts(skeleton: _Skeleton, regular_start: Ints) -> Posts:
    """Command posts of all levels; each is held by the highest man of its headquarters still free."""
    groups = {
        Level.FORMATION: skeleton.formation,
        Level.BRIGADE: skeleton.brigade,
        Level.BATTALION: skeleton.battalion,
        Level.COMPANY: np.arange(skeleton.formation.size),
    }
    held = np.zeros(skeleton.formation.size, dtype=np.int64)
    level, first, last, commander = [], [], [], []
    for rank, group in groups.items():
        begin = np.flatnonzero(np.diff(group, prepend=-1))
        row = regular_start[begin] + held[begin]
        row[row >= regular_start[begin + 1]] = -1
        held[begin] += 1
        level.append(np.full(begin.size, rank))
        first.append(begin)
        last.append(np.append(begin[1:], group.size))
        commander.append(row)
    return Posts(*(np.concatenate(part) for part in (level, first, last, commander)))


def _bind_persons(scenario: Scenario, skeleton: _Skeleton, posts: Posts, people: _People) -> dict[str, int]:
    """Give the commander of each named brigade the stated rank, sect and home; rows by name."""
    lines = [line.name for line in scenario.army.order_of_battle]
    sects, homes = list(scenario.sects), list(scenario.places)
    bound = {}
    for person in scenario.army.persons:
        own = skeleton.formation == lines.index(person.formation)
        unit = int(np.flatnonzero(own & (skeleton.number == person.brigade - 1))[0])
        post = np.flatnonzero((posts.level == Level.BRIGADE) & (posts.first == unit))[0]
        row = int(posts.commander[post])
        if row < 0:
            raise ScenarioError(
                [Fault("army.persons", f"{person.name}: the headquarters company has too few men for him")]
            )
        people.rank[row] = RANKS.index(person.rank)
        people.sect[row] = sects.index(person.sect)
        people.home[row] = homes.index(person.home)
        bound[person.name] = row
    return bound


def _ties(scenario: Scenario, soldiers: Roster, luck: Luck) -> Ties:
    """Strong ties: rings of barracks mates, and rings of men of one home and sect."""
    plan = scenario.army.ties
    block = soldiers.unit * 2 + soldiers.reservist
    origin = soldiers.home * len(scenario.sects) + soldiers.sect
    columns = [
        *_ring(block, luck.uniform("barracks ties", soldiers.identity), plan.barracks // 2),
        *_ring(origin, luck.uniform("home ties", soldiers.identity), plan.home // 2),
    ]
    size = soldiers.unit.size
    if not columns:
        return Ties(np.zeros(size + 1, dtype=np.int64), np.empty(0, dtype=np.int64))
    table = np.sort(np.stack(columns, axis=1), axis=1)
    table[:, 1:][table[:, 1:] == table[:, :-1]] = -1
    real = table >= 0
    start = np.concatenate(([0], np.cumsum(real.sum(axis=1))))
    return Ties(start, table[real].astype(np.int32))


def _ring(group: Ints, key: Floats, reach: int) -> list[Ints]:
    """Neighbours of each row on a random ring of its group, up to a reach to either side; -1 if none."""
    if reach == 0:
        return []
    order = np.lexsort((key, group))
    ordered = group[order]
    begin = np.flatnonzero(np.diff(ordered, prepend=-1))
    length = np.diff(np.append(begin, ordered.size))
    which, place = expand(begin, begin + length)
    size, origin = length[which], begin[which]
    columns: list[Ints] = []
    for offset in range(1, reach + 1):
        for step in (offset, -offset):
            # On an even ring the man opposite is met once, going forward.
            enough = size > 2 * offset if step < 0 else size >= 2 * offset
            there = origin + (place - origin + step) % size
            column = np.empty(group.size, dtype=np.int64)
            column[order] = np.where(enough, order[there], -1)
            columns.append(column)
    return columns
