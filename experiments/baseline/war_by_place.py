"""The endogenous war beside the counted one, by place: where the equations put the killing and the ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date

import numpy as np

from experiments.showing.tables import markdown, number
from sim.clock import day_number
from sim.codes import Floats
from sim.engine import days
from sim.scenario import Scenario
from sim.setting import world_of
from sim.synthesis import build

MIDDLE, NIGHT = Date(2012, 7, 3), Date(2012, 7, 15)
ARMY, LUCK = 1, 100


@dataclass(frozen=True)
class Course:
    """What a war did to each place; `T` days, `H` places."""

    civilians: Floats
    """(T, H) killed so far."""
    night: Floats
    """(T, H) opposition's control by night."""
    destruction: Floats
    """(T, H)"""


def course_of(scenario: Scenario) -> Course:
    """Run a scenario once, and keep the war by place."""
    world = world_of(scenario, build(scenario, ARMY), LUCK)
    kept = [
        (state.civilians_killed.copy(), state.control_night.copy(), state.destruction.copy())
        for state in days(world)
    ]
    civilians, night, destruction = (np.array(column) for column in zip(*kept, strict=True))
    return Course(np.cumsum(civilians, axis=0), night, destruction)


def place_rows(scenario: Scenario, dated: Scenario) -> list[str]:
    """Write a table with a line a place: the endogenous war, and the counts of the table."""
    ours, counted = course_of(scenario), course_of(dated)
    middle, night = (day_number(scenario.start, date) for date in (MIDDLE, NIGHT))
    rows = [
        {
            "place": place.title or name,
            "civilians killed by 3 July 2012": number(ours.civilians[middle, at]),
            "counted": number(counted.civilians[middle, at]),
            "by the end": number(ours.civilians[-1, at]),
            "counted by the end": number(counted.civilians[-1, at]),
            "nights held, 15 July 2012": number(ours.night[night, at]),
            "by judgement": number(counted.night[night, at]),
            "destroyed by the end": number(ours.destruction[-1, at]),
        }
        for at, (name, place) in enumerate(scenario.places.items())
    ]
    said = (
        f"One run (army {ARMY}, luck {LUCK}). How many civilians were killed up to July 2011, and where up "
        "to May, is an input of the uprising; all else of the endogenous columns is an outcome. What was "
        "counted, and what is judgement: [evidence-notes.md](evidence-notes.md)."
    )
    return [said, markdown(rows)]
