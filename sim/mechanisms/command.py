"""Commanders: a post left empty lowers the guard; a commander who leaves takes followers along.

    term = sum over levels of gone_effect(level), while the post above the company is empty
    a man follows if a uniform number dealt to him for that day is under follow(level, own sect or other)

Followers come from the whole command, on the same day, in one pass; they do not lead others. An empty
post is filled after `replacement_days` by the highest man of its headquarters who holds none and is not
sidelined.
"""

from __future__ import annotations

import numpy as np

from sim.codes import Entries, Fate, Floats, How, Ints
from sim.compiled import compiled
from sim.luck import mixed, next_state, to_unit, word_of
from sim.parameters import ByLevel, MechanismSection, by_level, parameter
from sim.party import Party, joined_by
from sim.state import State
from sim.tally import Tally
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
    rules, army, party = world.rules.command, world.army, state.party
    if not rules.on or not party.size:
        return
    if not _how_many_lead(party.table, state.post_held):
        return
    table = _with_followers(
        party.table,
        state.muster,
        army.posts.level,
        army.posts.first,
        army.posts.last,
        army.regular_start,
        army.reserve_start,
        rules.follow_own_sect.in_order(),
        rules.follow_other_sect.in_order(),
        world.luck.key("follow"),
        world.luck.keys("follow", world.rules.days)[state.day],
    )
    state.party = Party(table)


@compiled
def _how_many_lead(party: Ints, post_held: Ints) -> int:
    """How many of the party take followers along; on most days nobody does."""
    lead = 0
    for place in range(party.shape[1]):
        lead += _leads(post_held[party[0, place]], party[2, place])
    return lead


@compiled
def _leads(post: int, how: int) -> bool:
    """Whether a man takes followers along: a commander who leaves and is not found out."""
    return post >= 0 and how != How.DETECTED and how != How.FOLLOWED


@compiled
def _commanders(party: Ints, post_held: Ints) -> Ints:
    """Places in the party of commanders who take followers along, by their post.

    Posts stand in the order of their level, formations first.
    """
    found, size = np.empty(party.shape[1], np.int64), 0
    for place in range(party.shape[1]):
        post = post_held[party[0, place]]
        if _leads(post, party[2, place]):
            here = size
            while here > 0 and post_held[party[0, found[here - 1]]] > post:
                found[here] = found[here - 1]
                here -= 1
            found[here] = place
            size += 1
    return found[:size]


@compiled
def _with_followers(
    party: Ints,
    men: Entries,
    level: Ints,
    first: Ints,
    last: Ints,
    regular_start: Ints,
    reserve_start: Ints,
    share_of_own: Floats,
    share_of_others: Floats,
    key: np.uint64,
    key_of_day: np.uint64,
) -> Ints:
    """Today's party and the followers of its commanders, shape (3, n); marks who follows."""
    fate, in_party, is_bound = men["fate"], men["in_party"], men["is_bound"]
    sect, post_held, identity = men["sect"], men["post_held"], men["identity"]
    for place in _commanders(party, post_held):
        commander, leader = party[0, place], party[1, place]
        post, own = post_held[commander], sect[commander]
        for start in (regular_start, reserve_start):
            begin, end = start[first[post]], start[last[post]]
            follow, followers = np.empty(end - begin, np.int64), 0
            for man in range(begin, end):
                if fate[man] == Fate.SERVING and not in_party[man] and not is_bound[man]:
                    share = share_of_own[level[post]] if sect[man] == own else share_of_others[level[post]]
                    if to_unit(mixed(next_state(word_of(key, identity[man]) ^ key_of_day))) < share:
                        in_party[man], follow[followers] = True, man
                        followers += 1
            party = joined_by(party, follow[:followers], np.full(followers, leader), How.FOLLOWED)
    return party


def succeed(world: World, state: State) -> None:
    """Empty the posts of commanders who are gone, and fill those empty for long enough."""
    rules, army = world.rules.command, world.army
    if not rules.on:
        return
    _succeed(
        state.killed,
        state.caught,
        state.escaped,
        state.muster,
        army.posts.level,
        army.posts.first,
        army.posts.last,
        state.commander,
        state.post_refill,
        state.post_empty,
        world.gone_effect,
        state.unguarded,
        state.day,
        rules.replacement_days,
        army.regular_start,
        army.reserve_start,
    )


@compiled
def _succeed(
    killed: Ints,
    caught: Ints,
    escaped: Ints,
    men: Entries,
    level: Ints,
    first: Ints,
    last: Ints,
    commander: Ints,
    post_refill: Ints,
    post_empty: Floats,
    effect: Floats,
    unguarded: Floats,
    day: int,
    replacement_days: int,
    regular_start: Ints,
    reserve_start: Ints,
) -> None:
    """Empty the posts of those who are gone today, and fill those that are due."""
    refill, post_held = day + replacement_days, men["post_held"]
    for lost in (killed, caught, escaped):
        _empty(
            lost, post_held, level, first, last, commander, post_refill, post_empty, effect, unguarded, refill
        )
    _fill(
        level,
        first,
        last,
        regular_start,
        reserve_start,
        men,
        commander,
        post_refill,
        post_empty,
        effect,
        unguarded,
        day,
        refill,
    )


def leave_posts(world: World, state: State, rows: Ints) -> None:
    """Empty the posts that some men hold."""
    rules, posts = world.rules.command, world.army.posts
    _empty(
        rows,
        state.post_held,
        posts.level,
        posts.first,
        posts.last,
        state.commander,
        state.post_refill,
        state.post_empty,
        world.gone_effect,
        state.unguarded,
        state.day + rules.replacement_days,
    )


@compiled
def _empty(
    lost: Ints,
    post_held: Ints,
    level: Ints,
    first: Ints,
    last: Ints,
    commander: Ints,
    post_refill: Ints,
    post_empty: Floats,
    effect: Floats,
    unguarded: Floats,
    refill: int,
) -> None:
    """Empty the posts of some men, to be filled on a day."""
    for row in lost:
        post = post_held[row]
        if post >= 0:
            post_held[row] = commander[post] = -1
            post_refill[post] = refill
            post_empty[first[post] : last[post], level[post]] = 1.0
            _guard(first[post], last[post], post_empty, effect, unguarded)


@compiled
def _fill(
    level: Ints,
    first: Ints,
    last: Ints,
    regular_start: Ints,
    reserve_start: Ints,
    men: Entries,
    commander: Ints,
    post_refill: Ints,
    post_empty: Floats,
    effect: Floats,
    unguarded: Floats,
    day: int,
    refill: int,
) -> None:
    """Give each post due today to the highest free man of its headquarters, or wait until another day."""
    if not _is_any(post_refill, day):
        return
    fate, rank = men["fate"], men["rank"]
    post_held, sidelined = men["post_held"], men["sidelined"]
    for post in range(post_refill.size):
        if post_refill[post] != day:
            continue
        highest = -1
        for start in (regular_start, reserve_start):
            for row in range(start[first[post]], start[first[post] + 1]):
                is_free = fate[row] == Fate.SERVING and post_held[row] < 0 and not sidelined[row]
                if is_free and (highest < 0 or rank[row] > rank[highest]):
                    highest = row
        if highest < 0:
            post_refill[post] = refill
        else:
            commander[post], post_held[highest], post_refill[post] = highest, post, -1
            post_empty[first[post] : last[post], level[post]] = 0.0
            _guard(first[post], last[post], post_empty, effect, unguarded)


@compiled
def _is_any(post_refill: Ints, day: int) -> bool:
    """Whether any post is due on a day; it goes through all of them, since so eight are asked at once."""
    is_any = False
    for post in range(post_refill.size):
        is_any |= post_refill[post] == day
    return is_any


@compiled
def _guard(first: int, last: int, post_empty: Floats, effect: Floats, unguarded: Floats) -> None:
    """Say anew what empty posts add in some companies."""
    for unit in range(first, last):
        unguarded[unit] = 0.0
        for level in range(effect.size):
            unguarded[unit] += post_empty[unit, level] * effect[level]


def say(world: World, state: State, tally: Tally) -> None:
    """Add the log hazard by company."""
    tally.add_by_company(state.unguarded)
