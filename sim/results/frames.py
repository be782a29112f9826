"""Record to frames: tidy tables with dates, names and units, each made when it is first asked for.

`summary` a row a run, `daily` a row a day, `units` a row a company, `exits` a row a man who left or was
caught leaving, `log` a row a man killed, reported or evading, `factions` a row a day and faction, `loyalty`
a row a week and group, `roster` a row for each kind of soldier, `moves` a row a company that went elsewhere
or changed posture, `events` a row an event that happened; if asked for, `attribution` a row a day,
mechanism, rank and sect.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sim.attribution import Attribution
from sim.record import Record
from sim.results.attribution_frame import attribution_frame
from sim.results.daily_frame import daily_frame
from sim.results.departures import Departures, departures_of
from sim.results.event_frames import events_frame, moves_frame
from sim.results.exits_frame import exits_frame
from sim.results.factions_frame import factions_frame
from sim.results.log_frame import log_frame
from sim.results.loyalty_frame import loyalty_frame
from sim.results.outcomes import summary_of
from sim.results.roster_frame import roster_frame
from sim.results.units_frame import units_frame
from sim.state import State
from sim.world import World

FRAMES = (
    "summary",
    "daily",
    "units",
    "exits",
    "factions",
    "loyalty",
    "log",
    "roster",
    "moves",
    "events",
)


@dataclass(frozen=True)
class Frames:
    """The frames of one run, each with `run` = 1 in front.

    An ensemble keeps few of them: to make all would be a tenth of a run.

    Parameters
    ----------
    world : World
    state : State
        At the end of the last day.
    record : Record
    attributed : Attribution, optional
    """

    world: World
    state: State
    record: Record
    attributed: Attribution | None = None

    def frame(self, name: str) -> pd.DataFrame:
        """Return a frame by its name, one of `FRAMES`."""
        frame: pd.DataFrame = getattr(self, name)
        return frame

    @cached_property
    def departures(self) -> Departures:
        """Men who left or were caught leaving, by code: no frame, but what two are made of."""
        return departures_of(self.world, self.record)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row."""
        return summary_of(self.world, self.daily, self.departures)

    @cached_property
    def daily(self) -> pd.DataFrame:
        """A row a day."""
        return daily_frame(self.world, self.record)

    @cached_property
    def units(self) -> pd.DataFrame:
        """A row a company."""
        return units_frame(self.world, self.state, self.exits, self.log)

    @cached_property
    def exits(self) -> pd.DataFrame:
        """A row a man who left or was caught leaving."""
        return exits_frame(self.world, self.record, self.departures)

    @cached_property
    def factions(self) -> pd.DataFrame:
        """A row a day and faction."""
        return factions_frame(self.world, self.record)

    @cached_property
    def loyalty(self) -> pd.DataFrame:
        """A row a week and group."""
        return loyalty_frame(self.world, self.record)

    @cached_property
    def log(self) -> pd.DataFrame:
        """A row a man killed, reported, evading, or leaving his faction."""
        return log_frame(self.world, self.record)

    @cached_property
    def roster(self) -> pd.DataFrame:
        """A row for each kind of soldier."""
        return roster_frame(self.world)

    @cached_property
    def moves(self) -> pd.DataFrame:
        """A row a company that went elsewhere or changed posture."""
        return moves_frame(self.world, self.record)

    @cached_property
    def events(self) -> pd.DataFrame:
        """A row an event that happened."""
        return events_frame(self.world, self.record)

    @cached_property
    def attribution(self) -> pd.DataFrame | None:
        """A row a day, mechanism, rank and sect; None unless the run was asked for it."""
        return None if self.attributed is None else attribution_frame(self.world, self.attributed.looks)
