"""What happens on a day: the party that sets out, and who was killed, escaped, caught or called."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.codes import How
from sim.reference.company import Company
from sim.reference.soldier import Soldier


@dataclass
class Departure:
    """A man of today's party."""

    man: Soldier
    leader: Soldier
    how: How


@dataclass
class Today:
    """All that is of one day only."""

    day: int
    happening: list[Any] = field(default_factory=list)
    """Events of the day, in the order of the file."""
    dated: list[Soldier] = field(default_factory=list)
    """Named persons who set out today."""
    killed: list[Soldier] = field(default_factory=list)
    party: list[Departure] = field(default_factory=list)
    asked: dict[int, int] = field(default_factory=dict)
    """How often the group of each leader, by row, asked a tie."""
    attempts: list[Departure] = field(default_factory=list)
    """Those of the party who set out in the end."""
    escaped: list[Soldier] = field(default_factory=list)
    caught: list[Soldier] = field(default_factory=list)
    joined: list[Soldier] = field(default_factory=list)
    left_faction: list[Soldier] = field(default_factory=list)
    reported: list[Soldier] = field(default_factory=list)
    evaded: list[Soldier] = field(default_factory=list)
    abandoned: list[list[Company]] = field(default_factory=list)
    """Bases abandoned today."""
    share_of_fighters_killed: float = 0.0
    """Of the armed opposition."""

    def set_out(self, man: Soldier, leader: Soldier, how: How) -> None:
        """Add a man to the party."""
        man.in_party = True
        self.party.append(Departure(man, leader, how))
