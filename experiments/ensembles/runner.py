"""Runner: a worker's hold on the child process that runs for it, which may hang or die.

a run over its limit         : a failed row with the place where it was
a child that dies in a run   : a new child tries again, twice; then a failed row
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, BinaryIO

from experiments.ensembles.child import READY
from experiments.ensembles.faults import EngineError
from experiments.ensembles.finished import Finished, failed
from experiments.ensembles.job import Job
from experiments.ensembles.messages import receive, send

TRIES = 3
_TO_START_SECONDS = 300.0
_TO_PREPARE_SECONDS = 120.0
_TO_OBEY_SECONDS = 5.0
_MOST_OF_TRACE = 20_000
_OVER = "Timeout ("  # how faulthandler begins what it leaves of a run over its limit
# Many processes with many threads each are slower than many processes.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class Runner:
    """Runs jobs in a child process, one after another."""

    def __init__(self) -> None:
        self._child: _Child | None = None
        self._ended = False

    def run(self, job: Job, limit: float | None) -> Finished:
        """Run a job.

        Parameters
        ----------
        job : Job
        limit : float, optional
            Most seconds that the run may take.

        Returns
        -------
        Finished

        Raises
        ------
        EngineError
            If no child can be started, or the runner was ended meanwhile.
        """
        message = pickle.dumps((limit, pickle.dumps(job)))
        for _ in range(TRIES):
            started = time.time()
            child = self._living()
            try:
                answer = child.ask(message, limit)
            except (EOFError, OSError):
                self._refuse_if_ended()
                said, code = child.last_words(), child.code()
                self._end_child()
                if limit is not None and (_OVER in said or child.overdue):
                    return failed(job, "RunLimit", f"not finished after {limit:g} seconds", said, started)
                continue
            if isinstance(answer, Finished):
                return answer
            return failed(job, *answer, started)
        return failed(job, "WorkerDied", f"{TRIES} processes died in this run, {_how(code)}", said, started)

    def end(self) -> None:
        """End the child, and let nobody start another."""
        self._ended = True
        self._end_child()

    def _refuse_if_ended(self) -> None:
        if self._ended:
            raise EngineError("stopped")

    def _living(self) -> _Child:
        """Give the child, a new one if there is none or it has gone home."""
        if self._child is None or not self._child.lives():
            self._end_child()
            self._child = _Child()
            if self._ended:  # while the child was starting
                self._end_child()
                self._refuse_if_ended()
        return self._child

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None

    def __del__(self) -> None:
        self._end_child()


class _Child:
    """A child process; its standard error is kept, to be shown if it dies."""

    def __init__(self) -> None:
        self.overdue = False
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the child)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "experiments.ensembles.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=_environment(),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._jobs: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self._answers: BinaryIO = self._process.stdout  # type: ignore[assignment]
        try:
            with self._killed_after(_TO_START_SECONDS):
                ready = receive(self._answers) == READY
        except (EOFError, OSError):
            ready = False
        if not ready:
            said = self.last_words()
            self.end()
            raise EngineError(f"a process for runs could not be started:\n{said}")

    def lives(self) -> bool:
        return self._process.poll() is None

    def ask(self, message: bytes, limit: float | None) -> Finished | tuple[str, str, str]:
        """Send a job and wait for what came of it."""
        self._said.seek(0)
        self._said.truncate()
        with self._killed_after(None if limit is None else limit + _TO_PREPARE_SECONDS):
            send(self._jobs, message)
            answer: Finished | tuple[str, str, str] = pickle.loads(receive(self._answers))
        return answer

    @contextmanager
    def _killed_after(self, seconds: float | None) -> Iterator[None]:
        """Kill the child if it does not answer in time, though it should have ended itself."""
        if seconds is None:
            yield
            return
        timer = threading.Timer(seconds, self._kill_overdue)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _kill_overdue(self) -> None:
        self.overdue = True
        self._process.kill()

    def code(self) -> int:
        """Exit code of a child that is gone, or on its way."""
        try:
            return self._process.wait(_TO_OBEY_SECONDS)
        except subprocess.TimeoutExpired:
            return 0

    def last_words(self) -> str:
        """What it wrote to standard error, the end of it."""
        self.code()
        self._said.seek(0)
        return self._said.read().decode("utf-8", "replace")[-_MOST_OF_TRACE:]

    def end(self) -> None:
        """Kill it: it holds nothing that is not to be made again."""
        self._process.kill()
        self._process.wait()
        for stream in (self._answers, self._said):
            stream.close()
        with suppress(OSError):  # what was still to be sent
            self._jobs.close()


def _how(code: int) -> str:
    """Say how a process ended, from its exit code."""
    return f"the last by signal {-code}" if code < 0 else f"the last with exit code {code}"


def _environment() -> dict[str, str]:
    """Environment of a child: what is importable here is importable there; one thread."""
    path = os.pathsep.join(os.path.abspath(each or os.curdir) for each in sys.path)
    return {**os.environ, **dict.fromkeys(_ONE_THREAD, "1"), "PYTHONPATH": path}
