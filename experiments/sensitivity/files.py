"""Files of a study: its folder, its description, tables and figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import folder
from experiments.asking import short_hash
from experiments.ensembles.version import version_of_model
from experiments.sensitivity.weekly import WeeklySimulation
from sim.results.provenance import digest

if TYPE_CHECKING:
    from experiments.sensitivity.analysis import Sensitivity
    from experiments.study import Study

_GROWS = ("size", "trajectories", "outputs", "title", "description")
"""What may change while the runs that are there still count."""


def asked_of(study: Study) -> str:
    """Short hash of what is asked but for how much of it, and of the version of the model.

    Raises
    ------
    ScenarioError
        If the study cannot be run.
    """
    asked = study.model_dump(mode="json", by_alias=True, exclude=set(_GROWS))
    version = version_of_model(WeeklySimulation(study.weekly))
    return short_hash("sensitivity", asked, digest(study.resolve()), version)


def write(where: Path, study: Study, asked: str, found: Sensitivity | None = None) -> None:
    """Write the description; and the tables and figures, once there are any."""
    about: dict[str, Any] = {"asked": asked, "study": study.model_dump(mode="json", by_alias=True)}
    if found is None:
        folder.write(where, "sensitivity", about, {})
        return
    from experiments.sensitivity.figures import save_figures

    about |= {"notes": list(found.notes), "runs": "runs/ is an ensemble: `erosion status`, `erosion export`"}
    tables = {"indices": found.indices, "convergence": found.convergence}
    folder.write(where, "sensitivity", about, tables)
    save_figures(found, where)
