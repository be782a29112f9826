"""The pressure is the sum of all terms, and each soldier's log hazard what the tables say of him."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from sim.codes import Floats
from sim.mechanisms import command, comrades
from sim.pressure import add_up, by_company, hazard_of, log_hazard, log_hazard_by, pressure_of
from sim.start import first_state
from sim.state import State
from sim.tally import Tally, by_turns, said_by
from sim.terms import Term
from sim.world import World
from tests.armies import BUSY, invented, world

AXES = ("profile", "susceptible", "cell", "station", "battalion", "soldier")


@pytest.fixture(scope="module")
def one() -> World:
    """A world whose hazards are far under their cap."""
    return world(invented(BUSY, {"law.reference_hazard_per_week": 1e-6}))


def whole(one: World, axis: str) -> tuple[int, ...]:
    """Shape of a table by all that its axis tells apart."""
    shapes: dict[str, tuple[int, ...]] = {
        "profile": one.profile_shape,
        "susceptible": one.profile_shape,
        "cell": (one.unit_count, one.sect_count),
        "station": (one.place_count, 2),
        "battalion": (int(one.army.units.battalion.max()) + 1,),
        "soldier": (one.army.size,),
    }
    return shapes[axis]


def numbers(one: World, axis: str, seed: int) -> Floats:
    """Any table of an axis."""
    return np.random.default_rng(seed).normal(0.0, 0.5, whole(one, axis))


def said_of(one: World, terms: Sequence[Term], row: int) -> float:
    """What some terms say of a soldier, looked up by his traits one by one."""
    soldiers, units = one.army.soldiers, one.army.units
    unit, sect = soldiers.unit[row], soldiers.sect[row]
    profile = (soldiers.rank[row], sect, soldiers.home[row], int(soldiers.family_outside[row]), 0)
    where: dict[str, Any] = {
        "profile": profile,
        "susceptible": profile,
        "cell": (unit, sect),
        "station": (units.place[unit], int(units.deployed[unit])),
        "battalion": (units.battalion[unit],),
        "soldier": (row,),
    }
    total = 0.0
    for term in terms:
        for axis, place in where.items():
            table = getattr(term, axis)
            if table is not None:
                weight = float(soldiers.susceptibility[row]) if axis == "susceptible" else 1.0
                total += weight * float(np.broadcast_to(table, whole(one, axis))[place])
    return total


def hazards(one: World, terms: Sequence[Term]) -> Floats:
    """Log hazard of everyone on the first morning."""
    state = first_state(one)
    state.pressure = pressure_of(one, one.station, terms)
    return log_hazard(one, state, np.arange(one.army.size))


def expected(one: World, terms: Sequence[Term]) -> list[float]:
    """The same by hand."""
    alone = one.personal + one.unit_effect[one.army.soldiers.unit]
    return [float(alone[row]) + said_of(one, terms, row) for row in range(one.army.size)]


@pytest.mark.parametrize("axis", AXES)
def test_a_term_is_felt_by_those_of_whom_it_speaks(axis: str, one: World) -> None:
    terms = [Term(**{axis: numbers(one, axis, 1)})]
    assert hazards(one, terms) == pytest.approx(expected(one, terms))


def test_terms_of_all_axes_add_up(one: World) -> None:
    terms = [Term(**{axis: numbers(one, axis, number) for axis in AXES}) for number in (1, 2, 3)]
    assert hazards(one, terms) == pytest.approx(expected(one, terms))


@pytest.mark.parametrize(
    ("axis", "shape"),
    [
        ("profile", (1, 3, 1, 1, 1)),
        ("profile", ()),
        ("susceptible", (5, 1, 1, 1, 1)),
        ("cell", (12, 1)),
        ("cell", (1, 3)),
        ("station", (3, 1)),
        ("station", (1, 2)),
    ],
)
def test_tables_are_broadcast(axis: str, shape: tuple[int, ...], one: World) -> None:
    terms = [Term(**{axis: np.random.default_rng(1).normal(0.0, 0.5, shape)})]
    assert hazards(one, terms) == pytest.approx(expected(one, terms))


def test_without_terms_each_has_his_own_and_that_of_his_company(one: World) -> None:
    assert hazards(one, [Term()]).tolist() == pytest.approx(expected(one, []))


def test_adding_up_leaves_the_terms_as_they_are(one: World) -> None:
    terms = [Term(**{axis: numbers(one, axis, number) for axis in AXES}) for number in (1, 2)]
    pressure_of(one, one.station, terms)
    for number, term in zip((1, 2), terms, strict=True):
        for axis in AXES:
            assert getattr(term, axis).tolist() == numbers(one, axis, number).tolist()


def test_a_hazard_is_capped_by_the_law(one: World) -> None:
    found = hazards(one, [Term(profile=np.full(one.profile_shape, 100.0))])
    decides = np.isfinite(one.personal)
    assert (found[decides] == math.log(one.scenario.law.cap_per_day)).all()
    assert (found[~decides] == -np.inf).all()


def test_companies_may_be_counted_from_a_datum(one: World) -> None:
    state = first_state(one)
    state.pressure = pressure_of(one, one.station, [Term(cell=numbers(one, "cell", 1))])
    hazard, whole_army = hazard_of(one, state), np.arange(one.army.size)
    for datum in (0.25, -1.5):
        above = hazard.by_cell - datum
        found = [log_hazard_by(hazard, above, datum, row) for row in whole_army]
        assert found == pytest.approx(log_hazard(one, state, whole_army))


def test_a_term_by_company_is_what_it_says_by_place_battalion_and_company(one: World) -> None:
    term = Term(**{axis: numbers(one, axis, 5) for axis in ("cell", "station", "battalion")})
    together = by_company(one, one.station, term)
    assert together is not None
    soldiers = one.army.soldiers
    for row in range(0, one.army.size, 17):
        there = together[soldiers.unit[row], soldiers.sect[row]]
        assert there == pytest.approx(said_of(one, [term], row))
    assert by_company(one, one.station, Term(profile=np.zeros(one.profile_shape))) is None


def test_a_tally_used_again_holds_what_was_said_last(one: World) -> None:
    tally = Tally(one)
    tally.add(Term(**{axis: numbers(one, axis, 1) for axis in AXES}))
    add_up(one, one.station, tally)
    terms = [Term(profile=numbers(one, "profile", 2), station=numbers(one, "station", 2))]
    tally.clear()
    tally.add(terms[0])
    state = first_state(one)
    state.pressure = add_up(one, one.station, tally)
    assert log_hazard(one, state, np.arange(one.army.size)) == pytest.approx(expected(one, terms))


def test_tallies_by_turns_leave_the_profiles_of_yesterday(one: World) -> None:
    tables, kept = [], []
    for day, tally in enumerate(by_turns(one)):
        tally.clear()
        tally.add(Term(**{axis: numbers(one, axis, day) for axis in ("profile", "susceptible")}))
        kept.append(add_up(one, one.station, tally))
        tables.append((numbers(one, "profile", day).ravel(), numbers(one, "susceptible", day).ravel()))
    for pressure, (profile, susceptible) in zip(kept, tables, strict=True):
        assert pressure.profile.tolist() == profile.tolist()
        assert pressure.susceptible.tolist() == susceptible.tolist()


def test_tables_of_the_state_are_pointed_to_and_not_changed(one: World) -> None:
    state = first_state(one)
    state.unguarded[:], state.gone_felt[:] = 0.25, 0.5
    tally = Tally(one)
    for say in (command.say, comrades.say):
        say(one, state, tally)
    assert tally.company is state.unguarded
    assert tally.own is state.gone_felt
    tally.add(Term(cell=np.ones((one.unit_count, 1))))
    tally.add(Term(cell=np.ones((one.unit_count, one.sect_count))))
    pressure = add_up(one, one.station, tally)
    assert pressure.cell.reshape(one.sect_count, -1) == pytest.approx(
        np.broadcast_to(one.unit_effect + 2.75, (one.sect_count, one.unit_count))
    )
    assert (state.unguarded == 0.25).all()
    assert (state.gone_felt == 0.5).all()


@pytest.mark.parametrize("axis", AXES)
def test_a_term_said_alone_is_the_term(axis: str, one: World) -> None:
    term = Term(**{axis: numbers(one, axis, 3)})
    found = said_by(one, first_state(one), lambda one, state, tally: tally.add(term))
    for table, alone in zip(term, found, strict=True):
        assert (table is None) == (alone is None)
        if table is not None and alone is not None:
            assert alone is not table
            assert alone.tolist() == table.tolist()


def test_what_is_said_of_companies_and_of_sects_in_them_is_one_table(one: World) -> None:
    companies, own = numbers(one, "cell", 3)[:, :1], numbers(one, "cell", 4)

    def both(one: World, state: State, tally: Tally) -> None:
        tally.add(Term(cell=companies))
        tally.add(Term(cell=own))

    found = said_by(one, first_state(one), both).cell
    assert found is not None
    assert found.tolist() == (companies + own).tolist()
