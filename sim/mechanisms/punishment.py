"""Men caught leaving deter in their unit, and enrage their ties and their home.

    term_i = -deter * b / (b + deter_half) + weight(sect) * home * h / (h + home_half)
             + ties * c_i / (c_i + ties_half)

b is the men of his battalion who were caught, fading over `deter_days`; h those born in his home, fading over
`home_days`, per million people there; c_i his own strong ties who were caught, for good. The unit, the home
and the ties are three reaches: with one alike no data could tell fear from anger. Deserters were shot while
fleeing or executed (ledger, section 5), which deterred some and drove others away; no size is published, so
that all three are 0 unless a scenario states them.
"""

from __future__ import annotations

import math

import numpy as np

from sim.codes import Floats, Ints
from sim.compiled import compiled
from sim.parameters import MechanismSection, parameter
from sim.personal import one_tie_more
from sim.state import State
from sim.tally import Tally
from sim.world import World

_NEUTRAL = "assumption: none is published, 0 is neutral"


class Punishment(MechanismSection):
    """Section `punishment`."""

    deter: float = parameter(
        0.0, 0, 5, "log hazard", "Most by which men caught deter in their battalion.", _NEUTRAL, coercive=True
    )
    deter_half: float = parameter(3, 0.1, 100, "men", "Men caught for half of that.", coercive=True)
    deter_days: float = parameter(60, 1, 2000, "days", "Time scale on which it fades.", coercive=True)
    home: float = parameter(
        0.0, 0, 5, "log hazard", "Most by which men caught enrage their home.", _NEUTRAL, coercive=True
    )
    home_half: float = parameter(
        50, 0.1, 5000, "men per million people", "Men caught for half of that.", coercive=True
    )
    home_days: float = parameter(180, 1, 2000, "days", "Time scale on which it fades.", coercive=True)
    ties: float = parameter(
        0.0, 0, 5, "log hazard", "Most by which men caught enrage a strong tie.", _NEUTRAL, coercive=True
    )
    ties_half: float = parameter(1, 0.1, 50, "ties", "Ties caught for half of that.", coercive=True)

    @property
    def acts(self) -> bool:
        """Whether there is anything to feel."""
        return self.on and (self.deter > 0.0 or self.home > 0.0 or self.ties > 0.0)


def anger(rules: Punishment, most_ties: int) -> Floats:
    """Effect of 0, 1, 2, ... strong ties caught, shape (most_ties + 1,)."""
    caught = np.arange(most_ties + 1.0)
    effect: Floats = rules.ties * rules.on * caught / (caught + rules.ties_half)
    return effect


def tell(world: World, state: State) -> None:
    """Tell battalions, homes and ties of the men caught today."""
    rules, army = world.rules.punishment, world.army
    if not rules.acts:
        return
    _count(
        state.caught,
        state.unit,
        army.units.battalion,
        math.exp(-1.0 / rules.deter_days),
        state.caught_by_battalion,
        army.soldiers.home,
        math.exp(-1.0 / rules.home_days),
        state.caught_by_home,
    )
    if state.caught.size:
        _, told = army.ties.neighbours(state.caught)
        one_tie_more(world, state, told, world.anger, state.ties_caught)


@compiled
def _count(
    caught: Ints,
    unit: Ints,
    battalion: Ints,
    battalion_fade: float,
    by_battalion: Floats,
    home: Ints,
    home_fade: float,
    by_home: Floats,
) -> None:
    """Count men caught by battalion and home; those of before fade."""
    by_battalion *= battalion_fade
    by_home *= home_fade
    for row in caught:
        by_battalion[battalion[unit[row]]] += 1.0
        by_home[home[row]] += 1.0


def say(world: World, state: State, tally: Tally) -> None:
    """Add the log hazard by battalion, and by sect and home."""
    rules = world.rules.punishment
    per_million = state.caught_by_home / world.scale / world.population * 1e6
    at_home = rules.home * per_million / (per_million + rules.home_half)
    felt = world.grievance_weight[:, np.newaxis] * at_home
    tally.profile += felt[:, :, np.newaxis, np.newaxis]
    deterred = state.caught_by_battalion / (state.caught_by_battalion + rules.deter_half)
    tally.battalion += -rules.deter * deterred
