"""Factions: who joins which, who leaves, what they know, owe and pay (section 7.21)."""

from __future__ import annotations

from math import exp

from sim.reference import salary
from sim.reference.country import Faction
from sim.reference.dates import DAYS_A_MONTH, latest
from sim.reference.situation import Situation
from sim.reference.soldier import Soldier
from sim.reference.tables import by_rank
from sim.reference.triggers import MEN


def enlist(situation: Situation) -> None:
    """Let each who joined today become a member of a faction of today."""
    existing = [faction for faction in situation.factions if faction.starts <= situation.day]
    for man in situation.today.joined:
        faction = _faction_of(situation, existing, man)
        man.faction, man.joined_from = faction.number, man.company.place
        faction.members[man.rank] += 1


def _faction_of(situation: Situation, existing: list[Faction], man: Soldier) -> Faction:
    """The faction that a man's luck picks, by weight and by how united the opposition is."""
    number = situation.luck.uniform("which faction", man.identity)
    united = situation.scenario.opposition.concentration * situation.unity
    foremost = max(existing, key=lambda one: one.weight)
    weights = sum(faction.weight for faction in existing)
    so_far = 0.0
    for faction in existing:
        so_far += (1 - united) * faction.weight / weights + united * (faction is foremost)
        if so_far > number:
            return faction
    return existing[-1]


def leave(situation: Situation) -> None:
    """Let members leave whose faction has owed them for too long."""
    section = situation.scenario.leavers
    if not section.on:
        return
    for faction in situation.factions:
        unpaid = 1 - exp(-faction.months_owed / section.patience_months)
        calm = exp(-section.morale_effect * situation.morale)
        faction.leaving_risk += section.base_per_day * calm * exp(section.unpaid_effect * unpaid)
    for man in situation.soldiers:
        if man.faction is not None and man.leaving_due <= situation.factions[man.faction].leaving_risk:
            situation.today.left_faction.append(man)
    for man in situation.today.left_faction:
        assert man.faction is not None
        situation.factions[man.faction].members[man.rank] -= 1
        man.faction = None
    for man in situation.today.joined:
        assert man.faction is not None
        risk = situation.factions[man.faction].leaving_risk
        man.leaving_due = risk + situation.luck.exponential("leaving a faction", man.identity)


def learn(situation: Situation) -> None:
    """Let today's members tell what they know, and older knowledge go stale."""
    section = situation.scenario.knowledge
    if not section.on:
        return
    weight, told = by_rank(section.weight), 0.0
    for man in situation.today.joined:
        told += weight[man.rank]
    situation.knowledge *= exp(-1 / section.decay_days)
    situation.knowledge += told * MEN / situation.regulars


def pay(situation: Situation) -> None:
    """Let each faction pay what it owes, and count what its members were not paid."""
    section = situation.scenario.funds
    plan_pays = situation.paid_usd / situation.owed_usd if situation.owed_usd > 0 else 1.0
    for faction in situation.factions:
        faction.owed = faction.paid = 0.0
        if section.on:
            faction.owed = sum(faction.members) * faction.upkeep / DAYS_A_MONTH
            faction.paid = min(faction.owed, _donations(situation, faction))
        plan = salary.owed_to(situation, faction)
        owed, unpaid = faction.owed + plan, 0.0
        if owed > 0:
            unpaid = 1 - (faction.paid + plan * plan_pays) / owed
        faction.months_owed *= exp(-1 / section.forgiven_days)
        faction.months_owed += unpaid / DAYS_A_MONTH


def _donations(situation: Situation, faction: Faction) -> float:
    """Money that a faction has of its own today."""
    rows = situation.scenario.factions[faction.name].donations
    row = latest(rows, lambda one: one.date, situation.date)
    return 0.0 if row is None else row.usd_per_month * situation.scale / DAYS_A_MONTH


def feel(situation: Situation) -> None:
    """Let morale answer to the day's exits, losses and arrears."""
    section = situation.scenario.morale
    if not section.on:
        return
    exits = len(situation.today.escaped) * MEN / situation.regulars
    losses = 1000 * situation.today.share_of_fighters_killed
    situation.recent_exits += (exits - situation.recent_exits) / section.memory_days
    situation.recent_losses += (losses - situation.recent_losses) / section.memory_days
    owed = sum(sum(faction.members) * faction.months_owed for faction in situation.factions)
    months = owed / max(situation.members, 1)
    lift = situation.recent_exits / (situation.recent_exits + section.exits_scale)
    hurt = situation.recent_losses / (situation.recent_losses + section.losses_scale)
    bitter = months / (months + section.months_scale)
    situation.morale = lift * (1 - section.losses_weight * hurt) * (1 - section.arrears_weight * bitter)
