"""Driver: the loop that hands runs to an engine and puts what comes back into the store."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime

from experiments.ensembles.claims import Claims, alone
from experiments.ensembles.faults import EngineError
from experiments.ensembles.finished import DONE, Finished
from experiments.ensembles.job import Job
from experiments.ensembles.opened import Opened
from experiments.ensembles.plan import Planned
from experiments.ensembles.simulation import Model
from experiments.ensembles.standing import Progress, Standing
from experiments.ensembles.store import Store
from experiments.ensembles.task import Task, work

MOST_IN_A_TASK = 16
_TASKS_A_WORKER = 4
"""At least so many tasks a worker are left when a task is cut, so that all end at about the same time."""
_TRIES = 3
_LOOK_SECONDS = 1.0


@dataclass
class Driver:
    """Makes the runs that a store lacks.

    Parameters
    ----------
    store : Store
    wanted : sequence of Planned
        In the order in which they are to be made.
    model : Model
    version : str
    limit : float, optional
        Most seconds a run may take.
    retry : bool
        Make runs again that failed before.
    progress : callable, optional
    """

    store: Store
    wanted: Sequence[Planned]
    model: Model
    version: str
    limit: float | None = None
    retry: bool = False
    progress: Progress | None = None
    name: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}")

    def __post_init__(self) -> None:
        self._runs = {each.run_id: each for each in self.wanted}
        self._texts: dict[str, str] = {}
        self._status: dict[str, str] = {}
        self._read: set[str] = set()
        self._shards = 0
        self._tries: dict[str, int] = {}
        self._flying: dict[Future[list[Finished]], list[str]] = {}
        self._again: list[str] = []

    def drive(self, engine: Opened) -> None:
        """Go on until every run that is wanted is in the store.

        Raises
        ------
        EngineError
            If the engine is gone.
        OSError
            If the store cannot be written to: what is in it stays.
        """
        with alone(self.store.folder):
            self._look(first=True)
        self._before, self._began = len(self._status), time.monotonic()
        with Claims(self.store.folder, self.name) as claims:
            claims.clear(self.store.clear_leftovers)
            self._tell()
            try:
                while self._missing() or self._flying:
                    self._hand_out(engine, claims)
                    self._take_in(engine, claims)
            finally:
                for future in self._flying:
                    future.cancel()

    def _missing(self) -> list[str]:
        """Runs that are not in the store, those first that came back from a worker."""
        left = [run_id for run_id in self._runs if run_id not in self._status]
        again = set(self._again)
        return [*self._again, *(run_id for run_id in left if run_id not in again)]

    def _look(self, first: bool = False) -> Collection[str]:
        """Take note of what is in the store; give the names of the runs there."""
        for shard in self.store.shards():
            if shard in self._read:
                continue
            self._read.add(shard)
            for run_id, status in self.store.rows_of(shard)[["run_id", "status"]].itertuples(index=False):
                old = first and self.retry and status != DONE
                if run_id in self._runs and self._status.get(run_id) != DONE and not old:
                    self._status[run_id] = status
        return self._status

    def _hand_out(self, engine: Opened, claims: Claims) -> None:
        """Give each worker what it needs, of the runs that nobody has."""
        while len(self._flying) < engine.workers() * engine.ahead:
            missing = self._missing()
            size = min(MOST_IN_A_TASK, max(1, len(missing) // (_TASKS_A_WORKER * engine.workers())))
            again = self._again[:size]
            self._again = self._again[size:]
            runs = again or claims.take(missing, self._look, size)
            if not runs:
                return
            task = Task([self._job(run_id) for run_id in runs], self.limit, self.version, engine.here)
            self._flying[_submit(engine, task)] = runs

    def _job(self, run_id: str) -> Job:
        each = self._runs[run_id]
        if each.scenario_sha256 not in self._texts:
            self._texts[each.scenario_sha256] = each.run.scenario.model_dump_json(by_alias=True)
        text = self._texts[each.scenario_sha256]
        return Job(run_id, text, each.run.army, each.run.luck_seed, self.model)

    def _take_in(self, engine: Opened, claims: Claims) -> None:
        """Wait for some task, and store what it brings."""
        engine.check()
        if not self._flying:
            time.sleep(_LOOK_SECONDS)  # the rest is in the hands of another driver
            self._look()
            self._tell()
            return
        ready, _ = wait(self._flying, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
        for future in ready:
            runs = self._flying.pop(future)
            results = self._results(future, runs)
            if results:
                self._shards += 1
                self.store.add(f"{self.name}-{self._shards:06d}", results)
                self._status |= {one.run_id: one.status for one in results}
                claims.release({one.run_id for one in results})
            self._again[:0] = [run_id for run_id in runs if run_id not in self._status]
        self._tell()

    def _results(self, future: Future[list[Finished]], runs: Sequence[str]) -> list[Finished]:
        """What a task brought; nothing if the worker was lost, whose runs are then tried again."""
        try:
            return future.result()
        except EngineError:
            raise
        except Exception as error:  # a fault of the engine: those of a run are in its row
            _refuse_broken(error)
            for run_id in runs:
                self._tries[run_id] = self._tries.get(run_id, 0) + 1
            if max(self._tries[run_id] for run_id in runs) < _TRIES:
                return []
            raise EngineError(
                f"the engine lost a task {_TRIES} times: {type(error).__name__}: {error}"
            ) from error

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(self.standing())

    def standing(self) -> Standing:
        """How far it has come."""
        done = sum(status == DONE for status in self._status.values())
        seconds = time.monotonic() - self._began
        return Standing(done, len(self._status) - done, len(self._runs), self._before, seconds)

    def failed(self) -> Iterator[str]:
        """Names of the runs that failed."""
        return (run_id for run_id, status in self._status.items() if status != DONE)


def _submit(engine: Opened, task: Task) -> Future[list[Finished]]:
    """Hand a task to an engine."""
    try:
        return engine.executor.submit(work, task)
    except RuntimeError as error:  # it was shut down, or is broken
        raise EngineError(f"the engine takes no more tasks: {error}") from error


def _refuse_broken(error: Exception) -> None:
    """Stop where an engine says that it will never work again."""
    if isinstance(error, BrokenExecutor):
        raise EngineError(f"the engine broke down: {error}") from error
