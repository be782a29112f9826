"""The scatter of resistances: on which days a soldier's resistance is how low.

Ten layers by height. The lowest is dealt by day along the roster, the nine above to each soldier in
spells of days (section 7.3). Nothing is left out but layers that begin above what is asked for.
"""

from __future__ import annotations

from math import log

from sim.reference.luck import Luck, box

LAYERS = 9
HEIGHT = 2.0**-9
"""Upper edge of the lowest layer."""
CROWD = 512
"""Identities that a box of the lowest layer holds."""
EDGES = tuple(log(2.0 ** (layer - 9)) for layer in range(LAYERS))
"""Log of the lower edge of each layer above the lowest."""
DECISION = "resistance to leaving"


class Scatter:
    """Points of the lowest layer on the day that is read.

    Parameters
    ----------
    luck : Luck
    """

    def __init__(self, luck: Luck) -> None:
        self.luck = luck
        self.day = -1
        self.points: dict[int, list[float]] = {}

    def lowest_layer(self, day: int, identities: int) -> dict[int, list[float]]:
        """Log heights under 1/512 of a day, by identity."""
        if day != self.day:
            self.day, self.points = day, {}
            for number in range(-(-identities // CROWD)):
                words = self.luck.words(f"{DECISION}, lowest layer", day, number)
                for cell, height in box(words, 9):
                    self.points.setdefault(CROWD * number + cell, []).append(log(HEIGHT * height))
        return self.points


class Spells:
    """The layers above the lowest, of one soldier; the latest spell of each layer is kept.

    Parameters
    ----------
    luck : Luck
    identity : int
    """

    __slots__ = ("identity", "latest", "luck")

    def __init__(self, luck: Luck, identity: int) -> None:
        self.luck = luck
        self.identity = identity
        self.latest: dict[int, tuple[int, dict[int, float]]] = {}

    def lowest(self, layer: int, day: int) -> float:
        """Log height of his lowest point of a layer on a day; infinite if there is none."""
        length = CROWD >> layer
        number = day // length
        if self.latest.get(layer, (-1, {}))[0] != number:
            self.latest[layer] = number, self._spell(layer, number, length)
        return self.latest[layer][1].get(day, float("inf"))

    def _spell(self, layer: int, number: int, length: int) -> dict[int, float]:
        """Lowest point by day, of one spell."""
        width, lowest = 2.0 ** (layer - 9), dict[int, float]()
        words = self.luck.words(DECISION, f"{layer}/{number}", self.identity)
        for cell, height in box(words, 9 - layer):
            day, log_height = number * length + cell, log(width + width * height)
            lowest[day] = min(log_height, lowest.get(day, float("inf")))
        return lowest
