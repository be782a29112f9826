"""The order of battle written out: companies, their ranks in numbers, and the command posts.

Strengths of companies and numbers of each rank come out exactly, by largest remainders.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.army import Posts, Units
from sim.codes import RANKS, Floats, Ints, Level, Rank
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


@dataclass(frozen=True)
class Skeleton:
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


def write_out(scenario: Scenario) -> Skeleton:
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
    return Skeleton(formation, brigade, number, battalion, filled, level)


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


def companies(scenario: Scenario, skeleton: Skeleton, luck: Luck) -> Units:
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
        brigade_number=skeleton.number,
        formation=skeleton.formation,
        branch=branch[skeleton.formation],
        place=place[skeleton.formation],
        deployed=deployed[skeleton.formation],
        effect=scenario.army.unit_effect_sd * luck.normal("unit effect", number),
    )


def rank_counts(plan: ArmyPlan, skeleton: Skeleton) -> Ints:
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


def command_posts(skeleton: Skeleton, regular_start: Ints) -> Posts:
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
