"""The tables of a scenario: sects, branches, places, havens, factions, and the army's plan.

None of their entries is known to the code: a file about another army names others.
"""

from __future__ import annotations

from datetime import date as Date
from typing import Annotated, Literal

from pydantic import Field

from sim.parameters import ByRank, Name, Section, Share, by_rank, entry, parameter

RankName = Literal["enlisted", "nco", "junior", "senior", "general"]
Role = Literal["in", "out", "third"]
_Tile = Annotated[int, entry(0, 1000, "tiles")]


class Sect(Section):
    """A category that the sources impose on soldiers: the code knows only its role and its numbers."""

    title: str = Field("", description="Name in figures.")
    role: Role = Field("out", description="In-group of the regime, out-group, or a third group.")
    initial_loyalty: float = parameter(
        0.0, -10, 10, "log hazard", "Initial loyalty; 0 for the reference group."
    )
    grievance_weight: float = parameter(1.0, 0, 3, "1", "How far violence and loss of its men erode loyalty.")
    victim_weight: float = parameter(
        1.0,
        0,
        10,
        "1",
        "Its civilians' risk of being killed, relative to others of the same place.",
    )
    fear_weight: float = parameter(1.0, 0, 3, "1", "How far fear of sectarian war binds it to the army.")


class Branch(Section):
    """A branch of the army."""

    title: str = Field("", description="Name in figures.")
    loyalty: float = parameter(0.0, -10, 10, "log hazard", "Added to initial loyalty.")
    closeness: float = parameter(
        1.0, 0, 10, "1", "Closeness to the ruler: weight of an exit from it as a public signal."
    )


class Place(Section):
    """A region of origin and of posting."""

    title: str = Field("", description="Name in figures.")
    population: float = parameter(..., 1, 1e9, "persons", "Population.", "stated in the file")
    sects: dict[str, Share] = Field(description="Share of each sect; they sum to 1.")
    distance_km: dict[str, Annotated[float, entry(0, 20_000, "km")]] = Field(
        default_factory=dict,
        description="Distance to each haven in kilometres; absent: unreachable.",
    )
    loyalty_offset: float = parameter(
        0.0, -10, 10, "log hazard", "Added to the initial loyalty of those born there."
    )
    tile: tuple[_Tile, _Tile] | None = Field(None, description="Row and column on a tile map.")


class Haven(Section):
    """A country or region that receives those who flee."""

    title: str = Field("", description="Name in figures.")
    opens: Date = Field(description="Date from which those who leave in numbers are received.")


class Donation(Section):
    """What donors give a faction from a date."""

    date: Date = Field(description="From this date, until the next.")
    usd_per_month: float = parameter(
        ..., 0, 1e9, "USD per month", "Money that donors give.", "stated in the file", extensive=True
    )


class Faction(Section):
    """An armed organisation that those who leave can join."""

    title: str = Field("", description="Name in figures.")
    starts: Date = Field(description="Date from which it can be joined.")
    weight: float = parameter(
        1.0, 1e-3, 1000, "1", "Attraction on those who join, over that of the other factions of the day."
    )
    upkeep_usd_per_month: float = parameter(
        0.0, 0, 5000, "USD per month", "What it owes each soldier who is a member.", "0 is nothing"
    )
    donations: tuple[Donation, ...] = Field(
        (), description="Money of its own by date; none before the first."
    )


class Composition(Section):
    """Shares of the sects in each rank of a kind of formation."""

    enlisted: dict[str, Share]
    nco: dict[str, Share]
    junior: dict[str, Share]
    senior: dict[str, Share]
    general: dict[str, Share]


class Formation(Section):
    """A line of the order of battle."""

    name: Name
    title: str = Field("", description="Name in figures.")
    branch: str = Field(description="Key of `branches`.")
    place: str = Field(description="Key of `places`: where it stands or operates.")
    deployed: bool = Field(False, description="Whether it is deployed against the uprising.")
    composition: str = Field(description="Key of `army.compositions`.")
    brigades: int = parameter(
        1, 1, 500, "brigades", "Brigades or regiments.", "stated in the file", extensive=True
    )
    battalions_per_brigade: int = parameter(
        1, 1, 100, "battalions", "Battalions in each brigade.", "stated in the file"
    )
    companies_per_battalion: int = parameter(
        1, 1, 100, "companies", "Companies in each battalion.", "stated in the file"
    )
    company_strength: float = parameter(
        100, 1, 100_000, "soldiers", "Establishment of a company, rescaled to the army's strength."
    )


class Person(Section):
    """A commander whose public, dated act is an event: bound to one row of the roster."""

    name: Name
    title: str = Field("", description="Office, as figures show it.")
    formation: str = Field(description="Name of a formation of the order of battle.")
    brigade: int = parameter(1, 1, 500, "1", "Number of the brigade that he commands, from 1.")
    rank: RankName = "general"
    sect: str = Field(description="Key of `sects`.")
    home: str = Field(description="Key of `places`.")


class NoGraph(Section):
    """No ties beyond those of barracks and home."""

    kind: Literal["none"] = "none"


class PoissonGraph(Section):
    """A random graph of strong ties in which any two soldiers are tied with the same chance."""

    kind: Literal["poisson"] = "poisson"
    mean_degree: float = parameter(4.0, 0, 200, "ties", "Mean number of a soldier's ties.")


class DegreeWeight(Section):
    """How many soldiers have a number of ties."""

    degree: int = parameter(..., 0, 200, "ties", "Number of a soldier's ties.", "stated in the file")
    weight: float = parameter(
        1.0, 0, 1, "1", "Share of the soldiers who have that number, over the sum of all weights."
    )


class ConfigurationGraph(Section):
    """A random graph of strong ties with stated numbers of ties; with one number alone, a regular graph."""

    kind: Literal["configuration"] = "configuration"
    degrees: tuple[DegreeWeight, ...] = Field(min_length=1, description="Numbers of ties that occur.")


Graph = Annotated[NoGraph | PoissonGraph | ConfigurationGraph, Field(discriminator="kind")]


class Ties(Section):
    """Strong ties: within the unit, among men of one home and sect, and over the whole army."""

    barracks: int = parameter(
        4,
        0,
        20,
        "ties",
        "Ties to men of the same company: neighbours on random rings.",
        multiple_of=2,
    )
    home: int = parameter(
        4, 0, 20, "ties", "Ties to men of the same home and sect in any unit.", multiple_of=2
    )
    graph: Graph = Field(NoGraph(), description="Ties over the whole army, beside those: a random graph.")


class ArmyPlan(Section):
    """From which the army is built: strength, composition, order of battle, persons."""

    regulars: int = parameter(
        ..., 1, 10_000_000, "soldiers", "Strength on day 0.", "stated in the file", extensive=True
    )
    reserves: int = parameter(0, 0, 10_000_000, "soldiers", "Men who can be called up.", extensive=True)
    scale: float = parameter(
        1.0,
        1e-4,
        20,
        "1",
        "Size of the army that is built: companies are left out or copied whole.",
        "1 is the real size",
    )
    rank_shares: dict[RankName, Share] = Field(
        default={"enlisted": 1.0},
        description="Share of each rank among the regulars; they sum to 1.",
        json_schema_extra={"unit": "1", "source": "stated in the file"},
    )
    compositions: dict[str, Composition] = Field(description="Shares of sects by rank, by kind.")
    reserve_composition: str | None = Field(
        None, description="Key of `compositions` from which reservists come; all are enlisted."
    )
    order_of_battle: tuple[Formation, ...] = Field(min_length=1)
    persons: tuple[Person, ...] = ()
    ties: Ties = Ties()
    conscript_share: ByRank = by_rank(
        (0.85, 0.1, 0, 0, 0), 0, 1, "1", "Share of conscripts in each rank of the regulars."
    )
    service_months: int = parameter(
        21, 6, 240, "months", "Length of conscription.", "ledger, section 2: 18 to 24 months"
    )
    posted_away_from_home: bool = Field(
        True, description="Nobody serves in the place where he was born (Reuters, 12 July 2012)."
    )
    loyalty_sd: float = parameter(0.43, 0, 5, "log hazard", "Personal spread of initial loyalty.")
    susceptibility_shape: float = parameter(
        5.2, 0.1, 1000, "1", "Gamma shape of susceptibility to erosion, whose mean is 1."
    )
    unit_effect_sd: float = parameter(
        1.222, 0, 5, "log hazard", "Random effect of the company.", "McLauchlin 2015: 1.222"
    )
    frailty_variance: float = parameter(
        0.0, 0, 10, "1", "Variance of a gamma frailty of mean 1 that multiplies a soldier's hazard."
    )
    rank_loyalty: ByRank = by_rank(
        (0, 0.18, 0.45, 0.75, 0.95), -10, 10, "log hazard", "Added to initial loyalty."
    )
    stayers_share: float = parameter(0.15, 0, 1, "1", "Share of soldiers who would never leave on their own.")
    family_outside_share: float = parameter(
        0.05, 0, 1, "1", "Share whose family is out of the regime's reach on day 0."
    )

    @property
    def regulars_built(self) -> int:
        """Regulars at the stated scale."""
        return max(1, round(self.regulars * self.scale))

    @property
    def reserves_built(self) -> int:
        """Reservists at the stated scale."""
        return round(self.reserves * self.scale)
