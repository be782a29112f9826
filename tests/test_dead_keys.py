"""Dead keys are found, live ones are not called dead, and what is exempt is exempt for its reason alone."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes

from experiments.dead_keys import __main__ as command
from experiments.dead_keys import page as pages
from experiments.dead_keys.__main__ import PAGE
from experiments.dead_keys.page import EXEMPT, exempt, read, tried
from experiments.dead_keys.settings import SET_UPS, Setting, in_order, shipped
from experiments.dead_keys.trials import acts, changed
from experiments.schema_keys import Key, keys_of
from sim import plots
from sim.result import Result
from sim.scenario import Scenario
from tests.small import small_result, small_tree
from tests.small_files import write_small

KEYS = {key.pattern: key for key in keys_of(Scenario)}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    """The small invented army as a setting."""
    return Setting(str(write_small(tmp_path_factory.mktemp("setting"))))


def test_a_run_does_not_differ_from_itself() -> None:
    assert changed(small_result(1), small_result(1)) == ()
    assert "exits" in changed(small_result(1), small_result(2))


@pytest.mark.parametrize(
    "pattern",
    [
        "grievance.home_violence",
        "law[hazard].reference_hazard_per_week",
        "events[call_up].share",
        "army.ties.home",
        "army.compositions.*.enlisted.*",
        "places.*.sects.*",
        "loyalty_index.width",
    ],
)
def test_a_key_that_acts_is_found(small: Setting, pattern: str) -> None:
    found = acts(KEYS[pattern], [small])
    assert found is not None
    assert found.frames
    assert found.before != found.after


@pytest.mark.parametrize("pattern", ["salary_plan.trust_days", "battle.ceiling", "claims[].high"])
def test_a_key_that_nothing_reads_is_dead(small: Setting, pattern: str) -> None:
    # The small army has no salary plan, its war is a table, and claims are read by figures alone.
    assert acts(KEYS[pattern], [small]) is None


def test_a_section_that_is_off_is_not_tried(small: Setting) -> None:
    off = Setting(small.source, changes={"grievance.on": False})
    assert not off.uses(KEYS["grievance.home_violence"])
    assert acts(KEYS["grievance.home_violence"], [off]) is None
    assert acts(KEYS["grievance.home_violence"], [off, small]) is not None


def test_a_move_that_is_not_allowed_is_halved_until_it_is(small: Setting) -> None:
    # The chief commands one of five brigades: a fifth of the range, 100, leads beyond them.
    five = Setting(small.source, changes={"army.order_of_battle.first.brigades": 5})
    found = acts(KEYS["army.persons[].brigade"], [five])
    assert found is not None
    assert (found.before, found.after) == (1, 4)


def test_shares_of_a_whole_still_sum_to_1(small: Setting) -> None:
    found = acts(KEYS["army.rank_shares.*"], [small])
    assert found is not None
    assert found.after == pytest.approx(found.before + 0.2)


def test_the_most_promising_setting_comes_first() -> None:
    settings = shipped()
    assert settings[0].name == "syria-2012"
    assert in_order(KEYS["salary_plan.trust_days"], settings)[0].scenario.salary_plan.usd_per_month > 0
    assert in_order(KEYS["grievance.decay_days"], settings)[0].name == "syria-2012"
    assert in_order(KEYS["army.scale"], settings)[0] == SET_UPS["army.scale"]
    names = {setting.source for setting in settings}
    assert {"invented-army", "dominoes-100", "constant-hazard"} < names


# Triggers are one rule for all kinds of event, and of them one is enough here.
@pytest.mark.parametrize("pattern", [each for each in SET_UPS if "trigger" not in each or "[purge]" in each])
def test_a_set_up_makes_its_key_matter(pattern: str) -> None:
    found = acts(KEYS[pattern], [SET_UPS[pattern]])
    assert found is not None


# What no run reads, tested alone: it changes what its reason says, and nothing else.


def drawn(draw: Callable[[Result], Axes], result: Result) -> list[list[float]]:
    """Points of all lines and areas that a figure shows, and where its words stand."""
    ax = draw(result)
    lines = [np.asarray(line.get_xydata(), dtype=float).ravel().tolist() for line in ax.lines]
    areas = [path.vertices.ravel().tolist() for part in ax.collections for path in part.get_paths()]
    words = [list(text.get_position()) for text in ax.texts]
    pyplot.close(ax.figure)  # type: ignore[arg-type]
    return [*lines, *areas, *words, [*ax.get_xlim(), *ax.get_ylim()]]


def with_claim(**changes: float) -> Result:
    """Run the small army with its first claim changed."""
    first, *others = small_tree()["claims"]
    return small_result(claims=[{**first, **changes}, *others])


def with_tile(row: int) -> Result:
    """Run the small army with a place elsewhere on the map."""
    places = small_tree()["places"]
    return small_result(places={**places, "alpha": {**places["alpha"], "tile": (row, 1)}})


def with_group(size: int) -> Result:
    """Run the small army with a reported group."""
    claim = {"name": "group", "date": "2030-02-01", "kind": "group_exit_claim", "size": size}
    return small_result(events=[*small_tree()["events"], claim])


def with_ledger(row: int) -> Result:
    """Run the small army with an event that names a row of the ledger."""
    first, *others = small_tree()["events"]
    return small_result(events=[{**first, "ledger": [row]}, *others])


ALONE: dict[str, tuple[Callable[[], Result], Callable[[], Result], Callable[[Result], object]]] = {
    "claims[].low": (
        lambda: with_claim(low=20),
        lambda: with_claim(low=90),
        lambda result: drawn(plots.cumulative_exits, result),
    ),
    "claims[].high": (
        lambda: with_claim(high=150),
        lambda: with_claim(high=400),
        lambda result: drawn(plots.cumulative_exits, result),
    ),
    "events[group_exit_claim].size": (
        lambda: with_group(4),
        lambda: with_group(20),
        lambda result: drawn(plots.group_sizes, result),
    ),
    "places.*.tile[]": (
        lambda: with_tile(0),
        lambda: with_tile(3),
        lambda result: drawn(plots.tile_map, result),
    ),
    "[].ledger[]": (
        lambda: with_ledger(3),
        lambda: with_ledger(4),
        lambda result: [event.ledger for event in result.scenario.events],
    ),
}
"""Two runs that differ in what is exempt alone, and what its reason says it is read for."""


def test_all_that_is_exempt_is_tested_alone() -> None:
    assert EXEMPT.keys() == ALONE.keys()
    for end in EXEMPT:
        assert any(exempt(key) == EXEMPT[end] for key in KEYS.values()), f"{end} exempts no key"


@pytest.mark.parametrize("end", ALONE)
def test_what_is_exempt_changes_what_reads_it_and_no_frame(end: str) -> None:
    one, other, reader = ALONE[end]
    before, after = one(), other()
    assert changed(before, after) == ()
    assert reader(before) == reader(one())
    assert reader(before) != reader(after)


# The page.


def test_the_page_tells_of_every_key_and_of_no_other() -> None:
    # Run `python -m experiments.dead_keys --missing` after a change of the schema.
    rows = {row["key"].strip("`"): row for row in read(PAGE.read_text(encoding="utf-8"))}
    assert rows.keys() == {key.pattern for key in tried()}
    assert not pages.dead(rows.values())
    for pattern, row in rows.items():
        assert (row["scaling"], row["unit"]) == (KEYS[pattern].scaling, KEYS[pattern].unit)


def test_a_page_can_be_read_back(small: Setting) -> None:
    rows = [
        pages.row(KEYS[pattern], acts(KEYS[pattern], [small]))
        for pattern in ("grievance.multiple", "salary_plan.trust_days")
    ]
    text = pages.page(rows)
    assert read(text)[0] == rows[0]
    assert pages.dead(read(text)) == ["salary_plan.trust_days"]
    assert "Dead keys: `salary_plan.trust_days`." in text
    assert "There are no dead keys." in pages.page(rows[:1])


def test_the_command_tries_what_is_missing_and_fails_over_a_dead_key(
    small: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "keys.md"
    keys = [KEYS[pattern] for pattern in ("grievance.multiple", "salary_plan.trust_days", "fear.effect")]
    asked: list[str] = []

    def noted(key: Key, settings: list[Setting]) -> object:
        asked.append(key.pattern)
        return acts(key, settings)

    monkeypatch.setattr(command, "shipped", lambda: [small])
    monkeypatch.setattr(command, "tried", lambda: tuple(keys[:2]))
    monkeypatch.setattr(command, "acts", noted)
    assert command.main(["--out", str(page)]) == 1
    assert asked == ["grievance.multiple", "salary_plan.trust_days"]
    monkeypatch.setattr(command, "tried", lambda: (keys[0], keys[2]))
    assert command.main(["--missing", "--out", str(page)]) == 0
    assert asked[2:] == ["fear.effect"]
    assert [row["key"] for row in read(page.read_text(encoding="utf-8"))] == [
        "`grievance.multiple`",
        "`fear.effect`",
    ]
