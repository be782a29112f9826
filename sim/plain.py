"""Sections of a scenario as plain objects, since a day reads hundreds of their numbers.

A section (`sim.parameters`) is a pydantic model, which answers for names that it does not have. Python must
ask it anew at each reading; where an attribute of a plain object is found, it remembers.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import NoReturn, TypeVar, cast

from sim.parameters import Section

Kind = TypeVar("Kind", bound=Section)


class Plain:
    """An object that has attributes and nothing else; they cannot be set."""

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse, as a section does."""
        raise AttributeError(f"'{name}' is of the scenario, which nothing changes")


def plain(section: Kind) -> Kind:
    """Write a section, and those in it, out as plain objects that read the same.

    Parameters
    ----------
    section : Section

    Returns
    -------
    Plain
        With the values, properties and methods of the section, though no instance of its class. Sections
        that are told apart by a `kind`, and those in tables and lists, are left as they are.
    """
    written = Plain()
    for name in _names(type(section)):
        value = getattr(section, name)
        is_plain = isinstance(value, Section) and "kind" not in type(value).model_fields
        vars(written)[name] = plain(value) if is_plain else value
    return cast(Kind, written)


def _names(section: type[Section]) -> Iterator[str]:
    """Names of the fields of a section, and of the properties and methods that it adds to them."""
    yield from section.model_fields
    for base in section.__mro__:
        if issubclass(base, Section):
            for name, value in vars(base).items():
                if isinstance(value, FunctionType | property) and not name.startswith(("_", "model_")):
                    yield name
