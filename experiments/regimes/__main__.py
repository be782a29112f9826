"""``python -m experiments.regimes``: run the map, find the borders, write the page and its figure."""

from __future__ import annotations

from pathlib import Path

from experiments.regimes.figure import save_map
from experiments.regimes.map import Cell, Lab, Point, borders, grid
from experiments.regimes.page import page
from experiments.showing.page_command import add_scale, at_least, page_parser
from experiments.showing.progress import shown
from sim.scenario_file import load
from sim.synthesis import build

ARMIES = 3
HALVINGS = 4


def mapped(lab: Lab) -> dict[Point, Cell]:
    """Run the whole map."""
    points, cells = grid(), dict[Point, Cell]()
    with shown(f"{len(points) * len(lab.armies)} runs") as progress:
        for point in points:
            cells[point] = lab.cell(point)
            progress(len(cells), len(points))
    return cells


def main() -> None:
    """Write the page and its figure."""
    parser = page_parser("experiments.regimes", __doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/regimes.md"))
    parser.add_argument(
        "--runs", type=at_least(1), default=ARMIES, help="armies a cell, built once and reused"
    )
    add_scale(parser, 1.0)
    chosen = parser.parse_args()
    scenario = load("syria-2012", overrides={"army.scale": chosen.scale})
    lab = Lab(scenario, [build(scenario, seed) for seed in range(1, chosen.runs + 1)])
    cells = mapped(lab)
    found = borders(cells, lab.cell, HALVINGS)
    figure = chosen.out.parent / "figures" / "regimes.png"
    figure.parent.mkdir(parents=True, exist_ok=True)
    save_map(cells, figure)
    chosen.out.write_text(page(scenario, cells, found, figure), encoding="utf-8")


if __name__ == "__main__":
    main()
