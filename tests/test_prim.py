"""PRIM: planted boxes are found, and boxes, steps and quasi-p-values are those of EMA Workbench 2.5.3.

`prim_workbench.json` was made once by `ema_workbench.analysis.prim.Prim` of version 2.5.3 (with numpy 1.26.4
and pandas 2.1.4, since its pasting of whole numbers fails with pandas 3) on the two tables below: threshold
0.1, peel_alpha, paste_alpha and mass_min 0.05, obj_function ORIGINAL and LENIENT1; its peeling_trajectory (n,
k, res_dim), and box_lims and qp of one step.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.discovery.box import Box, OneOf, Span
from experiments.discovery.factors import FactorTable
from experiments.discovery.figures import box_figure, save_discovery, trajectory_figure
from experiments.discovery.measures import fresh_measures, fresh_of_boxes
from experiments.discovery.peeling import Candidate
from experiments.discovery.prim import Discovery, _taken, prim, prims
from experiments.discovery.reproducibility import reproducibility
from experiments.discovery.rules import Rules
from sim.codes import Flags

WORKBENCH = json.loads((Path(__file__).parent / "prim_workbench.json").read_text(encoding="utf-8"))
FALSE_ALARM = 1e-6
"""Rate at which a statement on chance fails on another seed: five standard deviations, or exact binomial."""

OBJECTIVES = {"ORIGINAL": "mean", "LENIENT1": "gain"}


def real() -> tuple[pd.DataFrame, Flags]:
    """Four real factors; a box in three of them, blurred."""
    rng = np.random.default_rng(20101)
    table = pd.DataFrame(rng.random((600, 4)), columns=["one", "two", "three", "four"])
    inside = (table["one"] > 0.55) & (table["two"] < 0.6) & (table["three"] > 0.2)
    return table, rng.random(600) < np.where(inside, 0.85, 0.12)


def mixed(runs: int = 800, seed: int = 20102) -> tuple[pd.DataFrame, Flags]:
    """Real, whole and categorical factors; a box in one of each, blurred."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "rate": rng.random(runs),
            "noise": rng.random(runs),
            "brigades": rng.integers(1, 11, runs),
            "region": rng.choice(["coast", "hills", "plain", "river"], runs),
        }
    )
    inside = (table["rate"] > 0.5) & (table["brigades"] <= 6) & table["region"].isin(["coast", "plain"])
    return table, rng.random(runs) < np.where(inside, 0.9, 0.1)


TABLES = {"real": real, "mixed": mixed}


@pytest.fixture(scope="module")
def found() -> Discovery:
    return prim(*mixed(), rules=Rules(objective="gain"))


@pytest.mark.parametrize("case", list(WORKBENCH))
def test_peels_are_those_of_the_workbench(case: str) -> None:
    name, objective = case.split()
    kept = prim(
        *TABLES[name](),
        rules=Rules(objective=OBJECTIVES[objective]),  # type: ignore[arg-type]
        density=None,
        drop_above=None,
    )
    peels = kept.trajectory[kept.trajectory["how"].isin(("all", "peel"))]
    count = len(peels)
    # There the last steps paste, where ours paste by the share of the box and not of what is outside, and
    # peeling goes on when only runs of interest are left.
    assert count >= len(WORKBENCH[case]["runs"]) - 2
    for ours, theirs in (("runs", "runs"), ("of_interest", "of_interest"), ("restricted", "restricted")):
        assert peels[ours].tolist() == WORKBENCH[case][theirs][:count]


@pytest.mark.parametrize("case", list(WORKBENCH))
def test_limits_and_quasi_p_are_those_of_the_workbench(case: str) -> None:
    name, objective = case.split()
    table, interest = TABLES[name]()
    rules = Rules(objective=OBJECTIVES[objective])  # type: ignore[arg-type]
    kept = prim(table, interest, rules=rules, density=None, drop_above=None)
    theirs = WORKBENCH[case]
    limits = kept.limits(theirs["step"]).set_index("factor")
    assert set(limits.index) == set(theirs["limits"])
    for factor, limit in theirs["limits"].items():
        row: Any = limits.loc[factor]
        chances = [row["quasi_p_low"], row["quasi_p_high"]]
        # There -1 marks an open side, as NaN does here.
        for ours, other in zip(chances, theirs["quasi_p"][factor], strict=True):
            assert math.isnan(ours) if other < 0 else ours == pytest.approx(other, rel=1e-9)
        if isinstance(limit[0], str):
            assert row["labels"] == " or ".join(limit)
            continue
        ends = [row["lowest"] if math.isinf(row["low"]) else row["low"]]
        ends.append(row["highest"] if math.isinf(row["high"]) else row["high"])
        assert ends == pytest.approx(limit, rel=1e-12)


def test_a_box_without_blur_is_found_to_a_step() -> None:
    rng = np.random.default_rng(7)
    table = pd.DataFrame(rng.random((1000, 5)), columns=list("abcde"))
    interest = ((table["a"] > 0.7) & (table["b"] < 0.4)).to_numpy()
    kept = prim(table, interest)
    last = kept.trajectory.iloc[-1]
    assert kept.box.restricted == ("a", "b")
    # On each of two sides less than one more slice, 5 % of the runs in the box, could have been taken away.
    assert last["coverage"] == 1.0
    assert last["density"] > 0.95**2
    assert kept.box.span("a").low == pytest.approx(0.7, abs=0.05)
    assert kept.box.span("b").high == pytest.approx(0.4, abs=0.05)


def test_pasting_gives_back_what_peeling_took() -> None:
    rng = np.random.default_rng(8)
    table = pd.DataFrame(rng.random((2000, 3)), columns=list("abc"))
    interest = ((table["a"] > 0.6) & (table["b"] < 0.5)).to_numpy()
    kept = prim(table, interest, density=None, rules=Rules(least_mass=0.02, peel=0.3))
    assert "paste" in kept.how
    way = kept.trajectory.set_index("how")
    assert way["density"].iloc[-1] == 1.0
    # On each of two sides less than one more slice, 5 % of the runs in the box, is missing.
    assert way["coverage"].iloc[-1] > 0.9 > way.loc[["peel"], "coverage"].iloc[-1]


def test_whole_numbers_and_categories_are_found(found: Discovery) -> None:
    assert set(found.box.restricted) == {"rate", "brigades", "region"}
    assert found.box.limits["region"] == OneOf(frozenset({"coast", "plain"}))
    assert found.box.limits["brigades"] == Span(high=6.0)
    assert found.box.span("rate").low == pytest.approx(0.5, abs=0.06)
    assert str(found.box).count(",") == 2


def test_factors_with_few_values_are_peeled_by_gain() -> None:
    few = FactorTable.of(mixed()[0])
    many = FactorTable.of(pd.DataFrame({"days": np.arange(14, 43), "share": np.linspace(0, 1, 29)}))
    assert Rules.suited_to(few).objective == "gain"
    assert Rules.suited_to(many).objective == "mean"
    assert Rules.suited_to(FactorTable.of(mixed()[0][["rate", "brigades"]])).objective == "gain"
    assert prim(*mixed()).rules == Rules(objective="gain")


def coarse(seed: int) -> tuple[pd.DataFrame, Flags]:
    """Real factors, a truth value and four whole numbers; a box in two of the real ones, blurred."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.random((300, 3)), columns=["one", "two", "three"])
    table = table.assign(on=rng.random(300) < 0.5, brigades=rng.integers(1, 5, 300))
    inside = (table["one"] > 0.6) & (table["two"] < 0.5)
    return table, rng.random(300) < np.where(inside, 0.9, 0.1)


def test_beside_factors_with_few_values_others_are_found_by_gain_and_not_by_mean() -> None:
    # By the mean, slices of half of the runs go first. The right two factors are found in about three of four
    # tables by the gain, in one of four by the mean: of 40 as many for both once in a million.
    found = {"gain": 0, "mean": 0}
    for seed in range(40):
        for objective in found:
            box = prim(*coarse(seed), rules=Rules(objective=objective)).box  # type: ignore[arg-type]
            found[objective] += set(box.restricted) == {"one", "two"}
    assert found["gain"] > found["mean"]


def test_where_no_box_is_as_dense_as_asked_a_compromise_is_taken() -> None:
    rows = np.arange(100)
    interest = rows < 40
    # Boxes of 100, 50 and 10 runs with 40, 35 and 8 of interest: harmonic means 0.57, 0.78 and 0.32.
    peels = [
        Candidate(Box(), flags)
        for flags in (rows >= 0, (rows >= 5) & (rows < 55), (rows >= 32) & (rows < 42))
    ]
    assert [int((each.inside & interest).sum()) for each in peels] == [40, 35, 8]
    assert [_taken(peels, interest, density) for density in (0.7, 0.75, 0.8, 0.81, 1.0)] == [1, 2, 2, 1, 1]


def test_fresh_runs_of_a_second_box_are_those_outside_the_first() -> None:
    table, interest = real()
    low, all_of_it = Box({"one": Span(high=0.5)}), Box()
    first, second = (each.set_index("measure") for each in fresh_of_boxes([low, all_of_it], table, interest))
    assert first.loc["mass", "hits"] == (table["one"] <= 0.5).sum()
    assert second.loc["mass", "hits"] == (table["one"] > 0.5).sum()
    assert first.loc["density", "hits"] + second.loc["density", "hits"] == interest.sum()
    assert second.loc["coverage", "of"] == interest.sum()


def test_a_limit_that_chance_explains_is_dropped() -> None:
    table, interest = mixed()
    rules = Rules(objective="gain")
    kept = prim(table, interest, rules=rules, drop_above=None)
    assert "noise" in kept.box.restricted
    assert kept.limits().set_index("factor").loc["noise", "quasi_p_high"] > 0.05
    assert "noise" not in prim(table, interest, rules=rules).box.restricted


def test_the_box_holds_the_runs_that_the_trajectory_counts(found: Discovery) -> None:
    for box, row in zip(found.boxes, found.trajectory.itertuples(), strict=True):
        inside = box.holds(found.factors)
        assert inside.sum() == row.runs
        assert (inside & found.interest).sum() == row.of_interest
        assert len(box.restricted) == row.restricted
        assert row.coverage * row.density > 0
        assert row.mass == row.runs / 800


def test_fresh_runs_agree_within_their_intervals(found: Discovery) -> None:
    table, interest = mixed(4000, seed=9)
    fresh = fresh_measures(found.box, table, interest).set_index("measure")
    inside = (table["rate"] >= found.box.span("rate").low) & (table["brigades"] <= 6)
    inside &= table["region"].isin(["coast", "plain"])
    assert fresh.loc["mass", "hits"] == inside.sum()
    # Known: 0.6 * 0.5 of the space times the share of `rate`; of it 0.9 where rate > 0.5, else 0.1.
    low = found.box.span("rate").low
    known = (0.9 * 0.5 + 0.1 * (0.5 - low)) / (1.0 - low)
    assert fresh.loc["density", "share"] == pytest.approx(known, abs=5 * math.sqrt(known * (1 - known) / 600))
    assert (fresh["low"] < fresh["share"]).all()
    assert (fresh["share"] < fresh["high"]).all()
    assert fresh["covers"].str.contains("luck, army").all()


def test_several_boxes_are_found_one_among_the_rest_of_the_other() -> None:
    rng = np.random.default_rng(11)
    table = pd.DataFrame(rng.random((1500, 4)), columns=list("abcd"))
    first = (table["a"] > 0.75) & (table["b"] > 0.6)
    second = (table["c"] < 0.25) & (table["a"] < 0.5)
    both = prims(table, (first | second).to_numpy(), most=4)
    boxes = [set(one.box.restricted) for one in both[:2]]
    assert any(box >= {"a", "b"} for box in boxes)
    assert any(box >= {"a", "c"} for box in boxes)
    assert not (both[0].box.holds(both[0].factors) & both[1].among).any()
    covered = both[0].box.holds(both[0].factors) | both[1].box.holds(both[1].factors)
    assert (covered & (first | second)).sum() > 0.9 * (first | second).sum()


def test_nothing_to_find_gives_no_dense_box() -> None:
    rng = np.random.default_rng(12)
    table = pd.DataFrame(rng.random((600, 6)), columns=list("abcdef"))
    interest = rng.random(600) < 0.3
    rules = Rules(least_mass=0.1)
    kept = prim(table, interest, rules=rules, density=None, drop_above=None)
    fresh = pd.DataFrame(rng.random((3000, 6)), columns=list("abcdef"))
    again = fresh_measures(kept.box, fresh, rng.random(3000) < 0.3).set_index("measure")
    own = kept.trajectory["density"].iloc[-1]
    # What was chosen looks good on its own runs, and falls back to 0.3 on others.
    runs = kept.trajectory["runs"].iloc[-1]
    assert own > 0.3 + 2 * math.sqrt(0.21 / runs)
    assert again.loc["density", "share"] == pytest.approx(0.3, abs=4.5 * math.sqrt(0.21 / runs))
    # Where a density is asked for that there is not, no box of a few runs is taken: of 150 such tables the
    # smallest held half of the runs.
    assert prim(table, interest, rules=rules, drop_above=None).trajectory["mass"].iloc[-1] > 0.3


def test_factors_of_the_box_come_back_on_halves(found: Discovery) -> None:
    again = reproducibility(found, halves=10).set_index("factor")
    assert again["halves"].eq(10).all()
    assert (again.loc[["rate", "brigades", "region"], "at_density"] >= 0.9).all()
    assert again.loc["noise", "at_coverage"] < 0.9


def test_coercive_factors_are_left_alone() -> None:
    rng = np.random.default_rng(13)
    table = pd.DataFrame(
        rng.random((500, 3)), columns=["surveillance.cap", "grievance.multiple", "events.rise-one.rise"]
    )
    interest = ((table["surveillance.cap"] > 0.5) & (table["grievance.multiple"] > 0.5)).to_numpy()
    kept = prim(table, interest)
    assert kept.not_searched == ("surveillance.cap", "events.rise-one.rise")
    assert all(set(box.restricted) <= {"grievance.multiple"} for box in kept.boxes)
    with pytest.raises(ValueError, match="no factor that may be searched"):
        prim(table, interest, factors=["surveillance.cap"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"interest": np.zeros(800, dtype=bool)}, "no run is of interest"),
        ({"interest": np.ones(800, dtype=bool)}, "every run is of interest"),
        ({"interest": np.ones(800)}, "truth values"),
        ({"interest": np.ones(799, dtype=bool)}, "800 truth values"),
        ({"factors": ["rate", "nosuch"]}, "no column nosuch"),
    ],
)
def test_what_cannot_be_searched_is_refused(change: dict[str, Any], message: str) -> None:
    table, interest = mixed()
    with pytest.raises(ValueError, match=message):
        prim(table, **{"interest": interest, **change})


def test_a_missing_value_is_refused_by_its_row() -> None:
    table, interest = mixed()
    table.loc[4, "rate"] = np.nan
    with pytest.raises(ValueError, match="factor rate has no finite value in row 5"):
        prim(table, interest)


@pytest.mark.parametrize("wrong", [{"peel": 0.0}, {"paste": 1.0}, {"least_mass": -1}, {"objective": "area"}])
def test_rules_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Rules(**wrong)


def test_truth_values_are_a_category() -> None:
    table = pd.DataFrame({"on": [True, False] * 50, "share": np.linspace(0, 1, 100)})
    kept = prim(table, table["on"].to_numpy(), rules=Rules(objective="gain"))
    assert kept.box.limits == {"on": OneOf(frozenset({"True"}))}
    assert kept.trajectory["density"].iloc[-1] == 1.0


def test_an_open_box_holds_everything() -> None:
    table = FactorTable.of(mixed()[0])
    assert Box().holds(table).all()
    assert str(Box()) == "everything"
    with pytest.raises(TypeError, match="is a category"):
        Box({"region": OneOf(frozenset({"coast"}))}).span("region")
    with pytest.raises(TypeError, match="is a number"):
        Box({"rate": Span(0.0, 0.5)}).labels("rate", ())


def test_it_is_shown_and_drawn(found: Discovery, tmp_path: Path) -> None:
    assert repr(found).startswith("Discovery(")
    assert "quasi_p_low" in found._repr_html_()
    assert trajectory_figure(found).get_xlabel().startswith("coverage")
    axes = box_figure(found)
    assert {text.get_text() for text in axes.get_yticklabels()} == set(found.box.restricted)
    fresh = fresh_measures(found.box, *mixed(300, seed=9))
    ax = trajectory_figure(found, fresh=fresh)
    keys = [each for each in (*ax.artists, ax.get_legend()) if each is not None]
    words = {text.get_text() for key in keys for text in key.get_texts()}  # type: ignore[attr-defined]
    assert {"0", "3", "peeled", "the box", "the box on\nfresh runs, 95 %"} <= words
    assert all(not key.get_clip_on() or key is ax.get_legend() for key in keys), "a clipped key is not seen"
    path = save_discovery(found, tmp_path / "box.png", "A box", ("A note.",), fresh)
    assert path.read_bytes().startswith(b"\x89PNG")
