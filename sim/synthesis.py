"""Scenario to army: every soldier, unit, post and tie, dealt under the army seed.

Sects, homes and personal traits are dealt soldier by soldier, so their shares hold within sampling error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from sim.army import Army, Posts, Roster, Units, lock
from sim.codes import RANKS, Flags, Floats, Ints, Level, Rank
from sim.errors import Fault, ScenarioError
from sim.luck import Luck
from sim.muster import MOST_TIES
from sim.order_of_battle import Skeleton, command_posts, companies, largest_remainder, rank_counts, write_out
from sim.rings import strong_ties
from sim.scenario import Scenario
from sim.tables import ArmyPlan

_SECTIONS = {"army", "sects", "branches", "places"}
"""Sections of a scenario that an army is built from."""
_NOT_OF_IT: Any = {"places": {"__all__": {"distance_km", "tile", "title"}}}
"""What no soldier is dealt from, though it stands in one of them."""
_IN_MEMORY: WeakValueDictionary[tuple[int, str], Army] = WeakValueDictionary()
"""Armies that somebody keeps, by seed and by what they were built from."""


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
    skeleton = write_out(scenario)
    units = companies(scenario, skeleton, luck)
    people, starts = _people(scenario, skeleton, units, luck)
    posts = command_posts(skeleton, starts[0])
    persons = _bind_persons(scenario, skeleton, posts, people)
    soldiers = _with_traits(scenario, units, people, luck)
    ties = strong_ties(scenario, soldiers, luck)
    if ties.of.shape[1] > MOST_TIES:
        message = f"somebody would have {ties.of.shape[1]} strong ties, at most {MOST_TIES} are counted"
        raise ScenarioError([Fault("army.ties", message)])
    for part in (soldiers, units, posts, ties):
        lock(part)
    army = Army(soldiers, units, posts, ties, int(starts[0][-1]), *starts, persons, army_seed)
    _IN_MEMORY[army_seed, built_from(scenario)] = army
    return army


def at_hand(scenario: Scenario, army_seed: int) -> Army:
    """Army of a scenario: the one built before, if somebody still keeps it, or else built anew."""
    return _IN_MEMORY.get((army_seed, built_from(scenario))) or build(scenario, army_seed)


def built_from(scenario: Scenario) -> str:
    """Text of all that an army is built from; the order of its tables counts."""
    return scenario.model_dump_json(include=_SECTIONS, exclude=_NOT_OF_IT, by_alias=True)


@dataclass(frozen=True)
class _People:
    """Soldiers before their traits; all (N,)."""

    unit: Ints
    rank: Ints
    sect: Ints
    home: Ints
    reservist: Flags


def _people(
    scenario: Scenario, skeleton: Skeleton, units: Units, luck: Luck
) -> tuple[_People, tuple[Ints, Ints]]:
    """Soldiers with unit, rank, sect and home; first rows of each unit's regulars and reservists."""
    plan, unit_count = scenario.army, skeleton.formation.size
    counts = rank_counts(plan, skeleton)[:, ::-1]
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
    """Complete the roster: initial loyalty, susceptibility, frailty, stayers, families, service."""
    plan, identity = scenario.army, np.arange(people.unit.size)
    of_sect = np.array([entry.initial_loyalty for entry in scenario.sects.values()])
    of_branch = np.array([entry.loyalty for entry in scenario.branches.values()])
    of_home = np.array([entry.loyalty_offset for entry in scenario.places.values()])
    of_rank = plan.rank_loyalty.in_order()
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
        **_service(plan, people, luck),
    )


def _service(plan: ArmyPlan, people: _People, luck: Luck) -> dict[str, Any]:
    """Who serves by conscription, and how long each has served on day 0."""
    regulars = np.flatnonzero(~people.reservist)
    share = plan.conscript_share.in_order()[people.rank[regulars]]
    drafted = luck.uniform("conscript", regulars) < share
    months = np.floor(luck.uniform("months served", regulars) * plan.service_months)
    conscript, served = people.reservist.copy(), np.zeros(people.unit.size, dtype=np.int16)
    conscript[regulars] = drafted
    served[regulars] = np.where(drafted, months, plan.service_months)
    return {"conscript": conscript, "months_served": served}


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


def _bind_persons(scenario: Scenario, skeleton: Skeleton, posts: Posts, people: _People) -> dict[str, int]:
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
