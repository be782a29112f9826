"""What the events of a scenario may say: kinds, each on a date, or triggered by a rule on observed state.

What was reported (*group exit claim*, *context*) has a date and acts on nothing. What acts has a date or
a trigger, not both. Responses of the regime: some last, until a date, for a number of days or to the
end; others act once. A response without a dose is none, and never happens.
"""

from __future__ import annotations

from datetime import date as Date
from typing import Annotated, Literal

from pydantic import Field

from sim.clock import day_number
from sim.mechanisms.triggers import Rule, Trigger
from sim.parameters import LedgerRow, Name, Section, Share, entry, parameter
from sim.tables import Role

Strength = Literal["small", "medium", "large"]
OfficerRank = Literal["junior", "senior", "general"]
_STATED = "stated in the file"


class _Event(Section):
    """What every event states."""

    name: Name
    date: Date | None = Field(None, description="Day on which it happens.")
    title: str = Field("", description="Label in figures.")
    source: str = Field("", description="Where the event is reported.")
    ledger: tuple[LedgerRow, ...] = Field((), description="Rows of the evidence ledger.")
    requires: tuple[str, ...] = Field((), description="Names of events that must have happened before.")

    @property
    def has_dose(self) -> bool:
        """Whether it changes anything at all."""
        return True


class _Reported(_Event):
    """What was reported, and acts on nothing."""

    date: Date = Field(description="Day on which it happened.")


class Triggered(_Event):
    """What acts: on a date, or by a trigger."""

    trigger: Rule | None = Field(None, description="Rule by which it comes; instead of a date.")


class _Recurring(Triggered):
    """What may come again, if its trigger says so."""

    trigger: Trigger | None = Field(None, description="Rule by which it comes; instead of a date.")


class _Lasting(_Recurring):
    """What lasts."""

    until: Date | None = Field(None, description="First day on which it is no longer in force.")
    lasts_days: int | None = parameter(
        None, 1, 20_000, "days", "Days in force; absent, and no `until`: to the end.", _STATED
    )


class Signal(_Recurring):
    """A public signal about the regime's survival."""

    kind: Literal["signal"]
    strength: Strength = Field("medium", description="Size of the shock; see `belief.shock`.")


class Diplomacy(_Recurring):
    """A diplomatic plan that failed."""

    kind: Literal["diplomacy"]
    strength: Strength = Field("medium", description="Size of the shock; see `belief.shock`.")


class EliteExit(Triggered):
    """The exit of a person of the roster; his own decision is replaced by this event."""

    kind: Literal["elite_exit"]
    person: Name = Field(description="Name in `army.persons`.")
    accompanied: bool = Field(True, description="Whether his family goes with him.")
    publicity: float = parameter(3.0, 0, 20, "1", "Weight of his exit, over another of his rank.")


class LeaveCancelled(_Lasting):
    """Home leave is cancelled."""

    kind: Literal["leave_cancelled"]


class Confinement(_Lasting):
    """Garrisons are confined to barracks."""

    kind: Literal["confinement"]


class WageRise(_Lasting):
    """Wages are raised: the real wage by a share, and what grievance there is relieved once."""

    kind: Literal["wage_rise"]
    share: float = parameter(..., 0, 5, "1", "Rise of the real wage, as a share of it.", _STATED)
    relief: float = parameter(
        0.0, 0, 2, "log hazard", "Taken once from the stock of grievance, which does not fall below 0."
    )

    @property
    def has_dose(self) -> bool:
        """Whether wages rise or grievance is relieved."""
        return self.share > 0.0 or self.relief > 0.0


class Blackout(_Lasting):
    """Broadcasts and the press are cut off."""

    kind: Literal["blackout"]
    cut: float = parameter(
        0.5, 0, 1, "1", "Share of broadcasts, public signals and elite exits that is not heard."
    )
    anger: float = parameter(
        0.0005, 0, 0.1, "log hazard per day", "Erosion a day while it lasts, at a weight of grievance of 1."
    )

    @property
    def has_dose(self) -> bool:
        """Whether it cuts anything off or angers anyone."""
        return self.cut > 0.0 or self.anger > 0.0


class SurveillanceStep(_Recurring):
    """Surveillance steps up: what has been learned rises at once, up to its cap."""

    kind: Literal["surveillance"]
    rise: float = parameter(..., 0, 20, "units", "Rise of what has been learned.", _STATED, coercive=True)

    @property
    def has_dose(self) -> bool:
        """Whether it rises."""
        return self.rise > 0.0


class Purge(_Recurring):
    """A share of the officers of some ranks and groups is sidelined, for good."""

    kind: Literal["purge"]
    ranks: tuple[OfficerRank, ...] = Field(("senior", "general"), min_length=1, description="Ranks purged.")
    sects: tuple[str, ...] = Field((), description="Keys of `sects`; empty: by `role`, or all.")
    role: Role | None = Field(None, description="Role of the sects purged; absent: by `sects`, or all.")
    share: float = parameter(
        ..., 0, 1, "1", "Share of those who serve that is sidelined.", _STATED, coercive=True
    )
    capability_loss: float = parameter(
        0.5, 0, 1, "1", "Strength that a company loses if all its officers are sidelined."
    )
    grievance: float = parameter(
        1.0, 0, 5, "log hazard", "Grievance of a rank and sect all of whose officers are sidelined."
    )

    @property
    def has_dose(self) -> bool:
        """Whether anyone is sidelined."""
        return self.share > 0.0


class Deployment(_Recurring):
    """The most loyal companies are deployed, the others kept in garrison."""

    kind: Literal["deployment"]
    share: Share = Field(description="Share of the men who serve that is deployed; 1: everyone.")
    by: Literal["loyalty", "in_group"] = Field(
        "loyalty", description="Companies are ranked by their mean loyalty, or by their share of in-groups."
    )


class Movement(_Recurring):
    """Formations, or some of their brigades, move to a place."""

    kind: Literal["movement"]
    formations: tuple[Name, ...] = Field(min_length=1, description="Names in `army.order_of_battle`.")
    brigades: tuple[Annotated[int, entry(1, 500, "number of a brigade")], ...] = Field(
        (), description="Numbers of their brigades that move, from 1; empty: all."
    )
    place: str = Field(description="Key of `places`.")
    deployed: bool | None = Field(
        None, description="Whether they are deployed there; absent: as they were before."
    )


class CallUp(_Recurring):
    """A share of the reserve is called up, spread evenly over some days."""

    kind: Literal["call_up"]
    share: Share = Field(description="Share of the reserve that is called.")
    over_days: int = parameter(30, 1, 365, "days", "Days over which the summonses go out.")

    @property
    def has_dose(self) -> bool:
        """Whether anyone is called."""
        return self.share > 0.0


class GroupExitClaim(_Reported):
    """A reported exit of a group; shown, not acted on."""

    kind: Literal["group_exit_claim"]
    size: int = parameter(2, 1, 100_000, "soldiers", "Reported size.", _STATED)


class Context(_Reported):
    """Context; shown, not acted on."""

    kind: Literal["context"]


Event = Annotated[
    Signal
    | Diplomacy
    | EliteExit
    | LeaveCancelled
    | Confinement
    | WageRise
    | Blackout
    | SurveillanceStep
    | Purge
    | Deployment
    | Movement
    | CallUp
    | GroupExitClaim
    | Context,
    Field(discriminator="kind"),
]


def end_of(event: _Event, start: Date, today: int, days: int) -> int:
    """First day on which an event that acts today is no longer in force.

    Parameters
    ----------
    event : Event
    start : date
        Day 0.
    today, days : int
        Today, and the length of the run.

    Returns
    -------
    int
        Today for what acts once, `days` for what lasts to the end.
    """
    if not isinstance(event, _Lasting):
        return today
    if event.until is not None:
        return day_number(start, event.until)
    return days if event.lasts_days is None else min(today + event.lasts_days, days)
