"""How a finding shows itself in a notebook: what it is, its tables, and what they cover."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def notebook_view(finding: object, tables: Iterable[str], notes: Iterable[str]) -> str:
    """Write a finding as HTML.

    Parameters
    ----------
    finding : object
        Its `repr` is the heading.
    tables : iterable of str
        HTML, as `DataFrame.to_html` gives it.
    notes : iterable of str
        Plain text, a paragraph each.

    Returns
    -------
    str
    """
    said = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return f"<p><b>{escape(repr(finding))}</b></p>{''.join(tables)}{said}"
