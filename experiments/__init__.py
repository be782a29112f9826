"""Experiments: which scenarios and seeds to run, and what the runs say together.

Each name is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.discovery.futures import explore
    from experiments.discovery.prim import Discovery, prim
    from experiments.ensembles.ensemble import Ensemble, ensemble
    from experiments.ensembles.plan import Run, pairs
    from experiments.ensembles.simulation import Simulation
    from experiments.factor import Factor
    from experiments.policies.comparison import Comparison, compare
    from experiments.policies.dose_response import DoseResponse, dose_response
    from experiments.sensitivity.analysis import Sensitivity, run_study
    from experiments.sensitivity.faults import SensitivityError
    from experiments.sensitivity.screening import Screening, ScreeningError, screen
    from experiments.study import Study, load_study

__all__ = [
    "Comparison",
    "Discovery",
    "DoseResponse",
    "Ensemble",
    "Factor",
    "Run",
    "Screening",
    "ScreeningError",
    "Sensitivity",
    "SensitivityError",
    "Simulation",
    "Study",
    "compare",
    "dose_response",
    "ensemble",
    "explore",
    "load_study",
    "pairs",
    "prim",
    "run_study",
    "screen",
]

_HOMES = {
    "Comparison": "experiments.policies.comparison",
    "DoseResponse": "experiments.policies.dose_response",
    "Discovery": "experiments.discovery.prim",
    "Ensemble": "experiments.ensembles.ensemble",
    "Factor": "experiments.factor",
    "Run": "experiments.ensembles.plan",
    "Screening": "experiments.sensitivity.screening",
    "ScreeningError": "experiments.sensitivity.screening",
    "Sensitivity": "experiments.sensitivity.analysis",
    "SensitivityError": "experiments.sensitivity.faults",
    "Simulation": "experiments.ensembles.simulation",
    "Study": "experiments.study",
    "compare": "experiments.policies.comparison",
    "dose_response": "experiments.policies.dose_response",
    "explore": "experiments.discovery.futures",
    "load_study": "experiments.study",
    "prim": "experiments.discovery.prim",
    "ensemble": "experiments.ensembles.ensemble",
    "pairs": "experiments.ensembles.plan",
    "screen": "experiments.sensitivity.screening",
    "run_study": "experiments.sensitivity.analysis",
}
"""Module behind each public name; none is called like a function, which it would hide."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'experiments' has no attribute '{name}'")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
