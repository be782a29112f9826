"""The same army in another order: of its companies, of its soldiers, of the tables that codes refer to."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from sim.army import Army, Posts, Roster, Ties, Units
from sim.codes import Ints
from sim.scenario import Scenario

TABLES = ("sects", "places", "branches", "havens")


def with_rows(army: Army, order: Ints) -> Army:
    """Put soldiers into another order of rows; companies must stay together, regulars first."""
    place = np.argsort(order)

    def moved(rows: Ints) -> Ints:
        return np.where(rows >= 0, place[rows], -1)

    posts, ties = army.posts, moved(army.ties.of)[order]
    return replace(
        army,
        soldiers=Roster(**{name: column[order] for name, column in vars(army.soldiers).items()}),
        posts=Posts(posts.level, posts.first, posts.last, moved(posts.commander)),
        ties=Ties(np.sort(ties, axis=1)[:, ::-1].copy()),
        persons={name: int(place[row]) for name, row in army.persons.items()},
    )


def with_soldiers_shuffled(army: Army, luck: np.random.Generator) -> Army:
    """Shuffle the soldiers of each company, regulars and reservists apart."""
    soldiers = army.soldiers
    return with_rows(army, np.lexsort((luck.random(army.size), soldiers.unit, soldiers.reservist)))


def order_of_units(army: Army, luck: np.random.Generator) -> Ints:
    """Another order of companies: of formations and of what is in them, headquarters first."""
    units, keys = army.units, []
    count = units.battalion.size
    levels = (units.formation, units.brigade, units.battalion, np.arange(count))
    for level, group in enumerate(levels):
        _, first, number = np.unique(group, return_index=True, return_inverse=True)
        drawn = luck.random(first.size)
        if level > 0:
            # The first of each group holds the headquarters of what is above it.
            _, leads = np.unique(levels[level - 1], return_index=True)
            drawn[number[leads]] = -1.0
        keys += [drawn[number], number]
    return np.lexsort(tuple(reversed(keys)))


def with_units_shuffled(army: Army, luck: np.random.Generator) -> Army:
    """Shuffle the companies within the order of battle; brigades keep the number that luck is dealt to."""
    order = order_of_units(army, luck)
    place = np.argsort(order)
    soldiers = army.soldiers
    moved = replace(army, soldiers=replace(soldiers, unit=place[soldiers.unit].astype(soldiers.unit.dtype)))
    rows = np.lexsort((np.arange(army.size), moved.soldiers.unit, soldiers.reservist))
    moved = with_rows(moved, rows)
    units = Units(**{item.name: getattr(army.units, item.name)[order] for item in fields(Units)})
    # Numbers of battalions carry no luck: new ones, in the new order.
    _, first, number = np.unique(units.battalion, return_index=True, return_inverse=True)
    battalion = np.argsort(np.argsort(first))[number]
    posts = army.posts
    begin = place[posts.first]
    return replace(
        moved,
        units=replace(units, battalion=battalion),
        posts=Posts(posts.level, begin, begin + posts.last - posts.first, moved.posts.commander),
        regular_start=_starts(moved, False, 0),
        reserve_start=_starts(moved, True, army.regulars),
    )


def _starts(army: Army, reservist: bool, offset: int) -> Ints:
    """First row of each company's regulars or reservists, and where the last end."""
    soldiers = army.soldiers
    unit = soldiers.unit[soldiers.reservist == reservist]
    length = np.bincount(unit, minlength=army.units.place.size)
    return offset + np.concatenate(([0], np.cumsum(length)))


def with_tables_shuffled(scenario: Scenario, army: Army, luck: np.random.Generator) -> tuple[Scenario, Army]:
    """Put sects, places, branches, havens and formations into another order, and the codes that name them."""
    changed: dict[str, Any] = {}
    codes = {}
    for name in TABLES:
        entries = list(getattr(scenario, name).items())
        order = luck.permutation(len(entries))
        changed[name] = {entries[old][0]: entries[old][1] for old in order}
        codes[name] = np.argsort(order)
    lines = scenario.army.order_of_battle
    order = luck.permutation(len(lines))
    codes["formations"] = np.argsort(order)
    changed["army"] = scenario.army.model_copy(update={"order_of_battle": tuple(lines[old] for old in order)})
    soldiers, units = army.soldiers, army.units
    return scenario.model_copy(update=changed), replace(
        army,
        soldiers=replace(
            soldiers,
            sect=codes["sects"][soldiers.sect].astype(soldiers.sect.dtype),
            home=codes["places"][soldiers.home].astype(soldiers.home.dtype),
        ),
        units=replace(
            units,
            place=codes["places"][units.place],
            branch=codes["branches"][units.branch],
            formation=codes["formations"][units.formation],
        ),
    )
