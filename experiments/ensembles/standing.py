"""Standing: how far an ensemble has come, and how it is told."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_SECONDS_BETWEEN_LINES = 30.0


@dataclass(frozen=True)
class Standing:
    """How far an ensemble has come.

    Parameters
    ----------
    done, failed : int
        Runs in the store, by how they ended; those of earlier commands and of other drivers count.
    total : int
        Runs that are wanted.
    before : int
        Runs that were in the store when this driver began.
    seconds : float
        Since then.
    """

    done: int
    failed: int
    total: int
    before: int
    seconds: float

    @property
    def finished(self) -> int:
        """Runs that came to an end."""
        return self.done + self.failed

    @property
    def rate(self) -> float:
        """Runs a second since this driver began."""
        return (self.finished - self.before) / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds until all are finished at that rate; None before the first."""
        return (self.total - self.finished) / self.rate if self.rate > 0 else None

    def __str__(self) -> str:
        said = f"{self.done} of {self.total} done"
        if self.failed:
            said += f", {self.failed} failed"
        if self.rate > 0:
            said += f", {rate_text(self.rate)}"
        if self.seconds_left is not None and self.finished < self.total:
            said += f", {duration(self.seconds_left)} left"
        return said


Progress = Callable[[Standing], None]


def rate_text(rate: float) -> str:
    """Write a rate so that it is at least one.

    Parameters
    ----------
    rate : float
        Runs a second.

    Examples
    --------
    >>> rate_text(12.3), rate_text(0.21), rate_text(0.004)
    ('12.3 runs a second', '12.6 runs a minute', '14.4 runs an hour')
    """
    for factor, unit in ((1, "a second"), (60, "a minute")):
        if rate * factor >= 1:
            return f"{rate * factor:.3g} runs {unit}"
    return f"{rate * 3600:.3g} runs an hour"


def duration(seconds: float) -> str:
    """Write a duration in its two largest units.

    Examples
    --------
    >>> duration(8.4), duration(340), duration(7300), duration(200_000)
    ('8 s', '5 min 40 s', '2 h 1 min', '2 d 7 h')
    """
    whole = round(seconds)
    for large, small, factor, part in (("d", "h", 86_400, 3600), ("h", "min", 3600, 60), ("min", "s", 60, 1)):
        if whole >= factor:
            return f"{whole // factor} {large} {whole % factor // part} {small}"
    return f"{whole} s"


@contextmanager
def shown(title: str) -> Iterator[Progress]:
    """Give a function that shows how far an ensemble is: a bar on a terminal, lines elsewhere.

    Parameters
    ----------
    title : str

    Yields
    ------
    callable
        Standing -> None; on standard error.
    """
    if not sys.stderr.isatty():
        yield _lines(title)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=12), TextColumn("{task.fields[said]}"))
    with Bars(*columns, console=Console(stderr=True, markup=False), transient=True) as bars:
        task = bars.add_task(title, total=None, said="")
        yield lambda now: bars.update(task, completed=now.finished, total=now.total, said=str(now))


def _lines(title: str) -> Progress:
    """Print a line at the start, every half minute, and at the end."""
    last = -_SECONDS_BETWEEN_LINES

    def show(now: Standing) -> None:
        nonlocal last
        if now.finished == now.total or time.monotonic() - last >= _SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            print(f"{title}: {now}", file=sys.stderr, flush=True)

    return show
