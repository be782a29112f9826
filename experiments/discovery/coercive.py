"""Which keys of a scenario are coercive: they can be compared between stated values, never searched."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache


def is_coercive(path: str) -> bool:
    """Tell whether a dotted path of a scenario leads to a coercive number.

    Parameters
    ----------
    path : str
        As in an override; a name that is no path of a scenario is not coercive.

    Examples
    --------
    >>> is_coercive("surveillance.cap"), is_coercive("grievance.multiple"), is_coercive("rain")
    (True, False, False)
    """
    words = tuple(path.split("."))
    return any(_leads(words, steps) for steps in _coercive_steps())


def coercive_among(names: Iterable[str]) -> tuple[str, ...]:
    """Names that are coercive keys, in their order."""
    return tuple(name for name in names if is_coercive(name))


@cache
def _coercive_steps() -> tuple[tuple[str, ...], ...]:
    """Steps of all coercive keys; of a kind of event whatever its name."""
    from experiments.schema_keys import keys_of
    from sim.scenario import Scenario

    return tuple(tuple(name for name, _ in key.steps) for key in keys_of(Scenario) if key.coercive)


def _leads(words: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    """Tell whether the words of a path go the way of the steps of a key."""
    from experiments.schema_keys import ANY, ITEM

    return len(words) == len(steps) and all(
        step in (ANY, ITEM, word) for word, step in zip(words, steps, strict=True)
    )
