"""Ensemble: any list of runs, made on any engine and kept in a store; the way in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pandas as pd

from experiments import folder as folders
from experiments.ensembles import description
from experiments.ensembles.claims import alone
from experiments.ensembles.driver import Driver
from experiments.ensembles.engines import Engine, opened, refuse_unknown
from experiments.ensembles.finished import DONE
from experiments.ensembles.job import refuse_unless_sent
from experiments.ensembles.plan import Plan, Planned, Run, plan_of
from experiments.ensembles.simulation import SUMMARY, Model, Simulation
from experiments.ensembles.spread import QUANTILES, bands_of, series_of, shares_of
from experiments.ensembles.standing import Progress
from experiments.ensembles.store import Store
from experiments.ensembles.version import version_of_model

if TYPE_CHECKING:
    from sim.scenario import Scenario

MISSING = "missing"


@dataclass(frozen=True, eq=False, repr=False)
class Ensemble:
    """Runs in a store.

    Every table has the number of the run, from 1 in the order in which runs were asked for, as its first
    column `run`, and is sorted by it: it is the same whatever the engine and however often it was
    interrupted.

    Parameters
    ----------
    folder : Path
    planned : DataFrame
        A row a run that was asked for: run, run_id, scenario, overlays, scenario_sha256, army_seed,
        luck_seed, and its labels.
    """

    folder: Path
    planned: pd.DataFrame

    @classmethod
    def load(cls, folder: str | PathLike[str]) -> Self:
        """Read a store: all runs that were ever asked for in it.

        Parameters
        ----------
        folder : path

        Raises
        ------
        OutputError
            If it holds no ensemble.
        """
        path = Path(folder)
        description.read_description(path)
        return cls(path, Store(path).planned())

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row a run: the columns of `planned`, and how it ended.

        status (done, failed, missing), error, message, traceback, started (UTC), seconds, host.
        """
        rows = self.planned.merge(self._finished.drop(columns="shard"), on="run_id", how="left")
        rows["status"] = rows["status"].fillna(MISSING)
        text = ["error", "message", "traceback", "started", "host"]
        return rows.fillna(dict.fromkeys(text, ""))

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row a run that is done: the columns of `planned`, and its outcomes."""
        return self.planned.merge(self._read(SUMMARY), on="run_id", validate="many_to_one")

    @cached_property
    def daily(self) -> pd.DataFrame:
        """A row a day of each run that is done; see `sim.record.DAILY_COLUMNS`."""
        return self.frame("daily")

    @property
    def failed(self) -> pd.DataFrame:
        """Rows of `runs` that failed, with the traceback of each."""
        return self.runs[self.runs["status"] == "failed"].reset_index(drop=True)

    def frame(self, name: str) -> pd.DataFrame:
        """Read a frame that was kept, such as "daily".

        Parameters
        ----------
        name : str

        Returns
        -------
        DataFrame
            The column `run`, and those of the frame; categories are text.

        Raises
        ------
        OutputError
            If it was not kept.
        """
        order = self.planned[["run", "run_id"]]
        return order.merge(self._read(name), on="run_id").drop(columns="run_id")

    @cached_property
    def _finished(self) -> pd.DataFrame:
        rows = Store(self.folder).runs()
        return rows[rows["run_id"].isin(self.planned["run_id"])]

    def _read(self, name: str) -> pd.DataFrame:
        return Store(self.folder).frame(name, self._finished)

    @property
    def frames(self) -> list[str]:
        """Names of the frames that are kept."""
        return Store(self.folder).frames()

    def bands(
        self, column: str, quantiles: Sequence[float] = QUANTILES, *, so_far: bool = False
    ) -> pd.DataFrame:
        """Quantiles of a daily column over the runs that are done.

        Parameters
        ----------
        column : str
            Of `daily`, such as "exits".
        quantiles : sequence of float
        so_far : bool
            Of its sum since day 0.

        Returns
        -------
        DataFrame
            See `experiments.ensembles.spread.bands_of`.
        """
        return bands_of(series_of(self.daily, column, so_far=so_far), quantiles)

    def outcomes(self) -> pd.DataFrame:
        """Share of runs in each class of outcome, with intervals.

        See `experiments.ensembles.spread.shares_of`.
        """
        return shares_of(self.summary["outcome"])

    def counts(self) -> dict[str, int]:
        """Runs by status: done, failed, missing."""
        found = self.runs["status"].value_counts()
        return {status: int(found.get(status, 0)) for status in (DONE, "failed", MISSING)}

    def __repr__(self) -> str:
        said = ", ".join(f"{count} {status}" for status, count in self.counts().items() if count)
        return f"Ensemble({self.folder}: {said})"

    def _repr_html_(self) -> str:
        """Show how many runs there are, and the first outcomes, in a notebook."""
        table = ""
        if self.counts()[DONE]:
            table = self.summary.to_html(index=False, border=0, max_rows=10, max_cols=16)
        return f"<p><b>{escape(repr(self))}</b></p>{table}"


def ensemble(
    runs: Iterable[Run | tuple[Scenario, int]],
    folder: str | PathLike[str],
    *,
    engine: Engine = "processes",
    workers: int | None = None,
    limit_seconds: float | None = None,
    model: Model | None = None,
    retry: bool = False,
    shard: tuple[int, int] | None = None,
    progress: Progress | None = None,
) -> Ensemble:
    """Make runs, and keep each in a store as it finishes; the same call continues what was interrupted.

    Parameters
    ----------
    runs : iterable of Run or (Scenario, seed)
        With one seed, it is that of army and luck. A run that is in the store is not made again.
    folder : path
        Of the store; made if it is not there.
    engine : str or Executor
        "serial", "processes", "dask://HOST:PORT", or any executor of `concurrent.futures`.
    workers : int, optional
        Processes; as many as there are processors unless stated.
    limit_seconds : float, optional
        Most seconds that a run may take: one that takes longer is a failed row.
    model : Model, optional
        What is run: `Simulation()` unless stated, which keeps the daily table.
    retry : bool
        Make runs again that failed.
    shard : (int, int), optional
        Part i of n, from 1: only those runs are made, for arrays of jobs.
    progress : callable, optional
        Called with a `Standing`.

    Returns
    -------
    Ensemble
        Of these runs; with a shard, of those of it.

    Raises
    ------
    ValueError
        If an argument is not allowed; before anything is written.
    EngineError
        If the engine does not answer within 10 seconds, or is lost.
    OutputError
        If the folder holds something else, or runs of another version of the model.
    OSError
        If the store cannot be written to. What is in it stays.
    """
    model = Simulation() if model is None else model
    _refuse(engine, workers, limit_seconds, shard)
    if engine != "serial" or limit_seconds is not None:
        refuse_unless_sent(model)
    version, path = version_of_model(model), Path(folder)
    plan = plan_of(runs, version)
    wanted = plan.by_army() if shard is None else plan.part(*shard)
    folders.refuse_unless_usable(path)
    description.refuse_another(path, version)
    with opened(engine, workers, limit_seconds) as ready:
        _prepare(path, plan, model, version, engine, limit_seconds)
        Driver(Store(path), wanted, model, version, limit_seconds, retry, progress).drive(ready)
    return Ensemble(path, _rows_of(plan, wanted))


def _refuse(engine: Engine, workers: int | None, limit: float | None, shard: tuple[int, int] | None) -> None:
    refuse_unknown(engine, workers)
    if limit is not None and not limit > 0:
        raise ValueError(f"limit_seconds is {limit:g}, more than 0 is needed")
    if shard is not None and not 1 <= shard[0] <= shard[1]:
        raise ValueError(f"there is no shard {shard[0]} of {shard[1]}")


def _prepare(
    folder: Path, plan: Plan, model: Model, version: str, engine: Engine, limit: float | None
) -> None:
    """Write what is asked for, before the first run."""
    folder.mkdir(parents=True, exist_ok=True)
    named = engine if isinstance(engine, str) else type(engine).__name__
    with alone(folder):
        description.refuse_another(folder, version)
        description.describe(folder, plan, model, version, named, limit)
        Store(folder).add_plan(plan)


def _rows_of(plan: Plan, wanted: list[Planned]) -> pd.DataFrame:
    """Rows of a plan that are among those wanted."""
    names = {each.run_id for each in wanted}
    return plan.table[plan.table["run_id"].isin(names)].reset_index(drop=True)
