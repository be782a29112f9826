"""Description of a store: what must be known to repeat it, and whether it may be continued."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.ensembles.plan import Plan
from experiments.ensembles.simulation import Model
from experiments.ensembles.version import name_of
from sim.results.provenance import Experiment, Origin, OutputError
from sim.results.result_folder import write_text
from sim.scenario_file import dump

FORMAT = "loyalty-erosion ensemble 1"
_FILE = "experiment.json"
_SEEDS = (
    "Each run has the army seed and the luck seed of its row in plans/. It depends on them, on the scenario "
    "and on the version of the model, and on nothing else: not on the engine, nor on what else is run."
)


def describe(folder: Path, plan: Plan, model: Model, version: str, engine: str, limit: float | None) -> None:
    """Write the description unless it is there, and the first scenario."""
    if (folder / _FILE).exists():
        return
    first = plan.planned[0].run
    experiment = asdict(Experiment.now(first.scenario, Origin(1, first.army, first.luck_seed)))
    del experiment["runs"]
    about = {
        "format": FORMAT,
        "model": name_of(model),
        "model_version": version,
        "seeds": _SEEDS,
        "engine": engine,
        "limit_seconds": limit,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        **experiment,
    }
    write_text(folder / "scenario.yaml", dump(first.scenario))
    write_text(folder / _FILE, json.dumps(about, indent=2, ensure_ascii=False) + "\n")


def read_description(folder: Path) -> dict[str, Any]:
    """Read the description of a store.

    Raises
    ------
    OutputError
        If the folder holds no ensemble.
    """
    try:
        about: dict[str, Any] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        if about["format"] == FORMAT:
            return about
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise OutputError(f"{folder} holds no ensemble")


def refuse_another(folder: Path, version: str) -> None:
    """Protect a folder that holds something else, or runs of other code.

    Raises
    ------
    OutputError
    """
    if not folder.is_dir() or not any(each.name not in ("lock",) for each in folder.iterdir()):
        return
    try:
        about = read_description(folder)
    except OutputError:
        raise OutputError(
            f"{folder} holds something that is not an ensemble: choose another folder"
        ) from None
    if about["model_version"] != version:
        commit = (about.get("git") or {}).get("commit", "")
        raise OutputError(
            f"{folder} holds runs of another version of the model ({about['model']}, {about['version']} "
            f"{commit[:8]}): choose another folder, so that versions are not mixed"
        )
