"""Which companies are built at a scale, and how many men of which rank each gets (sections 5.1 and 5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Any

from sim.codes import RANKS, Level, Rank
from sim.reference.luck import Luck
from sim.reference.roll import Unit
from sim.reference.shares import largest_remainders
from sim.scenario import Scenario

MOST_OF_A_COMPANY = 0.6
"""Most of a company that generals, or senior officers, can be."""
PULLS = {
    Rank.GENERAL: (0.0, 0.0, 1.0, 4.0),
    Rank.SENIOR: (0.3, 3.0, 12.0, 24.0),
}
"""Weight of the headquarters of each level, from company to formation."""


@dataclass(frozen=True, order=True)
class Written:
    """A company as it is written out, or a copy of it."""

    formation: int
    copy: int
    brigade: int
    battalion: int
    company: int


@dataclass
class Built:
    """Companies that are built."""

    units: list[Unit]
    lines: list[Any]
    """The line of the order of battle of each."""
    levels: list[int]
    """The highest level of which each is the headquarters."""
    brigades: list[Written]
    """What each is written as."""


def build_companies(scenario: Scenario, luck: Luck) -> Built:
    """Build the companies of a scenario at its scale."""
    army = scenario.army
    chosen = sorted(_copies(_chosen(scenario)))
    units: list[Unit] = []
    for number, one in enumerate(chosen):
        line = army.order_of_battle[one.formation]
        before = chosen[number - 1] if number else None
        brigade, battalion = _numbers(units, before, one)
        effect = army.unit_effect_sd * luck.normal("unit effect", number)
        branch, place = list(scenario.branches).index(line.branch), list(scenario.places).index(line.place)
        units.append(
            Unit(battalion, brigade, one.brigade, one.formation, branch, place, line.deployed, effect)
        )
    lines = [army.order_of_battle[unit.formation] for unit in units]
    return Built(units, lines, [_level(units, number) for number in range(len(units))], chosen)


def _written(scenario: Scenario) -> list[tuple[int, int, int, int]]:
    """All companies of the order of battle: formation, brigade, battalion, company."""
    return [
        (formation, brigade, battalion, company)
        for formation, line in enumerate(scenario.army.order_of_battle)
        for brigade in range(line.brigades)
        for battalion in range(line.battalions_per_brigade)
        for company in range(line.companies_per_battalion)
    ]


def _chosen(scenario: Scenario) -> list[tuple[int, int, int, int]]:
    """Companies that are built, in the order in which they are written, some of them several times."""
    written = _written(scenario)
    if scenario.army.scale == 1:
        return written
    number = max(1, round(len(written) * scenario.army.scale))
    chosen = [floor((j + 0.5) * len(written) / number) for j in range(number)]
    names = [line.name for line in scenario.army.order_of_battle]
    for person in scenario.army.persons:
        wanted = written.index((names.index(person.formation), person.brigade - 1, 0, 0))
        if wanted not in chosen:
            chosen.append(wanted)
    return [written[one] for one in sorted(chosen)]


def _copies(chosen: list[tuple[int, int, int, int]]) -> list[Written]:
    """Number the repeats of each company."""
    seen: dict[tuple[int, int, int, int], int] = {}
    found = []
    for one in chosen:
        copy = seen[one] = seen.get(one, -1) + 1
        found.append(Written(one[0], copy, *one[1:]))
    return found


def _numbers(units: list[Unit], before: Written | None, one: Written) -> tuple[int, int]:
    """Numbers of the brigade and of the battalion of a company, along the list."""
    if before is None:
        return 0, 0
    new_brigade = (one.formation, one.copy, one.brigade) != (before.formation, before.copy, before.brigade)
    new_battalion = new_brigade or one.battalion != before.battalion
    return units[-1].brigade + new_brigade, units[-1].battalion + new_battalion


def _level(units: list[Unit], number: int) -> int:
    """The highest level of which a company is the first."""
    if number == 0 or units[number].formation != units[number - 1].formation:
        return Level.FORMATION
    if units[number].brigade != units[number - 1].brigade:
        return Level.BRIGADE
    return Level.BATTALION if units[number].battalion != units[number - 1].battalion else Level.COMPANY


def strengths(scenario: Scenario, built: Built) -> tuple[list[list[int]], list[int]]:
    """Regulars of each company by rank, and reservists of each company."""
    army = scenario.army
    regulars = max(1, round(army.regulars * army.scale))
    by_unit = largest_remainders(regulars, [line.company_strength for line in built.lines])
    reservists = largest_remainders(round(army.reserves * army.scale), by_unit)
    # Keys are ranks where a file gives names.
    shares = {getattr(rank, "value", rank): share for rank, share in army.rank_shares.items()}
    totals = largest_remainders(regulars, [shares.get(rank, 0.0) for rank in RANKS])
    return _by_rank(built, by_unit, totals), reservists


def _by_rank(built: Built, by_unit: list[int], totals: list[int]) -> list[list[int]]:
    """Share ranks out among companies, from the top."""
    ranks = [[0 for _ in RANKS] for _ in by_unit]
    left = list(by_unit)
    for rank in (Rank.GENERAL, Rank.SENIOR):
        pulls = [PULLS[rank][level] * men for level, men in zip(built.levels, by_unit, strict=True)]
        _take(ranks, left, rank, _seniors(totals[rank], pulls, left))
    for rank in (Rank.JUNIOR, Rank.NCO):
        wanted = _split(totals[rank], left)
        _take(ranks, left, rank, [min(one, room) for one, room in zip(wanted, left, strict=True)])
    _take(ranks, left, Rank.ENLISTED, list(left))
    return ranks


def _split(total: int, weights: list[int] | list[float]) -> list[int]:
    """Split by largest remainders; nothing where there are no weights."""
    return largest_remainders(total, weights) if sum(weights) > 0 else [0 for _ in weights]


def _seniors(total: int, pulls: list[float], left: list[int]) -> list[int]:
    """Generals, or senior officers, of each company."""
    wanted = _split(total, pulls)
    most = [floor(MOST_OF_A_COMPANY * one) for one in left]
    taken = [min(one, limit) for one, limit in zip(wanted, most, strict=True)]
    over = sum(wanted) - sum(taken)
    if over > 0:
        room = [have - one for have, one in zip(left, taken, strict=True)]
        more = _split(over, room)
        taken = [one + min(extra, rest) for one, extra, rest in zip(taken, more, room, strict=True)]
    return taken


def _take(ranks: list[list[int]], left: list[int], rank: int, taken: list[int]) -> None:
    for number, one in enumerate(taken):
        ranks[number][rank] = one
        left[number] -= one
