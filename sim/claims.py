"""What somebody claims about the case: an interval with its claimant, never what was observed."""

from __future__ import annotations

from datetime import date as Date
from typing import Literal

from pydantic import Field

from sim.parameters import LedgerRow, Name, Section, parameter

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
