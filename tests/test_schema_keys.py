"""Every numeric key of the schema is found, with its range, unit and scaling, and where it stands."""

from math import isfinite
from typing import Any, Literal

import pytest
from pydantic import Field, PrivateAttr

from experiments.schema_keys import Key, Standing, keys_of, moves, standings
from sim.parameters import ByRank, Section, Share, by_rank, parameter
from sim.scenario import Scenario
from sim.scenario_file import load
from sim.tables import Person

KEYS = {key.pattern: key for key in keys_of(Scenario)}


class Red(Section):
    """One kind."""

    kind: Literal["red"] = "red"
    heat: float = parameter(1.0, 0, 10, "K", "Heat.", coercive=True)


class Blue(Section):
    """Another kind, with a whole number."""

    kind: Literal["blue"] = "blue"
    heat: int = parameter(2, 0, 10, "K", "Heat.", extensive=True, multiple_of=2)


class Model(Section):
    """Every way in which a number can stand in a file."""

    days: int = parameter(..., 1, 20, "days", "Length.")
    by_rank: ByRank = by_rank((1, 2, 3, 4, 5), -2, 8, "men", "By rank.")
    table: dict[str, Share] = Field(default_factory=dict)
    pair: tuple[float, float] | None = None
    colours: tuple[Red | Blue, ...] = ()
    one: Red | Blue = Field(Red(), discriminator="kind")
    title: str = ""
    _tree: Any = PrivateAttr(None)


OWN = {key.pattern: key for key in keys_of(Model)}


def test_every_way_in_which_a_number_can_stand_is_found() -> None:
    assert list(OWN) == [
        "days",
        *(f"by_rank.{rank}" for rank in ByRank.model_fields),
        "table.*",
        "pair[]",
        "colours[red].heat",
        "colours[blue].heat",
        "one[red].heat",
        "one[blue].heat",
    ]


def test_what_the_schema_says_of_a_number_is_read() -> None:
    assert (OWN["by_rank.nco"].low, OWN["by_rank.nco"].high, OWN["by_rank.nco"].unit) == (-2, 8, "men")
    assert (OWN["one[red].heat"].scaling, OWN["one[red].heat"].coercive) == ("intensive", True)
    assert (OWN["one[blue].heat"].scaling, OWN["one[blue].heat"].coercive) == ("extensive", False)
    assert (OWN["one[blue].heat"].whole, OWN["one[blue].heat"].multiple_of) == (True, 2)
    assert not isfinite(OWN["pair[]"].high)
    assert OWN["pair[]"].scaling == ""


def test_a_key_is_found_where_it_stands() -> None:
    tree = Model(days=3, table={"a": 0.5, "b": 1.0}, pair=(1.0, 2.0), one=Blue(heat=4)).model_dump()
    assert standings(OWN["days"], tree) == [Standing("days", 3)]
    assert standings(OWN["table.*"], tree) == [Standing("table.a", 0.5), Standing("table.b", 1.0)]
    assert standings(OWN["pair[]"], tree) == [Standing("pair.0", 1.0), Standing("pair.1", 2.0)]
    assert standings(OWN["one[blue].heat"], tree) == [Standing("one.heat", 4)]
    assert standings(OWN["one[red].heat"], tree) == []


@pytest.mark.parametrize(
    ("key", "value", "moved"),
    [("days", 10, (13, 7)), ("days", 1, (4,)), ("one[blue].heat", 4, (6, 2)), ("by_rank.nco", 7.0, (8, 5.0))],
)
def test_a_key_moves_by_a_fifth_of_its_range_within_it(
    key: str, value: float, moved: tuple[float, ...]
) -> None:
    assert moves(OWN[key], value) == moved


@pytest.mark.parametrize("key", KEYS.values(), ids=lambda key: key.pattern)
def test_every_number_of_a_scenario_states_range_unit_and_scaling(key: Key) -> None:
    assert isfinite(key.high - key.low), "declare it with parameter, by_rank, by_level or entry"
    assert key.unit
    assert key.scaling in ("extensive", "intensive")


def test_what_the_program_multiplies_by_the_scale_is_extensive() -> None:
    assert {pattern for pattern, key in KEYS.items() if key.scaling == "extensive"} == {
        "army.regulars",
        "army.reserves",
        "law[threshold].initiators",
        "army.order_of_battle[].brigades",
        "war.periods[].soldiers_killed_per_day.*",
        "salary_plan.budget_usd_per_month",
        "factions.*.donations[].usd_per_month",
        "claims[].low",
        "claims[].high",
    }


def test_values_of_the_founding_case_are_found_where_its_file_says() -> None:
    founding = load("syria-2012")
    tree = founding.model_dump(by_alias=True)
    (found,) = standings(KEYS["belief.shock.small"], tree)
    assert found.value == founding.belief.shock.small
    assert len(standings(KEYS["army.persons[].brigade"], tree)) == len(founding.army.persons)
    assert all(isinstance(person, Person) for person in founding.army.persons)
    for place in standings(KEYS["places.*.population"], tree):
        assert place.value == founding.places[place.path.split(".")[1]].population
