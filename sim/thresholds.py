"""Personal thresholds under the threshold law, and those with whom a cascade begins."""

from __future__ import annotations

import numpy as np

from sim.army import Army
from sim.codes import Flags, Floats, Ints
from sim.luck import Luck
from sim.mechanisms.exits import ThresholdLaw
from sim.scenario import Scenario


def thresholds_of(scenario: Scenario, army: Army, luck: Luck, bound: Flags) -> Floats | None:
    """Personal thresholds under the threshold law; stayers have none that can be reached."""
    if not isinstance(scenario.law, ThresholdLaw):
        return None
    rules, identity = scenario.law.thresholds, army.soldiers.identity
    match rules.distribution:
        case "listed":
            threshold = np.array(rules.values)[identity]
        case "evenly_spaced":
            threshold = rules.first + rules.step * identity
        case "constant":
            threshold = np.full(army.size, rules.mean)
        case "normal":
            threshold = rules.mean + rules.sd * Luck(army.seed).normal("threshold", identity)
        case "uniform":
            uniform = Luck(army.seed).uniform("threshold", identity)
            threshold = rules.first + (rules.last - rules.first) * uniform
    threshold = np.where(army.soldiers.stayer, np.inf, threshold)
    if scenario.law.initiators:
        threshold[_initiators(scenario.law, scenario.army.scale, army, luck, bound)] = -np.inf
    return threshold


def _initiators(law: ThresholdLaw, scale: float, army: Army, luck: Luck, bound: Flags) -> Ints:
    """Rows of the regulars with whom a cascade begins; stayers and bound persons are none of them."""
    may_be = np.flatnonzero(~army.soldiers.stayer[: army.regulars] & ~bound[: army.regulars])
    order = np.argsort(luck.uniform("first to leave", army.soldiers.identity[may_be]), kind="stable")
    return may_be[order[: max(1, round(law.initiators * scale))]]
