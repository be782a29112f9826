"""The army last built, kept for the next run that needs the same one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.army import Army
    from sim.scenario import Scenario

_SECTIONS = {"army", "sects", "branches", "places"}
"""Sections of a scenario that an army is built from."""

_NOT_OF_IT: Any = {"places": {"__all__": {"distance_km", "tile", "title"}}}
"""What no soldier is dealt from, though it stands in one of them."""


@dataclass
class Armies:
    """Builder of armies that builds none twice in a row.

    One army of 650,000 rows takes about 100 MB, so only the last one is kept.
    """

    _kept: dict[tuple[int, str], Army] = field(default_factory=dict)

    def of(self, scenario: Scenario, seed: int) -> Army:
        """Army of a scenario under an army seed.

        Parameters
        ----------
        scenario : Scenario
        seed : int
            The army seed.

        Returns
        -------
        Army
        """
        from sim.synthesis import build

        key = (seed, army_part(scenario))
        if key not in self._kept:
            self._kept.clear()
            self._kept[key] = build(scenario, seed)
        return self._kept[key]


def army_part(scenario: Scenario) -> str:
    """Text of all that an army is built from; the order of its tables counts."""
    return scenario.model_dump_json(include=_SECTIONS, exclude=_NOT_OF_IT, by_alias=True)
