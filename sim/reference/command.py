"""Command: posts that stand empty, men who follow a commander, and who fills a post (7.12, 7.17, 7.21)."""

from __future__ import annotations

from sim.codes import Fate, How
from sim.reference.company import Company, Post
from sim.reference.situation import Situation
from sim.reference.soldier import Soldier
from sim.reference.tables import by_level

LEADING = (How.DECIDED, How.PLANNED, How.INVITED, How.DATED)
"""Ways of leaving on which a commander is followed."""


def term(situation: Situation, company: Company) -> float:
    """Log hazard of a company by the empty posts above it."""
    effect = by_level(situation.scenario.command.gone_effect)
    empty = {post.level for post in company.posts if post.is_empty}
    total = 0.0
    for level, size in enumerate(effect):
        total += size if level in empty else 0.0
    return total


def follow(situation: Situation) -> None:
    """Let men follow their commanders who go today."""
    if not situation.scenario.command.on:
        return
    for post in situation.posts:
        going = _going(situation, post)
        if going is not None:
            _follow_from(situation, post, *going)


def _going(situation: Situation, post: Post) -> tuple[Soldier, Soldier] | None:
    """The commander of a post and his leader, if he goes today in a way that is followed."""
    commander = post.commander
    if commander is None or not commander.in_party:
        return None
    for one in situation.today.party:
        if one.man is commander and one.how in LEADING:
            return commander, one.leader
    return None


def _follow_from(situation: Situation, post: Post, commander: Soldier, leader: Soldier) -> None:
    """Ask each man under a post whether he follows."""
    command = situation.scenario.command
    own = by_level(command.follow_own_sect)[post.level]
    other = by_level(command.follow_other_sect)[post.level]
    under = [man for company in post.companies for man in company.regulars]
    under += [man for company in post.companies for man in company.reservists]
    for man in under:
        chance = own if man.sect is commander.sect else other
        if _could_follow(man) and man.follows(chance, situation.day):
            situation.today.set_out(man, leader, How.FOLLOWED)


def _could_follow(man: Soldier) -> bool:
    return man.fate == Fate.SERVING and not man.in_party and not man.bound


def succeed(situation: Situation) -> None:
    """Leave the posts of those lost today empty, and fill those that are due."""
    command = situation.scenario.command
    if not command.on:
        return
    later = situation.day + command.replacement_days
    for post in situation.posts:
        if post.commander is not None and not post.commander.serves:
            post.lose_commander(later)
    for post in situation.posts:
        if post.refill_on == situation.day:
            _fill(post, later)


def _fill(post: Post, later: int) -> None:
    """Give an empty post to the highest man of its first company who is free for it."""
    free = [
        man
        for man in post.companies[0].soldiers
        if man.fate == Fate.SERVING and man.post is None and not man.sidelined
    ]
    if free:
        post.take(max(free, key=lambda man: man.rank))
    else:
        post.refill_on = later
