"""How a scenario is named in what is printed and drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import Scenario


def titled(scenario: Scenario) -> str:
    """Title of a scenario, or its name where it has none, with its overlays."""
    return " + ".join((scenario.title or scenario.name, *scenario.overlays))


def size_of(scenario: Scenario) -> str:
    """Size of its army in brackets, after a space; nothing where it is the real one."""
    return "" if scenario.army.scale == 1 else f" (army at {scenario.army.scale:g} of its size)"
