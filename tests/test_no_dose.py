"""What has no dose does nothing: a mechanism is as if off, a lever as if it were not there, byte by byte."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.army import Army
from sim.record import DAILY_COLUMNS, Record
from sim.scenario import Scenario
from sim.scenario_file import load, scenario_folder
from sim.setting import world_of
from sim.synthesis import build
from tests.armies import BUSY, ENDOGENOUS, Changes, invented, lines, run_world
from tests.test_worlds import RESPONSES, same_record

NOTHING_BY_RANK = dict.fromkeys(("enlisted", "nco", "junior", "senior", "general"), 0.0)
NOTHING_BY_LEVEL = dict.fromkeys(("company", "battalion", "brigade", "formation"), 0.0)
NOTHING_BY_ROLE = dict.fromkeys(("in_group", "third", "out_group"), 0.0)
LATER = "2031-01-01"

# Keys of each section under which it says and does nothing.
NO_DOSE: dict[str, Changes] = {
    "militia": {"militia": {"in_group_share": 0.0, "third_group_share": 0.0}},
    "movement": {"movement": {"on": True, "share_per_week": 0.0}},
    "leavers": {"leavers": {"base_per_day": 0.0}},
    "knowledge": {"knowledge": {"weight": NOTHING_BY_RANK}},
    "conscription": {"conscription": {"effect": 0.0}},
    "tenure": {"tenure": {"first": 0.0, "second": 0.0, "third": 0.0}},
    "composition": {"composition": {"conscripts": 0.0, "heterogeneity": 0.0, "interaction": 0.0}},
    "polarisation": {"polarisation": {"effect": 0.0}},
    "grievance": {"grievance": {"multiple": 0.0}},
    "comrades": {"comrades": {"ties_most": 0.0, "own_group": 0.0}},
    "command": {
        "command": {
            "gone_effect": NOTHING_BY_LEVEL,
            "follow_own_sect": NOTHING_BY_LEVEL,
            "follow_other_sect": NOTHING_BY_LEVEL,
        }
    },
    "invitation": {"invitation": {"days": 0}},
    "casualties": {"casualties": {"battalion_effect": 0.0, "place_effect": 0.0}},
    "belief": {
        "belief": {
            "shock": {"small": 0.0, "medium": 0.0, "large": 0.0},
            "elite_effect": 0.0,
            "territory_effect": 0.0,
        }
    },
    "salary_plan": {"salary_plan": {"usd_per_month": 0.0}},
    "refuge": {"refuge": {"floor": 1.0}},
    "amnesty": {"amnesty": {"announced": "2030-01-09", "effect": NOTHING_BY_ROLE}},
    "promise": {"promise": {"announced": "2030-01-11", "effect": NOTHING_BY_RANK}},
    "surveillance": {
        "surveillance": {"mobile": 0.0, "learning_per_year": 0.0},
        "events": [one for one in RESPONSES["events"] if one["kind"] != "surveillance"],
    },
    "punishment": {"punishment": {"deter": 0.0, "home": 0.0, "ties": 0.0}},
    "family": {"family": {"effect": NOTHING_BY_RANK}},
    "opportunity": {
        "opportunity": {
            "leave_multiple": 1.0,
            "night_gain": 0.0,
            "deployed_factor": 1.0,
            "confined_factor": 1.0,
        }
    },
    "fear": {"fear": {"effect": 0.0}},
    "reserves": {"events": [one for one in RESPONSES["events"] if one["kind"] != "call_up"]},
    "attempts": {"attempts": {"informer_share": 0.0, "interception": 0.0}},
    # Nowhere to go: who escapes hides, as if nobody chose.
    "choice": {"havens.abroad.opens": LATER, "havens.isles.opens": LATER, "factions.rebels.starts": LATER},
    "funds": {
        "factions.rebels.upkeep_usd_per_month": 0.0,
        "factions.rebels.donations": [],
    },
}
# Without a dose, too, these count something, which nothing reads: the columns that alone differ.
COUNTED: dict[str, tuple[Changes, tuple[str, ...]]] = {
    "morale": ({"choice.morale_effect": 0.0, "leavers.morale_effect": 0.0}, ("morale",)),
    "bases": (
        {"bases.signal": "none", "events": [one for one in BUSY["events"] if one["kind"] != "diplomacy"]},
        ("bases_abandoned", "deployable", "loyal"),
    ),
}
# Never without a dose; what they change is told in tests/test_switched_off.py.
ALWAYS_ACT = {"deaths", "planning"}

WARS: dict[str, Changes] = {
    "table": {**RESPONSES, "army.regulars": 600},
    "endogenous": {**RESPONSES, **ENDOGENOUS, "army.regulars": 600},
}


def by_war(name: str, *changes: Changes) -> Scenario:
    """A scenario in which every mechanism acts."""
    return invented(WARS[name], {"days": 50}, *changes)


def test_every_mechanism_is_looked_at() -> None:
    switches = set(by_war("table").switches)
    assert NO_DOSE.keys() | COUNTED.keys() | ALWAYS_ACT == switches


@pytest.fixture(scope="module")
def army() -> Army:
    """The army of all scenarios here, which differ in rates only."""
    return build(by_war("table"), 1)


def recorded(scenario: Scenario, army: Army) -> Record:
    """Run a scenario with an army."""
    return run_world(world_of(scenario, army, 1))[1]


@pytest.mark.parametrize("war", WARS)
@pytest.mark.parametrize("name", NO_DOSE)
def test_a_mechanism_without_a_dose_is_as_if_it_were_off(name: str, war: str, army: Army) -> None:
    none = NO_DOSE[name]
    on, without = (recorded(by_war(war, none, {f"{name}.on": on}), army) for on in (True, False))
    same_record(on, without, army)


# In an endogenous war a company of an abandoned base counts no more as strength.
@pytest.mark.parametrize(("name", "war"), [("morale", "table"), ("morale", "endogenous"), ("bases", "table")])
def test_what_is_only_counted_changes_its_own_columns(name: str, war: str, army: Army) -> None:
    none, columns = COUNTED[name]
    on, without = (recorded(by_war(war, none, {f"{name}.on": on}), army) for on in (True, False))
    assert lines(on, army) == lines(without, army)
    tables = [dict(zip(DAILY_COLUMNS, np.array(record.daily).T, strict=True)) for record in (on, without)]
    differing = {
        column for column in DAILY_COLUMNS if tables[0][column].tobytes() != tables[1][column].tobytes()
    }
    assert columns[0] in differing
    assert differing <= set(columns)


# Levers.

FOLDER = scenario_folder()
FOUNDING: Changes = {"army.scale": 0.004}
NEVER = {"date": None, "trigger": {"observed": "share_gone", "above": 0.9999}}
SALARY: Changes = {"salary_plan.usd_per_month": 0}
ARMS: Changes = {"arms_deliveries.level": 0.0}
PROMISE: Changes = {f"promise.effect.{rank}": 0.0 for rank in NOTHING_BY_RANK}
REFUGE: Changes = {f"havens.{zone}.opens": "2013-06-01" for zone in ("north-zone", "south-zone")}
UNITY: Changes = {"opposition.unity_by_date": []}
FIGHTING: Changes = {"battle.fighting": []}

# The dose of each lever, put to nothing: what is dated stays as in the founding case, what has no size never
# comes.
LEVERS: dict[str, Changes] = {
    "amnesty": {f"amnesty.effect.{role}": 0.0 for role in NOTHING_BY_ROLE},
    "arms": ARMS,
    "blackout": {"events.blackout.cut": 0.0, "events.blackout.anger": 0.0},
    "cancelled-leave": {"events.leave-cancelled.date": "from the founding case"},
    "confinement": {"events.garrisons-confined.date": "from the founding case"},
    "confrontation": FIGHTING,
    "everyone-deployed": {f"events.everyone-deployed.{key}": value for key, value in NEVER.items()},
    "promise-of-power": PROMISE,
    "purge": {"events.out-group-officers-purged.share": 0.0},
    "refuge": REFUGE,
    "roadmap": {**SALARY, **REFUGE, **ARMS, **UNITY, **FIGHTING, **PROMISE},
    "salary-200": SALARY,
    "salary-200-july": SALARY,
    "salary-200-october": SALARY,
    "salary-as-reported": SALARY,
    "salary-unpaid": SALARY,
    "surveillance": {"events.surveillance-stepped-up.rise": 0.0},
    "unity": UNITY,
    "wage-rise": {"events.second-wage-rise.share": 0.0},
}


@pytest.fixture(scope="module")
def founding() -> tuple[Scenario, Army, Record]:
    """The founding case, small, its army and its run."""
    scenario = load("syria-2012", overrides=FOUNDING)
    army = build(scenario, 1)
    return scenario, army, recorded(scenario, army)


def test_every_lever_is_looked_at() -> None:
    assert LEVERS.keys() == {path.stem for path in (Path(FOLDER) / "levers").glob("*.yaml")}


def dated_as(founding: Scenario, changes: Changes) -> dict[str, Any]:
    """Overrides, with dates of the founding case where they are asked for."""
    dates = {event.name: event.date for event in founding.events}
    return {
        path: dates[path.split(".")[1]] if value == "from the founding case" else value
        for path, value in changes.items()
    }


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_without_a_dose_changes_nothing(name: str, founding: tuple[Scenario, Army, Record]) -> None:
    scenario, army, expected = founding
    lever = load("syria-2012", overlays=[name], overrides=FOUNDING)
    inert = lever.with_(dated_as(scenario, LEVERS[name]))
    assert inert != lever
    same_record(recorded(inert, army), expected, army)


@pytest.mark.parametrize("name", ["blackout", "refuge", "roadmap", "purge", "wage-rise", "everyone-deployed"])
def test_with_its_dose_it_changes_something(name: str, founding: tuple[Scenario, Army, Record]) -> None:
    _, army, expected = founding
    lever = load("syria-2012", overlays=[name], overrides=FOUNDING)
    assert recorded(lever, army).daily != expected.daily
