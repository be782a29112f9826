"""Make small runs of the shipped studies, or take those that are there, and write ``docs/findings.md``."""

from __future__ import annotations

import argparse
from pathlib import Path

from experiments.ensembles.ensemble import Ensemble, ensemble
from experiments.ensembles.standing import shown
from experiments.sensitivity.analysis import run_study
from experiments.sensitivity.design import design_of
from experiments.sensitivity.page import Finding, write_page
from experiments.sensitivity.running import parts_of
from experiments.sensitivity.weekly import WeeklySimulation
from experiments.study import Study, load_study

SCALE = 0.02
SIZES = {"founding-morris": 4, "founding-sobol": 16}
"""Trajectories and blocks of the page: what a few minutes allow."""
SMALLEST = {"founding-morris": 2, "founding-sobol": 4}
COSTED = 40
"""Runs of the smallest design that are made with the real army, to know what they cost."""


def _at_real_size(full: Study, folder: Path, workers: int) -> Ensemble:
    """Make a few runs of a study with the real army, for what they cost."""
    study = full.sized(SMALLEST[full.name]).model_copy(update={"scale": 1.0})
    with shown(f"runs of {full.name} at full size") as progress:
        runs = next(parts_of(study, study.resolve(), design_of(study)))[:COSTED]
        where, model = folder / f"{full.name}-real-size", WeeklySimulation(study.weekly)
        return ensemble(runs, where, workers=workers, model=model, progress=progress)


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
        findings.append(Finding(found, full, _at_real_size(full, chosen.folder, chosen.workers)))
    write_page(findings, chosen.out)


if __name__ == "__main__":
    main()
