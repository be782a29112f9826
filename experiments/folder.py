"""Folders of experiments: made before a long run is lost to a typing error, and written whole."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.provenance import Experiment, Origin, OutputError
from sim.results.result_folder import whole_file

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Scenario

RESULTS = Path("results")


def refuse_unless_usable(folder: Path) -> None:
    """Look, without writing anything, whether a folder can be written to or made.

    Raises
    ------
    OutputError
        If it is a file, lies below one, or may not be written to.
    """
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        raise OutputError(f"{there} is a file, not a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise OutputError(f"{there} may not be written to: choose another folder with --out")


def refuse_another_result(folder: Path, scenario_sha256: str, seeds: list[tuple[int, int]]) -> None:
    """Protect a folder that holds the result of something else.

    Parameters
    ----------
    folder : Path
    scenario_sha256 : str
        Digest of the scenario that is to run.
    seeds : list of (int, int)
        Army seed and luck seed of each run.

    Raises
    ------
    OutputError
        If it holds anything but the same scenario under the same seeds.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    try:
        held = Experiment.from_json((folder / "experiment.json").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, OutputError):
        raise OutputError(_held(folder, "something that is not a result")) from None
    same_seeds = [(run.army_seed, run.luck_seed) for run in held.runs] == seeds
    if held.scenario_sha256 != scenario_sha256 or not same_seeds:
        raise OutputError(_held(folder, f"the result of another command ({held.command})"))


def refuse_another_experiment(folder: Path, kind: str, asked: str) -> None:
    """Protect a folder that holds another comparison or screening, or something else.

    Parameters
    ----------
    folder : Path
    kind : str
        Such as "comparison": its description is ``comparison.json``.
    asked : str
        Short hash of what is asked.

    Raises
    ------
    OutputError
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    try:
        held = json.loads((folder / f"{kind}.json").read_text(encoding="utf-8"))["asked"]
    except (OSError, ValueError, KeyError, TypeError):
        raise OutputError(_held(folder, f"something that is not a {kind}")) from None
    if held != asked:
        raise OutputError(_held(folder, f"another {kind}"))


def chosen(out: Path | None, name: str, kind: str, asked: str, *, force: bool) -> Path:
    """Choose the folder of an experiment, and refuse it before a long run if it cannot be written to.

    Parameters
    ----------
    out : Path, optional
        What the user names; else it is one in `RESULTS`.
    name : str
        Begins the name of that one.
    kind, asked
        As for `refuse_another_experiment`.
    force : bool
        Write even if it holds something else.

    Raises
    ------
    OutputError
    """
    where = out or RESULTS / f"{name}-{asked}"
    refuse_unless_usable(where)
    if not force:
        refuse_another_experiment(where, kind, asked)
    return where


def _held(folder: Path, what: str) -> str:
    return f"{folder} holds {what}: choose another folder with --out, or write there with --force"


def write(folder: Path, kind: str, about: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> None:
    """Write the description and the tables of an experiment, each as Parquet and CSV, each whole.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    kind : str
        Such as "comparison".
    about : mapping
        What must be known to repeat it; with the key `asked`.
    tables : mapping
        Name to DataFrame.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"format": f"loyalty-erosion {kind} 1", **about}, indent=2, ensure_ascii=False)
    with whole_file(folder / f"{kind}.json") as temporary:
        temporary.write_text(text + "\n", encoding="utf-8", newline="\n")
    write_tables(folder, tables)


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as Parquet and CSV, by name."""
    for name, table in tables.items():
        with whole_file(folder / f"{name}.parquet") as temporary:
            table.to_parquet(temporary, index=False)
        with whole_file(folder / f"{name}.csv") as temporary:
            table.to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")


def about(asked: str, scenarios: Mapping[str, Scenario], seeds: range) -> dict[str, Any]:
    """Say what must be known to repeat an experiment.

    Parameters
    ----------
    asked : str
        Short hash of what was asked.
    scenarios : mapping
        Scenario by policy, the one as it is first.
    seeds : range
        Army and luck seeds.

    Returns
    -------
    dict
        Ready for JSON.
    """
    from sim.results.provenance import digest

    base = next(iter(scenarios.values()))
    runs = [Origin(number, seed, seed) for number, seed in enumerate(seeds, start=1)]
    experiment = asdict(Experiment.now(base, runs[0]).with_runs(runs))
    policies = {
        name: {"overlays": list(each.overlays), "scenario_sha256": digest(each)}
        for name, each in scenarios.items()
    }
    return {"asked": asked, "policies": policies, **experiment}
