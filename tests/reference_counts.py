"""An army in which everything happens, and how often each mechanism acted in a run of the reference."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sim.codes import Fate, How
from sim.reference import (
    ReferenceModel,
    casualties,
    command,
    fear,
    offers,
    opportunity,
    punishment,
    refuge,
    salary,
    war,
)
from sim.scenario import Scenario
from tests.armies import BUSY, ENDOGENOUS, FORMATIONS, Changes, invented

BRIGADES = 26
"""Of the first formation; all but two are commanded by a named person, whose exit is dated."""
DAYS = 160


def _persons() -> list[dict[str, Any]]:
    return [
        {"name": f"chief-{k}", "formation": "first", "brigade": k, "sect": "south", "home": "gamma"}
        for k in range(1, BRIGADES - 1)
    ]


def _dated_exits() -> list[dict[str, Any]]:
    start = date(2030, 1, 8)
    return [
        {
            "name": f"{person['name']}-goes",
            "date": str(start + timedelta(days=4 * number)),
            "kind": "elite_exit",
            "person": person["name"],
        }
        for number, person in enumerate(_persons())
    ]


def _always(pause: int, **event: Any) -> dict[str, Any]:
    """A response that comes again after a pause."""
    trigger = {"observed": "share_gone", "above": 0.001, "again_after_days": pause}
    return {"name": f"{event['kind'].replace('_', '-')}-by-rule", "trigger": trigger, **event}


def _responses() -> list[dict[str, Any]]:
    return [
        _always(1, kind="leave_cancelled", lasts_days=3),
        _always(2, kind="confinement", lasts_days=2),
        _always(2, kind="wage_rise", share=0.3, relief=0.002, lasts_days=4),
        _always(3, kind="blackout", cut=0.6, anger=0.001, lasts_days=3),
        _always(5, kind="surveillance", rise=0.02),
        _always(5, kind="purge", ranks=["junior", "senior", "general"], role="out", share=0.05),
        _always(6, kind="deployment", share=0.6),
        _always(7, kind="movement", formations=["third"], brigades=[2], place="alpha"),
        {
            **_always(7, kind="movement", formations=["third"], brigades=[2], place="gamma"),
            "name": "back-again",
        },
        _always(4, kind="call_up", share=0.03, over_days=5),
        _always(3, kind="signal", strength="small"),
        _always(5, kind="diplomacy"),
    ]


EVERYTHING: Changes = {
    "days": DAYS,
    "law.reference_hazard_per_week": 0.004,
    "army.regulars": 2600,
    "army.reserves": 900,
    "army.rank_shares": {"enlisted": 0.42, "nco": 0.2, "junior": 0.16, "senior": 0.16, "general": 0.06},
    "army.order_of_battle": [
        {**FORMATIONS[0], "brigades": BRIGADES, "companies_per_battalion": 2},
        {**FORMATIONS[1], "brigades": 3},
        {**FORMATIONS[2], "brigades": 12, "companies_per_battalion": 1},
    ],
    "army.persons": _persons(),
    "events": [*_dated_exits(), *_responses()],
    "movement": {
        "on": True,
        "share_per_week": 0.3,
        "margin": 1.1,
        "most_share": 0.9,
        "weights": {"gamma": 2},
    },
    "planning": {"median_days": 8, "detection_per_day": 0.02},
    "command": {
        "replacement_days": 12,
        "follow_own_sect": {"company": 0.5, "battalion": 0.2, "brigade": 0.1},
    },
    "bases": {"share": 0.2, "days": 20, "signal": "small"},
    "salary_plan": {
        "usd_per_month": 200,
        "announced": "2030-01-06",
        "starts": "2030-01-16",
        "budget_usd_per_month": 20_000,
        "broadcast_per_day": 0.02,
        "payroll": "members",
    },
    "opposition": {"unity": 0.2, "unity_by_date": [{"date": "2030-02-20", "unity": 0.7}]},
    "outcomes.unit_collapse_share": 0.4,
    "attempts.informer_share": 0.3,
}


COUNTED = (
    *(f"set out: {how}" for how in ("decided", "planned", "invited", "followed", "dated", "detected")),
    *(f"escaped: {fate}" for fate in ("joined", "fled", "hiding")),
    "caught: found out",
    "caught: intercepted",
    "caught: betrayed or intercepted",
    "stayed when the group was betrayed",
    "killed",
    "reported",
    "evaded",
    "left a faction",
    "asked a tie",
    "told of the offer",
    "told what he knows",
    "passed to another step of service",
    "officer sidelined",
    "post left empty",
    "post filled",
    "base abandoned",
    "company collapsed",
    "company marched",
    "company moved or given another posture by an event",
    *(
        f"event: {kind}"
        for kind in (
            "signal",
            "diplomacy",
            "elite_exit",
            "leave_cancelled",
            "confinement",
            "wage_rise",
            "blackout",
            "surveillance",
            "purge",
            "deployment",
            "movement",
            "call_up",
        )
    ),
    *(
        f"day: term: {name}"
        for name in (
            "grievance",
            "comrades",
            "command",
            "casualties",
            "belief",
            "salary",
            "refuge",
            "amnesty",
            "promise",
            "surveillance",
            "punishment",
            "family",
            "opportunity",
            "fear",
        )
    ),
    *(
        f"day: {what}"
        for what in (
            "war",
            "fighting",
            "militia",
            "arms sent",
            "knowledge",
            "morale",
            "paid",
            "money owed and not paid",
            "faction owes its members",
            "unity",
        )
    ),
)
"""What is counted: ways and ends of leaving, what befalls companies and posts, events, terms, stocks."""


def army_in_which_everything_happens() -> Scenario:
    """High pressure, many officers, and every mechanism and response in use."""
    return invented(BUSY, ENDOGENOUS, EVERYTHING)


def run_and_count(model: ReferenceModel) -> Counter[str]:
    """Run the reference to its end, counting how often each mechanism acted."""
    counts: Counter[str] = Counter()
    while model.running:
        posts = [post.commander for post in model.posts]
        steps = [man.step for man in model.soldiers]
        aware = sum(man.aware for man in model.soldiers)
        model.step()
        counts.update(_people(model))
        counts.update(_days(model))
        counts["told of the offer"] += sum(man.aware for man in model.soldiers) - aware
        counts["passed to another step of service"] += sum(
            man.step != step for man, step in zip(model.soldiers, steps, strict=True)
        )
        for post, before in zip(model.posts, posts, strict=True):
            counts["post left empty"] += before is not None and post.commander is None
            counts["post filled"] += before is None and post.commander is not None
        counts["company marched"] += sum(move[0] == model.day for move in model.moves)
    counts["company moved or given another posture by an event"] = (
        len(model.moves) - counts["company marched"]
    )
    counts["company collapsed"] = sum(company.has_collapsed for company in model.companies)
    counts["officer sidelined"] = sum(man.sidelined for man in model.soldiers)
    kinds = {event.name: event.kind for event in model.scenario.events}
    counts.update(f"event: {kinds[name]}" for name, _ in model.history)
    return counts


def _people(model: ReferenceModel) -> Iterator[str]:
    """What befell people today, a word each."""
    today, attempts = model.today, model.today.attempts
    yield from (f"set out: {one.how.name.lower()}" for one in today.party)
    yield from ("stayed when the group was betrayed" for _ in range(len(today.party) - len(attempts)))
    for one in attempts:
        if one.man.fate == Fate.CAUGHT:
            asked = today.asked.get(one.leader.row, 0)
            alone = "caught: found out" if one.how == How.DETECTED else "caught: intercepted"
            yield "caught: betrayed or intercepted" if asked else alone
    yield from (f"escaped: {man.fate.name.lower()}" for man in today.escaped)
    for what, men in (
        ("killed", today.killed),
        ("reported", today.reported),
        ("evaded", today.evaded),
        ("left a faction", today.left_faction),
    ):
        yield from (what for _ in men)
    yield from ("base abandoned" for _ in today.abandoned)
    yield from ("asked a tie" for times in today.asked.values() for _ in range(times))
    weight = model.scenario.knowledge.weight.in_order()
    yield from ("told what he knows" for man in today.joined if weight[man.rank] > 0)


def _days(model: ReferenceModel) -> Iterator[str]:
    """What acted today, a word each."""
    company, place = model.companies[0], model.places[1]
    sect, battalion = model.sects[1], model.battalions[0]
    morning = model.morning
    acting = {
        "term: grievance": model.erosion[0][1][1] > 0,
        "term: comrades": any(any(one.own_group_gone) for one in model.companies),
        "term: command": any(command.term(model, one) != 0 for one in model.companies),
        "term: casualties": any(casualties.rise(model, one) > 0 for one in model.battalions),
        "term: belief": model.belief != 0,
        "term: salary": salary.term(model, 0) > 0,
        "term: refuge": refuge.term(model, place) > 0,
        "term: amnesty": offers.amnesty(model, 0, "out") > 0,
        "term: promise": offers.promise(model, 3, "out") > 0,
        "term: surveillance": model.learned > 0,
        "term: punishment": punishment.deterrence(model, battalion) < 0,
        "term: family": place.night_control < 1,
        "term: opportunity": opportunity.term(model, place, company.deployed) != 0,
        "term: fear": fear.term(model, sect) < 0,
        "war": place.civilians_killed > 0,
        "fighting": any(one.fighters > 0 for one in model.places),
        "militia": any(one.militia > 0 for one in model.places),
        "arms sent": war.arms_sent(model) > 0,
        "knowledge": model.known > 0,
        "morale": model.morale > 0,
        "paid": model.paid_usd > 0,
        "money owed and not paid": model.owed_usd > model.paid_usd,
        "faction owes its members": any(one.months_owed > 0 for one in model.factions),
        "unity": model.unity != model.scenario.opposition.reference_unity,
    }
    assert morning is not None
    yield from (f"day: {name}" for name, acts in acting.items() if acts)
