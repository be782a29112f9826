"""Figures are drawn from any result, name what they show, and write nothing over anything."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date as Date
from itertools import combinations
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.text import Text

from sim import plots
from sim.engine import run
from sim.mechanisms.event_kinds import Context
from sim.mechanisms.order import Mechanism
from sim.plots import event_flags, size_curve, tile_grid
from sim.plots.canvas import Drawable, footer
from sim.plots.exits_per_day import centred_mean
from sim.result import Result
from sim.results import result_folder
from sim.scenario_file import load
from sim.terms import Term
from tests.small import small_result, small_scenario, small_tree

Draw = Callable[[Drawable, Axes | None], Axes]


@pytest.fixture(scope="module")
def result() -> Result:
    return small_result()


@pytest.fixture(scope="module")
def several() -> Result:
    return Result.together([small_result(seed) for seed in (1, 2, 3)])


def without_tiles(*names: str) -> dict[str, Any]:
    """Places of the small scenario, some of them without their tile."""
    places = small_tree()["places"]
    for name in names:
        del places[name]["tile"]
    return places


def texts_of(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_text()]


def overlapping(texts: list[Text]) -> list[tuple[str, str]]:
    """Pairs of texts of which one stands on the other."""
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts if text.get_text()]
    return [
        (one, other) for (one, box), (other, other_box) in combinations(boxes, 2) if box.overlaps(other_box)
    ]


@pytest.mark.parametrize("draw", plots.FIGURES)
def test_drawn_on_given_axes(result: Result, draw: Draw) -> None:
    _, ax = pyplot.subplots()
    before = pyplot.get_fignums()
    assert draw(result, ax) is ax
    assert pyplot.get_fignums() == before


@pytest.mark.parametrize("draw", plots.FIGURES)
def test_drawn_on_axes_of_its_own(several: Result, draw: Draw) -> None:
    style = dict(matplotlib.rcParams)
    ax = draw(several, None)
    ax.figure.canvas.draw()
    assert dict(matplotlib.rcParams) == style


@pytest.mark.parametrize("draw", plots.FIGURES)
def test_drawn_without_exits_events_or_claims(draw: Draw) -> None:
    army = small_tree()["army"] | {"stayers_share": 1.0, "persons": []}
    result = small_result(army=army, events=[], claims=[], war={})
    draw(result, None).figure.canvas.draw()


@pytest.mark.parametrize("days", [1, 3, 20])
@pytest.mark.parametrize("draw", plots.FIGURES)
def test_drawn_for_a_short_run(draw: Draw, days: int) -> None:
    result = small_result(days=days, events=[], claims=[])
    draw(result, None).figure.canvas.draw()


def test_all_are_saved_under_their_names(several: Result, tmp_path: Path) -> None:
    before = pyplot.get_fignums()
    paths = plots.save_all(several, tmp_path)
    assert [path.stem for path in paths] == [draw.__name__ for draw in plots.FIGURES]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in paths)
    for path in paths:
        assert pyplot.imread(path, format="png").shape[1] == 1400
    assert pyplot.get_fignums() == before


def test_without_tiles_the_map_is_left_out(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plots, "FIGURES", (plots.fates, plots.tile_map))
    bare = small_result(places=without_tiles("alpha", "beta", "gamma"), days=3, events=[], claims=[])
    assert [path.stem for path in plots.save_all(bare, tmp_path)] == ["fates"]
    assert [path.stem for path in plots.save_all(result, tmp_path)] == ["fates", "tile_map"]


def test_names_of_figures_are_known_without_drawing() -> None:
    assert tuple(draw.__name__ for draw in plots.FIGURES) == result_folder.FIGURES


def test_footer_says_what_it_is(result: Result, several: Result) -> None:
    end = "simulation, not observation"
    assert footer(result) == f"A small army · army seed 1 · luck seed 1 · {end}"
    assert footer(several) == f"A small army · 3 runs · army seed 1 · luck seed 1–3 · {end}"
    army = small_tree()["army"] | {"scale": 0.5}
    small = small_result(army=army, overlays=["pay"])
    assert footer(small).startswith("A small army + pay at 0.5 of the army's size · ")


def test_claims_bear_their_claimants(result: Result) -> None:
    assert "exiles" in texts_of(plots.cumulative_exits(result))
    rate = " ".join(texts_of(plots.defection_rate(result))).replace("\n", " ")
    assert "a newspaper of the capital" in rate
    home = texts_of(plots.share_gone_by_home(result))
    assert any("10% to 60% (exiles)" in text for text in home)


def test_claims_after_the_run_are_left_out(result: Result) -> None:
    assert "nobody" not in texts_of(plots.defection_rate(result))


def test_claims_are_drawn_at_the_size_of_the_army() -> None:
    army = small_tree()["army"] | {"scale": 0.5}
    ax = plots.cumulative_exits(small_result(army=army))
    heights = [line.get_ydata() for line in ax.lines]
    assert any(list(height) == [10.0, 75.0] for height in heights)
    assert any("× 0.5" in text.get_text() for text in ax.get_legend().get_texts())


def test_several_runs_are_a_median_and_a_band(several: Result) -> None:
    ax = plots.defection_rate(several)
    (median,) = [line for line in ax.lines if line.get_label() == "7-day mean, median"]
    exits = several.daily["exits"].to_numpy().reshape(3, -1)
    expected = np.median(centred_mean(exits, 7), axis=0)
    assert median.get_ydata() == pytest.approx(expected)
    assert "5–95 % of 3 runs" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_labels_stand_on_nothing(result: Result) -> None:
    for draw in (plots.defection_rate, plots.cumulative_exits, plots.share_gone_by_home, plots.group_sizes):
        ax = draw(result)
        ax.figure.canvas.draw()
        assert overlapping(ax.texts) == []


def test_crowded_events_are_named_without_overlap() -> None:
    events = [
        {
            "name": f"event-{number}",
            "date": str(Date(2030, 1 + number % 4, 1 + number % 9)),
            "kind": "signal",
            "strength": ("small", "medium", "large")[number % 3],
            "title": f"Something happens in place number {number}",
        }
        for number in range(40)
    ]
    result = small_result(events=events, claims=[])
    ax = plots.defection_rate(result)
    ax.figure.canvas.draw()
    named = [text for text in ax.texts if "Something" in text.get_text()]
    assert 5 < len(named) < 40
    assert overlapping(named) == []
    inside = ax.get_window_extent()
    assert all(inside.containsx(text.get_window_extent().x0) for text in named)
    marks = [line for line in ax.lines if line.get_marker() == "|" and len(line.get_xdata())]
    assert len(marks) == 40 - len(named)


def test_no_line_of_an_event_crosses_a_name() -> None:
    event = Context(name="one", date="2030-01-01", kind="context")
    spans = [(10, 10, 60), (20, 20, 50), (95, 60, 95), (55, 55, 90), (5, 5, 70)]
    flags = [event_flags._Flag(event, *span) for span in spans]
    rows = event_flags._stack(flags)
    assert rows is not None
    for name, row in rows.items():
        for line, other_row in rows.items():
            if name.begin < line.x < name.end:
                assert row > other_row
            if line is not name and line.begin < name.end and name.begin < line.end:
                assert row != other_row


def test_events_that_must_each_stand_above_the_other_are_refused() -> None:
    event = Context(name="one", date="2030-01-01", kind="context")
    rightward = event_flags._Flag(event, 10, 10, 60)
    leftward = event_flags._Flag(event, 30, 0, 30)
    assert event_flags._stack([rightward, leftward]) is None
    assert event_flags._rows([[rightward], [leftward]]) == {rightward: 0}


def test_a_long_title_is_cut_at_a_word() -> None:
    title = "A public figure close to the regime for two decades breaks with it"
    event = Context(name="one", date="2030-01-01", kind="context", title=title)
    assert event_flags._name(event) == "A public figure close to the regime for two …"


def test_centred_mean_is_that_of_the_days_around() -> None:
    values = np.arange(30.0).reshape(3, 10) ** 2
    expected = [[row[max(day - 3, 0) : day + 4].mean() for day in range(row.size)] for row in values]
    assert centred_mean(values, 7) == pytest.approx(np.array(expected))
    assert centred_mean(np.array([[2.0, 4.0]]), 7).tolist() == [[3.0, 3.0]]


def test_heat_map_writes_share_and_number(result: Result) -> None:
    ax = plots.share_gone_by_sect_and_rank(result)
    written = texts_of(ax)
    assert "n = 600" in written
    gone = (~result.exits["reservist"]).sum()
    assert f"{gone / 600:.0%}" in written


def test_homes_keep_in_and_out_group_apart(result: Result) -> None:
    ax = plots.share_gone_by_home(result)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels[:3] == ["Out-group", "Third groups", "In-group"]
    assert "All groups on the claim's date" in labels


@pytest.mark.parametrize("by", ["rank", "sect", "home"])
def test_loyalty_by_each_axis(several: Result, by: str) -> None:
    ax = plots.loyalty(several, by=by)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    expected = {
        "rank": ["Enlisted", "NCO", "Junior officer", "Senior officer", "General"],
        "sect": ["North", "South"],
        "home": ["Alpha", "beta", "gamma"],
    }
    assert labels == expected[by]


def test_loyalty_of_nobody_has_no_legend(result: Result) -> None:
    nobody = replace(result, loyalty=result.loyalty.assign(men=0))
    assert plots.loyalty(nobody).get_legend() is None


def test_strength_shows_replacements(result: Result) -> None:
    ax = plots.strength(result)
    (line,) = [each for each in ax.lines if str(each.get_label()).startswith("Replacements")]
    assert line.get_ydata()[-1] == result.daily["reported"].sum() > 0


def test_fates_stack_up_to_those_who_left_or_were_caught(several: Result) -> None:
    ax = plots.fates(several)
    top = max(path.vertices[:, 1].max() for area in ax.collections for path in area.get_paths())
    assert top == pytest.approx(several.summary["attempts"].mean())
    assert "mean of 3 runs" in ax.get_ylabel()


def test_a_map_needs_tiles() -> None:
    result = small_result(places=without_tiles("alpha", "beta", "gamma"), days=3, events=[], claims=[])
    with pytest.raises(ValueError, match="no map of tiles: give each place of small"):
        plots.tile_map(result)


def test_some_places_without_a_tile_are_refused_before_the_run() -> None:
    with pytest.raises(ValueError, match="is missing, while others have one"):
        small_result(places=without_tiles("alpha", "gamma"), days=3, events=[], claims=[])


def test_two_places_on_one_tile_are_refused_before_the_run() -> None:
    places = small_tree()["places"]
    places["gamma"]["tile"] = places["alpha"]["tile"]
    with pytest.raises(ValueError, match=r"\[0, 1\] is the tile of alpha, too"):
        small_result(places=places, days=3, events=[], claims=[])


def test_map_shows_the_share_of_each_home_at_each_date(several: Result) -> None:
    ax = plots.tile_map(several)
    ax.figure.canvas.draw()
    written = texts_of(ax)
    dates = [text for text in written if text.endswith("2030")]
    assert dates == [f"{day} 2030" for day in ("20 January", "9 February", "1 March", "21 March")] + [
        "10 April 2030",
        "30 April 2030",
    ]
    regulars = several.exits[~several.exits["reservist"]]
    whole = several.roster.groupby("home", observed=False)["regulars"].sum()
    for number, until in enumerate((19, 39, 59, 79, 99, 119)):
        gone = regulars[regulars["day"] <= until].groupby("home", observed=False).size()
        at = written.index(dates[number])
        shown = written[at + 1 : at + 7 : 2]
        assert shown == [tile_grid._percent(one) for one in gone / whole]
        assert written[at + 2 : at + 8 : 2] == ["Alpha", "beta", "gamma"]
    assert overlapping(ax.texts) == []


def test_names_stay_on_their_tiles() -> None:
    places = small_tree()["places"]
    places["alpha"]["title"] = "A place with a name that is very long"
    ax = plots.tile_map(small_result(places=places, days=3, events=[], claims=[]))
    ax.figure.canvas.draw()
    tiles = [patch.get_window_extent() for patch in ax.patches]
    for text in ax.texts:
        if "name that" in text.get_text():
            box = text.get_window_extent()
            assert any(tile.x0 <= box.x0 and box.x1 <= tile.x1 for tile in tiles)


@pytest.mark.parametrize(
    ("name", "lines"),
    [("Homs", "Homs"), ("Rif Dimashq", "Rif\nDimashq"), ("Deir ez-Zor", "Deir\nez-Zor"), ("a-b", "a-\nb")],
)
def test_long_names_are_broken_once(name: str, lines: str) -> None:
    assert tile_grid._lines(name) == lines


def test_groups_are_counted_and_the_reported_are_beside_them(several: Result) -> None:
    ax = plots.group_sizes(several)
    left = several.exits[several.exits["fate"] != "caught"]
    sizes = left.groupby(["run", "group"]).size()
    (line,) = [each for each in ax.lines if each.get_label() == "Groups that got away"]
    counts = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
    assert counts == {size: pytest.approx((sizes >= size).sum() / 3) for size in sorted(set(sizes))}
    assert any("A group of many: 5 to 30 (a traveller)" in text for text in texts_of(ax))
    until = left[left["date"] <= "2030-03-15"]
    largest = until.groupby(["run", "group"]).size().groupby("run").max().median()
    (diamond,) = [each for each in ax.lines if each.get_marker() == "D" and len(each.get_xdata())]
    assert diamond.get_xdata()[0] == largest


def test_avalanches_show_chance_and_the_endogenous_share(several: Result) -> None:
    ax = plots.avalanches(several)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels[0] == "Ties dealt anew, range of 6"
    assert labels[1:] == ["Groups that left together", "Avalanches: linked within 28 days"]
    share = several.cascades(deals=6).endogenous["endogenous_share"].mean()
    assert any(f"endogenous share, mean: {share:.1%} (" in text for text in texts_of(ax))
    assert "3 runs" in ax.get_ylabel()


def test_of_many_runs_avalanches_take_the_first() -> None:
    runs = [small_result(seed, days=20, events=[], claims=[]) for seed in range(1, 8)]
    assert "first 5 of 7 runs" in plots.avalanches(Result.together(runs)).get_ylabel()


def test_without_ties_no_endogenous_share_is_written() -> None:
    army = small_tree()["army"] | {"ties": {"barracks": 0, "home": 0}}
    texts = texts_of(plots.avalanches(small_result(army=army)))
    assert any("Endogenous share: cannot be told" in text for text in texts)


def test_how_many_are_at_least_so_large() -> None:
    size, more = size_curve.at_least(np.array([1, 4, 1, 2, 1]))
    assert size.tolist() == [1, 2, 4]
    assert more.tolist() == [5, 2, 1]


def test_days_of_shares_are_in_the_legend(result: Result, several: Result) -> None:
    ax = plots.time_to(result)
    date = result.time_to().query("who == 'out_group' and share == 0.1")["date"].item()
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert any(text.startswith(f"Out-group: 10% on {date.day} {date:%B %Y}; ") for text in labels)
    shown = plots.time_to(several).get_legend().get_texts()
    assert any("10% on " in text.get_text() and " in 3 of 3 runs" in text.get_text() for text in shown)


# Which governorates border on which (general knowledge), entered apart from the scenario file.
BORDERS = {
    "aleppo": {"idlib", "hama", "raqqa"},
    "hama": {"idlib", "aleppo", "raqqa", "homs", "tartus", "latakia"},
    "homs": {"tartus", "hama", "raqqa", "deir-ez-zor", "rif-dimashq"},
    "latakia": {"idlib", "hama", "tartus"},
    "deir-ez-zor": {"raqqa", "hasaka", "homs"},
    "raqqa": {"aleppo", "hama", "homs", "deir-ez-zor", "hasaka"},
    "rif-dimashq": {"homs", "damascus", "quneitra", "deraa", "suwayda"},
    "deraa": {"quneitra", "rif-dimashq", "suwayda"},
}


def test_tiles_of_the_founding_case_resemble_its_map() -> None:
    tiles = {name: place.tile for name, place in load("syria-2012").places.items()}
    beside = [
        (one, other)
        for one, other in combinations(sorted(tiles), 2)
        if sum(abs(a - b) for a, b in zip(tiles[one], tiles[other], strict=True)) == 1
    ]
    strangers = [
        (one, other)
        for one, other in beside
        if other not in BORDERS.get(one, ()) and one not in BORDERS.get(other, ())
    ]
    # Damascus is surrounded by Rif Dimashq; on tiles it must stand beside others, too.
    assert strangers == [("damascus", "quneitra"), ("damascus", "tartus")]
    assert len(beside) == 16
    assert len(set(tiles.values())) == len(tiles) == 14


# Attribution: drawn only from a run that was asked for it.


def attributed(seed: int = 1, **sections: object) -> Result:
    return run(small_scenario(**sections), seed, army_seed=1, attribution="weekly")


@pytest.fixture(scope="module")
def split() -> Result:
    return Result.together([attributed(seed) for seed in (1, 2)])


def labels_of(ax: Axes) -> list[str]:
    legend = ax.get_legend()
    assert legend is not None
    return [text.get_text() for text in legend.get_texts()]


def line_of(ax: Axes, label: str) -> np.ndarray:
    (line,) = [line for line in ax.lines if str(line.get_label()).startswith(label)]
    return np.asarray(line.get_ydata())


def test_attribution_needs_a_run_that_was_asked(result: Result) -> None:
    with pytest.raises(ValueError, match="run with attribution"):
        plots.attribution(result)


def test_areas_reach_from_the_brakes_to_the_drivers(split: Result) -> None:
    ax = plots.attribution(split)
    frame = split.attribution
    assert frame is not None
    parts = frame.groupby(["day", "mechanism"])["expected_exits"].sum().unstack() / 2
    heights = [path.vertices[:, 1] for area in ax.collections for path in area.get_paths()]
    assert max(height.max() for height in heights) == pytest.approx(parts.clip(lower=0).sum(axis=1).max())
    lowest = parts.clip(upper=0).sum(axis=1).min()
    assert min(height.min() for height in heights) == pytest.approx(lowest)
    assert lowest < 0
    assert line_of(ax, "Sum") == pytest.approx(parts.sum(axis=1).to_numpy())
    assert "mean of 2 runs" in ax.get_ylabel()


def test_exits_beside_it_keep_invited_and_followers_apart(split: Result) -> None:
    ax = plots.attribution(split)
    exits = split.exits
    alone = exits["how"].isin(["decided", "planned", "detected"]).to_numpy()
    together = (exits["how"] != "dated").to_numpy()
    for label, chosen in (("Left or caught by own", alone), ("The same with invited", together)):
        by_day = np.bincount(exits["day"][chosen], minlength=120)[np.newaxis] / 2
        assert line_of(ax, label) == pytest.approx(centred_mean(by_day, 7)[0])
    assert alone.sum() < together.sum() < len(exits)


def test_small_parts_go_together_and_levers_never() -> None:
    def tiny(world: object, state: object) -> Term:
        return Term(profile=np.full((1,) * 5, 1e-4))

    own = Mechanism("my_idea", tiny, lever=True)
    plan = {"usd_per_month": 1, "broadcast_per_day": 0.01}
    scenario = small_scenario(salary_plan=plan)
    labels = labels_of(plots.attribution(run(scenario, mechanisms=[own], attribution="weekly")))
    (others,) = [label for label in labels if label.startswith("Other: ")]
    assert {"Salary plan", "My idea", "Grievance", "Baseline (day 0)"} <= set(labels)
    assert "salary" not in others
    assert "my idea" not in others
    assert labels[0] == "Baseline (day 0)"


def test_exits_by_threshold_are_one_area() -> None:
    ax = plots.attribution(run(load("dominoes-100"), attribution="daily"))
    assert labels_of(ax)[0] == "Past their threshold (not split)"
    assert len(ax.collections) == 2


@pytest.mark.parametrize("days", [1, 3, 20])
def test_attribution_of_a_short_run_or_one_without_exits(days: int) -> None:
    army = small_tree()["army"] | {"stayers_share": 1.0, "persons": []}
    nothing = {"events": [], "claims": []}
    plots.attribution(attributed(days=days, **nothing)).figure.canvas.draw()
    plots.attribution(attributed(days=days, army=army, war={}, **nothing)).figure.canvas.draw()


def test_attribution_on_given_axes_and_saved(split: Result, tmp_path: Path) -> None:
    _, ax = pyplot.subplots()
    assert plots.attribution(split, ax) is ax
    assert tmp_path / "attribution.png" in plots.save_all(split, tmp_path)


def test_a_triggered_event_stands_where_it_happened() -> None:
    trigger = {"observed": "share_gone", "above": 0.02}
    rules = [
        {"name": "answer", "kind": "confinement", "title": "The answer", "trigger": trigger},
        {"name": "never", "kind": "confinement", "trigger": {"observed": "belief", "above": 99}},
    ]
    result = small_result(events=rules, claims=[])
    (event,) = event_flags._events_of(result)
    assert event.date == result.events["date"].iloc[0].date()
    ax = plots.defection_rate(result)
    assert "The answer" in [text.get_text() for text in ax.texts]
