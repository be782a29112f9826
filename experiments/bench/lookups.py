"""What a day asks of single men: how many are looked at, and how many points of luck are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sim import engine
from sim.army import Army
from sim.codes import Floats, Ints
from sim.scatter import Scatter
from sim.scenario import Scenario
from sim.setting import world_of


class _Counted(Scatter):
    """A scatter that counts what is asked of it."""

    looked_at = 0
    points = 0

    def read(self, rows: Ints, depth: Ints, today: int) -> None:
        type(self).looked_at += rows.size
        super().read(rows, depth, today)

    def on_day(self, day: int, identities: int) -> tuple[Ints, Floats]:
        found = super().on_day(day, identities)
        type(self).points += found[0].size
        return found


@contextmanager
def _counting() -> Iterator[type[_Counted]]:
    """Let runs use a scatter that counts, from 0, while the block runs."""

    class Fresh(_Counted):
        pass

    setattr(engine, "Scatter", Fresh)  # noqa: B010
    try:
        yield Fresh
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
    exits = 0
    with _counting() as counted:
        for state in engine.days(world_of(scenario, army, seed)):
            exits += state.escaped.size
    made = {"looked_at": counted.looked_at, "points": counted.points, "exits": exits}
    return {name: round(count / scenario.days, 1) for name, count in made.items()}
