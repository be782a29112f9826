"""``python -m experiments.theory``: run all cases of theory, write the page and the figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from experiments.showing.page_command import page_parser
from experiments.showing.progress import shown
from experiments.theory import (
    constant_hazard,
    contagion,
    dominoes,
    gamma_frailty,
    normal_thresholds,
    uniform_thresholds,
    watts,
)
from experiments.theory.case import Case
from experiments.theory.page import page

DOCS = Path(__file__).resolve().parents[2] / "docs"
STUDIES: dict[str, Callable[[], Case]] = {
    "dominoes": dominoes.study,
    "normal-thresholds": normal_thresholds.study,
    "uniform-thresholds": uniform_thresholds.study,
    "watts": watts.study,
    "constant-hazard": constant_hazard.study,
    "gamma-frailty": gamma_frailty.study,
    "contagion": contagion.study,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page and the figures; with ``--only NAME`` the figure of one case, and no page."""
    parser = page_parser("experiments.theory", __doc__)
    parser.add_argument("--only", choices=list(STUDIES), help="one case: its figure, and no page")
    parser.add_argument("--out", type=Path, default=DOCS, help="folder of the page")
    chosen = parser.parse_args(arguments)
    names = [chosen.only] if chosen.only else list(STUDIES)
    cases = []
    (chosen.out / "figures").mkdir(parents=True, exist_ok=True)
    with shown(f"{len(names)} cases") as show:
        for done, name in enumerate(names, start=1):
            case = STUDIES[name]()
            case.draw(chosen.out / "figures" / f"theory-{case.name}.png")
            cases.append(case)
            show(done, len(names))
    if not chosen.only:
        (chosen.out / "theory.md").write_text(page(cases), encoding="utf-8")


if __name__ == "__main__":
    main()
