"""Classes of outcome, and the row that sums a run up."""

import math

import numpy as np
import pandas as pd
import pytest

from sim.engine import simulate
from sim.result import Result
from sim.results.outcomes import outcome_of, running_mean, summary_of
from sim.scenario import Outcomes
from sim.synthesis import build
from tests.small import small_result, small_scenario, small_tree

ORDINARY = {
    "share_gone": 0.2,
    "share_gone_out_group": 0.3,
    "deployable_share": 0.8,
    "end_over_peak": 0.9,
}


@pytest.fixture(scope="module")
def result() -> Result:
    return small_result()


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, "rising"),
        ({"share_gone": 0.36}, "collapse"),
        ({"share_gone": 0.35}, "rising"),
        ({"deployable_share": 0.49}, "collapse"),
        ({"share_gone": 0.01, "deployable_share": 0.49}, "collapse"),
        ({"share_gone": 0.049}, "hold"),
        ({"share_gone": 0.049, "end_over_peak": 0.1}, "hold"),
        ({"share_gone": 0.0, "end_over_peak": math.nan}, "hold"),
        ({"end_over_peak": 0.59}, "pulse"),
        ({"end_over_peak": 0.6}, "rising"),
        ({"end_over_peak": 0.59, "share_gone_out_group": 0.75}, "rising"),
        ({"end_over_peak": 0.59, "share_gone_out_group": math.nan}, "pulse"),
    ],
)
def test_outcome(change: dict[str, float], outcome: str) -> None:
    assert outcome_of(Outcomes(), **{**ORDINARY, **change}) == outcome


def test_limits_come_from_the_scenario() -> None:
    rules = Outcomes(hold_gone_share=0.25)
    assert outcome_of(rules, **ORDINARY) == "hold"


def test_running_mean_counts_the_days_before_as_nothing() -> None:
    assert running_mean(np.array([4.0, 0.0, 8.0]), 2).tolist() == [2.0, 2.0, 4.0]
    assert running_mean(np.array([28.0]), 28).tolist() == [1.0]


def with_exits(result: Result, exits: list[int]) -> pd.DataFrame:
    """Sum up a run whose daily exits are replaced."""
    made = simulate(result.scenario, 1, build(result.scenario, 1))
    return summary_of(made.world, made.daily.assign(exits=exits), made.departures)


def test_peak_and_end(result: Result) -> None:
    exits = [0] * 40 + [28] * 28 + [0] * 38 + [7] * 14
    row = with_exits(result, exits).iloc[0]
    assert row["peak_28_day_exits"] == 28.0
    assert row["peak_date"] == pd.Timestamp("2030-01-01") + pd.Timedelta(days=67)
    assert row["end_over_peak"] == pytest.approx(3.5 / 28)


def test_a_wave_on_the_first_days_is_a_peak_inside_the_window(result: Result) -> None:
    row = with_exits(result, [100] + [0] * 119).iloc[0]
    assert row["peak_date"] == pd.Timestamp("2030-01-01")
    assert row["end_over_peak"] == 0.0


def test_summary_agrees_with_the_frames(result: Result) -> None:
    row, exits, daily = result.summary.iloc[0], result.exits, result.daily
    left = exits[exits["fate"] != "caught"]
    assert row["exits"] == len(left) == row["joined"] + row["fled"] + row["hiding"]
    assert row["attempts"] == len(exits) == row["exits"] + row["caught"]
    regulars = exits[~exits["reservist"]]
    assert row["share_gone"] == pytest.approx(len(regulars) / 600)
    south = result.roster.loc[result.roster["sect"] == "south", "regulars"].sum()
    gone = (regulars["sect"] == "south").sum()
    assert row["share_gone_out_group"] == pytest.approx(gone / south)
    assert row["in_group_share_of_exits"] == pytest.approx((left["sect"] == "north").mean())
    officers = left["rank"].isin(["junior", "senior", "general"])
    assert row["officers_left"] == officers.sum()
    assert row["generals_left"] <= row["senior_and_generals_left"] <= row["officers_left"]
    assert row["strength_nominal"] == daily["serving"].iloc[-1]
    assert row["control_night"] == daily["control_night"].iloc[-1] > row["control_day"]
    assert row["civilians_killed"] == pytest.approx(daily["civilians_killed"].sum())


def test_groups_are_those_that_got_away(result: Result) -> None:
    row = result.summary.iloc[0]
    left = result.exits[result.exits["fate"] != "caught"]
    sizes = left.groupby("group")["group_size"].first()
    assert row["groups"] == (sizes > 1).sum() > 0
    assert row["largest_group"] == sizes.max()
    assert row["single_share"] == pytest.approx((left["group_size"] == 1).mean())


def test_nobody_leaves() -> None:
    army = small_tree()["army"] | {"stayers_share": 1.0, "persons": []}
    row = small_result(army=army, events=[], war={}).summary.iloc[0]
    assert row["outcome"] == "hold"
    assert (row["exits"], row["groups"], row["largest_group"]) == (0, 0, 0)
    assert pd.isna(row["peak_date"])
    assert np.isnan(row["end_over_peak"])
    assert np.isnan(row["single_share"])


def test_without_an_out_group_its_share_is_not_a_number() -> None:
    sects = small_tree()["sects"]
    sects["south"]["role"] = "third"
    row = small_result(sects=sects).summary.iloc[0]
    assert np.isnan(row["share_gone_out_group"])


def test_arrears_are_a_stock_and_payments_a_flow() -> None:
    plan = {"usd_per_month": 200, "budget_usd_per_month": 100}
    result = small_result(salary_plan=plan)
    row, daily = result.summary.iloc[0], result.daily
    assert row["owed_usd"] == pytest.approx(daily["owed_usd"].sum())
    assert row["arrears_usd"] == pytest.approx(row["owed_usd"] - row["paid_usd"])
    assert row["paid_usd"] > 0


def test_summary_names_scenario_and_seeds() -> None:
    row = small_result(7).summary.iloc[0]
    assert (row["scenario"], row["overlays"]) == ("small", "")
    assert (row["army_seed"], row["luck_seed"]) == (1, 7)
    scenario = small_scenario(overlays=["pay", "refuge"])
    assert scenario.overlays == ("pay", "refuge")
    assert small_result(overlays=["pay", "refuge"]).summary["overlays"].tolist() == ["pay+refuge"]
