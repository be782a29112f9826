"""Variants of the founding case that its baseline is to be read beside, one run each."""

from __future__ import annotations

from datetime import date as Date

import numpy as np

from experiments.baseline.rows import JULY, exits_by, groups, home_over_median
from experiments.showing.tables import number
from sim.clock import day_number
from sim.engine import run
from sim.scenario import Scenario
from sim.scenario_file import load, scenario_folder


def variants(scenario: Scenario, dated: Scenario) -> dict[str, Scenario]:
    """Runs that the table is to be read beside."""
    return {
        "the baseline": scenario,
        "Deraa's offset at -1": scenario.with_({"places.deraa.loyalty_offset": -1.0}),
        "yemen-type": laid_over("yemen-type", scenario.army.scale),
        "grievance x 1.5": scenario.with_({"grievance.multiple": 1.5}),
        "grievance x 3": scenario.with_({"grievance.multiple": 3.0}),
        "dated war": dated,
        "dated war, constant in time and uniform in place": flat_war(dated),
    }


def laid_over(contrast: str, scale: float) -> Scenario:
    """Founding case with a contrast laid over it."""
    overlay = scenario_folder() / "contrasts" / f"{contrast}.yaml"
    return load("syria-2012", overlays=[overlay], overrides={"army.scale": scale})


def flat_war(scenario: Scenario) -> Scenario:
    """Spread the deaths of a dated war evenly over time and people; control stays as it is."""
    people = {name: place.population for name, place in scenario.places.items()}
    whole, periods = sum(people.values()), scenario.war.periods
    starts = [day_number(scenario.start, period.start) for period in periods] + [scenario.days]
    lengths = np.diff(np.clip(starts, 0, scenario.days))
    columns = ("civilians_killed_per_day", "soldiers_killed_per_day")
    even = {}
    for column in columns:
        total = sum(
            float(length) * sum(getattr(period, column).values())
            for length, period in zip(lengths, periods, strict=True)
        )
        even[column] = {name: total / scenario.days * men / whole for name, men in people.items()}
    rows = [{**period.model_dump(by_alias=True, mode="json"), **even} for period in periods]
    return scenario.with_({"war.periods": rows})


def variant_line(name: str, scenario: Scenario) -> dict[str, str]:
    """One run of a variant, army and luck of the first pair."""
    result = run(scenario, 100, army_seed=1)
    sizes = groups(result)
    in_groups = float(sizes[sizes > 1].sum() / sizes.sum())
    return {
        "variant": name,
        "exits by 12 July 2012": number(exits_by(JULY)(result)),
        "exits by the end": number(exits_by(Date(2012, 12, 31))(result)),
        "share gone": number(float(result.summary["share_gone"].iloc[0])),
        "Deraa over median home, July": number(home_over_median("deraa", JULY)(result)),
        "exits in groups, share of men": number(in_groups),
        "largest group": number(float(sizes.max())),
        "class": str(result.summary["outcome"].iloc[0]),
    }
