"""What `import sim` and `import experiments` give, and that neither loads what is heavy."""

import subprocess
import sys
from types import ModuleType

import pytest

import experiments
import sim

SIM = {
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
}
EXPERIMENTS = {
    "Comparison",
    "DoseResponse",
    "Discovery",
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
    "explore",
    "load_study",
    "prim",
    "ensemble",
    "pairs",
    "run_study",
    "screen",
}
HEAVY = ("numpy", "pandas", "matplotlib", "SALib", "scipy", "pyarrow", "pydantic", "ruamel", "typer", "rich")

LIST_HEAVY = """
import sys
import {package}
print([name for name in {heavy} if name in sys.modules])
"""


def test_public_names_are_these() -> None:
    assert set(sim.__all__) == SIM
    assert set(experiments.__all__) == EXPERIMENTS


@pytest.mark.parametrize("package", [sim, experiments])
def test_every_public_name_is_there(package: ModuleType) -> None:
    for name in package.__all__:
        assert getattr(package, name) is getattr(package, name)
    assert set(package.__all__) <= set(dir(package))


@pytest.mark.parametrize("package", [sim, experiments])
def test_another_name_is_not(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = package.nonsense


@pytest.mark.parametrize("package", ["sim", "experiments"])
def test_importing_loads_nothing_heavy(package: str) -> None:
    program = LIST_HEAVY.format(package=package, heavy=HEAVY)
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_names_of_functions_are_not_hidden_by_modules() -> None:
    from experiments.policies.comparison import compare
    from experiments.sensitivity.screening import screen

    assert experiments.compare is compare
    assert experiments.screen is screen


def test_build_army_is_what_a_run_takes() -> None:
    from tests.small import small_scenario

    scenario = small_scenario()
    army = sim.build_army(scenario, 4)
    summary = sim.run(scenario, 2, army=army).summary
    assert (summary["army_seed"].item(), summary["luck_seed"].item()) == (4, 2)
