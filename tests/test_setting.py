"""The constants of a run: shared by the seeds of one army, changed by none, freed with the army."""

import gc
import pickle
import weakref
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from sim.army import Army
from sim.engine import run, simulate
from sim.results.frames import FRAMES
from sim.scenario import Scenario
from sim.scenario_file import load
from sim.setting import world_of
from sim.synthesis import build
from sim.world import World
from tests.small import small_scenario

OF_LUCK = ("luck", "called", "called_at", "plan_days", "plan_resistance")
"""Fields of a world that depend on luck."""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load("syria-2012", overrides={"army.scale": 0.02})


@pytest.fixture(scope="module")
def army(scenario: Scenario) -> Army:
    return build(scenario, 1)


def written_out(one: World) -> dict[str, bytes]:
    """Write a world out, but for its army and its luck."""
    others = [field.name for field in fields(World) if field.name not in ("army", *OF_LUCK)]
    return {name: pickle.dumps(getattr(one, name)) for name in others}


def test_seeds_of_one_army_share_all_but_their_luck(scenario: Scenario, army: Army) -> None:
    one, other = world_of(scenario, army, 1), world_of(scenario, army, 2)
    for field in fields(World):
        shared = getattr(one, field.name) is getattr(other, field.name)
        assert shared == (field.name not in OF_LUCK), field.name
    assert not np.array_equal(one.called, other.called)


def test_a_run_changes_nothing_of_its_world(scenario: Scenario, army: Army) -> None:
    one = world_of(scenario, army, 1)
    before = written_out(one)
    exits = simulate(scenario, 1, army).summary["exits"].iloc[0]
    assert exits > 100
    assert written_out(one) == before


@pytest.mark.parametrize("name", FRAMES)
def test_a_seed_after_another_is_as_on_a_new_army(scenario: Scenario, army: Army, name: str) -> None:
    simulate(scenario, 1, army)
    pd.testing.assert_frame_equal(
        simulate(scenario, 2, army).frame(name), run(scenario, 2, army=build(scenario, 1)).frame(name)
    )


def test_another_scenario_on_an_army_has_constants_of_its_own(scenario: Scenario, army: Army) -> None:
    before = world_of(scenario, army, 1).personal
    harsher = scenario.with_({"law.reference_hazard_per_week": 1e-3})
    assert (world_of(harsher, army, 1).personal >= before).all()
    assert (world_of(harsher, army, 1).personal > before).any()
    np.testing.assert_array_equal(world_of(scenario, army, 1).personal, before)


def test_an_army_that_nobody_holds_is_freed() -> None:
    scenario = small_scenario()
    army = build(scenario, 1)
    run(scenario, 1, army=army)
    seen = weakref.ref(army)
    del army
    gc.collect()
    assert seen() is None
