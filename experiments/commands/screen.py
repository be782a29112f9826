"""`erosion screen`: which factors of a study move its outputs at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.commands.options import Force, Out, StudyName
from experiments.showing.printing import console, new_table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from experiments.sensitivity.screening import Screening
    from experiments.study import Study
    from sim.scenario import Scenario


def screen(
    study: StudyName,
    out: Out = None,
    force: Force = False,
) -> None:
    """Screen the factors of a study by Morris's method."""
    from experiments import folder
    from experiments.asking import short_hash
    from experiments.sensitivity.screening import ScreeningError
    from experiments.sensitivity.screening import screen as screen_study
    from experiments.showing.progress import shown
    from experiments.study import load_study
    from sim.results.provenance import digest

    plan = load_study(study)
    scenario = plan.resolve()
    asked = short_hash("screen", plan.model_dump(mode="json", by_alias=True), digest(scenario))
    where = folder.chosen(out, plan.name, "screening", asked, force=force)
    try:
        with shown(f"{plan.runs} runs of {scenario.name}") as progress:
            found = screen_study(plan, progress=progress)
    except ScreeningError as error:
        _write_runs(plan, scenario, error.runs, where, asked)
        error.add_note(f"the runs are in {where}")
        raise
    _print(found)
    _write(found, where, asked)
    print(f"Written to {where}")


def _print(found: Screening) -> None:
    """Print the factors of each output, the strongest first."""
    to = console()
    to.print(f"{found.study.title or found.study.name}: {found!r}")
    for output in found.study.outputs:
        table = new_table(output, "factor", "mu*", "± 95 %", "mu", "sigma")
        rows = found.effects[found.effects["output"] == output]
        for row in rows.sort_values("mu_star", ascending=False).to_dict("records"):
            numbers = (row["mu_star"], row["mu_star_conf"], row["mu"], row["sigma"])
            table.add_row(row["factor"], *(f"{number:,.4g}" for number in numbers))
        to.print(table)
    for note in found.notes:
        to.print(note)


def _write_runs(
    study: Study, scenario: Scenario, runs: pd.DataFrame, where: Path, asked: str, **more: object
) -> None:
    """Write the runs and what was asked."""
    from experiments import folder

    seeds = range(study.seed, study.seed + study.trajectories)
    about = folder.about(asked, {"scenario": scenario}, seeds)
    about |= {"study": study.model_dump(mode="json", by_alias=True), **more}
    folder.write(where, "screening", about, {"runs": runs})


def _write(found: Screening, where: Path, asked: str) -> None:
    """Write tables, figure and description."""
    from experiments import folder
    from experiments.showing.figures import save_screening

    notes = list(found.notes)
    _write_runs(found.study, found.scenario, found.runs, where, asked, notes=notes)
    folder.write_tables(where, {"screening": found.effects})
    save_screening(found, where / "screening.png")
