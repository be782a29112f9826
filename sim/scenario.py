"""What a scenario may say: the tables of an army and its country, and the parameters of all mechanisms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date as Date
from typing import Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from sim import scenario_card
from sim.clock import date_of
from sim.errors import Faults
from sim.mechanisms.amnesty import Amnesty
from sim.mechanisms.attempts import Attempts
from sim.mechanisms.bases import Bases
from sim.mechanisms.battle import Battle
from sim.mechanisms.belief import Belief
from sim.mechanisms.casualties import Casualties
from sim.mechanisms.choice import Choice
from sim.mechanisms.command import Command
from sim.mechanisms.composition import Composition
from sim.mechanisms.comrades import Comrades
from sim.mechanisms.conscription import Conscription
from sim.mechanisms.deaths import Deaths
from sim.mechanisms.deliveries import ArmsDeliveries
from sim.mechanisms.event_kinds import Event
from sim.mechanisms.exits import HazardLaw, Law, ThresholdLaw
from sim.mechanisms.family import Family
from sim.mechanisms.fear import Fear
from sim.mechanisms.funds import Funds
from sim.mechanisms.grievance import Grievance
from sim.mechanisms.invitation import Invitation
from sim.mechanisms.knowledge import Knowledge
from sim.mechanisms.leavers import Leavers
from sim.mechanisms.militia import Militia
from sim.mechanisms.morale import Morale
from sim.mechanisms.movement import MovementRule
from sim.mechanisms.opportunity import Opportunity
from sim.mechanisms.opposition import Opposition
from sim.mechanisms.planning import Planning
from sim.mechanisms.polarisation import Polarisation
from sim.mechanisms.promise import Promise
from sim.mechanisms.punishment import Punishment
from sim.mechanisms.refuge import Refuge
from sim.mechanisms.reserves import Reserves
from sim.mechanisms.salary import SalaryPlan
from sim.mechanisms.surveillance import Surveillance
from sim.mechanisms.tenure import Tenure
from sim.mechanisms.uprising import Mobilisation, Uprising
from sim.mechanisms.war import Period, War
from sim.parameters import LedgerRow, Name, Section, parameter
from sim.reading.event_faults import faults_of_events
from sim.reading.known_names import Fault, Path, known
from sim.reading.scenario_build import change
from sim.tables import ArmyPlan, Branch, ConfigurationGraph, Faction, Haven, Place, Sect

_TOLERANCE = 1e-6
_EARLIEST, _LATEST = Date(1700, 1, 1), Date(2199, 12, 31)
"""Day 0 lies between them: the frames of results count nanoseconds, which ends in 2262."""

Quantity = Literal[
    "exits_cumulative",
    "exits_per_day",
    "senior_officers_cumulative",
    "generals_cumulative",
    "generals_abroad",
    "officers_cumulative",
    "soldiers_killed_cumulative",
    "civilians_killed_cumulative",
    "night_control_share",
    "home_share_gone",
    "group_size",
]


class Claim(Section):
    """What somebody claims about the case: an interval with its claimant and his likely bias."""

    name: Name
    title: str = Field("", description="Label in figures.")
    quantity: Quantity = Field(description="What is claimed.")
    begin: Date | None = Field(None, alias="from", description="First day, for a rate.")
    end: Date = Field(alias="to", description="Last day, or the date of a stock.")
    low: float = parameter(..., 0, 1e9, "of the quantity", "Lower end.", "stated in the file", extensive=True)
    high: float = parameter(
        ..., 0, 1e9, "of the quantity", "Upper end.", "stated in the file", extensive=True
    )
    claimant: str = Field(description="Who claims it.")
    bias: Literal["high", "low", "unknown"] = Field("unknown", description="Likely bias of the claimant.")
    place: str | None = Field(None, description="Key of `places`, for a local claim.")
    use: Literal["target", "context"] = Field("context", description="Whether the baseline is held to it.")
    source: str = Field(description="Where it is reported.")
    ledger: tuple[LedgerRow, ...] = Field((), description="Rows of the evidence ledger.")


class Outcomes(Section):
    """Definitions of the classes of outcome."""

    collapse_gone_share: float = parameter(
        0.35, 0, 1, "1", "More than this share of the regulars gone is a collapse.", "definition"
    )
    collapse_deployable_share: float = parameter(
        0.5,
        0,
        1,
        "1",
        "Deployable strength under this share of its start is a collapse.",
        "definition",
    )
    hold_gone_share: float = parameter(0.05, 0, 1, "1", "Under this share gone is a hold.", "definition")
    pulse_end_over_peak: float = parameter(
        0.6, 0, 1, "1", "A pulse ends under this share of its peak of 28-day exits.", "definition"
    )
    pulse_out_group_share: float = parameter(
        0.75,
        0,
        1,
        "1",
        "A pulse leaves more than the rest of the out-group in place.",
        "definition",
    )
    unit_collapse_share: float = parameter(
        0.5, 0, 1, "1", "A company of which this share has gone has collapsed.", "definition"
    )


class LoyaltyIndex(Section):
    """The loyalty shown to people: index = 1 / (1 + exp(-(L - middle) / width)), in [0, 1]."""

    middle: float = parameter(-4.0, -50, 50, "log hazard", "Loyalty L whose index is 0.5.", "definition")
    width: float = parameter(2.0, 0.01, 50, "log hazard", "Width of the transform.", "definition")
    loyal_above: float = parameter(
        0.5, 0.001, 0.999, "1", "Index above which a deployable soldier counts as loyal.", "definition"
    )


class Scenario(Section):
    """A scenario: load one with `sim.load`, change one with `with_`."""

    name: Name
    title: str = ""
    description: str = ""
    overlays: tuple[str, ...] = Field((), description="Names of the overlays that were laid over it.")
    start: Date = Field(description="Day 0.")
    days: int = parameter(..., 1, 20_000, "days", "Length of the run.", "stated in the file")
    law: Law = HazardLaw()
    sects: dict[Name, Sect] = Field(min_length=1, max_length=100)
    branches: dict[Name, Branch] = Field(min_length=1)
    places: dict[Name, Place] = Field(min_length=1)
    havens: dict[Name, Haven] = Field(default_factory=dict)
    factions: dict[Name, Faction] = Field(default_factory=dict)
    army: ArmyPlan
    events: tuple[Event, ...] = ()
    war: War = War()
    battle: Battle = Battle()
    uprising: Uprising = Uprising()
    militia: Militia = Militia()
    movement: MovementRule = MovementRule()
    opposition: Opposition = Opposition()
    arms_deliveries: ArmsDeliveries = ArmsDeliveries()
    funds: Funds = Funds()
    leavers: Leavers = Leavers()
    knowledge: Knowledge = Knowledge()
    morale: Morale = Morale()
    conscription: Conscription = Conscription()
    tenure: Tenure = Tenure()
    composition: Composition = Composition()
    polarisation: Polarisation = Polarisation()
    grievance: Grievance = Grievance()
    comrades: Comrades = Comrades()
    command: Command = Command()
    invitation: Invitation = Invitation()
    casualties: Casualties = Casualties()
    deaths: Deaths = Deaths()
    belief: Belief = Belief()
    salary_plan: SalaryPlan = SalaryPlan()
    refuge: Refuge = Refuge()
    amnesty: Amnesty = Amnesty()
    promise: Promise = Promise()
    surveillance: Surveillance = Surveillance()
    punishment: Punishment = Punishment()
    family: Family = Family()
    planning: Planning = Planning()
    opportunity: Opportunity = Opportunity()
    fear: Fear = Fear()
    reserves: Reserves = Reserves()
    attempts: Attempts = Attempts()
    choice: Choice = Choice()
    bases: Bases = Bases()
    outcomes: Outcomes = Outcomes()
    loyalty_index: LoyaltyIndex = LoyaltyIndex()
    claims: tuple[Claim, ...] = ()

    _tree: Any = PrivateAttr(None)

    @property
    def last_date(self) -> Date:
        """Last day of the run."""
        return date_of(self.start, self.days - 1)

    @property
    def switches(self) -> tuple[str, ...]:
        """Names of the sections that can be switched off."""
        return tuple(name for name in type(self).model_fields if hasattr(getattr(self, name), "on"))

    def __repr__(self) -> str:
        return scenario_card.line(self)

    def __str__(self) -> str:
        return scenario_card.line(self)

    def _repr_html_(self) -> str:
        """Show the main facts in a notebook."""
        return scenario_card.table(self)

    def with_(self, overrides: Mapping[str, Any]) -> Scenario:
        """Return a scenario with some keys changed.

        Parameters
        ----------
        overrides : mapping
            Dotted path to value, such as ``{"salary_plan.usd_per_month": 300}``.

        Returns
        -------
        Scenario

        Raises
        ------
        ScenarioError
            If a path is unknown or a value is not allowed.
        """
        return change(self, overrides)

    @model_validator(mode="after")
    def _is_consistent(self) -> Scenario:
        """Check all that two keys must agree on, and report all of it together."""
        faults = list(_faults(self))
        if faults:
            raise Faults(faults)
        return self


def _faults(scenario: Scenario) -> Iterator[Fault]:
    if not _EARLIEST <= scenario.start <= _LATEST:
        yield ("start",), f"{scenario.start} is outside {_EARLIEST} to {_LATEST}"
        return
    yield from _unknown_names(scenario)
    yield from _bad_shares(scenario)
    yield from _repeated_names(scenario)
    yield from faults_of_events(scenario)
    yield from _bad_dates(scenario)
    yield from _bad_persons(scenario)
    yield from _bad_tiles(scenario)
    yield from _bad_law(scenario)
    yield from _bad_graph(scenario)
    yield from _bad_war(scenario)


def _unknown_names(scenario: Scenario) -> Iterator[Fault]:
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
    for name, place in scenario.places.items():
        for sect in place.sects:
            yield from known(("places", name, "sects", sect), sect, scenario.sects, "sect")
        for haven in place.distance_km:
            yield from known(("places", name, "distance_km", haven), haven, scenario.havens, "haven")
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


def _war_rows(scenario: Scenario) -> tuple[tuple[Path, tuple[Period, ...] | tuple[Mobilisation, ...]], ...]:
    """Tables of the war by place and date, each with its path."""
    return (
        (("war", "periods"), scenario.war.periods),
        (("uprising", "mobilisation"), scenario.uprising.mobilisation),
    )


def _bad_shares(scenario: Scenario) -> Iterator[Fault]:
    tables: list[tuple[Path, Mapping[Any, float]]] = []
    tables += [(("places", name, "sects"), place.sects) for name, place in scenario.places.items()]
    tables.append((("army", "rank_shares"), scenario.army.rank_shares))
    for kind, composition in scenario.army.compositions.items():
        tables += [(("army", "compositions", kind, rank), shares) for rank, shares in composition]
    for path, shares in tables:
        total = sum(shares.values())
        if abs(total - 1.0) > _TOLERANCE:
            yield path, f"shares add up to {total:.6g}, they must add up to 1"


def _repeated_names(scenario: Scenario) -> Iterator[Fault]:
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


def _bad_dates(scenario: Scenario) -> Iterator[Fault]:
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
    for number, claim in enumerate(scenario.claims):
        if claim.low > claim.high:
            yield ("claims", number, "low"), f"{claim.low:g} is above high, {claim.high:g}"
        if claim.begin is not None and claim.begin > claim.end:
            yield ("claims", number, "from"), f"{claim.begin} is after to, {claim.end}"


def _bad_persons(scenario: Scenario) -> Iterator[Fault]:
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


def _bad_tiles(scenario: Scenario) -> Iterator[Fault]:
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


def _bad_law(scenario: Scenario) -> Iterator[Fault]:
    law = scenario.law
    if isinstance(law, ThresholdLaw) and law.thresholds.distribution == "listed":
        size = scenario.army.regulars_built + scenario.army.reserves_built
        if len(law.thresholds.values) != size:
            given = len(law.thresholds.values)
            yield ("law", "thresholds", "values"), f"{given} thresholds for {size} soldiers"


def _bad_graph(scenario: Scenario) -> Iterator[Fault]:
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


def _bad_war(scenario: Scenario) -> Iterator[Fault]:
    """Report a table that was asked for and is not there: it would be a peace that nobody stated."""
    if scenario.war.kind == "table" and not scenario.war.periods and scenario.uprising.mobilisation:
        yield (
            ("war", "kind"),
            "a table of the war is asked for, but it has no periods: state them, or write kind: endogenous",
        )
