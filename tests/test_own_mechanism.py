"""A mechanism of one's own acts like a shipped one: by a term per group, or per soldier."""

from typing import Any

import numpy as np
import pytest

from sim import engine
from sim.errors import SimulationError
from sim.mechanisms.order import Mechanism
from sim.state import State
from sim.terms import Term
from sim.world import World
from tests.armies import BUSY, Changes, invented, lines, run_world, world

LOG_3 = float(np.log(3.0))
SOUTH, GAMMA, OFFICERS = 1, 2, (2, 3, 4)


def profile(one: World) -> Any:
    """An empty table by rank, sect, home, family outside, aware."""
    return np.zeros(one.profile_shape)


def by_sect(one: World, state: State) -> Term:
    table = profile(one)
    table[:, SOUTH] = 1.5
    return Term(profile=table)


def by_home(one: World, state: State) -> Term:
    # Of size 1 on the axes that do not matter: tables are broadcast.
    table = np.zeros((1, 1, 3, 1, 1))
    table[:, :, GAMMA] = 1.0
    return Term(profile=table)


def by_soldier(one: World, state: State) -> Term:
    return Term(soldier=np.where(one.army.soldiers.sect == SOUTH, 1.5, 0.0))


def everyone(one: World, state: State) -> Term:
    return Term(soldier=np.full(one.army.size, LOG_3))


def by_posture(one: World, state: State) -> Term:
    deployed = one.army.units.deployed
    return Term(cell=np.where(deployed, np.log(0.5), 0.0)[:, np.newaxis])


def by_station(one: World, state: State) -> Term:
    # The same by place and posture, and by battalion: those of one battalion stand alike.
    return Term(station=np.array([[0.0, np.log(0.5) / 2]]), battalion=half_by_battalion(one))


def half_by_battalion(one: World) -> Any:
    units = one.army.units
    table = np.zeros(one.battalion_strength.size)
    table[units.battalion[units.deployed]] = np.log(0.5) / 2
    return table


def half_the_grievance(one: World, state: State) -> Term:
    return Term(susceptible=state.erosion[..., None, None])


# What the user's term does, and the parameters that say the same.
SAME: dict[str, tuple[Any, Changes]] = {
    "group: sect": (by_sect, {"sects.south.initial_loyalty": -1.5}),
    "group: home": (by_home, {"places.gamma.loyalty_offset": -1.5}),  # -0.5 already
    "group: company": (by_posture, {"opportunity.deployed_factor": 0.4}),  # half of 0.8
    "group: station": (by_station, {"opportunity.deployed_factor": 0.4}),
    "group: susceptible": (half_the_grievance, {"grievance.multiple": 1.0}),  # the other half
    "soldier: sect": (by_soldier, {"sects.south.initial_loyalty": -1.5}),
    "soldier: all": (everyone, {"law.reference_hazard_per_week": 0.12}),  # three times 0.04
}


def shown(one: World, *mechanisms: Mechanism, evaluation: str = "sparse") -> set[tuple[Any, ...]]:
    """Everything that befell the men."""
    return lines(run_world(one, mechanisms, evaluation)[1], one.army)


PLAIN: Changes = {"grievance.home_violence": 0.05, "grievance.multiple": 0.5}


@pytest.fixture(scope="module")
def plain() -> tuple[World, set[tuple[Any, ...]]]:
    """A busy world, and what happens in it without a mechanism of one's own."""
    one = world(invented(BUSY, PLAIN))
    return one, shown(one)


@pytest.mark.parametrize("name", SAME)
def test_a_term_of_ones_own_is_the_same_as_the_parameter(
    name: str, plain: tuple[World, set[tuple[Any, ...]]]
) -> None:
    term, parameter = SAME[name]
    one, without = plain
    own = shown(one, Mechanism("own", term))
    assert own == shown(world(invented(BUSY, PLAIN, parameter)))
    assert own != without


@pytest.mark.parametrize("name", ["group: company", "group: susceptible", "soldier: sect"])
def test_sparse_and_dense_agree_with_a_term_of_ones_own(
    name: str, plain: tuple[World, set[tuple[Any, ...]]]
) -> None:
    one, mechanism = plain[0], Mechanism("own", SAME[name][0])
    assert shown(one, mechanism) == shown(one, mechanism, evaluation="dense")


def test_a_mechanism_has_a_state_of_its_own_that_moves_before_the_terms() -> None:
    seen: list[tuple[int, float]] = []

    def start(one: World) -> dict[str, float]:
        return {"level": 0.0}

    def update(one: World, state: State) -> None:
        state.own["alarm"]["level"] += 0.1 * state.escaped.size

    def term(one: World, state: State) -> Term:
        seen.append((state.day, state.own["alarm"]["level"]))
        return Term(profile=np.full((1, 1, 1, 1, 1), -state.own["alarm"]["level"]))

    one = world(invented(BUSY))
    alarm = Mechanism("alarm", term, update, start)
    _, braked = run_world(one, [alarm])
    exits = np.array([row[1] for row in braked.daily])
    assert [day for day, _ in seen] == list(range(60))
    # What the morning sees are the exits up to yesterday.
    before = 0.1 * (np.cumsum(exits) - exits)
    assert [level for _, level in seen] == pytest.approx(before.tolist())
    _, free = run_world(one)
    assert exits.sum() < sum(row[1] for row in free.daily)
    # A second run starts anew.
    assert run_world(one, [alarm])[1].daily == braked.daily


def test_a_mechanism_may_only_watch() -> None:
    days: list[int] = []
    watcher = Mechanism("watcher", update=lambda one, state: days.append(state.day))
    one = world(invented(BUSY))
    assert shown(one, watcher) == shown(one)
    assert days == list(range(60))


def test_several_mechanisms_add_up() -> None:
    one = world(invented(BUSY))
    third = Mechanism("third", lambda one, state: Term(profile=np.full((1,) * 5, LOG_3 / 3)))
    rest = Mechanism("rest", lambda one, state: Term(soldier=np.full(one.army.size, LOG_3 * 2 / 3)))
    assert shown(one, third, rest) == shown(one, Mechanism("whole", everyone))


def test_a_run_names_the_mechanisms_of_ones_own() -> None:
    result = engine.run(invented(BUSY), mechanisms=[Mechanism("my-idea", by_sect)])
    assert "my-idea" in str(result.experiment)


@pytest.mark.parametrize("field", Term._fields)
def test_a_term_that_is_no_number_is_named(field: str) -> None:
    def broken(one: World, state: State) -> Term:
        shapes = {
            "profile": one.profile_shape,
            "cell": (one.unit_count, one.sect_count),
            "susceptible": one.profile_shape,
            "soldier": (one.army.size,),
            "station": (one.place_count, 2),
            "battalion": one.battalion_strength.shape,
        }
        table = np.zeros(shapes[field])
        if state.day == 3:
            # Nobody is deployed in the last place, so that what is said of them is not heard.
            table.ravel()[0 if field == "station" else -1] = np.nan
        return Term(**{field: table})

    with pytest.raises(SimulationError) as caught:
        run_world(world(invented(BUSY)), [Mechanism("broken", broken)])
    assert (caught.value.day, caught.value.mechanism, caught.value.field) == (3, "broken", field)
