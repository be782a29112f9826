"""The map of regimes: cells by what their runs are, borders where a known rule puts them, and the page."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from experiments.asking import first_days
from experiments.regimes import __main__ as command
from experiments.regimes import page as pages
from experiments.regimes.figure import save_map
from experiments.regimes.map import (
    AXES,
    BELIEF,
    GRIEVANCE,
    HERE,
    LEARNING,
    Border,
    Cell,
    Lab,
    Point,
    along,
    borders,
    grid,
    overrides_of,
)
from sim.engine import run
from sim.scenario import Scenario
from sim.scenario_file import load
from sim.synthesis import build

PNG = b"\x89PNG"


def by_rule(point: Point) -> Cell:
    """Class by an invented rule: pressure decides; two borders lie in one step of the grid."""
    pressure = point[0] - 0.2 * (point[1] - 1.0) + point[2] - 0.157
    limits = (("hold", 0.45), ("rising", 0.55), ("pulse", 1.4))
    name = next((name for name, limit in limits if pressure < limit), "collapse")
    return Cell(point, (name, name, "hold"), (0.1, 0.2, 0.3))


@pytest.fixture(scope="module")
def cells() -> dict[Point, Cell]:
    return {point: by_rule(point) for point in grid()}


def test_the_baseline_is_on_the_grid_as_the_scenario_has_it() -> None:
    founding = load("syria-2012")
    assert founding.with_(overrides_of(HERE)) == founding
    assert HERE in grid()
    for axis in AXES:
        assert all(low < high for low, high in pairwise(axis.values))


@pytest.mark.parametrize(
    ("outcomes", "gone", "outcome", "agrees"),
    [
        (("pulse", "pulse", "pulse"), (0.2, 0.2, 0.2), "pulse", True),
        (("pulse", "rising", "rising"), (0.2, 0.1, 0.3), "rising", False),
        (("pulse", "hold", "rising"), (0.2, 0.1, 0.3), "pulse", False),
        (("collapse", "pulse"), (0.4, 0.3), "collapse", False),
    ],
)
def test_a_cell_is_of_the_class_of_most_runs(
    outcomes: tuple[str, ...], gone: tuple[float, ...], outcome: str, agrees: bool
) -> None:
    cell = Cell(HERE, outcomes, gone)
    assert (cell.outcome, cell.agrees) == (outcome, agrees)
    assert cell.gone == pytest.approx(sum(gone) / len(gone))


def test_borders_lie_where_the_rule_puts_them(cells: dict[Point, Cell]) -> None:
    tried: list[Point] = []

    def run_cell(point: Point) -> Cell:
        tried.append(point)
        return by_rule(point)

    found = [border for border in borders(cells, run_cell, 7) if border.axis is GRIEVANCE]
    assert [(border.below, border.above) for border in found] == [
        ("hold", "rising"),
        ("rising", "pulse"),
        ("pulse", "collapse"),
    ]
    for border, limit in zip(found, (0.45, 0.55, 1.4), strict=True):
        assert border.low <= limit <= border.high
        assert border.high - border.low < 0.36 / 2**7
    assert all(point[1:] == HERE[1:] for point in tried if point[0] != HERE[0])


def test_a_coercive_axis_is_not_searched(cells: dict[Point, Cell]) -> None:
    tried: list[Point] = []

    def run_cell(point: Point) -> Cell:
        tried.append(point)
        return by_rule(point)

    own = [border for border in borders(cells, run_cell, 5) if border.axis is LEARNING]
    assert own
    assert all((border.low, border.high) in pairwise(LEARNING.values) for border in own)
    assert all(point[1] in LEARNING.values for point in tried)


def test_a_cell_runs_every_army_with_its_own_luck() -> None:
    scenario = first_days(load("invented-army"), 90)
    armies = [build(scenario, seed) for seed in (1, 2)]
    point = (1.5, 0.5, 0.3)
    cell = Lab(scenario, armies).cell(point)
    changed = scenario.with_(overrides_of(point))
    rows = [run(changed, seed, army_seed=seed).summary.iloc[0] for seed in (1, 2)]
    assert cell.outcomes == tuple(str(row["outcome"]) for row in rows)
    assert cell.share_gone == tuple(row["share_gone"] for row in rows)


def test_the_page_tells_classes_borders_and_cells(cells: dict[Point, Cell], tmp_path: Path) -> None:
    found = borders(cells, by_rule, 3)
    text = pages.page(load("syria-2012"), cells, found, tmp_path / "regimes.png")
    assert "All four classes are found" in text
    assert "The war is endogenous" in text
    assert "full size, 3 armies a cell" in text
    lines = [line for line in text.splitlines() if line.startswith(f"| {GRIEVANCE.title} |")]
    assert len(lines) == sum(border.axis is GRIEVANCE for border in found)
    assert text.count("**pulse 2, hold 1 · 0.2**") == 1  # the baseline
    for belief in BELIEF.values:
        assert f"per log odds: {belief:g}. Across" in text


def test_a_class_that_is_not_found_is_reported_with_what_was_tried(tmp_path: Path) -> None:
    cells = {point: Cell(point, ("hold",), (0.01,)) for point in grid()}
    text = pages.page(load("syria-2012"), cells, [], tmp_path / "regimes.png")
    assert "**Not found**: rising, pulse, collapse. Tried: all combinations of" in text
    assert text.count("hold throughout") == len(AXES)


def test_the_map_is_drawn(cells: dict[Point, Cell], tmp_path: Path) -> None:
    save_map(cells, tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes().startswith(PNG)


def test_the_command_writes_page_and_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def small(name: str, overrides: dict[str, Any]) -> Scenario:
        return first_days(load("invented-army"), 30).with_(overrides)

    monkeypatch.setattr(command, "load", small)
    monkeypatch.setattr(
        command, "grid", lambda: [along(axis, value) for axis in AXES for value in axis.values]
    )
    monkeypatch.setattr(command, "save_map", lambda cells, path: path.write_bytes(PNG))
    monkeypatch.setattr(pages, "_tables", lambda cells: iter(()))
    page = tmp_path / "pages" / "regimes.md"
    monkeypatch.setattr("sys.argv", ["regimes", "--out", str(page), "--runs", "1", "--scale", "0.05"])
    command.main()
    assert "army at 0.05 of its size, 1 armies a cell" in page.read_text(encoding="utf-8")
    assert (tmp_path / "pages" / "figures" / "regimes.png").exists()


def test_a_border_lies_in_the_middle_of_what_is_known() -> None:
    assert Border(GRIEVANCE, 0.4, 0.6, "hold", "rising").at == pytest.approx(0.5)
