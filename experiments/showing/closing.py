"""What closes every finding: what its war answers to, and that nothing of it was observed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import Scenario

SIMULATION = "A simulation, not an observation or a forecast."


def closing_notes(scenarios: Iterable[Scenario]) -> list[str]:
    """Statements of the wars that were simulated, each once, and `SIMULATION`."""
    statements = dict.fromkeys(scenario.war.statement for scenario in scenarios)
    return [*(statement for statement in statements if statement), SIMULATION]
