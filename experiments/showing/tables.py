"""Tables of documents: numbers as people read them, rows as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def number(value: float) -> str:
    """Write a number with three figures, thousands in full.

    Examples
    --------
    >>> number(42186.4), number(0.0017953), number(3.0), number(204.6)
    ('42,186', '0.0018', '3', '205')
    """
    if not np.isfinite(value):
        return "none"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 2 if abs(value) < 0.1 else 3
    return f"{float(f'{value:.{digits}g}'):g}"


def markdown(rows: Sequence[dict[str, str]]) -> str:
    """Write rows with the same keys as a Markdown table."""
    head = list(rows[0])
    body = [head, ["---"] * len(head), *([row[name] for name in head] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in body)
