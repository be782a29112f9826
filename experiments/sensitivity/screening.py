"""Morris screening: which factors move an output at all, by elementary effects, through SALib.

Each trajectory changes one factor after another on one army and one luck, so that an elementary effect
is the factor's and not chance's. A run that fails is a row that says so; nothing is analysed before every
output is a finite number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.armies import Armies
from experiments.sensitivity.design import Design, design_of
from experiments.sensitivity.methods import is_constant, morris_rows, rows_of
from experiments.showing.closing import closing_notes
from experiments.showing.notebook_view import notebook_view
from experiments.study import COLLAPSE, Study, load_study
from sim.codes import Floats
from sim.errors import Fault, ScenarioError

if TYPE_CHECKING:
    from sim.scenario import Scenario

Progress = Callable[[int, int], None]

_METHOD = "morris"
_RESAMPLES = 1000
_NAMED = 10


class ScreeningError(RuntimeError):
    """Runs that cannot be analysed.

    Parameters
    ----------
    message : str
        Which runs and outputs, and why.
    runs : DataFrame
        All runs, as in `Screening.runs`.
    """

    def __init__(self, message: str, runs: pd.DataFrame) -> None:
        self.runs = runs
        super().__init__(message)


@dataclass(frozen=True, eq=False, repr=False)
class Screening:
    """What a screening found.

    Parameters
    ----------
    study : Study
    scenario : Scenario
        As it is, before any factor is varied.
    runs : DataFrame
        A row a run: run, trajectory, seed, status, error, message, the factors and the outputs.
    effects : DataFrame
        A row an output and factor: method, output, factor, mu_star (mean absolute elementary effect, in
        units of the output over the range of the factor), mu_star_conf (half-width, 95 %, bootstrap over
        trajectories), mu, sigma.
    notes : tuple of str
    """

    study: Study
    scenario: Scenario
    runs: pd.DataFrame
    effects: pd.DataFrame
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Screening({self.study.name}: {len(self.study.factors)} factors, {len(self.runs)} runs)"

    def _repr_html_(self) -> str:
        """Show the effects and what they cover in a notebook."""
        table = self.effects.to_html(index=False, border=0, float_format="{:.4g}".format)
        return notebook_view(self, [table], self.notes)


def screen(study: Study | str | Path, *, progress: Progress | None = None) -> Screening:
    """Screen the factors of a study.

    Parameters
    ----------
    study : Study, or name or path of one
    progress : callable, optional
        Called with (runs done, runs in all).

    Returns
    -------
    Screening

    Raises
    ------
    ScenarioError
        If the study, its scenario or the range of a factor is not valid; before any run.
    ScreeningError
        If a run failed or gave an output that is not finite; its `runs` hold what was run.
    """
    study = study if isinstance(study, Study) else load_study(study)
    _refuse_what_needs_a_store(study)
    scenario = study.resolve()
    shares = design(study)
    rows = []
    for row in _rows(study, scenario, shares):
        rows.append(row)
        if progress is not None:
            progress(len(rows), len(shares))
    runs = pd.DataFrame(rows)
    refuse_what_is_not_finite(runs, study.outputs)
    effects = effects_of(study, shares, runs)
    return Screening(study, scenario, runs, effects, notes_of(study, scenario, runs))


def design(study: Study) -> Floats:
    """Points of the unit cube to run, trajectory after trajectory, shape (runs, factors)."""
    return design_of(study).shares


def _refuse_what_needs_a_store(study: Study) -> None:
    """Refuse a study that only `erosion sensitivity` can run.

    Raises
    ------
    ScenarioError
    """
    asked = {
        "method": study.method != "morris",
        "replicates": study.replicates > 1,
        "weekly": bool(study.weekly),
        "outputs": COLLAPSE in study.outputs,
    }
    faults = [
        Fault(key, "is not for a screening", hint=f"erosion sensitivity {study.name}")
        for key, wanted in asked.items()
        if wanted
    ]
    if faults:
        raise ScenarioError(faults)


def _rows(study: Study, scenario: Scenario, shares: Floats) -> Iterator[dict[str, Any]]:
    """Run the points of the design one after another; a failure is a row, not an end."""
    armies = Armies()
    for number, point in enumerate(shares):
        trajectory = number // (len(study.inputs) + 1)
        seed, values = study.seed + trajectory, study.values(point)
        row: dict[str, Any] = {"run": number + 1, "trajectory": trajectory + 1, "seed": seed}
        try:
            outputs = _outputs(study, scenario.with_(values), seed, armies)
            row |= {"status": "done", "error": "", "message": ""}
        except Exception as error:  # a model error is a result of the study
            outputs = dict.fromkeys(study.outputs, np.nan)
            row |= {"status": "failed", "error": type(error).__name__, "message": str(error)}
        yield {**row, **values, **outputs}


def _outputs(study: Study, scenario: Scenario, seed: int, armies: Armies) -> dict[str, float]:
    from sim.engine import simulate

    summary = simulate(scenario, seed, armies.of(scenario, seed)).summary
    return {output: float(summary[output].iloc[0]) for output in study.outputs}


def refuse_what_is_not_finite(runs: pd.DataFrame, outputs: tuple[str, ...]) -> None:
    """Stop before an analysis that one missing number would spoil in silence.

    Raises
    ------
    ScreeningError
        Naming the runs that failed, and those whose outputs are not finite.
    """
    failed = runs["status"] == "failed"
    problems = []
    if failed.any():
        first = runs[failed].iloc[0]
        why = f"the first with {first['error']}: {first['message'] or 'no message'}"
        problems.append(f"{_numbers(runs[failed])} failed, {why}")
    for output in outputs:
        odd = ~failed & ~np.isfinite(runs[output].to_numpy(dtype=np.float64))
        if odd.any():
            problems.append(
                f"{output} is not a finite number in {_numbers(runs[odd])}: look at another output"
            )
    if problems:
        raise ScreeningError("not analysed: " + "; ".join(problems), runs)


def _numbers(runs: pd.DataFrame) -> str:
    """Name some runs by number."""
    numbers = [str(number) for number in runs["run"]]
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return f"run{'s' * (len(numbers) > 1)} {', '.join(numbers[:_NAMED])}{more}"


def effects_of(study: Study, shares: Floats, runs: pd.DataFrame) -> pd.DataFrame:
    """Elementary effects of each factor on each output, as one tidy table."""
    points = design_of(study)
    if not np.array_equal(points.shares, shares):
        raise ValueError("the points are not those of the study")
    return pd.concat(
        [_effects_on(study, points, output, runs) for output in study.outputs], ignore_index=True
    )


def _effects_on(study: Study, points: Design, output: str, runs: pd.DataFrame) -> pd.DataFrame:
    """Take the effects on one output, a column an index."""
    values = runs[output].to_numpy(dtype=np.float64)
    constant = is_constant(study, values)
    rows = rows_of(study, points, values) if constant else morris_rows(study, points, values, _RESAMPLES)
    table = pd.DataFrame(rows, columns=["factor", "index", "value", "conf_low", "conf_high"])
    wide = table.pivot(index="factor", columns="index", values="value").reindex(list(study.inputs))
    ends = table[table["index"] == "mu_star"].set_index("factor").reindex(list(study.inputs))
    return pd.DataFrame(
        {
            "method": _METHOD,
            "output": output,
            "factor": list(study.inputs),
            "mu_star": wide["mu_star"].to_numpy(),
            "mu_star_conf": (ends["conf_high"] - ends["value"]).to_numpy(),
            "mu": wide["mu"].to_numpy(),
            "sigma": wide["sigma"].to_numpy(),
        }
    )


def notes_of(study: Study, scenario: Scenario, runs: pd.DataFrame) -> tuple[str, ...]:
    """Say what was varied, what the figures cover, and which output said nothing."""
    notes = [
        f"{len(runs)} runs: {study.trajectories} trajectories, each on one army and luck (seeds "
        f"{study.seed} to {study.seed + study.trajectories - 1}), over the stated ranges only.",
        "mu_star: mean absolute change of the output over the range of a factor. Its interval (95 %, "
        "bootstrap) covers the choice of trajectories with their army and luck; factors left out are held.",
    ]
    for output in study.outputs:
        if np.ptp(runs[output].to_numpy(dtype=np.float64)) == 0:
            notes.append(f"{output} is the same in all runs: no factor moves it here.")
    return (*notes, *closing_notes([scenario]))
