"""Invitation: whoever goes asks his ties, within the day (section 7.16)."""

from __future__ import annotations

from sim.codes import How
from sim.reference.morning import Morning
from sim.reference.situation import Situation
from sim.reference.soldier import Soldier
from sim.reference.today import Departure

ASKING = (How.DECIDED, How.PLANNED)
"""Ways of leaving of those who ask first."""


def invite(situation: Situation, morning: Morning) -> None:
    """Let those who go ask their ties, and those who come along ask theirs."""
    section = situation.scenario.invitation
    if not section.on or section.days == 0 or section.asks_share == 0:
        return
    askers = [one for one in situation.today.party if one.how in ASKING]
    while askers:
        coming = _round(situation, morning, askers)
        before = len(situation.today.party)
        for row in sorted(coming):
            situation.today.set_out(situation.soldiers[row], coming[row], How.INVITED)
        askers = situation.today.party[before:]


def _round(situation: Situation, morning: Morning, askers: list[Departure]) -> dict[int, Soldier]:
    """Rows of those who come, each with the leader of the first who asked him."""
    section, asked = situation.scenario.invitation, situation.today.asked
    coming: dict[int, Soldier] = {}
    for asker in askers:
        for tie in asker.man.ties:
            if not tie.can_be_asked(asker.man):
                continue
            daring, resistance = tie.invitation_of(situation.day)
            if daring < section.asks_share:
                asked[asker.leader.row] = asked.get(asker.leader.row, 0) + 1
                if tie.comes_along(resistance, section.days, morning):
                    coming.setdefault(tie.row, asker.leader)
    return coming
