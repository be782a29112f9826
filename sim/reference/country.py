"""The country: places, sects, havens and factions, as plain objects."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Sect:
    """A community; what does not change."""

    name: str
    number: int
    role: str
    """`in`, `third` or `out`."""
    initial_loyalty: float
    grievance_weight: float
    victim_weight: float
    fear_weight: float
    people: float = 0.0
    """Persons in the country."""
    regulars: int = 0
    """Regulars of day 0."""
    gone: int = 0
    """Escaped or caught so far."""


@dataclass
class Place:
    """A governorate: people, control and violence."""

    name: str
    number: int
    population: float
    shares: list[float]
    """Share of each sect."""
    distances: list[float | None]
    """Kilometres to each haven; none where it cannot be reached."""
    civilians_killed: float = 0.0
    soldiers_expected: float = 0.0
    day_control: float = 0.0
    """Share that the opposition holds by day."""
    night_control: float = 0.0
    violence: float = 0.0
    """Deaths a day per million."""
    engaged: float = 0.0
    """Share of the regime's strength that is engaged today."""
    destruction: float = 0.0
    haven_access: float = 0.0
    faction_access: float = 0.0
    fighters: float = 0.0
    """Civilians who took up arms, in real numbers."""
    joiners: float = 0.0
    """Soldiers who joined and fight here, in real numbers."""
    entered: float = 0.0
    """The same without those killed counted out; less those who left."""
    militia: float = 0.0
    felt: float = 0.0
    """Remembered violence."""
    recent_losses: float = 0.0
    past_losses: float = 0.0
    caught: float = 0.0
    """Men born here who were caught leaving, fading."""


@dataclass
class Haven:
    """A country beyond the border."""

    name: str
    opens: int
    """Day."""
    ramp: float = 0.0
    """How far it receives those who come, 0 to 1."""


@dataclass
class Faction:
    """A faction of the opposition and what it owes its members."""

    name: str
    number: int
    starts: int
    """Day."""
    weight: float
    upkeep: float
    """US dollars a month that it owes a member."""
    members: list[int] = field(default_factory=lambda: [0] * 5)
    """By rank."""
    owed: float = 0.0
    paid: float = 0.0
    months_owed: float = 0.0
    leaving_risk: float = 0.0
