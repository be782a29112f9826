"""Movement of companies: by event, by choice of whom to deploy, and towards the violence (section 7.29)."""

from __future__ import annotations

from typing import Any

from sim.reference.company import Company
from sim.reference.country import Place
from sim.reference.situation import Situation


def _station(situation: Situation, company: Company, place: Place, deployed: bool, first_day: int) -> None:
    """Let a company stand at a place in a posture, from a day on."""
    if company.place is not place or company.deployed != deployed:
        before = (company.place, company.deployed)
        situation.moves.append((first_day, company.number, *before, place, deployed))
        company.place, company.deployed = place, deployed


def move(situation: Situation, event: Any) -> None:
    """Send the named formations, or brigades of them, to a place."""
    names = [line.name for line in situation.scenario.army.order_of_battle]
    formations = {names.index(name) for name in event.formations}
    place = next(one for one in situation.places if one.name == event.place)
    for company in situation.companies:
        named = not event.brigades or company.brigade_number + 1 in event.brigades
        if company.formation in formations and named:
            posture = company.deployed if event.deployed is None else event.deployed
            _station(situation, company, place, posture, situation.day)


def deploy(situation: Situation, event: Any) -> None:
    """Deploy the companies that are ranked highest, as long as those before hold less than the share."""
    rated = [
        (_rating(situation, company, event.by), company)
        for company in situation.companies
        if not company.has_collapsed and company.men > 0
    ]
    rated.sort(key=lambda one: (-one[0], one[1].number))
    of_all = sum(company.men for _, company in rated)
    deployed, before = set(), 0
    for _, company in rated:
        if before < event.share * of_all:
            deployed.add(company.number)
        before += company.men
    for company in situation.companies:
        _station(situation, company, company.place, company.number in deployed, situation.day)


def _rating(situation: Situation, company: Company, by: str) -> float:
    """Mean loyalty of those serving in a company, or their share of in-groups."""
    men = company.serving
    if by == "in_group":
        return sum(man.sect.role == "in" for man in men) / len(men)
    total = 0.0
    for man in men:
        total += man.loyalty_now(situation.erosion[man.rank][man.sect.number][man.home.number])
    return total / len(men)


def march(situation: Situation) -> None:
    """On the last evening of a week, let some deployed brigades go to the place that pulls most."""
    rule = situation.scenario.movement
    if not rule.on or situation.day % 7 != 6:
        return
    pull = [rule.weights.get(place.name, 1.0) * place.violence for place in situation.places]
    target = situation.places[pull.index(max(pull))]
    deployed = [company for company in situation.companies if company.deployed]
    room = rule.most_share * sum(company.men for company in deployed)
    room -= sum(company.men for company in deployed if company.place is target)
    men = 0
    for companies in _brigades_drawn(situation, pull, target).values():
        men += sum(company.men for company in companies)
        if men > room:
            break
        for company in companies:
            _station(situation, company, target, True, situation.day + 1)


def _brigades_drawn(situation: Situation, pull: list[float], target: Place) -> dict[int, list[Company]]:
    """Companies that may go, by brigade, of the brigades that are drawn this week."""
    rule, week = situation.scenario.movement, situation.day // 7
    may_go: dict[int, list[Company]] = {}
    for company in situation.companies:
        far_more = pull[target.number] > rule.margin * pull[company.place.number]
        if company.deployed and far_more:
            may_go.setdefault(company.brigade, []).append(company)
    return {
        brigade: may_go[brigade]
        for brigade in sorted(may_go)
        if situation.luck.uniform_of("brigade marches", week, brigade) < rule.share_per_week
    }
