"""Commanders: a post left empty lowers the guard; a commander who leaves takes followers along.

    term = sum over levels of gone_effect(level), while the post above the company is empty
    a man follows if a uniform number dealt to him for that day is under follow(level, own sect or other)

Followers come from the whole command, on the same day, in one pass; they do not lead others. An empty
post is filled after `replacement_days` by the highest man of its headquarters who holds none.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Fate, Flags, How, Ints, Words
from sim.compiled import compiled
from sim.luck import mixed, next_state, to_unit
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
    rules, soldiers, army = world.scenario.command, world.army.soldiers, world.army
    level, first, last = army.posts.level[post], army.posts.first[post], army.posts.last[post]
    rows = _who_follows(
        (
            (army.regular_start[first], army.regular_start[last]),
            (army.reserve_start[first], army.reserve_start[last]),
        ),
        state.fate,
        state.in_party,
        world.is_bound,
        state.sect,
        soldiers.sect[state.commander[post]],
        (rules.follow_own_sect.in_order()[level], rules.follow_other_sect.in_order()[level]),
        state.identity,
        world.words("follow"),
        world.luck.key("follow", state.day),
    )
    return Party(rows, np.full(rows.size, leader), np.full(rows.size, How.FOLLOWED))


@compiled
def _who_follows(
    ranges: tuple[tuple[int, int], tuple[int, int]],
    fate: Ints,
    in_party: Flags,
    is_bound: Flags,
    sect: Ints,
    own: int,
    shares: tuple[float, float],
    identity: Ints,
    words: Words,
    key: np.uint64,
) -> Ints:
    """Rows of those in some ranges who follow."""
    found = [0 for _ in range(0)]
    for begin, end in ranges:
        for row in range(begin, end):
            if fate[row] == Fate.SERVING and not in_party[row] and not is_bound[row]:
                share = shares[0] if sect[row] == own else shares[1]
                if to_unit(mixed(next_state(words[identity[row]] ^ key))) < share:
                    found.append(row)
    return np.array(found, dtype=np.int64)


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
