"""What the sections of a scenario must agree on: names, shares, dates, and tables that need each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date as Date
from typing import Any

from sim.mechanisms.exits import ThresholdLaw
from sim.mechanisms.uprising import Mobilisation
from sim.mechanisms.war import Period
from sim.reading.event_faults import faults_of_events
from sim.reading.known_names import Fault, Path, known
from sim.scenario_sections import ScenarioSections
from sim.tables import ConfigurationGraph

_TOLERANCE = 1e-6
_EARLIEST, _LATEST = Date(1700, 1, 1), Date(2199, 12, 31)
"""Day 0 lies between them: the frames of results count nanoseconds, which ends in 2262."""


def faults_of_scenario(scenario: ScenarioSections) -> Iterator[Fault]:
    """Report all that two keys must agree on, each at its own place."""
    if not _EARLIEST <= scenario.start <= _LATEST:
        yield ("start",), f"{scenario.start} is outside {_EARLIEST} to {_LATEST}"
        return
    yield from _unknown_in_army(scenario)
    yield from _unknown_in_places(scenario)
    yield from _unknown_places(scenario)
    yield from _bad_shares(scenario)
    yield from _repeated_names(scenario)
    yield from faults_of_events(scenario)
    yield from _dates_out_of_order(scenario)
    yield from _bad_claims(scenario)
    yield from _bad_persons(scenario)
    yield from _bad_tiles(scenario)
    yield from _bad_law(scenario)
    yield from _bad_graph(scenario)
    yield from _bad_war(scenario)


def _unknown_in_army(scenario: ScenarioSections) -> Iterator[Fault]:
    army = scenario.army
    for number, line in enumerate(army.order_of_battle):
        here: Path = ("army", "order_of_battle", number)
        yield from known((*here, "branch"), line.branch, scenario.branches, "branch")
        yield from known((*here, "place"), line.place, scenario.places, "place")
        yield from known((*here, "composition"), line.composition, army.compositions, "composition")
    if army.reserve_composition is not None:
        path = ("army", "reserve_composition")
        yield from known(path, army.reserve_composition, army.compositions, "composition")
    for kind, composition in army.compositions.items():
        for rank, shares in composition:
            for sect in shares:
                yield from known(("army", "compositions", kind, rank, sect), sect, scenario.sects, "sect")


def _unknown_in_places(scenario: ScenarioSections) -> Iterator[Fault]:
    for name, place in scenario.places.items():
        for sect in place.sects:
            yield from known(("places", name, "sects", sect), sect, scenario.sects, "sect")
        for haven in place.distance_km:
            yield from known(("places", name, "distance_km", haven), haven, scenario.havens, "haven")


def _unknown_places(scenario: ScenarioSections) -> Iterator[Fault]:
    """Report places that other sections name and that are not in the table of places."""
    for named in scenario.movement.weights:
        yield from known(("movement", "weights", named), named, scenario.places, "place")
    for number, claim in enumerate(scenario.claims):
        if claim.place is not None:
            yield from known(("claims", number, "place"), claim.place, scenario.places, "place")
    for table, rows in _war_rows(scenario):
        for number, row in enumerate(rows):
            for column, values in row:
                for place in values if isinstance(values, dict) else ():
                    yield from known((*table, number, column, place), place, scenario.places, "place")


def _war_rows(scenario: ScenarioSections) -> tuple[tuple[Path, Sequence[Period | Mobilisation]], ...]:
    """Tables of the war by place and date, each with its path."""
    return (
        (("war", "periods"), scenario.war.periods),
        (("uprising", "mobilisation"), scenario.uprising.mobilisation),
    )


def _bad_shares(scenario: ScenarioSections) -> Iterator[Fault]:
    tables: list[tuple[Path, Mapping[Any, float]]] = []
    tables += [(("places", name, "sects"), place.sects) for name, place in scenario.places.items()]
    tables.append((("army", "rank_shares"), scenario.army.rank_shares))
    for kind, composition in scenario.army.compositions.items():
        tables += [(("army", "compositions", kind, rank), shares) for rank, shares in composition]
    for path, shares in tables:
        total = sum(shares.values())
        if abs(total - 1.0) > _TOLERANCE:
            yield path, f"shares add up to {total:.6g}, they must add up to 1"


def _repeated_names(scenario: ScenarioSections) -> Iterator[Fault]:
    """Report names that stand twice in a list whose items are known by name."""
    lists: list[tuple[Path, Iterable[str]]] = [
        (("army", "order_of_battle"), (line.name for line in scenario.army.order_of_battle)),
        (("army", "persons"), (person.name for person in scenario.army.persons)),
        (("events",), (event.name for event in scenario.events)),
        (("claims",), (claim.name for claim in scenario.claims)),
    ]
    for path, names in lists:
        seen: set[str] = set()
        for number, name in enumerate(names):
            if name in seen:
                yield (*path, number, "name"), f"'{name}' stands twice"
            seen.add(name)


def _dates_out_of_order(scenario: ScenarioSections) -> Iterator[Fault]:
    """Report rows of tables by date that do not follow one another."""
    arms: Path = ("uprising", "arms")
    fighting: Path = ("battle", "fighting")
    unity: Path = ("opposition", "unity_by_date")
    wages: Path = ("grievance", "real_wage")
    for path, key, dates in (
        *((table, "from", [row.start for row in rows]) for table, rows in _war_rows(scenario)),
        (arms, "date", [point.date for point in scenario.uprising.arms]),
        (fighting, "date", [point.date for point in scenario.battle.fighting]),
        (unity, "date", [row.date for row in scenario.opposition.unity_by_date]),
        (wages, "date", [row.date for row in scenario.grievance.real_wage]),
        *(
            (("factions", name, "donations"), "date", [row.date for row in faction.donations])
            for name, faction in scenario.factions.items()
        ),
    ):
        for number in range(1, len(dates)):
            if dates[number] <= dates[number - 1]:
                yield (*path, number, key), "periods must be in the order of their dates"


def _bad_claims(scenario: ScenarioSections) -> Iterator[Fault]:
    """Report claims whose interval or whose days run backwards."""
    for number, claim in enumerate(scenario.claims):
        if claim.low > claim.high:
            yield ("claims", number, "low"), f"{claim.low:g} is above high, {claim.high:g}"
        if claim.begin is not None and claim.begin > claim.end:
            yield ("claims", number, "from"), f"{claim.begin} is after to, {claim.end}"


def _bad_persons(scenario: ScenarioSections) -> Iterator[Fault]:
    army = scenario.army
    formations = {line.name: line for line in army.order_of_battle}
    for number, person in enumerate(army.persons):
        here = ("army", "persons", number)
        yield from known((*here, "formation"), person.formation, formations, "formation")
        yield from known((*here, "sect"), person.sect, scenario.sects, "sect")
        yield from known((*here, "home"), person.home, scenario.places, "place")
        line = formations.get(person.formation)
        if line is not None and person.brigade > line.brigades:
            yield (*here, "brigade"), f"{person.formation} has {line.brigades} brigades"
    held = [(person.formation, person.brigade) for person in army.persons]
    for number, post in enumerate(held):
        if post in held[:number]:
            yield ("army", "persons", number), "another person commands that brigade"


def _bad_tiles(scenario: ScenarioSections) -> Iterator[Fault]:
    """Report a map of tiles that cannot be drawn: one that lacks places, or has two on one tile."""
    tiles = {name: place.tile for name, place in scenario.places.items() if place.tile is not None}
    for name, place in scenario.places.items():
        here: Path = ("places", name, "tile")
        if tiles and place.tile is None:
            yield here, "is missing, while others have one: give each place its [row, column], or none"
    for number, (name, tile) in enumerate(tiles.items()):
        for other in list(tiles)[:number]:
            if tiles[other] == tile:
                yield ("places", name, "tile"), f"{list(tile)} is the tile of {other}, too"


def _bad_law(scenario: ScenarioSections) -> Iterator[Fault]:
    law = scenario.law
    if isinstance(law, ThresholdLaw) and law.thresholds.distribution == "listed":
        size = scenario.army.regulars_built + scenario.army.reserves_built
        if len(law.thresholds.values) != size:
            given = len(law.thresholds.values)
            yield ("law", "thresholds", "values"), f"{given} thresholds for {size} soldiers"


def _bad_graph(scenario: ScenarioSections) -> Iterator[Fault]:
    """Report numbers of ties that stand twice, or of which nobody has any."""
    graph = scenario.army.ties.graph
    if not isinstance(graph, ConfigurationGraph):
        return
    here: Path = ("army", "ties", "graph", "degrees")
    degrees = [one.degree for one in graph.degrees]
    for number, degree in enumerate(degrees):
        if degree in degrees[:number]:
            yield (*here, number, "degree"), f"{degree} ties stand twice"
    if not any(one.weight for one in graph.degrees):
        yield here, "all weights are 0"


def _bad_war(scenario: ScenarioSections) -> Iterator[Fault]:
    """Report a table that was asked for and is not there: it would be a peace that nobody stated."""
    if scenario.war.kind == "table" and not scenario.war.periods and scenario.uprising.mobilisation:
        yield (
            ("war", "kind"),
            "a table of the war is asked for, but it has no periods: state them, or write kind: endogenous",
        )
