"""Fear of sectarian war binds the in-group and third groups, the out-group less.

    term = -effect * weight(sect) * phi,   phi = (1 - exp(-v / scale)) * (1/2 + one-sidedness / 2)

v is civilians killed a day per million in the whole country; one-sidedness is the share of the out-group
among those who have left so far (1/2 before anyone has).
"""

from __future__ import annotations

import math

from sim.parameters import MechanismSection, parameter
from sim.state import State
from sim.terms import Term
from sim.world import World


class Fear(MechanismSection):
    """Section `fear`."""

    effect: float = parameter(0.37, 0, 3, "log hazard", "Effect of full fear, 0.3 to 1.5.")
    violence_scale: float = parameter(
        3.0, 0.01, 100, "deaths per million per day", "Violence at which fear reaches 63 %."
    )


def term(world: World, state: State) -> Term:
    """Log hazard by sect."""
    rules = world.scenario.fear
    violence = float(state.civilians_killed.sum() / world.people * 1e6)
    gone = float(state.gone_by_sect.sum())
    one_sided = float(state.gone_by_sect @ world.is_out_group) / gone if gone else 0.5
    level = (1.0 - math.exp(-violence / rules.violence_scale)) * (0.5 + one_sided / 2.0)
    by_sect = -rules.effect * world.fear_weight * level
    return Term(profile=by_sect[None, :, None, None, None])
