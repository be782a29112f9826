"""What is made once of an army and a scenario, for all seeds of luck that are run on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sim.army import Army

Made = TypeVar("Made")


class ByArmy(Generic[Made]):
    """Keeps what was made for the scenario last asked for with each army, as long as the army lives."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Army, tuple[object, Made]] = WeakKeyDictionary()

    def of(self, scenario: object, army: Army, make: Callable[[], Made]) -> Made:
        """Make it, or find it again for the same scenario and army.

        Parameters
        ----------
        scenario : object
            A scenario; another with the same values is another.
        army : Army
        make : callable
            What it makes must not hold the army itself, which would be kept for good.
        """
        kept = self._kept.get(army)
        if kept is None or kept[0] is not scenario:
            kept = self._kept[army] = scenario, make()
        return kept[1]
