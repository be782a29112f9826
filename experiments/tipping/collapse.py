"""The day on which an army has collapsed, by the rule of its scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.results.tipping import gone_by_day

if TYPE_CHECKING:
    from sim.result import Result


def day_of_collapse(result: Result) -> int | None:
    """First day at whose end a run that ended there would be classed as a collapse.

    Gone only grows, but deployable strength may recover by reserves: a run may so have a day and yet be of
    another class at its end.

    Parameters
    ----------
    result : Result
        Of one run.

    Returns
    -------
    int or None
        From 0; None if it never had.
    """
    rules, scenario = result.scenario.outcomes, result.scenario
    regulars = int(result.summary["regulars"].iloc[0])
    exits = result.exits
    gone = gone_by_day(scenario, exits[~exits["reservist"]], "regulars") / regulars
    deployable = result.daily["deployable"].to_numpy(dtype=np.float64) / regulars
    over = (gone > rules.collapse_gone_share) | (deployable < rules.collapse_deployable_share)
    return int(np.argmax(over)) if over.any() else None
