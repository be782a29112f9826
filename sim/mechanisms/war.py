"""War from a dated table: violence, control by day and by night, soldiers killed, by place.

Each column holds from its date until the next. With a table, a lever's effect on deaths and on control
is nil by construction, and results say so.

    violence_h = civilians killed a day per million people of place h
"""

from __future__ import annotations

from datetime import date as Date
from typing import Literal

import numpy as np
from pydantic import Field

from sim.clock import day_number
from sim.codes import Floats
from sim.parameters import Section, Share
from sim.state import State
from sim.world import World


class Period(Section):
    """A row of the table; a place left out is 0."""

    start: Date = Field(alias="from", description="First day of the period.")
    civilians_killed_per_day: dict[str, float] = Field(default_factory=dict, description="By place.")
    soldiers_killed_per_day: dict[str, float] = Field(default_factory=dict, description="By place.")
    opposition_control_day: dict[str, Share] = Field(default_factory=dict, description="By place.")
    opposition_control_night: dict[str, Share] = Field(default_factory=dict, description="By place.")


class War(Section):
    """Section `war`."""

    kind: Literal["table"] = Field("table", description="War from a dated table.")
    periods: tuple[Period, ...] = Field((), description="Rows by date; each holds until the next.")
    sources: dict[str, str] = Field(default_factory=dict, description="Source or rule of each column.")


def daily(periods: tuple[Period, ...], column: str, start: Date, days: int, places: list[str]) -> Floats:
    """Write one column of the table out day by day.

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


def take_from_table(world: World, state: State) -> None:
    """Read today's violence, control and expected deaths."""
    day, table = state.day, world.war
    state.civilians_killed = table["civilians_killed_per_day"][day]
    state.soldiers_expected = table["soldiers_killed_per_day"][day] * world.scale
    state.control_day = table["opposition_control_day"][day]
    state.control_night = table["opposition_control_night"][day]
    state.violence = state.civilians_killed / world.population * 1e6
