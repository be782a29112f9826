"""The army last built, kept for the next run that needs the same one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.army import Army
    from sim.scenario import Scenario


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
        from sim.synthesis import build, built_from

        key = (seed, built_from(scenario))
        if key not in self._kept:
            self._kept.clear()
            self._kept[key] = build(scenario, seed)
        return self._kept[key]
