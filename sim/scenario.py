"""A scenario: sections that agree with each other, and can be changed and shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import PrivateAttr, model_validator

from sim import scenario_card
from sim.claims import Claim, Quantity
from sim.definitions import LoyaltyIndex, Outcomes
from sim.errors import Faults
from sim.reading.scenario_build import change
from sim.reading.scenario_faults import faults_of_scenario
from sim.scenario_sections import ScenarioSections

__all__ = ["Claim", "LoyaltyIndex", "Outcomes", "Quantity", "Scenario"]


class Scenario(ScenarioSections):
    """A scenario: load one with `sim.load`, change one with `with_`."""

    _tree: Any = PrivateAttr(None)

    def __repr__(self) -> str:
        return scenario_card.line(self)

    def __str__(self) -> str:
        return scenario_card.line(self)

    def _repr_html_(self) -> str:
        """Show the main facts in a notebook."""
        return scenario_card.table(self)

    def with_(self, overrides: Mapping[str, Any]) -> Scenario:
        """Return a scenario with some keys changed.

        Parameters
        ----------
        overrides : mapping
            Dotted path to value, such as ``{"salary_plan.usd_per_month": 300}``.

        Returns
        -------
        Scenario

        Raises
        ------
        ScenarioError
            If a path is unknown or a value is not allowed.
        """
        return change(self, overrides)

    @model_validator(mode="after")
    def _is_consistent(self) -> Scenario:
        """Check all that two keys must agree on, and report all of it together."""
        faults = list(faults_of_scenario(self))
        if faults:
            raise Faults(faults)
        return self
