"""The days on which 10 % and 50 % had gone, from logs whose answer is known."""

from datetime import date as Date

import numpy as np
import pandas as pd
import pytest

from sim.result import Result
from sim.results.tipping import SHARES, time_to
from sim.scenario import Scenario
from tests.small import small_result, small_scenario, small_tree

ROSTER = pd.DataFrame({"run": 1, "sect": ["north", "south"], "regulars": [400, 200]})


def exits(*lines: tuple[int, int, str], reservist: bool = False, run: int = 1) -> pd.DataFrame:
    """Build a log of lines: how many men, on which day, of which sect."""
    count, day, sect = zip(*lines, strict=True) if lines else ((), (), ())
    columns = {"day": np.repeat(day, count).astype(int), "sect": np.repeat(sect, count)}
    return pd.DataFrame({"run": run, **columns, "reservist": reservist})


def days_of(frame: pd.DataFrame, who: str) -> list[int | None]:
    """Day of each share, None where it was not reached."""
    days = frame.loc[frame["who"] == who, "day"]
    return [None if day is pd.NA else int(day) for day in days]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return small_scenario()


def test_the_day_on_which_the_share_is_reached(scenario: Scenario) -> None:
    # 10 % of 600 is 60, of the 200 of the out-group 20; 50 % is 300 and 100.
    log = exits((19, 3, "south"), (40, 4, "north"), (1, 7, "south"), (80, 90, "south"))
    found = time_to(scenario, log, ROSTER)
    assert days_of(found, "regulars") == [7, None]
    assert days_of(found, "out_group") == [7, 90]
    assert found["men"].tolist() == [600, 600, 200, 200]
    assert found["share"].tolist() == [*SHARES, *SHARES]
    assert found.loc[0, "date"] == pd.Timestamp(Date(2030, 1, 8))
    assert pd.isna(found.loc[1, "date"])


def test_a_share_that_is_met_exactly_is_reached(scenario: Scenario) -> None:
    for men in (10, 30, 70, 110, 290, 1090, 1990, 325000):
        roster = ROSTER.assign(regulars=[0, men])
        log = exits((men // 10, 5, "south"))
        assert days_of(time_to(scenario, log, roster, [0.1]), "regulars") == [5], men
        one_less = exits((men // 10 - 1, 5, "south"))
        assert days_of(time_to(scenario, one_less, roster, [0.1]), "regulars") == [None], men


def test_reservists_do_not_count(scenario: Scenario) -> None:
    log = pd.concat([exits((300, 2, "south"), reservist=True), exits((60, 9, "north"))])
    found = time_to(scenario, log, ROSTER)
    assert days_of(found, "regulars") == [9, None]
    assert days_of(found, "out_group") == [None, None]


def test_runs_are_kept_apart(scenario: Scenario) -> None:
    log = pd.concat([exits((60, 9, "north")), exits((60, 2, "south"), run=2)])
    found = time_to(scenario, log, pd.concat([ROSTER, ROSTER.assign(run=2)]))
    assert days_of(found[found["run"] == 1], "regulars") == [9, None]
    assert days_of(found[found["run"] == 2], "regulars") == [2, None]


def test_nobody_leaves_and_there_is_no_out_group() -> None:
    sects = small_tree()["sects"]
    sects["south"]["role"] = "third"
    found = time_to(small_scenario(sects=sects), exits(), ROSTER)
    assert found["day"].isna().all()
    assert found["date"].isna().all()
    assert found.loc[found["who"] == "out_group", "men"].tolist() == [0, 0]


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1])
def test_a_share_that_is_none_is_refused(scenario: Scenario, share: float) -> None:
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        time_to(scenario, exits(), ROSTER, [0.5, share])


def test_of_a_result_it_agrees_with_the_summary() -> None:
    result = small_result()
    gone = result.summary["share_gone"].item()
    below, above = result.time_to([gone, min(1.0, gone + 1e-9)]).query("who == 'regulars'")["day"]
    regulars = result.exits[~result.exits["reservist"]]
    assert below == regulars["day"].max()
    assert above is pd.NA


def test_of_several_results_each_has_its_own() -> None:
    results = [small_result(seed) for seed in (1, 2)]
    together = Result.together(results).time_to()
    for number, one in enumerate(results, start=1):
        part = together[together["run"] == number].assign(run=1).reset_index(drop=True)
        pd.testing.assert_frame_equal(part, one.time_to())
