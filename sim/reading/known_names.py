"""Names that a key refers to: whether they stand in the table that it means."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sim.errors import did_you_mean

Path = tuple[str | int, ...]
Fault = tuple[Path, str]


def known(path: Path, name: str, names: Collection[str], kind: str) -> Iterator[Fault]:
    """Report a name that is not in a table.

    Parameters
    ----------
    path : tuple
        Where the name is written.
    name : str
    names : collection of str
        Those allowed, such as a table by name.
    kind : str
        What they name, such as ``place``.
    """
    if name not in names:
        hint = did_you_mean(name, list(names))
        allowed = ", ".join(names) or "none"
        yield path, f"unknown {kind} '{name}', allowed: {allowed}" + (f" ({hint})" if hint else "")
