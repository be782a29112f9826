"""A result on disk: one folder, every file written whole or not at all.

`experiment.json` is written first and `summary.parquet` last of the frames: a folder without the
latter is a save that was cut short.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from sim.results.columns import dtypes
from sim.results.frames import FRAMES
from sim.results.provenance import Experiment, OutputError
from sim.scenario import Scenario
from sim.scenario_file import dump, load

_TEMPORARY = ".unfinished"
_LAST = "summary.parquet"

ATTRIBUTION = "attribution"
"""Name of the frame and of the figure that are there only if a run was asked for them."""

FIGURES = (
    "defection_rate",
    "cumulative_exits",
    "share_gone_by_sect_and_rank",
    "share_gone_by_home",
    "fates",
    "strength",
    "loyalty",
    "time_to",
    "tile_map",
    "group_sizes",
    "avalanches",
)
"""Names of the figures that `sim.plots` draws: known here without loading Matplotlib."""


def prepare(folder: Path, force: bool) -> None:
    """Make the folder, or clear it of the result that it holds.

    Raises
    ------
    OutputError
        If it holds something else and `force` is not given, or is no folder.
    """
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file, not a folder")
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob(f".*{_TEMPORARY}"):
        leftover.unlink()
    if not force and any(folder.iterdir()) and not _is_ours(folder):
        raise OutputError(f"{folder} holds something that is not a result: choose another, or force it")
    # The last file goes first: half a clearing must not look like a whole result.
    (folder / _LAST).unlink(missing_ok=True)
    names = [f"{name}.{ending}" for name in (*FRAMES, ATTRIBUTION) for ending in ("parquet", "csv")]
    for name in (*names, *(f"{figure}.png" for figure in (*FIGURES, ATTRIBUTION))):
        (folder / name).unlink(missing_ok=True)


def _is_ours(folder: Path) -> bool:
    """Whether a folder holds a result, whole or cut short."""
    try:
        Experiment.from_json((folder / "experiment.json").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, OutputError):
        return False
    return True


def write_experiment(folder: Path, experiment: Experiment, scenario: Scenario) -> None:
    """Write where the result comes from, and the resolved scenario."""
    write_text(folder / "experiment.json", experiment.to_json())
    write_text(folder / "scenario.yaml", dump(scenario))


def write_frames(folder: Path, frames: Mapping[str, pd.DataFrame], csv: bool) -> None:
    """Write the frames as Parquet, and as CSV too if asked; the first, the summary, last."""
    for name in reversed(list(frames)):
        if csv:
            with whole_file(folder / f"{name}.csv") as temporary:
                frames[name].to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")
        with whole_file(folder / f"{name}.parquet") as temporary:
            frames[name].to_parquet(temporary, index=False)


def read(folder: Path) -> tuple[Scenario, Experiment, dict[str, pd.DataFrame]]:
    """Read a result.

    Raises
    ------
    OutputError
        If the folder holds none, or one whose save was cut short.
    """
    if not _is_ours(folder):
        raise OutputError(f"{folder} holds no result")
    if not (folder / _LAST).exists():
        raise OutputError(f"{folder} holds a result whose save was cut short: run it again")
    try:
        experiment = Experiment.from_json((folder / "experiment.json").read_text(encoding="utf-8"))
        scenario = load(folder / "scenario.yaml")
        asked_for = [ATTRIBUTION] if (folder / f"{ATTRIBUTION}.parquet").exists() else []
        paths = {name: folder / f"{name}.parquet" for name in (*FRAMES, *asked_for)}
        frames = {name: _typed(pd.read_parquet(path), scenario) for name, path in paths.items()}
    except (OSError, ValueError, KeyError) as error:
        raise OutputError(f"{folder} holds a result that cannot be read: {error}") from error
    return scenario, experiment, frames


def _typed(frame: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Give categories back those of their values that do not occur.

    A category without any value at all, as of factions where there are none, is read as an object.
    """
    kinds = dtypes(scenario)
    found = {
        name: kinds["group_name" if name == "group" else name]
        for name in frame.columns
        if isinstance(frame[name].dtype, pd.CategoricalDtype)
        or (name in kinds and frame[name].dtype == object)
    }
    return frame.astype(found)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside a file; put it in the file's place once it is written.

    Parameters
    ----------
    path : Path
        File that is to appear whole, or to stay as it was if writing fails.
    """
    temporary = path.with_name(f".{path.name}{_TEMPORARY}")
    try:
        yield temporary
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
