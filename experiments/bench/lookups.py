"""What a day asks of single men: how many are looked at, and how many points of luck are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from sim import engine
from sim.army import Army
from sim.codes import Ints
from sim.scatter import DayToRead, Scatter, points_of_day
from sim.scenario import Scenario
from sim.setting import world_of


@contextmanager
def _counting() -> Iterator[Counter[str]]:
    """Let runs use a scatter that counts what is asked of it while the block runs."""
    asked = Counter[str]()

    class Counted(Scatter):
        def read(self, rows: Ints, depth: Ints, today: int) -> None:
            asked["looked_at"] += rows.size
            super().read(rows, depth, today)

        def day_to_read(self, day: int, identities: int) -> DayToRead:
            to_read = super().day_to_read(day, identities)
            asked["points"] += points_of_day(*to_read)[0].size
            return to_read

    setattr(engine, "Scatter", Counted)  # noqa: B010
    try:
        yield asked
    finally:
        setattr(engine, "Scatter", Scatter)  # noqa: B010


def lookups(scenario: Scenario, army: Army, seed: int) -> dict[str, float]:
    """Count what a run asks of single men.

    Parameters
    ----------
    scenario : Scenario
    army : Army
    seed : int
        Of luck.

    Returns
    -------
    dict
        Means a day: looked_at (men whose bound is set anew, all who serve on day 0 among them), points (of
        luck that are compared with a hazard), exits.
    """
    with _counting() as asked:
        for state in engine.days(world_of(scenario, army, seed)):
            asked["exits"] += state.escaped.size
    return {name: round(count / scenario.days, 1) for name, count in asked.items()}
