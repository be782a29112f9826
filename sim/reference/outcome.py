"""The class of outcome of a run (section 7.25)."""

from __future__ import annotations

from collections.abc import Sequence

from sim.codes import Fate
from sim.reference.situation import WINDOW, Situation
from sim.reference.soldier import Soldier


def outcome(situation: Situation, exits: Sequence[int]) -> str:
    """Class of what a run came to.

    Parameters
    ----------
    situation : Situation
        After the last day.
    exits : sequence of int
        Exits of each day.

    Returns
    -------
    str
        `collapse`, `hold`, `pulse` or `rising`.
    """
    bounds = situation.scenario.outcomes
    everyone = [man for man in situation.soldiers if not man.reservist]
    gone = _gone_share(everyone)
    deployable = sum(company.men for company in situation.companies if not company.has_collapsed)
    weak = deployable / situation.regulars < bounds.collapse_deployable_share
    if gone > bounds.collapse_gone_share or weak:
        return "collapse"
    if gone < bounds.hold_gone_share:
        return "hold"
    means = [sum(exits[max(0, day - WINDOW + 1) : day + 1]) / WINDOW for day in range(len(exits))]
    faded = max(means) > 0 and means[-1] / max(means) < bounds.pulse_end_over_peak
    out_group = _gone_share([man for man in everyone if man.sect.role == "out"])
    return "pulse" if faded and out_group < bounds.pulse_out_group_share else "rising"


def _gone_share(men: list[Soldier]) -> float:
    gone = sum(man.escaped or man.fate == Fate.CAUGHT for man in men)
    return gone / len(men) if men else 0.0
