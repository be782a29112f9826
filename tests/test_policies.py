"""Policies together, the men whom they moved, doses: known answers, and what must cancel cancels."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim
from experiments import compare, dose_response
from experiments.asking import first_days
from experiments.policies.combinations import interactions_of, members_of
from experiments.policies.comparison import Comparison
from experiments.policies.dose_figure import save_dose_response
from experiments.policies.dose_response import DoseResponse, pivot
from experiments.policies.effects import effects_of
from experiments.policies.levers import lay_over
from experiments.policies.only_because import AXES, CHANGES, moved, only_because_of
from experiments.policies.only_because_figure import save_only_because
from sim.errors import ScenarioError
from sim.mechanisms.order import Mechanism
from sim.scenario import Scenario
from sim.scenario_file import load
from sim.state import State
from sim.terms import Term
from sim.world import World
from tests.small_files import write_small

FEARLESS = "overlay: {name: fearless}\nfear: {effect: 0.0}\ncommand: {on: false}\n"
CHEAP = "overlay: {name: cheap}\nsalary_plan: {usd_per_month: 10}\n"
PAY = "salary_plan.usd_per_month"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small scenario and its levers, two more among them."""
    folder = tmp_path_factory.mktemp("scenarios")
    write_small(folder)
    (folder / "fearless.yaml").write_text(FEARLESS, encoding="utf-8")
    (folder / "cheap.yaml").write_text(CHEAP, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def base(folder: Path) -> Scenario:
    return first_days(load(folder / "small.yaml"), 60)


@pytest.fixture(scope="module")
def found(folder: Path, base: Scenario) -> Comparison:
    levers = {name: folder / f"{name}.yaml" for name in ("pays", "fearless")}
    return compare(base, levers, runs=3, seed=5, combine=2)


def test_combinations_are_all_choices_up_to_a_size() -> None:
    assert members_of(["a", "b"], 1) == {}
    three = members_of(["a", "b", "c"], 3)
    assert three == {
        "a + b": ("a", "b"),
        "a + c": ("a", "c"),
        "b + c": ("b", "c"),
        "a + b + c": ("a", "b", "c"),
    }
    assert members_of(["a", "b"], 4) == {"a + b": ("a", "b")}


def test_a_combination_has_both_levers(found: Comparison, base: Scenario, folder: Path) -> None:
    together = found.scenarios["pays + fearless"]
    assert together == lay_over(lay_over(base, folder / "pays.yaml"), folder / "fearless.yaml")
    assert (together.salary_plan.usd_per_month, together.fear.effect) == (400, 0.0)
    assert list(found.scenarios) == ["baseline", "pays", "fearless", "pays + fearless"]


def test_an_interaction_is_the_effect_together_less_those_apart(found: Comparison) -> None:
    exits = found.runs.pivot_table(index="seed", columns="policy", values="exits")
    effect = exits.sub(exits["baseline"], axis=0)
    left = effect["pays + fearless"] - effect["pays"] - effect["fearless"]
    row = found.interactions[found.interactions["outcome"] == "exits"].iloc[0]
    assert row["interaction"] == pytest.approx(left.mean())
    assert row["together"] == pytest.approx(effect["pays + fearless"].mean())
    assert row["apart"] == pytest.approx((effect["pays"] + effect["fearless"]).mean())
    half = 4.302652729911275 * left.std() / math.sqrt(3)
    assert (row["low"], row["high"]) == pytest.approx((left.mean() - half, left.mean() + half))
    assert found.interactions["covers"].str.startswith("luck and army; not").all()


def test_the_interaction_of_three_is_what_no_two_of_them_do() -> None:
    # exits = 10 a + 20 b + 5 c + 7 a b - 3 b c + 11 a b c, seed by seed the same but for a level.
    members = members_of(["a", "b", "c"], 3)
    rows = []
    for policy in ("baseline", "a", "b", "c", *members):
        a, b, c = (letter in policy.split(" + ") for letter in "abc")
        effect = 10 * a + 20 * b + 5 * c + 7 * a * b - 3 * b * c + 11 * a * b * c
        rows += [{"policy": policy, "seed": seed, "exits": 100 * seed + effect} for seed in (1, 2, 3)]
    found = interactions_of(pd.DataFrame(rows), members, ["exits"]).set_index("policy")
    assert found["interaction"].to_dict() == {"a + b": 7, "a + c": 0, "b + c": -3, "a + b + c": 11}
    assert found["together"].to_dict() == {"a + b": 37, "a + c": 15, "b + c": 22, "a + b + c": 50}
    assert (found["low"] == found["interaction"]).all()
    assert (found["together"] - found["apart"] == found["interaction"]).all()


def test_an_inert_lever_interacts_with_none(base: Scenario, folder: Path) -> None:
    levers = {"inert": folder / "inert.yaml", "fearless": folder / "fearless.yaml"}
    rows = compare(base, levers, runs=2, combine=2).interactions
    assert len(rows) > 3
    assert (rows[["interaction", "low", "high"]] == 0).all(axis=None)


def test_levers_that_set_one_key_differently_are_not_combined(base: Scenario, folder: Path) -> None:
    levers = {name: folder / f"{name}.yaml" for name in ("pays", "cheap", "fearless")}
    with pytest.raises(ScenarioError) as caught:
        compare(base, levers, runs=1, combine=2)
    message = "'pays' sets it to 400, in 'pays + cheap' it is 10: levers that set one key cannot be combined"
    assert str(caught.value) == f"{PAY}: {message}"
    with pytest.raises(ScenarioError, match=r"'pays' sets it to 400, in 'pays \+ inert' it stays as it was"):
        compare(base, {"pays": folder / "pays.yaml", "inert": folder / "inert.yaml"}, runs=1, combine=2)
    assert compare(first_days(base, 5), levers, runs=1).interactions.empty


def test_only_overlays_can_be_combined(base: Scenario, folder: Path) -> None:
    levers = {"pays": folder / "pays.yaml", "same": base}
    with pytest.raises(ValueError, match="overlays, not scenarios"):
        compare(base, levers, combine=2)
    with pytest.raises(ValueError, match="at least 1"):
        compare(base, levers, combine=0)


# The same men with a lever and without it.


def exits(*men: tuple[int, int, str, str]) -> pd.DataFrame:
    """Frame of exits from person, day, fate and sect; all are of one rank and home."""
    frame = pd.DataFrame(men, columns=["person", "day", "fate", "sect"])
    frame["sect"] = pd.Categorical(frame["sect"], ["north", "south", "hill"])
    frame["rank"] = pd.Categorical(["enlisted"] * len(frame), ["enlisted", "nco"])
    frame["home"] = pd.Categorical(["beta"] * len(frame), ["alpha", "beta"])
    return frame


def count(table: pd.DataFrame, change: str, axis: str = "all", group: str = "all") -> int:
    """Men of one row."""
    own = table[(table["axis"] == axis) & (table["group"] == group) & (table["change"] == change)]
    return int(own["men"].item())


def test_each_mans_two_fates_are_set_beside_one_another() -> None:
    before = exits(
        (9, 5, "joined", "south"),  # goes later with the lever, and joins no more
        (1, 3, "fled", "south"),  # the same in both
        (2, 4, "joined", "north"),  # left only without it
        (3, 7, "caught", "south"),  # caught without it, gone with it
        (4, 8, "hiding", "south"),  # sooner with it, and joins
    )
    after = exits(
        (4, 2, "joined", "south"),
        (3, 7, "joined", "south"),
        (1, 3, "fled", "south"),
        (9, 6, "hiding", "south"),
        (7, 1, "fled", "hill"),  # left only with it
        (8, 1, "caught", "hill"),  # caught: he did not leave
    )
    table = moved(before, after)
    found = {change: count(table, change) for change in CHANGES}
    assert found == {
        "left_only_with": 2,
        "left_only_without": 1,
        "sooner": 1,
        "later": 1,
        "joined_only_with": 2,
        "joined_only_without": 2,
    }
    assert (
        count(table, "left_only_with", "sect", "south") == count(table, "left_only_with", "sect", "hill") == 1
    )
    assert count(table, "left_only_with", "sect", "north") == 0
    assert count(table, "left_only_with", "rank", "nco") == 0
    for axis in AXES:
        by_group = table[table["axis"] == axis].groupby("change")["men"].sum()
        assert by_group.to_dict() == found


def test_those_who_came_less_those_who_stayed_are_the_difference(found: Comparison) -> None:
    whole = found.only_because[found.only_because["axis"] == "all"].pivot_table(
        index="policy", columns="change", values="men", sort=False
    )
    effect = found.effects.pivot_table(index="policy", columns="outcome", values="difference", sort=False)
    for policy in ("pays", "fearless", "pays + fearless"):
        own, expected = whole.loc[policy], effect.loc[policy]
        assert own["left_only_with"] - own["left_only_without"] == pytest.approx(expected["exits"])
        assert own["joined_only_with"] - own["joined_only_without"] == pytest.approx(expected["joined"])
    assert whole.loc["pays", "left_only_with"] > 0
    assert whole["sooner"].max() > 0


def test_an_inert_lever_moves_nobody(base: Scenario, folder: Path) -> None:
    moved_by = compare(base, {"inert": folder / "inert.yaml"}, runs=2).only_because
    assert not moved_by[["men", "low", "high"]].any(axis=None)


def test_counts_have_intervals_over_the_pairs_that_do_not_go_below_0() -> None:
    counts = pd.DataFrame(
        {"policy": "a", "axis": "all", "group": "all", "change": "sooner", "men": [1, 9, 2]}
    )
    row = only_because_of(counts).iloc[0]
    half = 4.302652729911275 * np.std([1, 9, 2], ddof=1) / math.sqrt(3)
    assert (row["men"], row["low"], row["high"]) == pytest.approx((4.0, 0.0, 4.0 + half))
    single = only_because_of(counts.head(1)).iloc[0]
    assert math.isnan(single["low"])
    assert single["covers"].startswith("no interval")


def test_men_of_another_army_are_not_compared(base: Scenario) -> None:
    other = base.with_({"army.stayers_share": 0.9})
    found = compare(first_days(base, 30), {"other": first_days(other, 30)}, runs=2)
    assert found.only_because.empty
    assert "Comparison(other" in repr(found)
    assert found._repr_html_().count("<table") == 2


# What pairing is worth.


def test_independent_seeds_give_the_same_width(found: Comparison) -> None:
    rows = found.effects
    assert rows["variance_ratio"].equals(rows["pairing_factor"] ** 2)
    row = rows[(rows["policy"] == "pays") & (rows["outcome"] == "exits")].iloc[0]
    seeds = row["independent_seeds"]
    assert seeds == math.ceil(3 * row["sd_unpaired"] ** 2 / row["sd_paired"] ** 2) > 3
    by_pairs, by_seeds = row["sd_paired"] / math.sqrt(3), row["sd_unpaired"] / math.sqrt(seeds)
    assert by_seeds <= by_pairs < row["sd_unpaired"] / math.sqrt(seeds - 1)


def test_equal_differences_need_no_end_of_seeds() -> None:
    runs = pd.DataFrame(
        {"policy": ["baseline"] * 3 + ["a"] * 3, "seed": [1, 2, 3] * 2, "exits": [1, 5, 3, 2, 6, 4]}
    )
    row = effects_of(runs, ["exits"]).iloc[0]
    assert (row["sd_paired"], row["independent_seeds"]) == (0.0, math.inf)


# Doses.


@pytest.fixture(scope="module")
def grid(base: Scenario, folder: Path) -> DoseResponse:
    doses = {PAY: [0, 100, 400], "salary_plan.prior_paid": [0.1, 0.9]}
    return dose_response(base, doses, lever=folder / "pays.yaml", runs=2, seed=5)


def test_a_dose_of_nothing_does_nothing(grid: DoseResponse) -> None:
    nothing = grid.cells[grid.cells[PAY] == "0"]
    assert len(nothing) > 3
    assert (nothing[["difference", "low", "high"]] == 0).all(axis=None)
    more = pivot(grid, "exits")
    assert more.shape == (2, 3)
    assert list(more.columns) == ["0", "100", "400"]
    assert more.loc["0.9", "400"] > 0


def test_a_cell_is_that_policy_compared(grid: DoseResponse, base: Scenario, folder: Path) -> None:
    lever = lay_over(base, folder / "pays.yaml").with_({PAY: 100, "salary_plan.prior_paid": 0.9})
    alone = compare(base, {"it": lever}, runs=2, seed=5).effects.set_index("outcome")
    for column in ("difference", "low", "high", "baseline"):
        for outcome in alone.index:
            assert pivot(grid, outcome, column).loc["0.9", "100"] == alone.loc[outcome, column]


def test_one_key_gives_a_row(base: Scenario, folder: Path, tmp_path: Path) -> None:
    found = dose_response(first_days(base, 30), {PAY: [0, 400]}, lever=folder / "pays.yaml", runs=2)
    assert pivot(found, "joined").shape == (1, 2)
    with pytest.raises(ValueError, match="there are exits, joined"):
        pivot(found, "destruction")
    assert save_dose_response(found, tmp_path / "line.png").read_bytes().startswith(b"\x89PNG")


def test_whole_and_broken_doses_stand_side_by_side(base: Scenario, folder: Path, tmp_path: Path) -> None:
    doses = {PAY: [0, 400], "salary_plan.prior_paid": [0.5, 1]}
    found = dose_response(first_days(base, 30), doses, lever=folder / "pays.yaml", runs=2)
    assert list(pivot(found, "exits").index) == ["0.5", "1"]
    assert save_dose_response(found, tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_one_pair_has_doses_without_intervals(base: Scenario, folder: Path, tmp_path: Path) -> None:
    doses = {PAY: (100, 300), "salary_plan.trust_days": (30, 60)}
    found = dose_response(base, doses, lever=folder / "pays.yaml", runs=1)
    assert pivot(found, "exits", "low").isna().all(axis=None)
    assert pivot(found, "exits").notna().all(axis=None)
    assert save_dose_response(found, tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_dates_are_doses_too(base: Scenario, folder: Path, tmp_path: Path) -> None:
    doses: dict[str, Any] = {"salary_plan.announced": ["2030-01-10", "2030-02-10"], PAY: [400]}
    found = dose_response(base, doses, lever=folder / "pays.yaml", runs=2)
    assert list(pivot(found, "exits").columns) == ["2030-01-10", "2030-02-10"]
    assert save_dose_response(found, tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_the_doses_of_a_coercive_key_are_not_gone_through(base: Scenario) -> None:
    for path in ("surveillance.learning_per_year", "attempts.informer_share"):
        with pytest.raises(ScenarioError, match=f"{path}: is coercive"):
            dose_response(base, {path: [0.1, 0.2]}, runs=1)


def test_all_faults_of_doses_are_told_at_once(base: Scenario) -> None:
    with pytest.raises(ScenarioError) as caught:
        dose_response(base, {PAY: [-1, 100, 1e9]}, runs=1)
    assert str(caught.value).count("must be a number from 0 to 5000") == 2


@pytest.mark.parametrize(
    ("doses", "runs", "message"),
    [
        ({}, 1, "one or two keys"),
        ({PAY: [1], "fear.effect": [1], "days": [3]}, 1, "one or two keys"),
        ({PAY: []}, 1, "at least one value"),
        ({PAY: [1, 1]}, 1, "none twice"),
        ({PAY: [1]}, 0, "runs is 0"),
    ],
)
def test_senseless_grids_are_refused(base: Scenario, doses: Any, runs: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dose_response(base, doses, runs=runs)


def test_a_mechanism_of_ones_own_is_compared_like_a_lever(base: Scenario, folder: Path) -> None:
    def louder(world: World, state: State) -> Term:
        return Term(profile=np.full((1, 1, 1, 1, 1), 0.5))

    def silent(world: World, state: State) -> Term:
        return Term(profile=np.zeros((1, 1, 1, 1, 1)))

    own = {name: [Mechanism(name, term=term)] for name, term in (("louder", louder), ("silent", silent))}
    found = compare(base, {"pays": folder / "pays.yaml"}, runs=2, mechanisms=own)
    exits = found.effects[found.effects["outcome"] == "exits"].set_index("policy")["difference"]
    assert exits["louder"] > 0 == exits["silent"]
    assert list(found.scenarios) == ["baseline", "pays", "louder", "silent"]
    men = found.only_because.query("axis == 'all' and change == 'left_only_with'").set_index("policy")["men"]
    assert men["louder"] > 0 == men["silent"]
    alone = sim.run(base, 2, mechanisms=own["louder"]).summary["exits"].iloc[0]
    assert found.runs.query("policy == 'louder' and seed == 2")["exits"].iloc[0] == alone
    with pytest.raises(ValueError, match="'pays' is the name of two policies"):
        compare(base, {"pays": folder / "pays.yaml"}, runs=1, mechanisms={"pays": own["silent"]})
    with pytest.raises(ValueError, match="name no folder"):
        compare(base, {}, runs=1, mechanisms=own, folder=folder / "store")
    assert not (folder / "store").exists()


def test_figures_are_drawn(found: Comparison, grid: DoseResponse, tmp_path: Path) -> None:
    for picture in (
        save_only_because(found, tmp_path / "men.png"),
        save_dose_response(grid, tmp_path / "doses.png"),
    ):
        assert picture.read_bytes().startswith(b"\x89PNG")
