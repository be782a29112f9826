"""Scores with analytic answers, regret by hand, futures on the same luck, and the shape of EMA Workbench."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments import explore
from experiments.cli import app
from experiments.discovery import __main__ as page_command
from experiments.discovery import page
from experiments.discovery.coercive import coercive_among, is_coercive
from experiments.discovery.condition import interest_of
from experiments.discovery.example import FACTORS, POLICIES
from experiments.discovery.factors import FactorTable
from experiments.discovery.futures import space_filling
from experiments.discovery.regret import regret_table, regrets
from experiments.discovery.scores import grouped, pair_scores, ratio_of, scores
from experiments.discovery.table_file import of_policy, read_runs
from experiments.discovery.workbench import from_workbench, to_workbench
from experiments.factor import Factor
from experiments.intervals import wilson
from sim import engine
from sim.codes import Floats
from sim.errors import ScenarioError, SimulationError
from sim.results.provenance import OutputError
from sim.scenario import Scenario
from sim.scenario_file import load
from tests.small import small_scenario

FALSE_ALARM = 1e-6
"""Rate at which a statement on chance fails on another seed: five standard deviations, or exact binomial."""

INERT: dict[str, dict[str, Any]] = {"inert": {"salary_plan.usd_per_month": 0}}


def ishigami(runs: int, seed: int) -> tuple[pd.DataFrame, Floats]:
    """Ishigami's function (a = 7, b = 0.1) on three uniform factors."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.uniform(-np.pi, np.pi, (runs, 3)), columns=["x1", "x2", "x3"])
    one, two, three = (table[name].to_numpy() for name in table)
    return table, np.sin(one) + 7.0 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)


def test_scores_are_first_order_indices() -> None:
    table, values = ishigami(20_000, 1)
    found = scores(table, values, groups=40).set_index("factor")
    # Ishigami and Homma 1990: 0.3139, 0.4424 and 0; with 40 groups a hundredth of them is within groups.
    for name, known in (("x1", 0.3139), ("x2", 0.4424), ("x3", 0.0)):
        assert found.loc[name, "explained"] == pytest.approx(known, abs=0.02)
    assert found.loc["x3", "p"] > FALSE_ALARM
    assert found.loc["x1", "p"] < 1e-12


def test_pairs_show_what_no_factor_shows_alone() -> None:
    table, values = ishigami(20_000, 2)
    found = pair_scores(table, values, groups=14)
    best = found.iloc[0]
    assert {best["factor"], best["other"]} == {"x1", "x3"}
    assert best["interaction"] == pytest.approx(0.2437, abs=0.03)
    assert (found["interaction"].iloc[1:].abs() < 0.02).all()


def test_intervals_of_scores_cover_what_they_say() -> None:
    # A share that is 0.2, 0.3, 0.4, 0.5 in four groups: variance of the means 0.0125, of all 0.35 * 0.65.
    known, hits = 0.0125 / (0.35 * 0.65), 0
    rng = np.random.default_rng(3)
    for _ in range(400):
        groups = rng.integers(0, 4, 400)
        values = (rng.random(400) < 0.2 + 0.1 * groups).astype(float)
        interval = ratio_of(groups, values)[1]
        hits += interval.low <= known <= interval.high
    # 95 % of 400: fewer than 356 come about once in a million.
    assert 356 <= hits <= 400


def test_estimates_have_no_bias_where_nothing_is_explained() -> None:
    rng = np.random.default_rng(4)
    found = [ratio_of(rng.integers(0, 10, 100), rng.random(100)) for _ in range(400)]
    explained = np.array([each[0] for each in found])
    assert abs(explained.mean()) < 5 * explained.std() / 20
    chances = np.array([each[2] for each in found])
    assert (chances < 0.05).mean() == pytest.approx(0.05, abs=6 * np.sqrt(0.05 * 0.95 / 400))


def test_a_category_that_decides_explains_all() -> None:
    table = pd.DataFrame({"region": ["a", "b", "c"] * 20, "rest": np.arange(60.0)})
    found = scores(table, (table["region"] == "b").to_numpy()).set_index("factor")
    assert found.loc["region", ["explained", "low", "high", "p"]].tolist() == [1.0, 1.0, 1.0, 0.0]
    assert found.loc["rest", "low"] == 0.0


def test_groups_hold_as_many_runs_each() -> None:
    table = FactorTable.of(pd.DataFrame({"real": np.random.default_rng(5).random(100), "few": [1, 2] * 50}))
    assert np.bincount(grouped(table.columns["real"], 10)).tolist() == [10] * 10
    assert np.bincount(grouped(table.columns["few"], 10)).tolist() == [50, 50]


def test_outcomes_that_tell_nothing_are_refused() -> None:
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0]})
    for values, message in (([1, 1, 1], "same"), ([1, np.nan, 2], "row 2"), ([1, 2], "3 values")):
        with pytest.raises(ValueError, match=message):
            scores(table, np.array(values, dtype=float))
    with pytest.raises(ValueError, match="at least 2"):
        scores(table, np.array([1.0, 2.0, 4.0]), groups=1)


RUNS = pd.DataFrame(
    {
        "future": [1, 1, 1, 2, 2, 2],
        "policy": ["baseline", "a", "b"] * 2,
        "exits": [10.0, 14.0, 12.0, 5.0, 5.0, 1.0],
    }
)


def test_regret_is_the_distance_to_the_best_of_the_future() -> None:
    more = regrets(RUNS, "exits", "more")
    assert more.to_numpy().tolist() == [[4, 0, 2], [0, 0, 4]]
    assert list(more.columns) == ["baseline", "a", "b"]
    less = regrets(RUNS, "exits", "less")
    assert less.to_numpy().tolist() == [[0, 4, 2], [4, 4, 0]]
    table = regret_table(more).set_index(["policy", "statistic"])["value"]
    assert table["baseline", "mean"] == 2.0
    assert table["b", "median"] == 3.0
    assert table["a", "share best"] == 1.0
    assert table["b", "largest"] == 4.0


def test_the_interval_of_regret_covers_a_known_mean() -> None:
    rng, hits = np.random.default_rng(6), 0
    for number in range(100):
        row = regret_table(pd.DataFrame({"one": rng.exponential(1.0, 60)}), seed=number).iloc[0]
        assert row["statistic"] == "mean"
        hits += row["low"] <= 1.0 <= row["high"]
    # The percentile bootstrap of a skewed mean covers 90 % and more: under 73 of 100 once in a million.
    assert hits >= 73


def test_futures_that_are_not_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="missing or not finite for a policy in future 2"):
        regrets(RUNS.iloc[:-1], "exits", "more")
    with pytest.raises(ValueError, match="twice"):
        regrets(pd.concat([RUNS, RUNS.iloc[:1]]), "exits", "more")
    with pytest.raises(ValueError, match="'more' and 'less'"):
        regrets(RUNS, "exits", "most")  # type: ignore[arg-type]


def test_points_fill_the_space() -> None:
    factors = {"rate": Factor(low=2, high=4), "count": Factor(low=1, high=4, whole=True), "kind": ("x", "y")}
    points = pd.DataFrame(space_filling(factors, 40, 1))
    assert sorted(np.floor((points["rate"] - 2) * 20).astype(int)) == list(range(40))
    assert points["count"].value_counts().tolist() == [10] * 4
    assert points["kind"].value_counts().tolist() == [20, 20]
    assert space_filling(factors, 40, 1) == space_filling(factors, 40, 1) != space_filling(factors, 40, 2)


@pytest.fixture(scope="module")
def futures() -> pd.DataFrame:
    factors = {
        "law.reference_hazard_per_week": Factor(low=0.01, high=0.1),
        "army.reserves": Factor(low=100, high=300, whole=True),
        "invitation.on": (True, False),
    }
    plan = {"salary_plan.usd_per_month": 400, "salary_plan.announced": "2030-01-05"}
    policies = {"inert": {"salary_plan.usd_per_month": 0}, "pays": plan}
    return explore(small_scenario(days=30, events=()), factors, futures=6, policies=policies)


def test_policies_share_point_army_and_luck(futures: pd.DataFrame) -> None:
    assert futures["status"].eq("done").all()
    assert futures["seed"].tolist() == list(np.repeat(range(1, 7), 3))
    base, inert = (
        futures[futures["policy"] == name].drop(columns="policy").reset_index(drop=True)
        for name in ("baseline", "inert")
    )
    pd.testing.assert_frame_equal(base, inert)
    assert base["exits"].nunique() > 3


def test_a_future_that_fails_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    real = engine.simulate

    def fail_when_afraid(scenario: Scenario, *arguments: Any, **options: Any) -> Any:
        if scenario.fear.effect > 0.5:
            raise SimulationError(2, "fear", "cell", "a term is not finite")
        return real(scenario, *arguments, **options)

    monkeypatch.setattr(engine, "simulate", fail_when_afraid)
    runs = explore(small_scenario(days=3, events=()), {"fear.effect": Factor(low=0, high=1)}, futures=4)
    failed = runs["fear.effect"] > 0.5
    assert (runs["status"] == np.where(failed, "failed", "done")).all()
    assert runs.loc[failed, "message"].str.startswith("SimulationError: day 2: fear").all()
    assert runs.loc[failed, "exits"].isna().all()


def test_what_is_not_allowed_is_refused_before_any_run() -> None:
    factors = {"fear.effect": Factor(low=0.1, high=0.2)}
    with pytest.raises(ScenarioError, match=r"fear.on"):
        explore(small_scenario(), factors, futures=2, policies={"bad": {"fear.on": 7}})
    with pytest.raises(ValueError, match="no policy may set it"):
        explore(small_scenario(), factors, futures=1, policies={"x": {"fear.effect": 1}})
    with pytest.raises(ValueError, match="no policy may be called 'baseline'"):
        explore(small_scenario(), factors, futures=1, policies={"baseline": {}})


def test_a_store_keeps_the_same_futures(tmp_path: Path) -> None:
    factors = {"fear.effect": Factor(low=0, high=1), "invitation.on": (True, False)}
    plain = explore(small_scenario(days=10, events=()), factors, futures=3, policies=INERT)
    asked = {"futures": 3, "policies": INERT, "folder": tmp_path / "store", "engine": "serial"}
    told: list[tuple[int, int]] = []
    kept = explore(
        small_scenario(days=10, events=()), factors, **asked, progress=lambda *each: told.append(each)
    )
    pd.testing.assert_frame_equal(kept, plain, check_dtype=False)
    assert told[-1] == (3, 3)  # what is inert is the scenario as it is, and run once
    again = explore(small_scenario(days=10, events=()), factors, **asked)
    pd.testing.assert_frame_equal(again, kept)
    (tmp_path / "study").mkdir()
    (tmp_path / "store").rename(tmp_path / "study" / "runs")
    table = read_runs(tmp_path / "study")
    assert table.digest == read_runs(tmp_path / "study" / "runs").digest
    assert table.factors == ("fear.effect", "invitation.on")
    assert table.runs["exits"].tolist() == plain["exits"].tolist()


def test_the_workbench_takes_and_gives(futures: pd.DataFrame) -> None:
    names = ["law.reference_hazard_per_week", "army.reserves", "invitation.on"]
    series = {"exits by day": np.zeros((18, 30))}
    experiments, outcomes = to_workbench(futures, names, ["exits", "outcome"], series=series)
    assert list(experiments.columns) == [*names, "scenario", "policy", "model"]
    assert isinstance(experiments["invitation.on"].dtype, pd.CategoricalDtype)
    assert pd.api.types.is_integer_dtype(experiments["army.reserves"])
    assert {name: values.shape for name, values in outcomes.items()} == {
        "exits": (18,),
        "outcome": (18,),
        "exits by day": (18, 30),
    }
    back = from_workbench(experiments, outcomes)
    assert back["future"].tolist() == futures["future"].tolist()
    assert back["exits"].tolist() == futures["exits"].tolist()
    assert "exits by day" not in back
    with pytest.raises(ValueError, match="no column nosuch"):
        to_workbench(futures, names, ["nosuch"])
    with pytest.raises(ValueError, match="must not be called policy"):
        to_workbench(futures, ["policy"], ["exits"])


def test_coercive_keys_are_known_by_their_paths() -> None:
    names = ("surveillance.cap", "family.effect.nco", "events.any.rise", "comrades.own_group", "rain")
    assert coercive_among(names) == names[:3]
    assert not is_coercive("surveillance")
    assert coercive_among(FACTORS) == ("surveillance.learning_per_year",)


@pytest.mark.parametrize("name", list(POLICIES))
def test_levers_of_the_example_are_those_that_are_shipped(name: str) -> None:
    mine = load("syria-2012").with_(POLICIES[name])
    shipped = load("syria-2012", overlays=[name])
    assert mine.model_dump(exclude={"overlays"}) == shipped.model_dump(exclude={"overlays"})


def test_ranges_of_the_example_hold_the_shipped_values() -> None:
    founding = load("syria-2012")
    for share in (0.0, 1.0):
        founding.with_(
            {path: each.value(share) for path, each in FACTORS.items() if isinstance(each, Factor)}
        )


def planted(seed: int = 20) -> pd.DataFrame:
    """Runs of an invented study: a collapse where the hazard is high and few are stayers."""
    rng = np.random.default_rng(seed)
    points = pd.DataFrame(space_filling(FACTORS, 240, seed))
    high = (points["law.reference_hazard_per_week"] > 4e-5) & (points["army.stayers_share"] < 0.2)
    rows = []
    for policy, gain in (("baseline", 1.0), ("salary-200", 1.2), ("unity", 1.1)):
        share = np.where(high, 0.5, 0.2) + 0.05 * rng.random(240)
        little = (policy == "salary-200") & (points["refuge.floor"] > 0.3)
        exits = 6500 * np.where(high, 0.5, 0.2) * np.where(little, 1.0, gain)
        outcome = np.where(share > 0.35, "collapse", "pulse")
        rows.append(points.assign(policy=policy, exits=exits, share_gone=share, outcome=outcome))
    table = pd.concat(rows, ignore_index=True)
    table.insert(0, "future", np.tile(np.arange(1, 241), 3))
    return table.assign(status="done", message="")


def test_the_page_tells_the_planted_boxes(tmp_path: Path) -> None:
    out = tmp_path / "discovery.md"
    page.write_page(planted(), 0.02, out)
    text = out.read_text(encoding="utf-8")
    first, second = (line for line in text.splitlines() if line.startswith("A box in which"))
    assert "law.reference_hazard_per_week ≥" in first
    assert "army.stayers_share ≤" in first
    assert "refuge.floor ≥" in second
    assert "coercive" in text
    assert "cover luck, army" in text
    assert "| `refuge.floor` | 0.15 | 0.05 to 0.5 |" in text
    for name in ("discovery-collapse.png", "discovery-salary.png"):
        assert (tmp_path / "figures" / name).exists()
    with pytest.raises(ValueError, match="future 1 under baseline failed: why"):
        page.write_page(planted().assign(status="failed", message="why"), 0.02, out)


def test_futures_that_all_end_alike_make_a_page(tmp_path: Path) -> None:
    out = tmp_path / "discovery.md"
    page.write_page(planted().assign(outcome="pulse"), 0.02, out)
    text = out.read_text(encoding="utf-8")
    assert "0 of 240 futures collapse" in text
    assert "Nothing to tell apart: 0 of 120 futures." in text
    assert "| factor | share gone |" in text


def test_a_file_that_holds_other_runs_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, kept = tmp_path / "discovery.md", tmp_path / "runs.parquet"
    monkeypatch.setattr("sys.argv", ["discovery", "--out", str(out), "--runs", str(kept)])
    pd.DataFrame({"future": [1], "policy": ["baseline"]}).to_parquet(kept)
    for message in ("it has no column status", "is no table of runs of this page"):
        with pytest.raises(SystemExit) as ended:
            page_command.main()
        assert ended.value.code == 2
        assert message in capsys.readouterr().err
        kept.write_bytes(b"")
    assert not out.exists()


def test_the_page_is_written_from_runs_that_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def invented(futures: int, scale: float, progress: object) -> pd.DataFrame:
        made.append(futures)
        return planted()

    monkeypatch.setattr(page_command, "founding_runs", invented)
    out, kept = tmp_path / "pages" / "discovery.md", tmp_path / "runs.parquet"
    words = ["discovery", "--out", str(out), "--futures", "240", "--runs", str(kept)]
    monkeypatch.setattr("sys.argv", words)
    page_command.main()
    first = out.read_text(encoding="utf-8")
    page_command.main()
    assert made == [240]
    assert out.read_text(encoding="utf-8") == first


def command(*words: Any) -> Any:
    return CliRunner().invoke(app, ["discover", *map(str, words)])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "runs.parquet"
    planted().query("policy == 'baseline'").to_parquet(path, index=False)
    return path


FACTOR_OPTIONS = [word for path in FACTORS for word in ("--factor", path)]


def test_the_command_finds_the_box_and_writes_it(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "found"
    done = command(table, "--where", "outcome == collapse", *FACTOR_OPTIONS, "--boxes", 2, "--out", out)
    assert done.exit_code == 0, done.output
    assert "law.reference_hazard_per_week" in done.output
    assert "surveillance.learning_per_year: coercive, so scored and not searched" in done.output
    limits = pd.read_parquet(out / "limits.parquet")
    assert set(limits.loc[limits["box"] == 1, "factor"]) == {
        "law.reference_hazard_per_week",
        "army.stayers_share",
    }
    assert {"trajectory.csv", "scores.csv", "discovery.json", "box-1.png"} <= {
        each.name for each in out.iterdir()
    }
    again = command(table, "--where", "share_gone > 0.3", *FACTOR_OPTIONS, "--out", out)
    assert again.exit_code == 2
    assert "another discovery" in again.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--where", "outcome == collapse"], "with --factor"),
        (["--where", "outcome = collapse", *FACTOR_OPTIONS], "is no condition"),
        (["--where", "nosuch > 1", *FACTOR_OPTIONS], "no column nosuch"),
        (["--where", "outcome > 1", *FACTOR_OPTIONS], "is no number"),
        (["--where", "exits > many", *FACTOR_OPTIONS], "is a number, 'many' is none"),
        (["--where", "exits > 1e9", *FACTOR_OPTIONS], "no run is of interest"),
        (["--where", "exits > nan", *FACTOR_OPTIONS], "is a number, 'nan' is none"),
        (
            ["--where", "outcome == colapse", *FACTOR_OPTIONS],
            "the outcome 'colapse': there are collapse, pul",
        ),
        (["--where", "outcome != colapse", *FACTOR_OPTIONS], "no run has the outcome 'colapse'"),
        (["--where", "refuge.floor > 0.2", *FACTOR_OPTIONS], "this is a factor, name an outcome"),
        (["--where", "exits > 1", *FACTOR_OPTIONS, "--fresh", "nosuch"], "nosuch: there is no such file"),
    ],
)
def test_the_command_refuses_what_it_cannot_read(table: Path, words: list[str], message: str) -> None:
    done = command(table, *words)
    assert done.exit_code == 2
    assert message in done.output
    assert "Traceback" not in done.output


def test_runs_that_say_nothing_are_refused_by_their_name(tmp_path: Path) -> None:
    runs = pd.DataFrame(
        {"x": [0.1, 0.2, 0.3], "outcome": ["hold", None, "collapse"], "y": [1.0, 2.0, np.inf]}
    )
    runs = runs.assign(run=[4, 5, 6], run_id=["aa", "bb", "cc"])
    for condition, message in (
        ("outcome == hold", r"outcome is missing in row 2 \(run 5, bb\)"),
        ("y > 1", r"y is not a finite number in row 3 \(run 6, cc\)"),
    ):
        with pytest.raises(ValueError, match=message):
            interest_of(runs, condition)
    futures = pd.DataFrame({"future": [1, 1], "policy": ["baseline", "paid"], "y": [1.0, np.nan]})
    with pytest.raises(ValueError, match=r"row 2 \(future 1, policy paid\)"):
        interest_of(futures, "y > 1")
    path = tmp_path / "none.csv"
    path.write_text("x,y\n", encoding="utf-8")
    for source, message in (
        (path, "none.csv holds no run"),
        (tmp_path / "no", "no such file"),
    ):
        done = command(source, "--where", "y > 1", "--factor", "x")
        assert done.exit_code == 2
        assert message in done.output


def test_boxes_are_measured_on_fresh_runs(table: Path, tmp_path: Path) -> None:
    fresh, out = tmp_path / "fresh.csv", tmp_path / "found"
    others = planted(seed=21).query("policy == 'baseline'")
    others.to_csv(fresh, index=False)
    asked = ("--where", "outcome == collapse", *FACTOR_OPTIONS, "--boxes", 2)
    done = command(table, *asked, "--fresh", fresh, "--out", out)
    assert done.exit_code == 0, done.output
    assert "On fresh runs" in done.output
    assert (
        "cover luck, army and the choice of points within the ranges, of runs that the box was" in done.output
    )
    measured = pd.read_parquet(out / "fresh.parquet")
    first = measured[measured["box"] == 1].set_index("measure")
    # What was planted has no blur: the box is nearly right on any runs.
    assert first.loc["coverage", "of"] == (others["outcome"] == "collapse").sum()
    assert first.loc["coverage", "share"] > 0.8
    assert first.loc["density", "low"] > 0.7
    again = command(table, *asked, "--fresh", table)
    assert again.exit_code == 2
    assert "is not fresh: the boxes would be found on 240 of its runs" in again.output


def test_runs_of_one_store_are_not_fresh_for_another_that_holds_them(tmp_path: Path) -> None:
    paths = [tmp_path / "one.parquet", tmp_path / "other.parquet"]
    for path, first in zip(paths, (0, 200), strict=True):
        runs = planted().query("policy == 'baseline'").assign(run_id=[f"{first + row}" for row in range(240)])
        runs.to_parquet(path, index=False)
    done = command(paths[0], "--where", "outcome == collapse", *FACTOR_OPTIONS, "--fresh", paths[1])
    assert done.exit_code == 2
    assert "found on 40 of its runs" in done.output


def test_runs_that_share_luck_are_told(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "shared.parquet"
    pd.read_parquet(table).assign(luck_seed=np.repeat(range(1, 81), 3)).to_parquet(path, index=False)
    asked = ("--where", "outcome == collapse", *FACTOR_OPTIONS)
    told = command(path, *asked, "--out", tmp_path / "shared")
    assert "240 runs share 80 armies and lucks" in told.output
    assert "share 80" not in command(table, *asked, "--out", tmp_path / "own").output


def test_the_runs_of_one_policy_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "runs.parquet"
    planted().to_parquet(path, index=False)
    done = command(path, "--where", "outcome == collapse", *FACTOR_OPTIONS)
    assert done.exit_code == 2
    assert "several policies, name one with --policy: baseline, salary-200, unity" in done.output
    wanted = ["--where", "outcome == collapse", "--policy", "unity", "--out", tmp_path / "found"]
    assert command(path, *wanted, *FACTOR_OPTIONS).exit_code == 0
    assert "240 runs" in (tmp_path / "found" / "discovery.json").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="no policy none"):
        of_policy(read_runs(path, list(FACTORS)), "none")


def test_tables_are_read_from_csv_and_failed_runs_are_named(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    pd.DataFrame({"x": [1.5, 2.5], "on": [True, False], "status": ["done", "failed"]}).to_csv(
        path, index=False
    )
    with pytest.raises(ValueError, match=r"runs\.csv is not analysed, not done: row 2$"):
        read_runs(path, ["x"])
    pd.DataFrame({"x": [1.5, 2.5], "on": [True, False]}).to_csv(path, index=False)
    kept = read_runs(path, ["x", "on"])
    assert kept.factors == ("x", "on")
    assert interest_of(kept.runs, "on == True").tolist() == [True, False]
    assert interest_of(kept.runs, "x <= 1.5").tolist() == [True, False]
    with pytest.raises(OutputError, match="ensemble"):
        read_runs(tmp_path)


def test_wilson_covers_the_share() -> None:
    # Known: 5 of 10 gives 0.2366 to 0.7634 (Newcombe 1998's method 3).
    interval = wilson(5, 10)
    assert (interval.low, interval.high) == pytest.approx((0.2366, 0.7634), abs=5e-5)
    assert all(wilson(each, each).high == 1.0 and wilson(0, each).low == 0.0 for each in range(1, 200))
    assert np.isnan(wilson(0, 0).low)
    rng = np.random.default_rng(30)
    hits = rng.binomial(40, 0.1, 2000)
    inside = [interval.low <= 0.1 <= interval.high for interval in (wilson(int(each), 40) for each in hits)]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.04)
