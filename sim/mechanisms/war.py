"""War: violence, control by day and by night, soldiers killed, by place; endogenous or a dated table.

- Endogenous: by the equations of `sim.mechanisms.battle` from the strengths of both sides, which
  `sim.mechanisms.uprising` and `sim.mechanisms.militia` move each evening.
- Table: each column holds from its date until the next. A lever's effect on deaths and on control is then
  nil by construction, and results say so.

    violence_h = civilians killed a day per million people of place h
"""

from __future__ import annotations

from datetime import date as Date
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from sim.clock import day_number
from sim.codes import Floats
from sim.mechanisms.battle import fight
from sim.mechanisms.uprising import Mobilisation
from sim.parameters import Section, Share, entry
from sim.state import State
from sim.world import World

_Civilians = Annotated[float, entry(0, 1e6, "deaths per day")]
_Soldiers = Annotated[float, entry(0, 1e6, "deaths per day", extensive=True)]


class Period(Section):
    """A row of the table; a place left out is 0."""

    start: Date = Field(alias="from", description="First day of the period.")
    civilians_killed_per_day: dict[str, _Civilians] = Field(default_factory=dict, description="By place.")
    soldiers_killed_per_day: dict[str, _Soldiers] = Field(default_factory=dict, description="By place.")
    opposition_control_day: dict[str, Share] = Field(default_factory=dict, description="By place.")
    opposition_control_night: dict[str, Share] = Field(default_factory=dict, description="By place.")


class War(Section):
    """Section `war`."""

    kind: Literal["table", "endogenous"] = Field(
        "table", description="A dated table, or endogenous: by the strengths of both sides."
    )
    periods: tuple[Period, ...] = Field(
        (), description="Rows of the table by date; each holds until the next. Unread in an endogenous war."
    )
    sources: dict[str, str] = Field(default_factory=dict, description="Source or rule of each column.")

    @property
    def statement(self) -> str:
        """Say on which war a result rests; empty where there is none."""
        if self.kind == "endogenous":
            return (
                "The war is endogenous: deaths, control and destruction respond to a lever by a few bounded "
                "equations, most of whose parameters are assumptions."
            )
        if not self.periods:
            return ""
        return (
            "The war is a dated table: a lever's effect on the deaths that it brings and on the control of "
            "ground is nil by construction; destruction is not modelled. Soldiers killed differ only by "
            "chance, or where few are left to be hit."
        )


def daily(
    periods: tuple[Period, ...] | tuple[Mobilisation, ...],
    column: str,
    start: Date,
    days: int,
    places: list[str],
) -> Floats:
    """Write one column of a dated table out day by day.

    Returns
    -------
    (T, H) array of float
    """
    table = np.zeros((days, len(places)))
    for period in periods:
        begin = max(day_number(start, period.start), 0)
        values = getattr(period, column)
        table[begin:] = [values.get(place, 0.0) for place in places]
    return table


def wage(world: World, state: State) -> None:
    """Bring today's violence, control and expected deaths."""
    if world.theatre is None:
        take_from_table(world, state)
    else:
        fight(world, state, world.theatre)


def take_from_table(world: World, state: State) -> None:
    """Read today's violence, control and expected deaths."""
    day, table = state.day, world.war
    state.civilians_killed = table["civilians_killed_per_day"][day]
    state.soldiers_expected = table["soldiers_killed_per_day"][day] * world.scale
    state.control_day = table["opposition_control_day"][day]
    state.control_night = table["opposition_control_night"][day]
    state.violence = state.civilians_killed / world.population * 1e6
