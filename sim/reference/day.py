"""The order of the day: the whole model on one page (section 3)."""

from __future__ import annotations

from collections.abc import Callable

from sim.reference import (
    attempts,
    awareness,
    belief,
    casualties,
    choice,
    command,
    comrades,
    deaths,
    events,
    exits,
    grievance,
    invitation,
    losses,
    movement,
    opposition,
    planning,
    punishment,
    refuge,
    reserves,
    responses,
    salary,
    surveillance,
    tenure,
    uprising,
    war,
)
from sim.reference.morning import Morning
from sim.reference.situation import Situation
from sim.reference.today import Today

Stage = Callable[[Situation], None]

MORNING: tuple[Stage, ...] = (
    events.happen,
    responses.respond,
    war.wage,
    refuge.open_up,
    deaths.strike,
    casualties.remember,
    belief.update,
    awareness.spread,
    grievance.erode,
    tenure.move_on,
)
"""What each man finds when he wakes up."""

DECISIONS: tuple[Callable[[Situation, Morning], None], ...] = (
    exits.decide,
    lambda situation, morning: situation.observe(morning),
    lambda situation, morning: planning.plan(situation),
    invitation.invite,
    lambda situation, morning: command.follow(situation),
)
"""Who sets out, all by the same morning."""

EVENING: tuple[Stage, ...] = (
    attempts.resolve,
    choice.choose,
    comrades.count,
    punishment.tell,
    command.succeed,
    losses.note_collapse,
    losses.note_bases,
    opposition.enlist,
    opposition.leave,
    opposition.learn,
    uprising.take_up_arms,
    uprising.raise_militia,
    salary.pay,
    opposition.pay,
    opposition.feel,
    surveillance.learn,
    reserves.call_up,
    movement.march,
)
"""What becomes of them, and what tomorrow finds."""


def live_through(situation: Situation) -> None:
    """Let one day pass."""
    situation.today = Today(situation.day)
    for stage in MORNING:
        stage(situation)
    situation.morning = morning = Morning(situation)
    for decision in DECISIONS:
        decision(situation, morning)
    for stage in EVENING:
        stage(situation)
    for one in situation.today.party:
        one.man.in_party = False
    seniors = sum(man.is_senior for man in situation.today.escaped)
    today = situation.today
    situation.recent.append((len(today.escaped), seniors, len(today.killed)))
    situation.yesterday = today
