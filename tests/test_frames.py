"""Frames agree with one another, with the record, and with the army that they come from."""

import numpy as np
import pandas as pd
import pytest

from sim.codes import RANKS
from sim.loyalty import loyalty_index
from sim.record import DAILY_COLUMNS
from sim.result import Result
from sim.results.breakdown import AXES
from sim.results.columns import LOYALTY_AXES, share
from sim.results.frames import FRAMES
from sim.results.loyalty_frame import _quantile
from sim.synthesis import build
from tests.small import small_result, small_tree


@pytest.fixture(scope="module")
def result() -> Result:
    return small_result()


@pytest.fixture(scope="module")
def nobody_leaves() -> Result:
    army = small_tree()["army"] | {"stayers_share": 1.0, "persons": []}
    return small_result(army=army, events=[], war={})


@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_begins_with_the_run(result: Result, name: str) -> None:
    frame = result.frame(name)
    assert frame.columns[0] == "run"
    assert (frame["run"] == 1).all()
    assert isinstance(frame.index, pd.RangeIndex)


@pytest.mark.parametrize("name", FRAMES)
def test_a_run_without_exits_has_frames_of_the_same_types(
    result: Result, nobody_leaves: Result, name: str
) -> None:
    pd.testing.assert_series_equal(result.frame(name).dtypes, nobody_leaves.frame(name).dtypes)


def test_daily_has_a_row_a_day_and_all_columns(result: Result) -> None:
    daily = result.daily
    assert list(daily.columns) == ["run", "date", "day", *DAILY_COLUMNS]
    assert daily["day"].tolist() == list(range(120))
    assert daily["date"].iloc[0] == pd.Timestamp("2030-01-01")
    assert daily["date"].iloc[-1] == pd.Timestamp("2030-04-30")
    assert daily["exits"].dtype == np.int64
    assert daily["belief"].dtype == np.float64


@pytest.mark.parametrize("fate", ["joined", "fled", "hiding", "caught"])
def test_exits_by_day_and_fate_are_the_daily_totals(result: Result, fate: str) -> None:
    counted = result.exits[result.exits["fate"] == fate].groupby("day").size()
    expected = result.daily.set_index("day")[fate]
    assert counted.reindex(expected.index, fill_value=0).tolist() == expected.tolist()
    assert expected.sum() > 0


@pytest.mark.parametrize("what", ["killed", "reported", "evaded"])
def test_log_by_day_is_the_daily_totals(result: Result, what: str) -> None:
    counted = result.log[result.log["what"] == what].groupby("day").size()
    expected = result.daily.set_index("day")[what]
    assert counted.reindex(expected.index, fill_value=0).tolist() == expected.tolist()
    assert expected.sum() > 0


def test_a_man_leaves_once(result: Result) -> None:
    assert result.exits["person"].is_unique
    killed = result.log.loc[result.log["what"] == "killed", "person"]
    assert not set(killed) & set(result.exits["person"])


def test_groups_are_numbered_by_day_and_have_one_leader_each(result: Result) -> None:
    exits = result.exits
    assert exits["group"].is_monotonic_increasing
    assert exits["group"].unique().tolist() == list(range(1, exits["group"].max() + 1))
    groups = exits.groupby("group")
    assert (groups["leader"].sum() == 1).all()
    assert groups["leader"].first().all()
    assert (groups["day"].nunique() == 1).all()
    assert (groups["group_size"].first() == groups.size()).all()
    assert (groups["group_size"].nunique() == 1).all()
    assert groups.size().max() > 1


def test_who_left_is_who_the_roster_says(result: Result) -> None:
    army, scenario = build(result.scenario, 1), result.scenario
    row = result.exits["person"].to_numpy()
    soldiers, units = army.soldiers, army.units
    assert result.exits["rank"].tolist() == [RANKS[rank] for rank in soldiers.rank[row]]
    assert result.exits["sect"].tolist() == [list(scenario.sects)[i] for i in soldiers.sect[row]]
    assert result.exits["home"].tolist() == [list(scenario.places)[i] for i in soldiers.home[row]]
    place = units.place[soldiers.unit[row]]
    assert result.exits["place"].tolist() == [list(scenario.places)[i] for i in place]
    assert result.exits["reservist"].tolist() == soldiers.reservist[row].tolist()


def test_only_those_who_get_away_take_a_family(result: Result) -> None:
    exits, size = result.exits, result.scenario.family.size
    assert (exits.loc[exits["fate"] == "caught", "family"] == 0).all()
    assert (exits.loc[exits["rank"] == "enlisted", "family"] == 0).all()
    junior = exits[(exits["rank"] == "junior") & (exits["fate"] != "caught")]
    assert set(junior["family"]) <= {0.0, size.junior}
    assert junior["family"].sum() > 0


def test_a_person_who_goes_unaccompanied_takes_no_family(result: Result) -> None:
    (chief,) = result.exits[result.exits["how"] == "dated"].to_dict("records")
    assert chief["date"] == pd.Timestamp("2030-02-10")
    assert (chief["rank"], chief["home"], chief["family"]) == ("general", "gamma", 0.0)


@pytest.mark.parametrize("axis", AXES)
def test_breakdown_adds_up_to_the_daily_totals(result: Result, axis: str) -> None:
    sums = result.groups(axis).groupby("date")[["exits", "attempts", "caught", "killed", "serving"]].sum()
    for column in sums:
        assert sums[column].tolist() == result.daily[column].tolist()


def test_rate_is_of_those_who_served_in_the_morning(result: Result) -> None:
    groups = result.groups("sect").set_index(["group", "date"])
    south = groups.loc["south"]
    men = south["serving"].shift(fill_value=int(_regulars(result, "south")))
    assert south["exits_per_1000_serving"].to_numpy() == pytest.approx(
        1000 * south["exits"].to_numpy() / men.to_numpy()
    )


def _regulars(result: Result, sect: str) -> int:
    return int(result.roster.loc[result.roster["sect"] == sect, "regulars"].sum())


def test_breakdown_of_an_unknown_axis_is_refused(result: Result) -> None:
    with pytest.raises(ValueError, match="unknown axis 'unit', allowed: rank, sect"):
        result.groups("unit")


def test_roster_holds_every_man_of_day_0(result: Result) -> None:
    assert result.roster["regulars"].sum() == 600
    assert result.roster["reservists"].sum() == 200
    assert not result.roster.duplicated(["rank", "sect", "home", "formation"]).any()


def test_units_add_up(result: Result) -> None:
    units, exits = result.units, result.exits
    assert units["regulars"].sum() == 600
    assert units["escaped"].sum() == result.daily["exits"].sum()
    assert units["caught"].sum() == result.daily["caught"].sum()
    assert units["killed"].sum() == result.daily["killed"].sum()
    assert units["reported"].sum() == result.daily["reported"].sum()
    gone = exits[~exits["reservist"]].groupby("unit").size()
    expected = gone.reindex(units["unit"], fill_value=0).to_numpy() / units["regulars"].to_numpy()
    assert units["share_gone"].to_numpy() == pytest.approx(expected)


def test_units_collapse_on_a_day_of_the_run(result: Result) -> None:
    dates = result.units["collapse_date"]
    assert dates.notna().any()
    assert dates.isna().any()
    assert dates.dropna().between("2030-01-01", "2030-04-30").all()
    assert dates[result.units["share_gone"] >= 0.5].notna().all()


def test_abandoned_bases_are_listed_one_by_one() -> None:
    result = small_result(bases={"share": 0.25, "days": 20})
    bases, units = result.abandoned_bases(), result.units
    assert (
        len(bases) == result.daily["bases_abandoned"].sum() == result.summary["bases_abandoned"].iloc[0] > 0
    )
    assert bases["date"].is_monotonic_increasing
    by_day = bases.groupby("date").size()
    daily = result.daily.set_index("date")["bases_abandoned"]
    assert daily[daily > 0].to_dict() == by_day.to_dict()
    for base in bases.to_dict("records"):
        own = units[units["battalion"] == base["battalion"]]
        assert (own["abandoned_date"] == base["date"]).all()
        assert (own["collapse_date"] <= base["date"]).all()
        assert base["companies"] == len(own)
        assert base["regulars"] == own["regulars"].sum()
        assert base["lost"] == own["escaped"].sum() + own["caught"].sum() >= 0.25 * base["regulars"]


def test_without_abandoned_bases_the_list_is_empty(nobody_leaves: Result) -> None:
    assert nobody_leaves.abandoned_bases().empty


@pytest.mark.parametrize("axis", LOYALTY_AXES)
def test_loyalty_counts_everybody_who_serves(result: Result, axis: str) -> None:
    loyalty = result.loyalty[result.loyalty["axis"] == axis]
    by_week = loyalty.groupby("date")["men"].sum()
    assert by_week.index.to_series().diff().dropna().eq(pd.Timedelta(days=7)).all()
    assert len(by_week) == 18
    assert (loyalty["men"] >= 0).all()
    assert by_week.iloc[0] == result.daily["serving"].iloc[0]


def test_loyalty_is_that_of_the_roster_on_day_0(result: Result) -> None:
    army, rules = build(result.scenario, 1), result.scenario.loyalty_index
    first = result.loyalty[result.loyalty["date"] == "2030-01-01"].set_index(["axis", "group"])
    serving = ~army.soldiers.reservist
    index = loyalty_index(army.soldiers.loyalty, rules.middle, rules.width)
    for code, sect in enumerate(result.scenario.sects):
        men = index[serving & (army.soldiers.sect == code)]
        row = first.loc[("sect", sect)]
        assert row["mean_index"] == pytest.approx(men.mean(), abs=0.03)
        assert row["p50"] == pytest.approx(np.median(men), abs=0.03)


def test_loyalty_percentiles_are_ordered(result: Result) -> None:
    some = result.loyalty[result.loyalty["men"] > 0]
    assert ((some["p10"] <= some["p50"]) & (some["p50"] <= some["p90"])).all()
    assert some[["mean_index", "p10", "p90"]].stack().between(0, 1).all()
    none = result.loyalty[result.loyalty["men"] == 0]
    assert none[["mean_index", "p10", "p50", "p90"]].isna().all(axis=None)


def test_quantile_is_exact_where_men_are_spread_evenly() -> None:
    counts, edges = np.array([[0, 10, 10, 0], [0, 0, 0, 4], [0, 0, 0, 0]]), np.arange(5.0)
    so_far = np.cumsum(counts, axis=1)
    assert _quantile(counts, so_far, edges, 0.5)[:2].tolist() == [2.0, 3.5]
    assert _quantile(counts, so_far, edges, 0.1)[0] == pytest.approx(1.2)
    assert np.isnan(_quantile(counts, so_far, edges, 0.5)[2])


def test_categories_are_those_of_the_scenario(result: Result) -> None:
    assert result.exits["sect"].cat.categories.tolist() == ["north", "south"]
    assert result.exits["home"].cat.categories.tolist() == ["alpha", "beta", "gamma"]
    assert result.exits["rank"].cat.ordered
    assert result.units["formation"].cat.categories.tolist() == ["first", "second"]


def test_a_group_may_bear_the_name_of_a_place() -> None:
    tree = small_tree()
    tree["places"]["north"] = tree["places"].pop("gamma")
    tree["army"]["persons"], tree["events"], tree["war"] = [], [], {}
    tree["claims"] = []
    result = small_result(**tree)
    loyalty = result.loyalty[result.loyalty["group"] == "north"]
    assert set(loyalty["axis"]) == {"sect", "home"}


def test_share_of_nothing_is_not_a_number() -> None:
    assert share([1, 0], [2, 0])[0] == 0.5
    assert np.isnan(share([1, 0], [2, 0])[1])
