"""Make small runs of the shipped studies, or take those that are there, and write ``docs/findings.md``."""

from __future__ import annotations

import argparse
from pathlib import Path

from experiments.ensembles.standing import shown
from experiments.sensitivity.analysis import run_study
from experiments.sensitivity.page import Finding, write_page
from experiments.study import load_study

SCALE = 0.02
SIZES = {"founding-morris": 4, "founding-sobol": 16}
"""Trajectories and blocks of the page: what a few minutes allow."""


def main() -> None:
    """Run the studies and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/findings.md"))
    parser.add_argument("--folder", type=Path, default=Path("results/findings"), help="where runs are kept")
    parser.add_argument("--scale", type=float, default=SCALE, help="size of the army, 1 for the real one")
    parser.add_argument("--workers", type=int, default=2)
    for name, size in SIZES.items():
        parser.add_argument(f"--{name}", type=int, default=size, metavar="SIZE")
    chosen = parser.parse_args()
    findings = []
    for name in SIZES:
        full = load_study(name)
        study = full.sized(getattr(chosen, name.replace("-", "_"))).model_copy(update={"scale": chosen.scale})
        with shown(f"{study.runs:,} runs of {name}") as progress:
            found = run_study(study, chosen.folder / name, workers=chosen.workers, progress=progress)
        findings.append(Finding(found, full))
    write_page(findings, chosen.out)


if __name__ == "__main__":
    main()
