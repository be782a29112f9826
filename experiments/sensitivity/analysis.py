"""Sensitivity: a study from its design to the table of indices; the way in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.ensembles.standing import duration, rate_text
from experiments.sensitivity.design import Design, design_of
from experiments.sensitivity.indices import constant_among, convergence_of, indices_of
from experiments.sensitivity.outputs import outputs_of
from experiments.sensitivity.running import How, make_runs
from experiments.sensitivity.weekly import WeeklySimulation
from experiments.showing.closing import closing_notes
from experiments.showing.notebook_view import notebook_view
from experiments.study import Study, load_study

if TYPE_CHECKING:
    from experiments.ensembles.engines import Engine
    from experiments.ensembles.ensemble import Ensemble
    from experiments.ensembles.simulation import Model
    from experiments.ensembles.standing import Progress
    from sim.scenario import Scenario

STORE = "runs"
"""Folder of the runs, in that of the study."""


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """What a study found.

    Parameters
    ----------
    study : Study
    scenario : Scenario
        As it is, before any factor is varied.
    made : Ensemble
        The runs.
    indices : DataFrame
        See `experiments.sensitivity.indices.indices_of`.
    convergence : DataFrame
        See `experiments.sensitivity.indices.convergence_of`.
    notes : tuple of str
    """

    study: Study
    scenario: Scenario
    made: Ensemble
    indices: pd.DataFrame
    convergence: pd.DataFrame
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        study = self.study
        return (
            f"Sensitivity({study.name}: {study.method}, {len(study.inputs)} factors, "
            f"{len(self.made.planned)} runs)"
        )

    def _repr_html_(self) -> str:
        """Show the indices and what they cover in a notebook."""
        table = self.indices.to_html(index=False, border=0, max_rows=40, float_format="{:.4g}".format)
        return notebook_view(self, [table], self.notes)


def run_study(
    study: Study | str | Path,
    folder: str | PathLike[str],
    *,
    engine: Engine = "processes",
    workers: int | None = None,
    limit_seconds: float | None = None,
    retry: bool = False,
    model: Model | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Make the runs of a study, and tell which factors drive its outputs.

    The same call continues what was interrupted; a study of twice the size makes the new half only.

    Parameters
    ----------
    study : Study, or name or path of one
    folder : path
        Its runs are kept in ``runs`` in it.
    engine, workers, limit_seconds, retry, progress
        See `experiments.ensembles.ensemble.ensemble`.
    model : Model, optional
        What is run, in place of the simulation: its frame `summary` must hold the outputs of the study (and
        `outcome`, if `collapse` is one), its frame `weekly` the column `day` and the weekly ones.

    Returns
    -------
    Sensitivity

    Raises
    ------
    ScenarioError
        If the study, its scenario or the range of a factor is not valid; before any run.
    SensitivityError
        If a run failed or gave an output that is not finite. The runs stay in the store.
    OutputError
        If the folder holds runs of another version of the model.
    """
    study = study if isinstance(study, Study) else load_study(study)
    scenario = study.resolve()
    design = design_of(study)
    how = How(engine, workers, limit_seconds, retry, progress)
    made = make_runs(
        study, scenario, design, Path(folder) / STORE, model or WeeklySimulation(study.weekly), how
    )
    return analysed(study, scenario, design, made)


def analysed(study: Study, scenario: Scenario, design: Design, made: Ensemble) -> Sensitivity:
    """Analyse runs that are there; see `run_study`."""
    outputs = outputs_of(study, made)
    table = indices_of(study, design, outputs)
    notes = (*_notes(study, scenario, made), *constant_among(study, outputs), *closing_notes([scenario]))
    return Sensitivity(study, scenario, made, table, convergence_of(study, design, outputs), notes)


_TOLD = {
    "morris": "mu_star: mean absolute change of the output over the range of a factor.",
    "sobol": "S1: share of the variance that a factor explains alone; ST: with all it acts together with. "
    "Luck within a block is held, between blocks it is part of the variance: S1 may add up to less than 1.",
    "pawn": "median, maximum: distance (0 to 1) between the distribution of the output and that in slices of "
    "a factor. (dummy) moves nothing: an index no larger than its interval tells nothing.",
    "delta": "delta: half the mean distance (0 to 1) between the density of the output and that for a value "
    "of the factor. Factors that move nothing are seldom at 0: compare them with each other.",
}
_BLOCKS = {
    "morris": "trajectories, each on one army and luck",
    "sobol": "blocks, in each of which A and its AB share one army and luck and B has its own",
    "pawn": "points, each on an army and luck of its own",
    "delta": "points, each on an army and luck of its own",
}


def _notes(study: Study, scenario: Scenario, made: Ensemble) -> Iterator[str]:
    """Say what was run, what is told, and what the intervals cover."""
    times = f", each point run {study.replicates} times" if study.replicates > 1 else ""
    runs = made.runs
    seconds = float(runs["seconds"].sum())
    size = f"army at {scenario.army.scale:g} of its size, " if scenario.army.scale != 1 else ""
    rate = f"; {rate_text(len(runs) / seconds)} of one process" if seconds > 0 else ""
    yield (
        f"{len(runs):,} runs ({size}{scenario.days} days): {study.blocks:,} {_BLOCKS[study.method]}{times}. "
        f"They took {duration(seconds)} of processes{rate}."
    )
    yield _TOLD[study.method]
    yield (
        "Intervals (95 %) cover luck, army and the choice of points within the stated ranges; what is not "
        "varied is held, and the ranges themselves are part of the answer."
    )
    # A coercive key may be uncertain, and is varied as such; it is never searched for the best value.
    from experiments.discovery.coercive import coercive_among

    if names := coercive_among(study.factors):
        yield f"Coercive, varied as uncertain and not to be chosen: {', '.join(names)}."
