"""Commanders: a post left empty lowers the guard; a commander who leaves takes followers along.

    term = sum over levels of gone_effect(level), while the post above the company is empty
    a man follows if a uniform number dealt to him for that day is under follow(level, own sect or other)

Followers come from the whole command, on the same day, in one pass; they do not lead others. An empty
post is filled after `replacement_days` by the highest man of its headquarters who holds none.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Fate, How
from sim.parameters import ByLevel, MechanismSection, by_level, parameter
from sim.party import Party
from sim.state import State
from sim.terms import Term
from sim.world import World


class Command(MechanismSection):
    """Section `command`."""

    gone_effect: ByLevel = by_level(
        (0.5, 0.2, 0.1, 0.05), -5, 5, "log hazard", "Effect of an empty post above the company."
    )
    follow_own_sect: ByLevel = by_level(
        (0.12, 0.02, 0.005, 0.001), 0, 1, "1", "Chance that a man of his sect follows.", "ledger: 0.05 to 0.3"
    )
    follow_other_sect: ByLevel = by_level(
        (0.02, 0.003, 0.001, 0.0), 0, 1, "1", "Chance that a man of another sect follows."
    )
    replacement_days: int = parameter(60, 1, 730, "days", "Days until an empty post is filled.")


def follow(world: World, state: State) -> None:
    """Gather followers of the commanders who leave today, highest posts first."""
    if not world.scenario.command.on or not state.party.row.size:
        return
    leaving = state.party.of(How.DECIDED, How.PLANNED, How.INVITED, How.DATED)
    # Posts stand in the order of their level, formations first.
    held = state.post_held[leaving.row]
    commanders = np.flatnonzero(held >= 0)
    for one in commanders[np.argsort(held[commanders])]:
        state.set_out(_followers(world, state, int(held[one]), int(leaving.leader[one])))


def _followers(world: World, state: State, post: int, leader: int) -> Party:
    """Men of a command who follow its commander out."""
    rules, soldiers, posts = world.scenario.command, world.army.soldiers, world.army.posts
    rows = world.army.rows_of(np.arange(posts.first[post], posts.last[post]))
    rows = rows[(state.fate[rows] == Fate.SERVING) & ~state.in_party[rows]]
    rows = rows[~world.is_bound[rows]]
    level = int(posts.level[post])
    own, other = (table.in_order()[level] for table in (rules.follow_own_sect, rules.follow_other_sect))
    same = soldiers.sect[rows] == soldiers.sect[state.commander[post]]
    uniform = world.luck.uniform("follow", soldiers.identity[rows], state.day)
    rows = rows[uniform < np.where(same, own, other)]
    return Party(rows, np.full(rows.size, leader), np.full(rows.size, How.FOLLOWED))


def succeed(world: World, state: State) -> None:
    """Empty the posts of commanders who are gone, and fill those empty for long enough."""
    rules, posts = world.scenario.command, world.army.posts
    if not rules.on:
        return
    lost = np.concatenate((state.killed, state.caught, state.escaped))
    held = state.post_held[lost]
    state.post_held[lost] = -1
    for post in held[held >= 0]:
        state.commander[post] = -1
        state.post_refill[post] = state.day + rules.replacement_days
        state.post_empty[posts.first[post] : posts.last[post], posts.level[post]] = 1.0
    for post in np.flatnonzero(state.post_refill == state.day):
        _fill(world, state, int(post))


def _fill(world: World, state: State, post: int) -> None:
    """Give a post to the highest free man of its headquarters, or wait as long again."""
    posts = world.army.posts
    rows = world.army.rows_of(posts.first[post : post + 1])
    rows = rows[(state.fate[rows] == Fate.SERVING) & (state.post_held[rows] < 0)]
    if not rows.size:
        state.post_refill[post] = state.day + world.scenario.command.replacement_days
        return
    state.commander[post] = rows[np.argmax(world.army.soldiers.rank[rows])]
    state.post_held[state.commander[post]] = post
    state.post_refill[post] = -1
    state.post_empty[posts.first[post] : posts.last[post], posts.level[post]] = 0.0


def term(world: World, state: State) -> Term:
    """Log hazard by company, shape (U, 1)."""
    return Term(cell=(state.post_empty @ world.scenario.command.gone_effect.in_order())[:, np.newaxis])
