"""The theatre of an endogenous war: what its equations take from the scenario, gathered once."""

from __future__ import annotations

from dataclasses import dataclass

from sim.codes import Floats


@dataclass(frozen=True)
class Theatre:
    """Inputs of an endogenous war. `H` places, `T` days; men in their real numbers."""

    mobilisation: Floats
    """(T, H) how far civilians are disposed to resist, in [0, 1]."""
    arms: Floats
    """(T,) strength of an armed man of an opposition that knows nothing, by its arms and its unity.

    Over one with the arms of light infantry, in an opposition of the reference unity.
    """
    fighting: Floats
    """(T,) how hard those who are engaged fight, over 1."""
    willing: Floats
    """(H,) civilians who would ever take up arms."""
    militia_pool: Floats
    """(H,) men whom the regime could ever raise as militia."""
    hold: Floats
    """(H,) strength that it takes to hold the place against nobody."""
    people: Floats
    """(H,) share of the country's people."""
    per_million: Floats
    """(H,) what turns a number of people into one per million people."""
    posture_weight: Floats
    """(2,) strength of a garrisoned and of a deployed man, over that of a deployed one."""
