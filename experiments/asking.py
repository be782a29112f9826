"""What a command asks for: the scenario that its options describe, and a name for the whole of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sim.clock import LONGEST_RUN_DAYS
from sim.errors import OVERRIDE, Fault, ScenarioError

if TYPE_CHECKING:
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Asked:
    """Scenario options of a command line.

    Parameters
    ----------
    scenario : str
        Name or path.
    overlays : sequence of str
        Names or paths.
    settings : sequence of str
        Overrides, each ``path=value``.
    scale : float, optional
        Size of the army that is built.
    days : int, optional
        Length of the run.
    """

    scenario: str
    overlays: Sequence[str] = ()
    settings: Sequence[str] = ()
    scale: float | None = None
    days: int | None = None

    def load(self) -> Scenario:
        """Load the scenario as asked.

        Raises
        ------
        ScenarioError
            With every fault found.
        """
        from sim.scenario_file import load

        overrides, faults = parse_settings(self.settings)
        if self.scale is not None:
            overrides["army.scale"] = self.scale
        try:
            scenario = load(self.scenario, overlays=self.overlays, overrides=overrides)
        except ScenarioError as error:
            raise ScenarioError([*faults, *error.faults]) from None
        if faults:
            raise ScenarioError(faults)
        return scenario if self.days is None else first_days(scenario, self.days)


def parse_settings(settings: Sequence[str]) -> tuple[dict[str, object], list[Fault]]:
    """Paths and values of overrides, and the faults of those that cannot be read or that clash."""
    from sim.scenario_file import parse_override

    found: dict[str, object] = {}
    faults: list[Fault] = []
    for setting in settings:
        try:
            path, value = parse_override(setting)
        except ScenarioError as error:
            faults += error.faults
            continue
        if path in found:
            faults.append(Fault(path, "is set twice", OVERRIDE))
        found[path] = value
    return found, faults


def first_days(scenario: Scenario, days: int) -> Scenario:
    """Return a scenario that ends sooner or later, without the events that it no longer reaches.

    Parameters
    ----------
    scenario : Scenario
    days : int
        Length of the run, in days.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        If the number of days is not allowed.
    """
    last = scenario.start + timedelta(days=min(max(days, 1), LONGEST_RUN_DAYS) - 1)
    gone = {event.name for event in scenario.events if event.date and event.date > last}
    # An event that waits for one of those never happens either.
    while more := {each.name for each in scenario.events if gone & {*each.requires}} - gone:
        gone |= more
    removed = {f"events.{name}": {"remove": True} for name in sorted(gone)}
    return scenario.with_({"days": days, **removed})


def short_hash(*asked: object) -> str:
    """Eight characters that name what was asked: the same for the same, on every system."""
    text = json.dumps(asked, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
