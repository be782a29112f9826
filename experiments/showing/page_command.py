"""Commands that write a page, such as `python -m experiments.discovery`: their names and their numbers."""

from __future__ import annotations

import argparse
from collections.abc import Callable

_LEAST, _MOST = 0.0001, 20.0
"""Of a scenario's ``army.scale``."""


def page_parser(module: str, about: str | None) -> argparse.ArgumentParser:
    """Parser that calls a command what its user types, also where its file is a `__main__`.

    Parameters
    ----------
    module : str
        As after ``python -m``.
    about : str or None
        Docstring of the module: its first paragraph is shown, without the name of the command.
    """
    first = (about or "").partition("\n\n")[0].replace("``", "")
    words = first.removeprefix(f"python -m {module}: ")
    return argparse.ArgumentParser(prog=f"python -m {module}", description=words[:1].upper() + words[1:])


def add_scale(parser: argparse.ArgumentParser, size: float) -> None:
    """Add the size of the army to the options of a command."""
    parser.add_argument(
        "--scale", type=part_of_army, default=size, help="size of the army, 1 for the real one"
    )


def part_of_army(text: str) -> float:
    """Read the size of an army over its real size.

    Raises
    ------
    ArgumentTypeError
        If it is no number, or none that a scenario takes.
    """
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not _LEAST <= value <= _MOST:
        raise argparse.ArgumentTypeError(f"'{text}' is no number from {_LEAST:g} to {_MOST:g}")
    return value


def at_least(least: int) -> Callable[[str], int]:
    """Reader of whole numbers that are not less.

    Examples
    --------
    >>> at_least(2)("12")
    12
    """

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"'{text}' is no whole number from {least} on")
        return int(text)

    return read
