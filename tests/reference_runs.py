"""The same scenario on the same luck by the core and by the reference, and where they disagree."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from math import isnan
from typing import Any

import mesa
import numpy as np
import pandas as pd

from sim.army import Army
from sim.codes import RANKS, Fate, How
from sim.engine import run
from sim.record import Record
from sim.reference import ReferenceModel
from sim.reference.outcome import outcome
from sim.result import Result
from sim.results.frames import Frames
from sim.scenario import Scenario
from tests.armies import lines, run_world, world

CLOSE = 1e-9
"""Most by which real numbers of a day may differ, relatively: sums are left to the numerical library."""

LOGS = {"killed": "deaths", "reported": "arrivals", "evaded": "evaders", "left faction": "members_left"}
"""What befell a soldier in the reference, and the log of the core's record that holds it."""


@dataclass
class Pair:
    """A run of the reference and the same run of the core."""

    reference: ReferenceModel
    result: Result
    record: Record
    army: Army

    @property
    def lines_of_core(self) -> set[tuple[Any, ...]]:
        """What befell whom: (what, row, day, ...)."""
        found = lines(self.record, self.army)
        return {
            (what, row, rest[1], rest[0], *rest[2:]) if what == "left" else (what, row, *rest)
            for what, row, *rest in found
        }

    @property
    def lines_of_reference(self) -> set[tuple[Any, ...]]:
        """The same, in the same words."""
        found: set[tuple[Any, ...]] = set()
        for line in self.reference.lines:
            if line.what == "left":
                assert line.how is not None
                assert line.fate is not None
                faction = -1 if line.faction is None else line.faction
                how, fate = int(How[line.how.upper()]), int(Fate[line.fate.upper()])
                found.add(
                    ("left", line.row, line.day, line.leader, how, fate, int(bool(line.aware)), faction)
                )
            else:
                found.add((LOGS[line.what], line.row, line.day))
        return found


def run_both(scenario: Scenario, army_seed: int = 1, luck_seed: int = 1) -> Pair:
    """Run a scenario by the core and by the reference, on the same army and luck."""
    one = world(scenario, army_seed, luck_seed)
    state, record = run_world(one)
    model = ReferenceModel(scenario, one.army, luck_seed).run()
    # Mesa counts the agents of every model for good, and so would keep all models.
    mesa.Agent._ids.pop(model, None)
    return Pair(model, Result.of(Frames(one, state, record)), record, one.army)


def attribution_disagreements(scenario: Scenario, army_seed: int = 1, luck_seed: int = 1) -> list[str]:
    """Parts of the expected exits in which core and reference differ, one line each."""
    frame = run(scenario, luck_seed, army_seed=army_seed, attribution="weekly").attribution
    assert frame is not None
    model = ReferenceModel(scenario, None, luck_seed, army_seed, attribution="weekly").run()
    mesa.Agent._ids.pop(model, None)
    left, found, sects = dict(model.observer.parts), [], list(scenario.sects)
    names = ("day", "mechanism", "rank", "sect", "expected_exits")
    for day, mechanism, rank, sect, core in zip(*(frame[name] for name in names), strict=True):
        key = (day, mechanism, RANKS.index(rank), sects.index(sect))
        reference = left.pop(key, 0.0)
        if abs(core - reference) > CLOSE * max(abs(core), 1e-3):
            found.append(f"{mechanism} of {rank}, {sect} on day {day}: core {core}, reference {reference}")
    return found + [f"the core has no {key}" for key, part in left.items() if abs(part) > CLOSE]


def disagreements(pair: Pair) -> list[str]:
    """Everything in which two runs differ, one line each; empty if they agree on all."""
    found = []
    for question in QUESTIONS:
        found += question(pair)
    return found


def _fates(pair: Pair) -> list[str]:
    """Every soldier's fate and day."""
    core, reference = pair.lines_of_core, pair.lines_of_reference
    if core == reference:
        return []
    day = min(line[2] for line in core ^ reference)
    of_core = sorted(line for line in core - reference if line[2] == day)[:5]
    of_reference = sorted(line for line in reference - core if line[2] == day)[:5]
    return [f"fates, first on day {day}: core alone {of_core}, reference alone {of_reference}"]


def _days(pair: Pair) -> list[str]:
    """Totals of each day: whole numbers alike, real numbers close."""
    found, columns = [], pair.reference.datacollector.model_vars
    for name, values in columns.items():
        of_core = pair.result.daily[name].tolist()
        for day, (core, reference) in enumerate(zip(of_core, values, strict=True)):
            if not _alike(core, reference):
                found.append(f"{name}, first on day {day}: core {core}, reference {reference}")
                break
    left = set(pair.result.daily.columns) - set(columns) - {"run", "date", "day"}
    return found + [f"the reference has no {name}" for name in sorted(left)]


def _alike(core: Any, reference: Any) -> bool:
    if isinstance(core, int):
        return bool(core == reference)
    if isnan(core) or isnan(reference):
        return isnan(core) and isnan(reference)
    return bool(abs(core - reference) <= CLOSE * max(abs(core), abs(reference), 1e-3))


def _loyalty(pair: Pair) -> list[str]:
    """Men by rank, sect, home and bin of loyalty, each week."""
    scenario = pair.result.scenario
    shape = (5, len(scenario.sects), len(scenario.places), -1)
    days = [day for day, _ in pair.record.loyalty]
    if days != [day for day, _ in pair.reference.loyalty]:
        return ["loyalty is counted on other days"]
    for (day, core), (_, reference) in zip(pair.record.loyalty, pair.reference.loyalty, strict=True):
        table = core.reshape(shape)
        counted = {tuple(map(int, place)): int(table[tuple(place)]) for place in np.argwhere(table)}
        if counted != reference:
            return [f"loyalty, first on day {day}: {sorted(counted.items() ^ reference.items())[:4]}"]
    return []


def _events(pair: Pair) -> list[str]:
    """Events that happened, with their days."""
    frame = pair.result.events
    core = list(zip(frame["name"], frame["day"], strict=True))
    reference = pair.reference.history
    return [] if core == reference else [f"events: core {core}, reference {reference}"]


def _moves(pair: Pair) -> list[str]:
    """Moves of companies."""
    frame = pair.result.moves
    names = ("day", "unit", "place_before", "deployed_before", "place", "deployed")
    core = list(zip(*(frame[name] for name in names), strict=True))
    reference = [
        (day, unit, before.name, posture, place.name, deployed)
        for day, unit, before, posture, place, deployed in pair.reference.moves
    ]
    return [] if core == reference else [f"moves: core {core}, reference {reference}"]


def _companies(pair: Pair) -> list[str]:
    """Days on which companies collapsed and bases were abandoned."""
    start = pair.result.scenario.start
    found = []
    for column, name in (("collapse_date", "collapsed_on"), ("abandoned_date", "abandoned_on")):
        days = [getattr(company, name) for company in pair.reference.companies]
        dates = [None if day is None else start + timedelta(days=day) for day in days]
        core = [None if pd.isna(date) else date.date() for date in pair.result.units[column]]
        if core != dates:
            unit = next(u for u, (one, other) in enumerate(zip(core, dates, strict=True)) if one != other)
            found.append(f"{column} of company {unit}: core {core[unit]}, reference {dates[unit]}")
    return found


def _factions(pair: Pair) -> list[str]:
    """Members and accounts of each faction at the end."""
    frame = pair.result.factions
    last = frame[frame["day"] == pair.result.scenario.days - 1].set_index("faction")
    found = []
    for faction in pair.reference.factions:
        core = last.loc[faction.name]
        for name, value in (
            ("members", sum(faction.members)),
            ("owed_usd", faction.owed),
            ("paid_usd", faction.paid),
            ("months_owed", faction.months_owed),
        ):
            if not _alike(float(core[name]), value):
                found.append(f"{name} of {faction.name}: core {core[name]}, reference {value}")
    return found


def _outcomes(pair: Pair) -> list[str]:
    """Class of outcome."""
    core = str(pair.result.summary["outcome"].iloc[0])
    reference = outcome(pair.reference, pair.reference.datacollector.model_vars["exits"])
    return [] if core == reference else [f"outcome: core {core}, reference {reference}"]


QUESTIONS: tuple[Callable[[Pair], list[str]], ...] = (
    _fates,
    _days,
    _loyalty,
    _events,
    _moves,
    _companies,
    _factions,
    _outcomes,
)
