"""Store: the folder of an ensemble, in which nothing that was finished is lost.

    experiment.json     versions, command, model and seeds: what must be known to repeat it
    scenario.yaml       the first scenario, resolved
    plans/              which runs were asked for, and scenarios as text; one file a list of runs
    runs/               shards: a row a run, with its status, and traceback if it failed
    summary/, daily/    shards of the same names: outcomes of the runs that are done, and series

A shard is written under another name and then renamed, that of `runs/` last: a shard without it is not
there. No shard is ever changed, so any tool may read while others write.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

import pandas as pd

from experiments.ensembles.finished import DONE, Finished
from experiments.ensembles.plan import Plan
from sim.results.provenance import OutputError
from sim.results.result_folder import whole_file

RUNS, PLANS = "runs", "plans"
_ID = "run_id"
COLUMNS = tuple(field.name for field in fields(Finished) if field.name != "frames")
_TEXT = tuple(name for name in COLUMNS if name != "seconds")


class Store:
    """Shards in a folder.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, shard: str, results: Sequence[Finished]) -> None:
        """Write what came of some runs: all of it, or nothing that counts.

        Parameters
        ----------
        shard : str
            Name that no other shard has.
        results : sequence of Finished
            At least one.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        for name in dict.fromkeys(name for one in results for name in one.frames):
            parts = [_named(one.frames[name], one.run_id) for one in results if name in one.frames]
            self._write(name, shard, pd.concat(parts, ignore_index=True))
        self._write(RUNS, shard, _rows(results))

    def _write(self, kind: str, shard: str, table: pd.DataFrame) -> None:
        folder = self.folder / kind
        folder.mkdir(exist_ok=True)
        write_table(folder / f"{shard}.parquet", table)

    def shards(self) -> list[str]:
        """Names of the shards that are there, in the order of their names."""
        return sorted(path.stem for path in (self.folder / RUNS).glob("*.parquet"))

    def rows_of(self, shard: str) -> pd.DataFrame:
        """Rows of runs of one shard."""
        return read_table(self.folder / RUNS / f"{shard}.parquet")

    def runs(self) -> pd.DataFrame:
        """A row a run that has finished: its name, its shard, and the fields of `Finished`.

        Of a run that stands there twice, the row that counts is one that is done, else the last.
        """
        parts = [self.rows_of(shard).assign(shard=shard) for shard in self.shards()]
        if not parts:
            return _rows([]).assign(shard=pd.Series(dtype=str))
        rows = pd.concat(parts, ignore_index=True)
        rows = rows.assign(good=rows["status"] == DONE).sort_values(["good", "started", "shard"])
        return rows.drop_duplicates(_ID, keep="last").drop(columns="good").sort_values(_ID, ignore_index=True)

    def frames(self) -> list[str]:
        """Names of the frames that are kept."""
        return sorted(
            each.name for each in self.folder.iterdir() if each.is_dir() and each.name not in _NOT_FRAMES
        )

    def frame(self, name: str, runs: pd.DataFrame) -> pd.DataFrame:
        """Read a frame of some runs.

        Parameters
        ----------
        name : str
            Such as "summary".
        runs : DataFrame
            Rows of `runs`: each run is read from the shard that counts.

        Returns
        -------
        DataFrame
            With the column `run_id`.

        Raises
        ------
        OutputError
            If no such frame was kept.
        """
        parts = [
            table[table[_ID].isin(ids)]
            for shard, ids in runs[runs["status"] == DONE].groupby("shard")[_ID]
            if (path := self.folder / name / f"{shard}.parquet").exists()
            for table in [read_table(path)]
        ]
        if not parts:
            kept = ", ".join(self.frames()) or "none"
            raise OutputError(f"{self.folder} has no frame '{name}' of these runs (kept: {kept})")
        return pd.concat(parts, ignore_index=True)

    def add_plan(self, plan: Plan) -> None:
        """Write which runs were asked for, unless the same list stands there."""
        folder = self.folder / PLANS
        folder.mkdir(exist_ok=True)
        there = sorted(folder.glob("*.runs.parquet"))
        if any(plan.name in path.name for path in there):
            return
        name = f"{len(there) + 1:04d}-{plan.name}"
        texts = {"scenario_sha256": list(plan.scenarios), "text": [*map(_text, plan.scenarios.values())]}
        write_table(folder / f"{name}.scenarios.parquet", pd.DataFrame(texts))
        write_table(folder / f"{name}.runs.parquet", plan.table)

    def planned(self) -> pd.DataFrame:
        """All runs that were ever asked for, as in `Plan.table`, numbered in that order."""
        paths = sorted((self.folder / PLANS).glob("*.runs.parquet"))
        table = pd.concat([read_table(path) for path in paths], ignore_index=True).drop(columns="run")
        table = table.drop_duplicates(ignore_index=True)
        table.insert(0, "run", range(1, len(table) + 1))
        return table

    def scenario_texts(self) -> Mapping[str, str]:
        """Text of each resolved scenario by its digest: JSON, which YAML is a superset of."""
        tables = [read_table(path) for path in (self.folder / PLANS).glob("*.scenarios.parquet")]
        return {sha256: text for table in tables for sha256, text in table.itertuples(index=False)}

    def clear_leftovers(self) -> None:
        """Remove what killed drivers left half written; only while no other driver writes."""
        for path in self._leftovers():
            path.unlink(missing_ok=True)

    def _leftovers(self) -> Iterator[Path]:
        whole = set(self.shards())
        for folder in (each for each in self.folder.iterdir() if each.is_dir()):
            yield from folder.glob(".*.unfinished")
            if folder.name not in _NOT_FRAMES:
                yield from (path for path in folder.glob("*.parquet") if path.stem not in whole)


_NOT_FRAMES = (RUNS, PLANS, "drivers")


def _text(scenario: object) -> str:
    text: str = scenario.model_dump_json(by_alias=True)  # type: ignore[attr-defined]
    return text


def _named(frame: pd.DataFrame, run_id: str) -> pd.DataFrame:
    """Frame with the name of its run, and categories as text: those of other runs may differ."""
    found = frame.copy(deep=False)
    for name, kind in frame.dtypes.items():
        if isinstance(kind, pd.CategoricalDtype):
            found[name] = frame[name].astype(str)
    found.insert(0, _ID, run_id)
    return found


def _rows(results: Sequence[Finished]) -> pd.DataFrame:
    """Rows of runs, with the same types whatever they hold."""
    kept = [{name: getattr(one, name) for name in COLUMNS} for one in results]
    return pd.DataFrame(kept, columns=list(COLUMNS)).astype({**dict.fromkeys(_TEXT, str), "seconds": float})


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a Parquet file whole or not at all, so that it is there after a power cut, too."""
    # Into memory first: a disk that is full then meets one plain write.
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    with whole_file(path) as temporary:
        temporary.write_bytes(buffer.getbuffer())
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Have the names in a folder written to disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_table(path: Path) -> pd.DataFrame:
    """Read a Parquet file.

    Raises
    ------
    OutputError
        If it is damaged.
    """
    try:
        return pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise OutputError(f"{path} cannot be read: {error}") from error
