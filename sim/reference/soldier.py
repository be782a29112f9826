"""The soldier: what he is, what he feels, what he decides. Officers plan, and can be sidelined."""

from __future__ import annotations

from math import ceil, exp, inf, log
from typing import TYPE_CHECKING, Any

import mesa

from sim.codes import ESCAPED, Fate, Rank
from sim.reference.company import Company, Post
from sim.reference.country import Place, Sect
from sim.reference.luck import Luck, uniform
from sim.reference.roll import Man
from sim.reference.scatter import EDGES, LAYERS, Spells

if TYPE_CHECKING:
    from sim.reference.morning import Morning

DAYS_OF_STEPS = (61, 122, 183)
"""Days of service after which a soldier passes to the next step of his service."""


class Soldier(mesa.Agent):  # type: ignore[misc]
    """A soldier, regular or reservist.

    Parameters
    ----------
    model : mesa.Model
    row : int
        His row on the roll.
    man : Man
        His line on the roll.
    company : Company
    sect : Sect
    home : Place
    luck : Luck
        The luck seed's.
    """

    def __init__(
        self, model: Any, row: int, man: Man, company: Company, sect: Sect, home: Place, luck: Luck
    ) -> None:
        super().__init__(model)
        self.row = row
        self.identity = man.identity
        self.rank = man.rank
        self.company = company
        self.sect = sect
        self.home = home
        self.loyalty = man.loyalty
        self.susceptibility = man.susceptibility
        self.log_frailty = man.log_frailty
        self.stayer = man.stayer
        self.family_outside = man.family_outside
        self.reservist = man.reservist
        self.conscript = man.conscript
        self.bound = False
        """Whether he is a named person, who leaves when an event says so and never otherwise."""
        self.ties: list[Soldier] = []
        self.luck = luck

        self.fate = Fate.RESERVE if man.reservist else Fate.SERVING
        self.step = min(man.months_served // 2, 3)
        self.entered_on = -round(man.months_served * 365.25 / 12)
        self.lasting = -inf
        """What never changes of his own log hazard."""
        self.own = -inf
        """His own log hazard."""
        self.ties_gone = 0
        self.ties_caught = 0
        self.aware = False
        self.unaware_left = inf
        """Exposure until he hears of the offer."""
        self.death_due = inf
        """Risk of his company at which he is killed."""
        self.threshold = inf
        self.post: Post | None = None
        self.sidelined = False
        self.in_party = False
        self.faction: int | None = None
        """Faction of which he is a member."""
        self.joined_from: Place | None = None
        self.leaving_due = inf
        """Risk at which he leaves his faction."""
        self.spells = Spells(luck, man.identity)

    @property
    def serves(self) -> bool:
        """Whether he serves, planning or not."""
        return self.fate in (Fate.SERVING, Fate.PLANNING)

    @property
    def escaped(self) -> bool:
        """Whether he got away."""
        return self.fate in ESCAPED

    @property
    def is_officer(self) -> bool:
        """Whether he is a junior officer or above."""
        return isinstance(self, Officer)

    @property
    def is_senior(self) -> bool:
        """Whether he is a senior officer or a general."""
        return self.rank >= Rank.SENIOR

    # What he feels.

    def loyalty_now(self, erosion: float) -> float:
        """Loyalty that is left under the grievance of his like."""
        return self.loyalty - self.susceptibility * erosion

    def log_hazard(self, morning: Morning) -> float:
        """Log hazard a day of leaving: what he is, what he knows, where he stands, what he resents."""
        situation = (self.own + morning.profile(self)) + morning.cell(self)
        return min(morning.most, situation + self.susceptibility * morning.susceptible(self))

    def enters_step(self, day: int) -> int | None:
        """Step of his service that he passes to on a morning, or none."""
        served = day - self.entered_on
        return DAYS_OF_STEPS.index(served) + 1 if served in DAYS_OF_STEPS else None

    def hears(self, broadcast: float) -> bool:
        """Whether the broadcasts so far, and ties who left, bring him word of the offer."""
        if self.aware or self.unaware_left > broadcast:
            return False
        self.aware, self.unaware_left = True, inf
        return True

    # What he decides.

    def decides_to_leave(self, morning: Morning, lowest_layer: dict[int, list[float]]) -> bool:
        """Whether his pressure of today reaches the lowest point of his scatter.

        Layers that begin above his log hazard cannot hold such a point and are not dealt.
        """
        log_hazard = self.log_hazard(morning)
        if any(point <= log_hazard for point in lowest_layer.get(self.identity, ())):
            return True
        for layer in range(LAYERS):
            if EDGES[layer] > log_hazard:
                return False
            if self.spells.lowest(layer, morning.day) <= log_hazard:
                return True
        return False

    def can_be_asked(self, asker: Soldier) -> bool:
        """Whether a tie who goes would think of asking him."""
        return (
            self.fate == Fate.SERVING
            and not self.is_senior
            and self.sect is asker.sect
            and not self.in_party
            and not self.bound
        )

    def invitation_of(self, day: int) -> tuple[float, float]:
        """His two numbers of the day: whether a tie dares, and his resistance."""
        words = self.luck.words("invitation", day, self.identity)
        return uniform(next(words)), uniform(next(words))

    def comes_along(self, resistance: float, worth_days: float, morning: Morning) -> bool:
        """Whether an invitation, worth some days of ordinary hazard, carries him along."""
        return log(worth_days) + self.log_hazard(morning) >= log(-log(resistance))

    def follows(self, chance: float, day: int) -> bool:
        """Whether he follows his commander, by his one number of the day."""
        return self.luck.uniform_of("follow", day, self.identity) < chance

    def joins_flees_or_hides(self, join: float, flee: float) -> Fate:
        """Where he turns, once away, by the odds of joining and of fleeing over hiding."""
        number = self.luck.uniform("join, flee or hide", self.identity) * (1 + join + flee)
        if number < join:
            return Fate.JOINED
        return Fate.FLED if number < join + flee else Fate.HIDING

    def reports(self, share: float) -> bool:
        """Whether, called up, he reports."""
        return self.luck.uniform("report for service", self.identity) < share


class Officer(Soldier):
    """A junior officer, senior officer or general. Parameters are those of `Soldier`."""

    def __init__(
        self, model: Any, row: int, man: Man, company: Company, sect: Sect, home: Place, luck: Luck
    ) -> None:
        super().__init__(model, row, man, company, sect, home, luck)
        self.plan_ready = -1
        """Day on which his plan is ready."""
        self.plan_risk = inf
        """Risk left until it is found out."""

    def begins_to_plan(self, day: int, median_days: float, spread: float) -> None:
        """Put off his exit by the time that a plan takes."""
        length = median_days * exp(spread * self.luck.normal("length of plan", self.identity))
        self.fate = Fate.PLANNING
        self.plan_ready = day + ceil(length)
        self.plan_risk = self.luck.exponential("plan found out", self.identity)

    def is_found_out(self, risk: float) -> bool:
        """Whether the risk of the day finds him out."""
        self.plan_risk -= risk
        return self.plan_risk <= 0

    def could_be_sidelined(self, ranks: set[int], sects: set[int]) -> bool:
        """Whether a purge of these ranks and sects is about him."""
        return self.rank in ranks and self.sect.number in sects and self.serves and not self.sidelined
