"""Write ``docs/tipping.md`` and its figures: where collapse becomes likely, when, whether it is announced."""

from __future__ import annotations

from pathlib import Path

from experiments.showing.page_command import add_scale, page_parser
from experiments.showing.progress import shown
from experiments.tipping.example import (
    EDGE_SEEDS,
    MEMORY_SEEDS,
    RAMP_SEEDS,
    SCALE,
    SEEDS,
    at_the_edge,
    founding,
    memories,
    ramped,
    surface,
)
from experiments.tipping.page import write_page


def main() -> None:
    """Run the example and write the page."""
    parser = page_parser("experiments.tipping", __doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/tipping.md"))
    add_scale(parser, SCALE)
    parser.add_argument("--few", action="store_true", help="a quarter of the seeds, to try it")
    chosen = parser.parse_args()
    part = 4 if chosen.few else 1
    seeds, edge_seeds, memory_seeds = (
        range(1, 1 + len(each) // part) for each in (SEEDS, EDGE_SEEDS, MEMORY_SEEDS)
    )
    scenario = founding(chosen.scale)
    with shown("scan") as progress:
        runs = surface(scenario, seeds, progress)
    with shown("runs at the edge") as progress:
        edge = at_the_edge(scenario, edge_seeds, progress)
    ramps = ramped(RAMP_SEEDS)
    write_page(scenario, runs, edge, memories(scenario, memory_seeds), ramps, chosen.out)


if __name__ == "__main__":
    main()
