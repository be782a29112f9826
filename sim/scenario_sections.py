"""What a scenario may say: the tables of an army and its country, and the parameters of all mechanisms."""

from __future__ import annotations

from datetime import date as Date

from pydantic import Field

from sim.claims import Claim
from sim.clock import LONGEST_RUN_DAYS, date_of
from sim.definitions import LoyaltyIndex, Outcomes
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
from sim.mechanisms.exits import HazardLaw, Law
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
from sim.mechanisms.uprising import Uprising
from sim.mechanisms.war import War
from sim.parameters import Name, Section, parameter
from sim.tables import ArmyPlan, Branch, Faction, Haven, Place, Sect


class ScenarioSections(Section):
    """Sections of a scenario, each valid by itself; that they agree is for `Scenario` to check."""

    name: Name
    title: str = ""
    description: str = ""
    overlays: tuple[str, ...] = Field((), description="Names of the overlays that were laid over it.")
    start: Date = Field(description="Day 0.")
    days: int = parameter(..., 1, LONGEST_RUN_DAYS, "days", "Length of the run.", "stated in the file")
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

    @property
    def last_date(self) -> Date:
        """Last day of the run."""
        return date_of(self.start, self.days - 1)

    @property
    def switches(self) -> tuple[str, ...]:
        """Names of the sections that can be switched off."""
        return tuple(name for name in type(self).model_fields if hasattr(getattr(self, name), "on"))
