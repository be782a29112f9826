"""What switching each mechanism off was expected to do: written down before the first run, and kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Expectation:
    """What switching a mechanism off is expected to do.

    Parameters
    ----------
    mechanism : str
        Name of its section.
    outcome : str
        A column of the summary of a run.
    sign : {-1, 1}
        Whether there is less of it, or more, without the mechanism.
    because : str
    lever : str, optional
        Overlay without which it does not act in the founding case.
    """

    mechanism: str
    outcome: str
    sign: Literal[-1, 1]
    because: str
    lever: str | None = None


EXPECTATIONS = (
    Expectation("conscription", "exits", 1, "professionals among the ranks hold"),
    Expectation("tenure", "exits", -1, "men leave more readily in their first months"),
    Expectation("composition", "exits", -1, "companies differ more: those of many conscripts lose most"),
    Expectation("polarisation", "exits", -1, "companies differ more: those of facing camps lose most"),
    Expectation("grievance", "exits", -1, "erosion is the slow cause of most exits"),
    Expectation("comrades", "exits", -1, "those who left persuade ties and company"),
    Expectation("command", "largest_group", -1, "large groups follow a commander"),
    Expectation("invitation", "groups", -1, "most groups are invited"),
    Expectation("casualties", "exits", -1, "rising losses trigger exits"),
    Expectation("deaths", "killed", -1, "nobody is killed"),
    Expectation("militia", "killed", 1, "the army alone bears the losses"),
    Expectation("funds", "members", 1, "nobody is owed upkeep, so fewer leave"),
    Expectation("leavers", "members", 1, "nobody leaves his faction"),
    Expectation("knowledge", "killed", -1, "the opposition is weaker without what defectors know"),
    Expectation("morale", "joined", -1, "exits lift morale, and morale draws men into the factions"),
    Expectation("belief", "senior_and_generals_left", -1, "senior officers act on belief"),
    Expectation("salary_plan", "joined", -1, "pay moves joining", "salary-200"),
    Expectation("refuge", "exits", -1, "havens give somewhere to go; without them the reference is nowhere"),
    Expectation("surveillance", "exits", 1, "it learns: the aggregate brake"),
    Expectation(
        "punishment", "exits", -1, "anger of homes reaches farther than fear in battalions", "examples-made"
    ),
    Expectation("amnesty", "exits", -1, "whoever is accepted has somewhere to go", "amnesty"),
    Expectation(
        "promise",
        "senior_and_generals_left",
        -1,
        "power after the fall draws those who have some",
        "promise-of-power",
    ),
    Expectation("family", "officers_left", 1, "families hold officers back"),
    Expectation("planning", "senior_and_generals_left", 1, "plans take weeks and are found out"),
    Expectation("opportunity", "exits", 1, "cancelled leave and confinement cut escape"),
    Expectation("fear", "exits", 1, "fear binds"),
    Expectation("reserves", "strength_nominal", -1, "reservists replace men"),
    Expectation("attempts", "caught", -1, "nobody is betrayed or intercepted"),
    Expectation(
        "bases", "strength_deployable", 1, "who is left in an abandoned base is not deployable", "yemen-type"
    ),
    Expectation("movement", "killed", -1, "brigades do not march into the fire", "units-march"),
    Expectation("choice", "joined", -1, "without a choice all hide"),
)
