"""The map of regimes: the class of outcome over three parameters, and where the classes meet.

A cell is a value of each axis, run on every army with the luck of its number. Its class is that of most of
its runs; where none leads, that of the run in the middle by the share gone. Borders are looked for from the
baseline along one axis at a time, the others as they are: between two neighbours of different class the
interval is halved as often as is asked for. A coercive parameter is compared at the values of the grid, not
searched: its borders are known to a step of the grid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from sim.army import Army
from sim.engine import simulate
from sim.scenario import Scenario


@dataclass(frozen=True)
class Axis:
    """A parameter that is varied: its keys, which move together, and its values from low to high."""

    name: str
    title: str
    keys: tuple[str, ...]
    values: tuple[float, ...]
    baseline: float
    """Its value in the scenario as it is: one of the values."""
    coercive: bool = False


AXES = (
    Axis(
        "grievance",
        "grievance, multiple of all inputs",
        ("grievance.multiple",),
        (0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.6),
        1.0,
    ),
    Axis(
        "learning",
        "surveillance learns, units per year",
        ("surveillance.learning_per_year",),
        (0.0, 0.5, 1.0, 1.5, 2.0, 4.0),
        1.0,
        coercive=True,
    ),
    Axis(
        "belief",
        "effect of belief on the ranks, log hazard per log odds",
        ("belief.effect.enlisted", "belief.effect.nco"),
        (0.0, 0.157, 0.5),
        0.157,
    ),
)
GRIEVANCE, LEARNING, BELIEF = AXES

Point = tuple[float, ...]
"""A value of each axis."""

HERE: Point = tuple(axis.baseline for axis in AXES)


@dataclass(frozen=True)
class Cell:
    """What became of the armies at one point."""

    point: Point
    outcomes: tuple[str, ...]
    """Class of each run, in the order of the armies."""
    share_gone: tuple[float, ...]

    @property
    def outcome(self) -> str:
        """Class of most runs; of the run in the middle by the share gone, where none leads."""
        most = max(self.outcomes.count(one) for one in self.outcomes)
        ordered = sorted(zip(self.share_gone, self.outcomes, strict=True))
        leading = {one for one in self.outcomes if self.outcomes.count(one) == most}
        return ordered[len(ordered) // 2][1] if len(leading) > 1 else leading.pop()

    @property
    def agrees(self) -> bool:
        """Whether all runs are of one class."""
        return len(set(self.outcomes)) == 1

    @property
    def gone(self) -> float:
        """Mean share gone."""
        return sum(self.share_gone) / len(self.share_gone)


@dataclass(frozen=True)
class Border:
    """Where the class changes along an axis, the others as in the baseline."""

    axis: Axis
    low: float
    high: float
    """The class changes between these two values."""
    below: str
    above: str

    @property
    def at(self) -> float:
        """Middle of the interval in which it lies."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Lab:
    """A scenario with the armies that it is tried on, which no axis changes."""

    scenario: Scenario
    armies: Sequence[Army]

    def cell(self, point: Point) -> Cell:
        """Run all armies at a point."""
        changed = self.scenario.with_(overrides_of(point))
        rows = [simulate(changed, army.seed, army).summary.iloc[0] for army in self.armies]
        return Cell(
            point,
            tuple(str(row["outcome"]) for row in rows),
            tuple(float(row["share_gone"]) for row in rows),
        )


def overrides_of(point: Point) -> dict[str, float]:
    """Keys of a scenario at a point."""
    return {key: value for axis, value in zip(AXES, point, strict=True) for key in axis.keys}


def grid() -> list[Point]:
    """All points of the map, the last axis running fastest."""
    return list(product(*(axis.values for axis in AXES)))


def along(axis: Axis, value: float) -> Point:
    """Return the point of the baseline with another value of one axis."""
    return tuple(value if one is axis else one.baseline for one in AXES)


def borders(cells: dict[Point, Cell], tried: Callable[[Point], Cell], halvings: int) -> list[Border]:
    """Find the borders along each axis.

    Parameters
    ----------
    cells : dict
        The map; the points along the axes are in it.
    tried : callable
        Runs a point between those of the map.
    halvings : int
        How often an interval is halved; never on an axis that is coercive.

    Returns
    -------
    list of Border
        By axis, from low to high.
    """
    found = list[Border]()
    for axis in AXES:
        for low, high in pairwise(axis.values):
            ends = tuple(cells[along(axis, value)].outcome for value in (low, high))
            step = Border(axis, low, high, *ends)
            found += [step] * (ends[0] != ends[1]) if axis.coercive else _within(step, tried, halvings)
    return found


def _within(step: Border, tried: Callable[[Point], Cell], halvings: int) -> Iterator[Border]:
    """Find the borders in a step of the grid from its low end, until the class is that of its high end."""
    low, below = step.low, step.below
    while below != step.above:
        border = _halved(Border(step.axis, low, step.high, below, step.above), tried, halvings)
        yield border
        low, below = border.high, border.above


def _halved(border: Border, tried: Callable[[Point], Cell], halvings: int) -> Border:
    """Narrow the interval of a border; a band narrower than a half of it may be passed over."""
    for _ in range(halvings):
        here = tried(along(border.axis, border.at)).outcome
        if here == border.below:
            border = Border(border.axis, border.at, border.high, border.below, border.above)
        else:
            border = Border(border.axis, border.low, border.at, border.below, here)
    return border
