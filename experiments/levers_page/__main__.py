"""``python -m experiments.levers_page``: run every lever and contrast, write the page and its figure."""

from __future__ import annotations

import sys
from pathlib import Path

from experiments.levers_page.figure import save_levers
from experiments.levers_page.page import names, page, without_reason
from experiments.levers_page.runs import all_runs
from experiments.showing.page_command import add_scale, at_least, page_parser
from sim.scenario_file import load

PAIRS = 20


def main() -> None:
    """Write the page and its figure; end with 1 if a lever without effect is not explained."""
    parser = page_parser("experiments.levers_page", __doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/levers.md"))
    parser.add_argument("--runs", type=at_least(2), default=PAIRS, help="pairs of army and luck, at least 2")
    add_scale(parser, 1.0)
    parser.add_argument("--folder", type=Path, default=Path("results/levers"), help="where runs are kept")
    parser.add_argument("--workers", type=at_least(1), help="processes; as many as processors unless stated")
    chosen = parser.parse_args()
    base = load("syria-2012", overrides={"army.scale": chosen.scale})
    runs = all_runs(tuple(names()), chosen.runs, chosen.scale, chosen.folder, chosen.workers)
    figure = chosen.out.parent / "figures" / "levers.png"
    figure.parent.mkdir(parents=True, exist_ok=True)
    save_levers(runs, names(), figure)
    chosen.out.write_text(page(runs, base, names(), figure), encoding="utf-8")
    if found := without_reason(runs):
        sys.exit(f"without effect and without a reason: {', '.join(one.overlay for one in found)}")


if __name__ == "__main__":
    main()
