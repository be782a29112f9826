"""Claims: which runs a driver has in hand, so that two drivers on one store do not make the same ones.

Each driver holds a lock on a file of its own for as long as it lives, whichever way it ends: a claim whose
lock can be taken is that of a driver that is gone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

_WAIT_SECONDS = 60.0


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other drivers of a store waiting while the block runs.

    Parameters
    ----------
    folder : Path
        Folder of the store.

    Raises
    ------
    OSError
        If another driver does not let go of the store for a minute.
    """
    try:
        with FileLock(folder / "lock", timeout=_WAIT_SECONDS):
            yield
    except Timeout:
        raise OSError(f"another driver holds {folder / 'lock'} for more than {_WAIT_SECONDS:g} s") from None


def at_work(folder: Path) -> list[str]:
    """Names of the drivers that are at work on a store now.

    Parameters
    ----------
    folder : Path
        Folder of the store.

    Returns
    -------
    list of str
    """
    return [path.stem for path in sorted((folder / "drivers").glob("*.lock")) if _held(path)]


def _held(path: Path) -> bool:
    """Tell whether somebody holds a lock."""
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


class Claims:
    """Runs that one driver has in hand.

    Parameters
    ----------
    folder : Path
        Folder of the store.
    driver : str
        Name of the driver.
    """

    def __init__(self, folder: Path, driver: str) -> None:
        self._folder, self._driver = folder / "drivers", driver
        self._store = folder
        self._folder.mkdir(exist_ok=True)
        self._own: list[str] = []
        self._life = FileLock(self._folder / f"{driver}.lock")

    def __enter__(self) -> Claims:
        self._life.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._file(self._driver).unlink(missing_ok=True)
        self._life.release()
        self._lock_of(self._driver).unlink(missing_ok=True)

    def take(self, wanted: Iterable[str], stored: Callable[[], Collection[str]], most: int) -> list[str]:
        """Take the first runs that nobody has stored or in hand.

        Parameters
        ----------
        wanted : iterable of str
            Names of runs, in the order in which they are to be made.
        stored : callable
            Gives the names of those that are in the store.
        most : int

        Returns
        -------
        list of str
        """
        with alone(self._store):
            gone = {*stored(), *self._of_others(), *self._own}
            taken: list[str] = []
            for run_id in wanted:
                if len(taken) == most:
                    break
                if run_id not in gone:
                    taken.append(run_id)
            self._own += taken
            self._write()
        return taken

    def release(self, runs: Collection[str]) -> None:
        """Give up runs: they are stored, or left to others."""
        self._own = [run_id for run_id in self._own if run_id not in runs]
        with alone(self._store):
            self._write()

    def clear(self, leftovers: Callable[[], None]) -> None:
        """Clear away what drivers that are gone have left, if no other is at work.

        Parameters
        ----------
        leftovers : callable
            Clears the store itself.
        """
        with alone(self._store):
            names = [path.stem for path in self._folder.glob("*.lock")]
            at_work = [name for name in names if name != self._driver and self._lives(name)]
            # A driver that begins meanwhile waits for the store before it writes anything.
            if not at_work:
                leftovers()

    def _write(self) -> None:
        self._file(self._driver).write_text(json.dumps(self._own), encoding="utf-8")

    def _of_others(self) -> Iterator[str]:
        """Runs in the hands of drivers that live."""
        for path in sorted(self._folder.glob("*.json")):
            if path.stem != self._driver and self._lives(path.stem):
                yield from json.loads(path.read_text(encoding="utf-8") or "[]")

    def _lives(self, driver: str) -> bool:
        """Tell whether a driver is still there; clear away what one has left that is not."""
        if _held(self._lock_of(driver)):
            return True
        self._file(driver).unlink(missing_ok=True)
        self._lock_of(driver).unlink(missing_ok=True)
        return False

    def _file(self, driver: str) -> Path:
        return self._folder / f"{driver}.json"

    def _lock_of(self, driver: str) -> Path:
        return self._folder / f"{driver}.lock"
