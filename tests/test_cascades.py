"""Avalanches and the endogenous share, from logs whose answer is known and from runs without contagion."""

from collections.abc import Sequence
from dataclasses import replace
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.army import Army, Ties
from sim.codes import RANKS, Ints
from sim.luck import Luck
from sim.result import Result
from sim.results.avalanches import Escapes, last_before, real_ties, roots_of, sizes_of
from sim.results.cascades import Cascades, cascades_of
from sim.rings import circles, ties_anew
from sim.synthesis import build
from tests.small import small_result, small_scenario, small_tree

SCENARIO = small_scenario()
SUMMARY = pd.DataFrame({"run": [1], "army_seed": [1]})
OPEN = {"attempts": {"on": False}, "planning": {"on": False}}
INDEPENDENT = {"comrades": {"on": False}, "invitation": {"on": False}, "command": {"on": False}}


@pytest.fixture(scope="module")
def army() -> Army:
    return build(SCENARIO, 1)


def tied(army: Army, *pairs: tuple[int, int]) -> Army:
    """Give an army these ties and no others."""
    both = sorted({*pairs, *((other, one) for one, other in pairs)})
    of = np.full((army.size, len(both)), -1)
    for place, (one, other) in enumerate(both):
        of[one, place] = other
    return replace(army, ties=Ties(of))


Line = tuple[int, int, int, str, str]
"""Row, day, group, how, fate."""


def log_of(army: Army, lines: Sequence[Line]) -> pd.DataFrame:
    """Write out a log; the leader of a group is its first line."""
    columns = ("row", "day", "group", "how", "fate")
    frame = pd.DataFrame(list(lines), columns=list(columns))
    row, people = frame["row"].to_numpy(dtype=int), army.soldiers
    names = {"rank": RANKS, "sect": list(SCENARIO.sects), "home": list(SCENARIO.places)}
    who = {
        name: pd.Categorical.from_codes(getattr(people, name)[row].astype(int), categories=list(values))
        for name, values in names.items()
    }
    return frame.assign(run=1, person=row, unit=people.unit[row], reservist=people.reservist[row], **who)


def alone(*exits: tuple[int, int]) -> list[Line]:
    """Lines of men who leave alone: row, day."""
    return [(row, day, number, "decided", "joined") for number, (row, day) in enumerate(exits)]


def cascades(army: Army, lines: Sequence[Line], days: int = 28, deals: int = 2) -> Cascades:
    return cascades_of(SCENARIO, SUMMARY, log_of(army, lines), days=days, deals=deals, army=army)


def test_avalanches_of_a_small_log(army: Army) -> None:
    friends = tied(army, (0, 1), (1, 2), (2, 3), (5, 6), (9, 0))
    found = cascades(
        friends,
        [
            (0, 0, 1, "decided", "joined"),
            (9, 5, 2, "dated", "fled"),  # tied to the first, but bound to his date
            (1, 10, 3, "decided", "fled"),
            (8, 10, 3, "invited", "fled"),
            (2, 10, 4, "planned", "hiding"),  # on the day of his tie: he cannot have heard
            (3, 15, 5, "decided", "joined"),
            (5, 20, 6, "decided", "caught"),  # no exit
            (6, 21, 7, "decided", "joined"),
        ],
        days=10,
    )
    shown = found.avalanches[["day", "days", "size", "groups", "generations"]]
    assert shown.to_numpy().tolist() == [
        [0, 10, 3, 2, 2],
        [5, 0, 1, 1, 0],
        [10, 5, 2, 2, 1],
        [21, 0, 1, 1, 0],
    ]
    assert found.avalanches["avalanche"].tolist() == [1, 2, 3, 4]
    assert found.avalanches["date"].iloc[2] == pd.Timestamp("2030-01-11")
    row = found.endogenous.iloc[0]
    assert (row["exits"], row["led"], row["linked"]) == (7, 1, 2)
    assert row["linked_share"] == pytest.approx(3 / 7)


def test_the_window_ends_after_its_days(army: Army) -> None:
    friends = tied(army, (0, 1))
    for gap, size in ((1, [2]), (10, [2]), (11, [1, 1]), (0, [1, 1])):
        found = cascades(friends, alone((0, 3), (1, 3 + gap)), days=10)
        assert found.avalanches["size"].tolist() == size, gap


def test_the_tie_who_left_last_is_the_parent_and_the_lower_row_of_two(army: Army) -> None:
    friends = tied(army, (0, 5), (1, 5), (2, 5), (3, 5))
    escapes = Escapes.of(friends, log_of(friends, alone((0, 1), (2, 4), (1, 4), (3, 6), (5, 6))))
    last = last_before(escapes, real_ties(friends, escapes), 10)
    assert last.tolist() == [-1, -1, -1, -1, 2]
    assert escapes.row[2] == 1


def test_a_led_man_belongs_to_his_leader_whatever_his_ties(army: Army) -> None:
    friends = tied(army, (0, 2))
    lines = [
        (0, 1, 1, "decided", "joined"),
        (1, 4, 2, "decided", "joined"),
        (2, 4, 2, "followed", "joined"),
    ]
    assert cascades(friends, lines).avalanches["size"].tolist() == [1, 2]


def test_numbers_of_groups_are_names_only(army: Army) -> None:
    friends = tied(army, (0, 1))
    lines = [(0, 1, 70, "decided", "joined"), (1, 2, 9, "decided", "joined"), (2, 2, 9, "invited", "joined")]
    assert cascades(friends, lines).avalanches["size"].tolist() == [3]


def naive_root(parent: list[int], man: int) -> tuple[int, int]:
    """Follow one man back, step by step."""
    steps = 0
    while parent[man] >= 0:
        man, steps = parent[man], steps + 1
    return man, steps


@given(st.lists(st.integers(0, 9), max_size=60))
def test_roots_are_those_found_step_by_step(draws: list[int]) -> None:
    # Everyone has an earlier parent, or none.
    parent = [draw % (number + 1) - 1 for number, draw in enumerate(draws)]
    root, generation = roots_of(np.array(parent, dtype=np.int64))
    expected = [naive_root(parent, man) for man in range(len(parent))]
    assert list(zip(root.tolist(), generation.tolist(), strict=True)) == expected
    assert sorted(sizes_of(np.array(parent, dtype=np.int64))) == sorted(
        np.unique([man for man, _ in expected], return_counts=True)[1]
    )


def test_a_long_chain_is_one_avalanche() -> None:
    root, generation = roots_of(np.arange(-1, 4999))
    assert (root == 0).all()
    assert generation.tolist() == list(range(5000))


def degrees(one: Ints, other: Ints, men: int) -> Ints:
    """Ties of each man, a double one counted once."""
    pairs = np.unique(np.stack((one, other), axis=1), axis=0)
    return np.bincount(pairs[:, 0], minlength=men)


@pytest.mark.parametrize("ties", [{"barracks": 4, "home": 0}, {"barracks": 0, "home": 6}])
def test_ties_dealt_anew_follow_the_rule_of_the_army(ties: dict[str, int]) -> None:
    scenario = small_scenario(army=small_tree()["army"] | {"ties": ties})
    army = build(scenario, 1)
    everyone = np.arange(army.size)
    one, other = ties_anew(scenario, army.soldiers, Luck(1), 1, everyone)
    assert degrees(one, other, army.size).tolist() == army.ties.degree.tolist()
    (circle,) = [each for each in circles(scenario, army.soldiers) if each.reach]
    assert (circle.group[one] == circle.group[other]).all()
    assert (one != other).all()


def dealt(army: Army, deal: int, chosen: Ints) -> set[tuple[int, int]]:
    """Rows of tied men among some."""
    one, other = ties_anew(SCENARIO, army.soldiers, Luck(1), deal, chosen)
    return set(zip(chosen[one].tolist(), chosen[other].tolist(), strict=True))


def test_a_deal_is_its_own_and_does_not_depend_on_who_is_asked_for(army: Army) -> None:
    everyone = np.arange(army.size)
    first, second = (dealt(army, deal, everyone) for deal in (1, 2))
    assert len(first & second) < 0.2 * len(first)
    third = {(one, other) for one, other in first if one % 3 == other % 3 == 0}
    assert dealt(army, 1, everyone[::3]) == third


def untouched(size: Ints, others: Ints, degree: Ints) -> list[float]:
    """Chance that none of a man's ties in a group is among some others of it."""
    return [
        comb(int(men - 1 - gone), int(ties)) / comb(int(men - 1), int(ties))
        for men, gone, ties in zip(size, others, degree, strict=True)
    ]


def test_chance_is_that_of_random_rings(army: Army) -> None:
    days, deals = 14, 400
    result = small_result(**INDEPENDENT)
    found = result.cascades(days=days, deals=deals, army=army)
    left = result.exits[result.exits["fate"] != "caught"]
    row, day = left["person"].to_numpy(), left["day"].to_numpy()
    earlier = (day[:, None] - day >= 1) & (day[:, None] - day <= days)
    free = np.ones(row.size)
    for circle in circles(SCENARIO, army.soldiers):
        group, men = circle.group[row], np.bincount(circle.group)
        others = (earlier & (group[:, None] == group)).sum(axis=1)
        degree = np.minimum(2 * circle.reach, men[group] - 1)
        free *= untouched(men[group], others, degree)
    expected = float((1.0 - free)[left["how"] != "dated"].sum()) / row.size
    row_of = found.endogenous.iloc[0]
    spread = (row_of["high"] - row_of["low"]) / 2.0 / 1.966 * (1.0 - expected)
    assert row_of["chance_share"] == pytest.approx(expected, abs=5.0 * spread / np.sqrt(deals))


def test_the_share_is_the_excess_over_chance() -> None:
    row = small_result().cascades().endogenous.iloc[0]
    linked, chance = row["linked_share"], row["chance_share"]
    assert linked == pytest.approx((row["led"] + row["linked"]) / row["exits"])
    assert row["endogenous_share"] == pytest.approx((linked - chance) / (1.0 - chance))
    assert row["low"] < row["endogenous_share"] < row["high"]


def test_without_contagion_the_interval_holds_nothing() -> None:
    rows = pd.concat(
        [small_result(seed, **INDEPENDENT).cascades(deals=10).endogenous for seed in range(1, 10)]
    )
    assert (rows["led"] <= 1).all()
    holds = (rows["low"] <= 0.0) & (rows["high"] >= 0.0)
    assert holds.sum() >= 8
    error = rows["endogenous_share"].std() / np.sqrt(len(rows))
    assert abs(rows["endogenous_share"].mean()) < 3.0 * error


def test_a_planted_cascade_is_found(army: Army) -> None:
    # From ten men on, each man's exit is followed by that of a strong tie after a week.
    lines, gone = [], set(range(0, 600, 60))
    front = sorted(gone)
    for week in range(12):
        lines += [(row, 7 * week) for row in front]
        heard = [next((tie for tie in ties_of(army, row) if tie not in gone), None) for row in front]
        front = sorted({row for row in heard if row is not None} - gone)
        gone |= set(front)
    row = cascades(army, alone(*lines), days=7, deals=10).endogenous.iloc[0]
    assert row["endogenous_share"] > 0.8
    assert row["low"] > 0.6


def ties_of(army: Army, row: int) -> list[int]:
    """Strong ties of one man."""
    return [other for other in army.ties.of[row].tolist() if other >= 0]


def test_a_cascade_of_thresholds_along_ties_is_all_but_its_seeds() -> None:
    # Two seeds; all others leave on the day after a strong tie has.
    size = 800
    values = [0.0] * 2 + [1.0] * (size - 2)
    law = {
        "kind": "threshold",
        "reference": "ties",
        "measure": "number",
        "thresholds": {"distribution": "listed", "values": values},
    }
    plan = small_tree()["army"] | {"persons": [], "stayers_share": 0.0}
    result = small_result(law=law, army=plan, events=[], war={}, **OPEN, **INDEPENDENT)
    found = result.cascades(deals=3)
    row = found.endogenous.iloc[0]
    assert row["exits"] > 400
    assert row["exits"] - row["linked"] == 2
    assert row["endogenous_share"] > 0.9
    assert len(found.avalanches) == 2
    assert found.avalanches["size"].sum() == row["exits"]
    assert found.avalanches["generations"].max() == result.exits["day"].max()


def share_of(seed: int, **sections: Any) -> float:
    """Endogenous share of a small run."""
    endogenous = small_result(seed, **sections).cascades(deals=5).endogenous
    return float(endogenous["endogenous_share"].item())


def test_contagion_moves_the_share_the_right_way() -> None:
    strong = {"comrades": {"ties_most": 3.0, "ties_scale": 0.5}, "invitation": {"days": 200}}
    low, high = (np.mean([share_of(seed, **one) for seed in (1, 2)]) for one in (INDEPENDENT, strong))
    assert high > low + 0.2


def test_runs_are_kept_apart_and_the_army_is_built_again(tmp_path: Path) -> None:
    results = [small_result(seed) for seed in (1, 2)]
    together = Result.load(Result.together(results).save(tmp_path, figures=False)).cascades(deals=3)
    for number, one in enumerate(results, start=1):
        single = one.cascades(deals=3, army=build(SCENARIO, 1))
        for name in ("avalanches", "chance", "endogenous"):
            frame = getattr(together, name)
            part = frame[frame["run"] == number].assign(run=1).reset_index(drop=True)
            pd.testing.assert_frame_equal(part, getattr(single, name))


def test_avalanches_hold_every_exit_once() -> None:
    result = small_result()
    found = result.cascades(deals=2)
    exits = result.summary["exits"].item()
    assert found.avalanches["size"].sum() == exits
    chance = found.chance
    by_deal = (chance["size"] * chance["avalanches"]).groupby(chance["deal"]).sum()
    assert by_deal.tolist() == [exits, exits]
    unlinked = exits - found.endogenous[["led", "linked"]].sum(axis=1).item()
    assert len(found.avalanches) == unlinked


def test_another_army_is_refused(army: Army) -> None:
    other = replace(build(SCENARIO, 2), seed=1)
    with pytest.raises(ValueError, match="give the army that was run"):
        small_result().cascades(army=other)
    taller = log_of(army, alone((0, 1))).assign(person=10_000)
    with pytest.raises(ValueError, match="give the army that was run"):
        cascades_of(SCENARIO, SUMMARY, taller, army=army)


@pytest.mark.parametrize("wrong", [{"days": 0}, {"deals": 1}])
def test_too_few_days_or_deals_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="days must be 1 or more and deals 2 or more"):
        small_result(days=10, events=[], claims=[]).cascades(**wrong)


def test_nobody_leaves(army: Army) -> None:
    found = cascades(army, [])
    assert found.avalanches.empty
    row = found.endogenous.iloc[0]
    assert (row["exits"], row["led"], row["linked"]) == (0, 0, 0)
    assert row[["linked_share", "chance_share", "endogenous_share", "low", "high"]].isna().all()


def test_without_ties_no_share_can_be_told() -> None:
    ties = {"ties": {"barracks": 0, "home": 0}}
    result = small_result(army=small_tree()["army"] | ties)
    row = result.cascades().endogenous.iloc[0]
    assert row["exits"] > 0
    assert np.isnan(row["endogenous_share"])
