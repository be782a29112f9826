"""Companies, battalions and command posts, as plain objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.codes import Fate
from sim.reference.country import Place

if TYPE_CHECKING:
    from sim.reference.soldier import Soldier


@dataclass(eq=False)
class Battalion:
    """A battalion, by which losses and leaks are known."""

    number: int
    companies: list[Company] = field(default_factory=list)
    regulars: int = 0
    """On day 0."""
    escapes: float = 0.0
    """Fading count."""
    caught: float = 0.0
    """Men caught leaving, fading."""
    recent_losses: float = 0.0
    past_losses: float = 0.0

    @property
    def men(self) -> int:
        """Men serving in it."""
        return sum(company.men for company in self.companies)


@dataclass(eq=False)
class Post:
    """A command post over some companies."""

    number: int
    level: int
    """0 company, 1 battalion, 2 brigade, 3 formation."""
    companies: list[Company]
    commander: Soldier | None
    refill_on: int | None = None
    """Evening on which it is filled again."""

    @property
    def is_empty(self) -> bool:
        """Whether its commander is missed: a post that nobody held on day 0 has none to miss."""
        return self.commander is None and self.refill_on is not None

    def lose_commander(self, refill_on: int) -> None:
        """Leave it empty until an evening."""
        if self.commander is not None:
            self.commander.post = None
        self.commander, self.refill_on = None, refill_on

    def take(self, man: Soldier) -> None:
        """Give it a commander."""
        self.commander, self.refill_on = man, None
        man.post = self


@dataclass(eq=False)
class Company:
    """A company: where it stands, who serves in it and what it has lived through."""

    number: int
    battalion: Battalion
    brigade: int
    """Number in the whole army."""
    brigade_number: int
    """Number within its formation, from 0."""
    formation: int
    branch: str
    place: Place
    deployed: bool
    random_effect: float
    regulars: list[Soldier] = field(default_factory=list)
    reservists: list[Soldier] = field(default_factory=list)
    officers: int = 0
    """On day 0."""
    effect: float = 0.0
    """Random effect, composition and polarisation, log hazard."""
    posts: list[Post] = field(default_factory=list)
    """Posts above it."""
    men: int = 0
    """Serving or planning."""
    regulars_by_sect: list[int] = field(default_factory=list)
    """On day 0."""
    weakness: float = 0.0
    own_group_gone: list[float] = field(default_factory=list)
    """Log hazard by the escapes of each sect, fading."""
    gone: int = 0
    regulars_gone: int = 0
    regulars_gone_on: dict[int, int] = field(default_factory=dict)
    """Regulars who escaped or were caught, by day."""
    death_risk: float = 0.0
    next_death: float = float("inf")
    collapsed_on: int | None = None
    abandoned_on: int | None = None

    @property
    def has_collapsed(self) -> bool:
        """Whether it counts as collapsed, for its own losses or as part of an abandoned base."""
        return self.collapsed_on is not None

    @property
    def soldiers(self) -> list[Soldier]:
        """Regulars, then reservists, whatever has become of them."""
        return self.regulars + self.reservists

    @property
    def serving(self) -> list[Soldier]:
        """Those who serve in it, planners included."""
        return [man for man in self.soldiers if man.fate in (Fate.SERVING, Fate.PLANNING)]
