"""`erosion sensitivity`: which factors of a study drive its outputs, over runs that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import Force, Limit, Out, Retry, StudyName, Workers
from experiments.showing.printing import console, interval, new_table

if TYPE_CHECKING:
    from experiments.sensitivity.analysis import Sensitivity

_SHOWN = 15


def sensitivity(
    study: StudyName,
    size: Annotated[
        int | None,
        typer.Option(
            min=2, help="Blocks, trajectories or points, instead of the study's; more runs the rest only."
        ),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(min=0.001, max=20, help="Size of the army over its real size, instead of the study's."),
    ] = None,
    engine: Annotated[str, typer.Option(help="serial, processes or dask://HOST:PORT.")] = "processes",
    workers: Workers = None,
    limit: Limit = None,
    retry: Retry = False,
    out: Out = None,
    force: Force = False,
) -> None:
    """Tell which factors of a study drive its outputs (Morris, Sobol, PAWN, delta)."""
    from experiments import folder
    from experiments.ensembles.standing import shown
    from experiments.sensitivity.analysis import run_study
    from experiments.sensitivity.files import asked_of, write
    from experiments.study import load_study
    from sim.results.provenance import OutputError

    plan = load_study(study)
    plan = plan if size is None else plan.sized(size)
    plan = plan if scale is None else plan.model_copy(update={"scale": scale})
    asked = asked_of(plan)
    where = folder.chosen(out, plan.name, "sensitivity", asked, force=force)
    write(where, plan, asked)  # so that what is interrupted is known again
    try:
        with shown(f"{plan.runs:,} runs of {plan.name}") as progress:
            found = run_study(
                plan,
                where,
                engine=engine,
                workers=workers,
                limit_seconds=limit,
                retry=retry,
                progress=progress,
            )
    except ValueError as error:
        raise OutputError(str(error)) from None
    _print(found)
    write(where, plan, asked, found)
    print(f"Written to {where}")


def _print(found: Sensitivity) -> None:
    """Print the factors of each output of the whole run, the strongest first."""
    from experiments.sensitivity.figures import main_index
    from experiments.sensitivity.indices import strongest
    from experiments.sensitivity.outputs import END

    to, table = console(), found.indices
    to.print(f"{found.study.title or found.study.name}: {found!r}")
    whole = table[table["day"] == END]
    for output in dict.fromkeys(whole["output"]):
        shown = new_table(output, "factor", "index", "value", "95 %")
        for index in dict.fromkeys((main_index(found.study.method), *whole["index"])):
            for row in strongest(table, output, index).head(_SHOWN).to_dict("records"):
                ends = interval(row["conf_low"], row["conf_high"], ",.3g")
                shown.add_row(row["factor"], index, f"{row['value']:,.3g}", ends)
        to.print(shown)
    for note in found.notes:
        to.print(note)
