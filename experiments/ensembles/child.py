"""The process that runs: a child of a worker, which may hang or die without taking the worker along.

It reads jobs from its standard input and writes what came of them to its standard output. It ends when
its worker is gone, however that ended, and when it has had nothing to do for some minutes.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import queue
import signal
import threading
import traceback
from typing import TYPE_CHECKING, BinaryIO

from experiments.ensembles.finished import run_here
from experiments.ensembles.job import prepare
from experiments.ensembles.messages import receive, send

if TYPE_CHECKING:
    from experiments.ensembles.job import Job

IDLE_SECONDS = 300.0
READY = b"ready"


def main() -> None:
    """Take jobs until the worker is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the driver, which ends its children
    jobs, answers = _private_pipes()
    faulthandler.enable()
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(jobs, requests), daemon=True).start()
    send(answers, READY)
    while True:
        try:
            limit, message = pickle.loads(requests.get(timeout=IDLE_SECONDS))
        except queue.Empty:
            return
        send(answers, _answer(limit, message))


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Streams of jobs and answers that no print of a model can get into."""
    jobs = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return jobs, answers


def _listen(jobs: BinaryIO, requests: queue.SimpleQueue[bytes]) -> None:
    """Take in jobs; end at once when there is nobody to answer to, even in the middle of a run."""
    while True:
        try:
            requests.put(receive(jobs))
        except (EOFError, OSError):
            os._exit(0)


def _answer(limit: float | None, message: bytes) -> bytes:
    """Run one job under its limit.

    The limit is kept by a thread outside Python: it holds in compiled loops, too, and leaves the place
    where the run was on standard error.
    """
    try:
        job: Job = pickle.loads(message)
        prepare(job)  # what is loaded once is no part of a run's limit
        if limit is not None:
            faulthandler.dump_traceback_later(limit, exit=True)
        return pickle.dumps(run_here(job))
    except Exception as error:  # such as a module that is not found here
        return pickle.dumps((type(error).__name__, str(error), traceback.format_exc()))
    finally:
        faulthandler.cancel_dump_traceback_later()


if __name__ == "__main__":
    main()
