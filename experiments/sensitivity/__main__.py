"""Make the runs of the shipped studies that are missing, and write ``docs/findings.md``.

In full they take about an hour of two processes, and may be stopped and gone on with at any time; for a first
look: ``--scale 0.02 --founding-morris 4 --founding-sobol 16``, a few minutes.
"""

from __future__ import annotations

from pathlib import Path

from experiments.ensembles.ensemble import Ensemble, ensemble
from experiments.ensembles.standing import shown
from experiments.sensitivity.analysis import run_study
from experiments.sensitivity.design import design_of
from experiments.sensitivity.page import Finding, write_page
from experiments.sensitivity.running import parts_of
from experiments.sensitivity.weekly import WeeklySimulation
from experiments.showing.page_command import at_least, page_parser, part_of_army
from experiments.study import Study, load_study

SMALLEST = {"founding-morris": 2, "founding-sobol": 4}
"""Studies of the page, and trajectories and blocks of the smallest design of each."""
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
    parser = page_parser("experiments.sensitivity", __doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/findings.md"))
    parser.add_argument("--folder", type=Path, default=Path("results/findings"), help="where runs are kept")
    parser.add_argument("--scale", type=part_of_army, help="size of the army, instead of the studies'")
    parser.add_argument("--workers", type=at_least(1), default=2)
    for name in SMALLEST:
        parser.add_argument(f"--{name}", type=int, metavar="SIZE", help="instead of the study's")
    chosen = parser.parse_args()
    findings = []
    for name in SMALLEST:
        full = load_study(name)
        size = getattr(chosen, name.replace("-", "_"))
        study = full if size is None else full.sized(size)
        study = study.model_copy(update={"scale": chosen.scale or full.scale})
        with shown(f"{study.runs:,} runs of {name}") as progress:
            found = run_study(study, chosen.folder / name, workers=chosen.workers, progress=progress)
        findings.append(Finding(found, full, _at_real_size(full, chosen.folder, chosen.workers)))
    write_page(findings, chosen.out)


if __name__ == "__main__":
    main()
