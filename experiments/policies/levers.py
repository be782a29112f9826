"""A lever laid over a scenario as it is, overrides and all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.errors import AllFaults, Fault, ScenarioError
from sim.reading.tree import plain
from sim.reading.yaml_file import read_yaml
from sim.scenario import Scenario
from sim.scenario_file import dump, load

BASELINE = "baseline"


def lay_over(scenario: Scenario, overlay: str | Path) -> Scenario:
    """Lay one overlay over a scenario that is already loaded.

    Parameters
    ----------
    scenario : Scenario
    overlay : str or Path
        Name or path of a lever or contrast.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        If the overlay cannot be read, or the two do not agree.
    """
    with TemporaryDirectory(prefix="erosion-") as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_text(dump(scenario), encoding="utf-8")
        try:
            return load(path, overlays=[overlay])
        except ScenarioError as error:
            raise ScenarioError(_without_place(each, folder) for each in error.faults) from None


def _without_place(fault: Fault, folder: str) -> Fault:
    """Fault without a line of the temporary file, which nobody can look at."""
    if Path(folder).name not in fault.file:
        return fault
    return Fault(fault.path, fault.message, hint=fault.hint)


def title_of(overlay: Path) -> str:
    """Title of an overlay's file, or its name where it has none."""
    header = plain(read_yaml(overlay))["overlay"]
    return str(header.get("title", header["name"]))


def policies(scenario: Scenario, levers: Mapping[str, Scenario | str | Path]) -> dict[str, Scenario]:
    """Scenario of each policy, the scenario as it is first.

    Parameters
    ----------
    scenario : Scenario
    levers : mapping
        Name to scenario, or to the name or path of an overlay.

    Returns
    -------
    dict

    Raises
    ------
    ScenarioError
        With the faults of all levers.
    ValueError
        If one is called like the scenario as it is.
    """
    if BASELINE in levers:
        raise ValueError(f"no lever can be called '{BASELINE}'")
    found, faults = {BASELINE: scenario}, AllFaults()
    for name, lever in levers.items():
        with faults.kept():
            found[name] = lever if isinstance(lever, Scenario) else lay_over(scenario, lever)
    faults.refuse()
    return found
