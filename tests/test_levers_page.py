"""The page of levers: every overlay is expected to do something, and numbers are those of the runs."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.asking import first_days
from experiments.intervals import paired
from experiments.levers_page import __main__ as command
from experiments.levers_page import tables as lever_tables
from experiments.levers_page.expectations import BUNDLE, EXPECTED, PARTS, SIDES, Expected, path_of
from experiments.levers_page.figure import save_levers
from experiments.levers_page.page import names, page
from experiments.levers_page.runs import all_runs, scenarios
from experiments.levers_page.tables import (
    COLUMNS,
    OUTCOMES,
    classes,
    differences,
    judged,
    moved,
    share_of,
    signed,
    unexplained,
)
from experiments.policies.levers import BASELINE
from experiments.policies.paired_runs import runs_of
from sim.scenario_file import load
from tests.test_overlays import OVERLAYS

PNG = b"\x89PNG"
NOT_COMPARED = {"dated-war"}
"""Another war, whose destruction is unknown: no line of the page."""

TITLES = names()


@pytest.fixture(scope="module")
def runs() -> pd.DataFrame:
    """Invented runs: each policy lowers exits and raises strength by its number, but the last two."""
    luck = np.random.default_rng(5)
    rows = []
    policies = [BASELINE, *(one.overlay for one in EXPECTED)]
    for seed in range(1, 5):
        base = {outcome: 1000.0 + luck.integers(-9, 9) for outcome in OUTCOMES} | {"paid_usd": 0.0}
        for at, policy in enumerate(policies):
            acts = at if at < len(policies) - 2 else 0
            own = base | {"exits": base["exits"] - 30 * acts + luck.normal(0, 1) * (acts > 0)}
            own |= {"strength_deployable": base["strength_deployable"] + 20 * acts}
            outcome = "pulse" if at % 2 == 0 or seed > 1 else "hold"
            rows.append({"policy": policy, "seed": seed, "outcome": outcome, **own})
    return pd.DataFrame(rows)


def test_every_overlay_is_expected_to_do_something() -> None:
    named = [one.overlay for one in EXPECTED]
    assert sorted(named) == sorted({path.stem for path in OVERLAYS} - NOT_COMPARED)
    for one in EXPECTED:
        assert one.outcome in OUTCOMES
        assert one.side in SIDES
        assert path_of(one.overlay) in OVERLAYS


def test_levers_stand_by_their_actor_and_contrasts_by_what_is_other() -> None:
    for one in EXPECTED:
        folder = "levers" if one.side in ("opposition", "regime") else "contrasts"
        assert path_of(one.overlay).parent.name == folder, one.overlay


def test_an_unknown_overlay_is_refused() -> None:
    with pytest.raises(ValueError, match="no lever or contrast 'nothing'"):
        path_of("nothing")


def test_columns_of_the_page_are_columns_of_the_summary() -> None:
    scenario = first_days(load("invented-army"), 20).with_({"army.scale": 0.05})
    assert set(OUTCOMES) <= set(runs_of({BASELINE: scenario}, range(1, 2)).columns)


def test_differences_are_those_of_the_runs(runs: pd.DataFrame) -> None:
    policy = EXPECTED[2].overlay
    base, line = differences(runs, {"exits": "exits"}, {policy: "Third"})
    before, after = (runs.loc[runs["policy"] == one, "exits"].to_numpy() for one in (BASELINE, policy))
    interval = paired(after - before)
    ends = f"({signed(interval.low)} to {signed(interval.high)})"
    assert line == {"": "Third", "exits": f"{signed(interval.middle)} {ends}"}
    assert base["exits"] == f"{before.mean():,.0f}"


def test_what_does_not_differ_at_all_is_nought(runs: pd.DataFrame) -> None:
    last = EXPECTED[-1].overlay
    assert differences(runs, {"exits": "exits"}, {last: "Last"})[1]["exits"] == "0"


def test_a_share_of_nothing_is_nothing(runs: pd.DataFrame) -> None:
    assert share_of(runs, EXPECTED[0].overlay, "paid_usd").middle == 0.0
    change = share_of(runs, EXPECTED[3].overlay, "exits")
    assert change.middle == pytest.approx(-0.12, abs=0.01)


@pytest.mark.parametrize(
    ("differences", "sign", "word"),
    [
        ((0.10, 0.11, 0.12), 1, "as expected"),
        ((0.10, 0.11, 0.12), -1, "**against expectation**"),
        ((0.10, 0.11, 0.12), 0, "**against expectation**"),
        ((0.001, 0.0011, 0.0012), 1, "immaterial here"),
        ((0.001, 0.0011, 0.0012), 0, "as expected"),
        ((0.5, -0.4, 0.2), 1, "not told from 0"),
        ((0.5, -0.4, 0.2), 0, "as expected"),
    ],
)
def test_a_change_is_judged_by_size_sign_and_certainty(
    differences: tuple[float, ...], sign: int, word: str
) -> None:
    assert judged(paired(np.array(differences)), sign) == word


def test_what_moves_is_listed_and_what_does_not_wants_a_reason(runs: pd.DataFrame) -> None:
    third, last = EXPECTED[2], EXPECTED[-1]
    assert [words.rsplit(" ", 1)[0] for words in moved(third, runs)] == ["exits", "strength_deployable"]
    assert moved(last, runs) == []
    silent = Expected(last.overlay, "regime", "exits", -1, "it should")
    assert unexplained(silent, runs)
    assert not unexplained(Expected(last.overlay, "regime", "exits", 0, "it should not"), runs)
    assert not unexplained(Expected(last.overlay, "regime", "exits", -1, "it should", "too late"), runs)
    assert not unexplained(third, runs)


def test_classes_are_counted(runs: pd.DataFrame) -> None:
    assert classes(runs, BASELINE) == "pulse 4"
    assert classes(runs, EXPECTED[0].overlay) == "pulse 3, hold 1"


def test_the_page_has_every_lever_in_every_table(runs: pd.DataFrame, tmp_path: Path) -> None:
    text = page(runs, load("syria-2012"), TITLES, tmp_path / "levers.png")
    for heading in COLUMNS:
        table = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
        for title in TITLES.values():
            assert f"\n| {title} |" in table, (heading, title)
        assert table.count("**as it is**") == 1
    expected = text.partition("## What was expected")[2]
    assert all(title in expected for title in TITLES.values())
    for words in ("4 pairs", "luck and army; not the parameters", "The war is endogenous", "pulse 3, hold 1"):
        assert words in text


def test_the_figure_is_drawn(runs: pd.DataFrame, tmp_path: Path) -> None:
    save_levers(runs, TITLES, tmp_path / "levers.png")
    assert (tmp_path / "levers.png").read_bytes().startswith(PNG)


def test_runs_are_kept_and_are_those_of_one_process(tmp_path: Path) -> None:
    kept = all_runs(("salary-200",), 2, 0.002, tmp_path, workers=2)
    here = runs_of(scenarios(("salary-200",), 0.002), range(1, 3))
    pd.testing.assert_frame_equal(kept, here)
    assert kept["policy"].tolist() == [BASELINE, "salary-200"] * 2
    assert kept["seed"].tolist() == [1, 1, 2, 2]


def test_the_command_writes_the_page_and_complains_of_what_nobody_explains(
    runs: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def invented(*asked: object) -> pd.DataFrame:
        assert asked == (tuple(TITLES), 4, 0.5, tmp_path / "kept", 2)
        return runs

    monkeypatch.setattr(command, "all_runs", invented)
    target = tmp_path / "pages" / "levers.md"
    options = ["--out", str(target), "--runs", "4", "--scale", "0.5", "--workers", "2"]
    options += ["--folder", str(tmp_path / "kept")]
    monkeypatch.setattr("sys.argv", ["levers_page", *options])
    silent = {one.overlay for one in EXPECTED[-2:] if not one.if_none}
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert all(name in str(ended.value) for name in silent)
    assert "army at 0.5 of its size" in target.read_text(encoding="utf-8")
    assert (target.parent / "figures" / "levers.png").exists()


def test_a_bundle_is_the_overlay_of_its_parts() -> None:
    parts = load("syria-2012", overlays=[path_of(part) for part in PARTS])
    bundle = load("syria-2012", overlays=[path_of(BUNDLE)])
    assert bundle.model_dump(exclude={"overlays"}) == parts.model_dump(exclude={"overlays"})


def test_a_bundle_stands_beside_the_sum_of_its_parts(runs: pd.DataFrame) -> None:
    first, second, third = (one.overlay for one in EXPECTED[:3])
    lines = {line[""]: line for line in lever_tables.bundle_lines(runs, third, (first, second))}
    line = lines["deployable"]  # 20, 40 and 60 more
    assert line["parts, added up"] == line["together"] == "+60 (+60 to +60)"
    assert line["together, less the sum"].startswith("0 (")
    values = runs.pivot_table(index="seed", columns="policy", values="exits")
    beyond = values[third] - values[first] - values[second] + values[BASELINE]
    assert lines["exits"]["together, less the sum"].startswith(signed(float(beyond.mean())))


def test_money_is_told_of_policies_that_pay(runs: pd.DataFrame) -> None:
    policy = EXPECTED[0].overlay
    paying: Any = runs.copy()
    own = paying["policy"] == policy
    paying.loc[own, "paid_usd"] = 1e6
    paying.loc[own, "joined"] += np.array([50.0, 52.0, 51.0, 49.0])
    lines = lever_tables.cost_lines(paying, TITLES)
    assert [line["for each"] for line in lines] == ["additional exit", "additional member"]
    assert {line[""] for line in lines} == {TITLES[policy]}
    assert lines[1]["dollars"] == f"{1e6 / 50.5:,.0f}"
