"""``python -m experiments.recovery``: run, regress, write the page and the figure (about four minutes)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from experiments.recovery.figure import save_recovery
from experiments.recovery.page import page
from experiments.recovery.study import study
from experiments.showing.page_command import page_parser
from experiments.showing.progress import shown

DOCS = Path(__file__).resolve().parents[2] / "docs"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page and the figure."""
    parser = page_parser("experiments.recovery", __doc__)
    parser.add_argument("--out", type=Path, default=DOCS, help="folder of the page")
    chosen = parser.parse_args(arguments)
    with shown("regressions on simulated exits") as show:
        found = study(show)
    (chosen.out / "figures").mkdir(parents=True, exist_ok=True)
    save_recovery(found, chosen.out / "figures" / "recovery.png")
    (chosen.out / "recovery.md").write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
