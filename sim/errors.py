"""What can be wrong with a scenario or a run: where, and the mend."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches

OVERRIDE = "--set"
"""The `file` of a value that was given as an override, not written in a file."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the input.

    Parameters
    ----------
    path
        Dotted path of the value, such as ``events.tlass.date``; empty for a whole file.
    message
        What is wrong and what is allowed.
    file
        File as shown to the user, ``--set`` for an override, or empty when there is none.
    line, column
        Counted from 1; 0 where there is no place to point at.
    hint
        The probable mend, such as ``did you mean 'pay'?``.
    """

    path: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    hint: str = ""

    def __str__(self) -> str:
        """One printable line: ``file:line:column: path: message (hint)``."""
        parts = [part for part in (self._place(), self._path(), self.message) if part]
        text = ": ".join(parts) + (f" ({self.hint})" if self.hint else "")
        return printable(text)

    def _place(self) -> str:
        if self.file == OVERRIDE:
            return f"{OVERRIDE} {self.path}"
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def _path(self) -> str:
        return "" if self.file == OVERRIDE else self.path


class ScenarioError(ValueError):
    """A scenario that cannot be used, with every fault found.

    Parameters
    ----------
    faults
        At least one; they are kept sorted by file, line and column.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(
            sorted(faults, key=lambda fault: (fault.file, fault.line, fault.column, fault.path))
        )
        super().__init__(self.faults)

    def __str__(self) -> str:
        """One line a fault."""
        return "\n".join(str(fault) for fault in self.faults)


class AllFaults:
    """The faults of several parts of the input, so that one refusal tells them together.

    Examples
    --------
    >>> faults = AllFaults()
    >>> for name in ("pay", "fear"):
    ...     with faults.kept():
    ...         raise ScenarioError([Fault(name, "is unknown")])
    >>> faults.refuse()
    Traceback (most recent call last):
    sim.errors.ScenarioError: fear: is unknown
    pay: is unknown
    """

    def __init__(self) -> None:
        self._found: list[Fault] = []

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Leave a part at its first `ScenarioError`, and keep what it says."""
        try:
            yield
        except ScenarioError as error:
            self._found += error.faults

    def add(self, fault: Fault) -> None:
        """Keep one more fault."""
        self._found.append(fault)

    def refuse(self) -> None:
        """Tell all faults, each once; do nothing where there are none.

        Raises
        ------
        ScenarioError
        """
        if self._found:
            raise ScenarioError(dict.fromkeys(self._found))


class Faults(ValueError):  # noqa: N818 (it is a list of findings; ScenarioError is the error)
    """Raise it in a pydantic validator to report several faults at their own places.

    Parameters
    ----------
    problems
        Pairs of a path below the model being validated, and a message. A path is made of keys,
        positions in lists, and names of items of named lists; ``()`` is the model itself.
    """

    def __init__(self, problems: Sequence[tuple[tuple[str | int, ...], str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(message for _, message in self.problems))


class SimulationError(RuntimeError):
    """A run that went wrong: the day, the mechanism and the field say where.

    Parameters
    ----------
    day
        Day of the run, 0 the first.
    mechanism
        Name of the mechanism that was at work.
    field
        Name of the value that is impossible.
    message
        What is wrong, with the unit, and the probable mend.
    """

    def __init__(self, day: int, mechanism: str, field: str, message: str) -> None:
        self.day = day
        self.mechanism = mechanism
        self.field = field
        self.message = message
        super().__init__(day, mechanism, field, message)

    def __str__(self) -> str:
        """One printable line: ``day 12: pay: field: message``."""
        return printable(f"day {self.day}: {self.mechanism}: {self.field}: {self.message}")


def printable(text: str) -> str:
    """Text in which line breaks and unprintable characters stand as escapes."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """Hint with the closest of the allowed words; empty when none is close.

    Examples
    --------
    >>> did_you_mean("sruveillance", ["fear", "surveillance"])
    "did you mean 'surveillance'?"
    """
    close = get_close_matches(word[:100], list(allowed), 1)
    return f"did you mean '{close[0]}'?" if close else ""
