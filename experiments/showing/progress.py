"""How far a command has come: a bar on a terminal, plain lines elsewhere; always on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int], None]

_PARTS = 4


@contextmanager
def shown(title: str) -> Iterator[Progress]:
    """Give a function that shows progress while the block runs.

    Parameters
    ----------
    title : str
        What is going on, such as "3 runs of syria-2012".

    Yields
    ------
    callable
        (done, total) -> None.
    """
    if not sys.stderr.isatty():
        yield _lines(title)
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True, markup=False), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Progress of one run as a part of all."""
    if progress is None:
        return None
    return lambda day, days: progress(before + day, total)


def _lines(title: str) -> Progress:
    """Print a line at each quarter."""
    said = 0

    def show(done: int, total: int) -> None:
        nonlocal said
        part = _PARTS * done // total
        if part > said:
            said = part
            print(f"{title}: {100 * part // _PARTS} %", file=sys.stderr, flush=True)

    return show
