"""Conscripts leave more readily than professionals: a constant of each man.

    term_i = effect * ([conscript_i] - reference(rank)),   reference = 1 for enlisted men, else the share of
                                                           conscripts in the rank

The reference hazard is that of a conscript, so an enlisted professional has -effect. Above, the loyalty of
the rank (`army.rank_loyalty`) is that of its average man, most of whom are professionals: there the effect
only parts the two kinds, or the restraint of a profession would be counted twice. Nothing of it changes, so
it stands in each man's own log hazard from day 0. Coefficient: McLauchlin 2015, a two-month logit of the
Spanish Civil War, taken for a log hazard ratio, as exits are rare.
"""

from __future__ import annotations

import numpy as np

from sim.army import Roster
from sim.codes import Floats, Rank
from sim.parameters import MechanismSection, parameter
from sim.tables import ArmyPlan


class Conscription(MechanismSection):
    """Section `conscription`."""

    effect: float = parameter(
        0.658,
        -3,
        3,
        "log hazard",
        "Conscripts over professionals of the same rank.",
        "McLauchlin 2015: 0.658 (se 0.322)",
    )


def of_men(rules: Conscription, plan: ArmyPlan, soldiers: Roster) -> Floats:
    """Log hazard of each soldier, shape (N,)."""
    reference = plan.conscript_share.in_order().copy()
    reference[Rank.ENLISTED] = 1.0
    effect = rules.effect if rules.on else 0.0
    by_rank = effect * (np.array([0.0, 1.0]) - reference[:, np.newaxis])
    constants: Floats = by_rank.ravel()[soldiers.rank * np.int8(2) + soldiers.conscript]
    return constants
