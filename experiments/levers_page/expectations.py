"""What each lever and contrast was expected to do, written down before its first run.

Outcome, sign and reason are not changed after a run; what a lever turned out not to do is explained beside
it (`if_none`), after the run. Signs are of the outcome's difference to the baseline.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sim.scenario_file import scenario_folder

Side = Literal["opposition", "regime", "events", "army"]

SIDES: dict[Side, str] = {
    "opposition": "Levers of the opposition and its friends",
    "regime": "Levers of the regime",
    "events": "Another course of events",
    "army": "Another army",
}


@dataclass(frozen=True)
class Expected:
    """One lever or contrast."""

    overlay: str
    """Name of its file, without the ending."""
    side: Side
    outcome: str
    """A column of the summary of a run."""
    sign: Literal[-1, 0, 1]
    """0: no effect is expected."""
    because: str
    if_none: str = ""
    """Why it moves nothing that is shown, or not this outcome, if so."""


EXPECTED = (
    Expected("salary-200", "opposition", "joined", 1, "pay moves whom a man joins"),
    Expected("salary-200-july", "opposition", "joined", 1, "as from April, with fewer left to hear of it"),
    Expected("salary-200-october", "opposition", "joined", 1, "as from July, with fewer still"),
    Expected("salary-as-reported", "opposition", "joined", 1, "a little is paid, so a little is believed"),
    Expected("salary-unpaid", "opposition", "joined", 0, "what never comes is soon not believed"),
    Expected(
        "refuge",
        "opposition",
        "exits",
        1,
        "somewhere to go is nearer",
        "by April 2012 four borders are open: for the mean man havens are at 0.79 of the most that they can "
        "be, and the zones make it 0.90, a tenth more hazard for nine months; who flees into a zone does not "
        "join",
    ),
    Expected("arms", "opposition", "civilians_killed", 1, "better armed fighters hold and kill more"),
    Expected("amnesty", "opposition", "exits", 1, "men of the out-group need not fear what awaits them"),
    Expected(
        "promise-of-power", "opposition", "senior_and_generals_left", 1, "officers have a place to lose"
    ),
    Expected("unity", "opposition", "joined", 1, "men rather join one army than many groups"),
    Expected("confrontation", "opposition", "civilians_killed", 1, "half as many again die in battle"),
    Expected("roadmap", "opposition", "exits", 1, "all parts together"),
    Expected(
        "wage-rise",
        "regime",
        "exits",
        -1,
        "wages that became worthless erode loyalty",
        "at the assumed rate lost wages erode a few hundredths of a log hazard a year, and violence more "
        "than one: a third of a small part is made good",
    ),
    Expected("surveillance", "regime", "exits", -1, "it is the aggregate brake"),
    Expected(
        "purge", "regime", "strength_deployable", -1, "officers sidelined are aggrieved, their men leaderless"
    ),
    Expected(
        "blackout",
        "regime",
        "senior_and_generals_left",
        -1,
        "half of the signals that move officers go unheard",
    ),
    Expected("everyone-deployed", "regime", "killed", 1, "garrisoned men are put at risk"),
    Expected("confinement", "regime", "exits", -1, "a garrison in its barracks has fewer ways out"),
    Expected(
        "cancelled-leave",
        "regime",
        "exits",
        -1,
        "most go from home leave",
        "it comes before the wave: of all exits one in seventeen falls before October 2011, when leave is "
        "cancelled anyway, and some of those held back go later",
    ),
    Expected("unified-opposition", "events", "joined", 1, "as unity, and from the first day"),
    Expected("no-confinement", "events", "exits", 1, "garrisons go on leaving in the last months"),
    Expected("leave-goes-on", "events", "exits", 1, "most go from home leave"),
    Expected(
        "commander-stays",
        "events",
        "senior_and_generals_left",
        -1,
        "his exit was a signal to officers beyond his brigade",
        "one signal, forgotten in four weeks: it multiplies the hazard of senior officers by 1.4 on its day, "
        "where the ledger's range begins at 2 (evidence-notes.md)",
    ),
    Expected(
        "commander-leaves-early",
        "events",
        "senior_and_generals_left",
        1,
        "the same signal, with more officers still there to heed it",
        "a signal is forgotten in four weeks: the officers whom it moves in January it does not move in July",
    ),
    Expected("annan-plan-holds", "events", "civilians_killed", -1, "three quarters of the fighting stop"),
    Expected(
        "regime-by-rule", "events", "exits", 0, "bounds lie near what the baseline shows on its own dates"
    ),
    Expected("units-march", "events", "killed", 1, "more men stand where most are killed"),
    Expected("examples-made", "events", "exits", 1, "anger of homes reaches farther than fear in battalions"),
    Expected("no-sectarian-bond", "army", "exits", 1, "all groups behave like the out-group"),
    Expected("yemen-type", "army", "exits", 1, "units follow their commanders out"),
)


BUNDLE = "roadmap"
PARTS = ("salary-200", "refuge", "arms", "unity", "confrontation", "promise-of-power")
"""A lever that is made of others, and which."""


def path_of(overlay: str) -> Path:
    """File of a shipped lever or contrast.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    for folder in ("levers", "contrasts"):
        path = scenario_folder() / folder / f"{overlay}.yaml"
        if path.exists():
            return path
    raise ValueError(f"there is no lever or contrast '{overlay}'")
