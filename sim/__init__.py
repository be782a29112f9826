"""How the loyalty of an army erodes: scenarios, runs, results and figures.

    import sim

    scenario = sim.load("syria-2012").with_({"army.scale": 0.1})
    result = sim.run(scenario, seed=1)
    sim.plots.defection_rate(result)

Each name is imported when it is first used: ``import sim`` alone loads none of the libraries behind it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim import plots
    from sim.engine import run
    from sim.errors import Fault, ScenarioError, SimulationError
    from sim.mechanisms.order import Mechanism
    from sim.result import Result
    from sim.results.provenance import OutputError
    from sim.scenario import Scenario
    from sim.scenario_file import load, scenario_names
    from sim.synthesis import build as build_army
    from sim.terms import Term

    __version__: str

__all__ = [
    "Fault",
    "Mechanism",
    "OutputError",
    "Result",
    "Scenario",
    "ScenarioError",
    "SimulationError",
    "Term",
    "__version__",
    "build_army",
    "load",
    "plots",
    "run",
    "scenario_names",
]

_HOMES = {
    "Fault": ("sim.errors", "Fault"),
    "Mechanism": ("sim.mechanisms.order", "Mechanism"),
    "OutputError": ("sim.results.provenance", "OutputError"),
    "Result": ("sim.result", "Result"),
    "Scenario": ("sim.scenario", "Scenario"),
    "ScenarioError": ("sim.errors", "ScenarioError"),
    "SimulationError": ("sim.errors", "SimulationError"),
    "Term": ("sim.terms", "Term"),
    "build_army": ("sim.synthesis", "build"),
    "load": ("sim.scenario_file", "load"),
    "run": ("sim.engine", "run"),
    "scenario_names": ("sim.scenario_file", "scenario_names"),
}
"""Module and name behind each public name."""


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = _version()
    elif name == "plots":
        value = import_module("sim.plots")
    elif name in _HOMES:
        module, inside = _HOMES[name]
        value = getattr(import_module(module), inside)
    else:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    """Version of the installed distribution; "unknown" where the source tree is used as it is."""
    from importlib import metadata

    try:
        return metadata.version("loyalty-erosion")
    except metadata.PackageNotFoundError:
        return "unknown"
