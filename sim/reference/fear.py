"""Fear of sectarian war and of arms gone astray binds to the army (section 7.12)."""

from __future__ import annotations

from math import exp

from sim.reference.country import Sect
from sim.reference.situation import Situation
from sim.reference.war import arms_sent


def term(situation: Situation, sect: Sect) -> float:
    """Log hazard of a sect by fear."""
    section, deliveries = situation.scenario.fear, situation.scenario.arms_deliveries
    gone = sum(one.gone for one in situation.sects)
    of_out_group = sum(one.gone for one in situation.sects if one.role == "out")
    out = of_out_group / gone if gone else 0.5
    of_war = (1 - exp(-situation.country_violence / section.violence_scale)) * (0.5 + out / 2)
    astray = deliveries.diverted_share * arms_sent(situation) / deliveries.fear_scale
    return -section.effect * sect.fear_weight * (of_war + (1 - of_war) * (1 - exp(-astray)))
