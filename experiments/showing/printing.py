"""How commands print: plain text, tables, and intervals as words."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_WIDTH_ELSEWHERE = 140


def console() -> Console:
    """Return a console that prints text as it is, at a fixed width where it is no terminal."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_ELSEWHERE
    return Console(markup=False, highlight=False, emoji=False, width=width)


def new_table(title: str, first: str, *others: str) -> Table:
    """Return a table whose first column is text and whose others are numbers."""
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right")
    return table


def interval(low: float, high: float, form: str) -> str:
    """Write an interval; a dash where it is not known.

    Examples
    --------
    >>> interval(-1.25, 2500.0, "+,.0f"), interval(float("nan"), float("nan"), "+,.0f")
    ('-1 to +2,500', '–')
    """
    return "–" if math.isnan(low) else f"{low:{form}} to {high:{form}}"
