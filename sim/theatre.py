"""The theatre of an endogenous war: what its equations take from the scenario, gathered once."""

from __future__ import annotations

from dataclasses import dataclass

from sim.codes import Floats


@dataclass(frozen=True)
class Theatre:
    """Inputs of an endogenous war. `H` places, `U` companies, `T` days; men in their real numbers."""

    mobilisation: Floats
    """(T, H) how far civilians are disposed to resist, in [0, 1]."""
    arms: Floats
    """(T,) arms of the opposition, over those of light infantry."""
    willing: Floats
    """(H,) civilians who would ever take up arms."""
    militia_pool: Floats
    """(H,) men whom the regime could ever raise as militia."""
    man_weight: Floats
    """(U,) strength of a man of each company, over that of a deployed one."""
