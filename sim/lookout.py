"""What triggers have seen so far: the part of the state that rules on observed state need."""

from __future__ import annotations

from dataclasses import dataclass, field

WINDOW_DAYS = 28


@dataclass
class Lookout:
    """Memory of the triggers of a run; empty where a scenario has none.

    Attributes
    ----------
    window : list of (int, int, int)
        Escapes, escapes of senior officers and generals, and soldiers killed on each of the last
        `WINDOW_DAYS` days, the oldest first; fewer at the beginning.
    held : dict
        Days in a row on which the condition of an event has held, by its name.
    due : dict
        Day on which a triggered event acts, by its name.
    looks_from : dict
        Day from which the condition of an event that has acted is looked at again, by its name.
    """

    window: list[tuple[int, int, int]] = field(default_factory=list)
    held: dict[str, int] = field(default_factory=dict)
    due: dict[str, int] = field(default_factory=dict)
    looks_from: dict[str, int] = field(default_factory=dict)
