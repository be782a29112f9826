"""Raising an army: from a scenario and the army seed to the roll of who is who (section 5)."""

from __future__ import annotations

from math import floor, log
from struct import pack, unpack

from sim.codes import RANKS, Level, Rank
from sim.reference.companies_built import Built, build_companies, strengths
from sim.reference.gamma import gamma_quantile
from sim.reference.luck import Luck
from sim.reference.roll import Command, Man, Roll
from sim.reference.shares import pick
from sim.reference.strong_ties import strong_ties
from sim.reference.tables import by_rank
from sim.scenario import Scenario


def raise_army(scenario: Scenario, army_seed: int = 1) -> Roll:
    """Raise the army of a scenario; the identity of a soldier is his row.

    Parameters
    ----------
    scenario : Scenario
    army_seed : int

    Returns
    -------
    Roll
    """
    luck = Luck(army_seed)
    built = build_companies(scenario, luck)
    by_unit, reservists = strengths(scenario, built)
    men = _regulars(by_unit) + _reservists(reservists)
    for row, man in enumerate(men):
        man.identity = row
        man.sect = _sect(scenario, luck, built, man)
        man.home = _home(scenario, luck, built, man)
    commands = _commands(built, by_unit)
    persons = _persons(scenario, built, commands, men)
    for man in men:
        _traits(scenario, luck, built, man)
    regulars = sum(sum(ranks) for ranks in by_unit)
    return Roll(men, built.units, commands, strong_ties(scenario, luck, men), persons, regulars, army_seed)


def _blank(unit: int, rank: int, reservist: bool) -> Man:
    return Man(-1, unit, rank, 0, 0, 0.0, 0.0, 0.0, False, False, reservist, reservist, 0)


def _regulars(by_unit: list[list[int]]) -> list[Man]:
    """Regulars by company, from general down."""
    return [
        _blank(unit, rank, reservist=False)
        for unit, ranks in enumerate(by_unit)
        for rank in sorted(Rank, reverse=True)
        for _ in range(ranks[rank])
    ]


def _reservists(by_unit: list[int]) -> list[Man]:
    return [
        _blank(unit, Rank.ENLISTED, reservist=True)
        for unit, number in enumerate(by_unit)
        for _ in range(number)
    ]


def _sect(scenario: Scenario, luck: Luck, built: Built, man: Man) -> int:
    """Sect, by the composition of his formation for his rank."""
    army, kind = scenario.army, built.lines[man.unit].composition
    if man.reservist and army.reserve_composition is not None:
        kind = army.reserve_composition
    shares = getattr(army.compositions[kind], RANKS[man.rank])
    return pick([shares.get(sect, 0.0) for sect in scenario.sects], luck.uniform("sect", man.identity))


def _home(scenario: Scenario, luck: Luck, built: Built, man: Man) -> int:
    """Home, where those of his sect live."""
    sect = list(scenario.sects)[man.sect]
    places = list(scenario.places.values())
    weights = [place.population * place.sects.get(sect, 0.0) for place in places]
    if sum(weights) == 0:
        weights = [place.population for place in places]
    if scenario.army.posted_away_from_home and len(places) > 1:
        away = list(weights)
        away[built.units[man.unit].place] = 0.0
        weights = away if sum(away) > 0 else weights
    return pick(weights, luck.uniform("home", man.identity))


def _commands(built: Built, by_unit: list[list[int]]) -> list[Command]:
    """Posts, formations first, each held by the highest regular who holds none yet."""
    first_row, row = [], 0
    for ranks in by_unit:
        first_row.append(row)
        row += sum(ranks)
    held = [0 for _ in by_unit]
    commands = []
    for level in sorted(Level, reverse=True):
        for first, last in _spans(built, level):
            free = held[first] < sum(by_unit[first])
            commands.append(Command(level, first, last, first_row[first] + held[first] if free else -1))
            held[first] += 1
    return commands


def _spans(built: Built, level: int) -> list[tuple[int, int]]:
    """First company and the one after the last, of each unit of a level."""
    firsts = [number for number, highest in enumerate(built.levels) if highest >= level]
    return list(zip(firsts, [*firsts[1:], len(built.levels)], strict=True))


def _persons(scenario: Scenario, built: Built, commands: list[Command], men: list[Man]) -> dict[str, int]:
    """Rows of the named persons, who get the rank, sect and home that are stated."""
    names = [line.name for line in scenario.army.order_of_battle]
    rows = {}
    for person in scenario.army.persons:
        wanted = (names.index(person.formation), person.brigade - 1)
        rows[person.name] = row = next(
            one.commander
            for one in commands
            if one.level == Level.BRIGADE
            and (built.units[one.first].formation, built.units[one.first].brigade_number) == wanted
        )
        men[row].rank = RANKS.index(getattr(person.rank, "value", person.rank))
        men[row].sect = list(scenario.sects).index(person.sect)
        men[row].home = list(scenario.places).index(person.home)
    return rows


def _traits(scenario: Scenario, luck: Luck, built: Built, man: Man) -> None:
    """Loyalty, susceptibility, family and service."""
    army, who = scenario.army, man.identity
    man.loyalty = _loyalty(scenario, luck, built, man)
    quantile = gamma_quantile(luck.uniform("susceptibility", who), 1 / army.susceptibility_shape)
    man.susceptibility = unpack("f", pack("f", quantile))[0]
    if army.frailty_variance > 0:
        man.log_frailty = log(gamma_quantile(luck.uniform("frailty", who), army.frailty_variance))
    man.stayer = luck.uniform("stayer", who) < army.stayers_share
    man.family_outside = luck.uniform("family outside", who) < army.family_outside_share
    if not man.reservist:
        man.conscript = luck.uniform("conscript", who) < by_rank(army.conscript_share)[man.rank]
        share = luck.uniform("months served", who) if man.conscript else 1.0
        man.months_served = floor(army.service_months * share)


def _loyalty(scenario: Scenario, luck: Luck, built: Built, man: Man) -> float:
    """Initial loyalty."""
    sect = list(scenario.sects.values())[man.sect].initial_loyalty
    branch = list(scenario.branches.values())[built.units[man.unit].branch].loyalty
    home = list(scenario.places.values())[man.home].loyalty_offset
    rank = by_rank(scenario.army.rank_loyalty)[man.rank]
    return ((sect + branch) + home) + rank + scenario.army.loyalty_sd * luck.normal("loyalty", man.identity)
